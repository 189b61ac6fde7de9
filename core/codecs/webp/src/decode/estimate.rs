//! Bounds of the memory and the work that decoding takes, from the size alone. Nothing here depends on the size of a
//! pointer.

use crate::header::MAX_SIDE;

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

/// Instructions for each pixel.
const WORK: u64 = 550;

/// An upper bound of the heap bytes that [`decode_lossless`](crate::decode_lossless) takes at its peak, the returned
/// pixels included, for any content. Sides above [`MAX_SIDE`] are never decoded and count as that.
///
/// ```
/// use edgepix_webp::decode_memory;
///
/// // Four bytes a pixel, and some more.
/// assert!((4_000_000..5_000_000).contains(&decode_memory(1000, 1000)));
/// ```
pub fn decode_memory(width: u32, height: u32) -> u64 {
    decoder_memory(side(width), side(height))
}

/// An upper bound of the heap bytes that [`decode_alpha`](crate::decode_alpha) takes at its peak, the returned `Vec`
/// included, for any content. Sides above [`MAX_SIDE`] are never decoded and count as that.
///
/// ```
/// use edgepix_webp::decode_alpha_memory;
///
/// assert!((5_000_000..6_000_000).contains(&decode_alpha_memory(1000, 1000)));
/// ```
pub fn decode_alpha_memory(width: u32, height: u32) -> u64 {
    let (width, height) = (side(width), side(height));
    decoder_memory(width, height) + width * height
}

/// About the instructions that decoding one picture of a WebP file takes, with its alpha and its conversion to RGB,
/// lossless or lossy: 550 a pixel. Prediction and filters go by the pixels, whatever the length of the data.
///
/// ```
/// use edgepix_webp::decode_work;
///
/// assert_eq!(decode_work(1000, 1000), 550_000_000);
/// ```
pub fn decode_work(width: u32, height: u32) -> u64 {
    (u64::from(width) * u64::from(height)).saturating_mul(WORK)
}

/// Bytes of the maps of tiles, where all tiles are of the smallest size.
fn most_tiles(width: u64, height: u64) -> u64 {
    TILE_MEMORY * width.div_ceil(LEAST_TILE) * height.div_ceil(LEAST_TILE)
}

/// What groups of prefix codes may take, where so many bytes are known of the tiles. Tiles of the usual size leave
/// nearly half a byte for each pixel; an encoder that pays for each group by what it saves stays far below.
pub(crate) fn groups_memory(width: u64, height: u64, tiles: u64) -> u64 {
    (most_tiles(width, height) + GROUPS_MEMORY).saturating_sub(tiles)
}

/// The peak of a decoder, its pixels included.
fn decoder_memory(width: u64, height: u64) -> u64 {
    let row_above = 4 * (width + 1);
    4 * width * height + most_tiles(width, height) + GROUPS_MEMORY + row_above + FIXED_MEMORY
}

/// The peak of a recoder, its output left out: no pixels, but for those of the map of groups.
pub(crate) fn recoder_memory(width: u32, height: u32) -> u64 {
    let (width, height) = (side(width), side(height));
    let map = 4 * width.div_ceil(LEAST_TILE) * height.div_ceil(LEAST_TILE);
    // One flag for each group that a map can name.
    map + most_tiles(width, height) + GROUPS_MEMORY + FIXED_MEMORY + (64 << 10)
}

fn side(pixels: u32) -> u64 {
    u64::from(pixels.min(MAX_SIDE))
}
