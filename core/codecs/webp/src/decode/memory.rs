//! What decoding takes, computed beforehand. Nothing here depends on the size of a pointer.

/// Heap bytes of a group besides its tables' entries.
pub(crate) const GROUP_MEMORY: u64 = 64;
/// The smallest side of a tile.
const LEAST_TILE: u64 = 4;
/// Bytes for each tile: its predictor, its factors, its group.
const TILE_MEMORY: u64 = 1 + 4 + 2;
/// The tables of a code that is read, a colour cache, a palette.
const FIXED_MEMORY: u64 = 32 * 1024;
/// What groups of prefix codes may take beside what tiles leave to them.
const GROUPS_MEMORY: u64 = 240 * 1024;

/// Bytes of what is known of all tiles, where all are of the smallest size.
fn most_tiles(width: u64, height: u64) -> u64 {
    TILE_MEMORY * width.div_ceil(LEAST_TILE) * height.div_ceil(LEAST_TILE)
}

/// What groups of prefix codes may take, where so many bytes are known of the tiles. Tiles of the usual size leave
/// nearly half a byte for each pixel; an encoder that pays for each group by what it saves stays far below.
pub(crate) fn groups_memory(width: u64, height: u64, tiles: u64) -> u64 {
    (most_tiles(width, height) + GROUPS_MEMORY).saturating_sub(tiles)
}

/// The peak of a decoder, its pixels included.
pub(crate) fn decoder_memory(width: u64, height: u64) -> u64 {
    let row_above = 4 * (width + 1);
    4 * width * height + most_tiles(width, height) + GROUPS_MEMORY + row_above + FIXED_MEMORY
}
