//! What decoding takes, computed beforehand. Nothing here depends on the size of a pointer.

/// Heap bytes of a group besides its tables' entries.
pub(crate) const GROUP_MEMORY: u64 = 64;
/// The smallest side of a tile.
const LEAST_TILE: u64 = 4;
/// Bytes for each tile: its predictor, its factors, its group.
const TILE_MEMORY: u64 = 1 + 4 + 2;
/// The places of groups (at most 65536), the tables of a code that is read, a colour cache, a palette.
const FIXED_MEMORY: u64 = (128 + 32) * 1024;

/// What groups of prefix codes may take. An encoder that pays for each group by what it saves stays far below.
pub(crate) fn groups_memory(width: u64, height: u64) -> u64 {
    width * height / 4 + 640 * 1024
}

/// The peak of a decoder, its pixels included.
pub(crate) fn decoder_memory(width: u64, height: u64) -> u64 {
    let tiles = width.div_ceil(LEAST_TILE) * height.div_ceil(LEAST_TILE);
    let row_above = 4 * (width + 1);
    4 * width * height + TILE_MEMORY * tiles + groups_memory(width, height) + row_above + FIXED_MEMORY
}
