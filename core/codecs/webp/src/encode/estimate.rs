//! Bounds of the memory and the work that encoding takes, from the size alone. Nothing here depends on the size of a
//! pointer.

use edgepix_vp8::{Effort, PixelLayout};

use crate::encode::entropy_coded::GroupCodes;
use crate::encode::finder::Finder;
use crate::encode::groups::{GROUP_TILE, most_groups};
use crate::encode::histogram::Histogram;
use crate::encode::optimal;
use crate::encode::prices::Prices;
use crate::encode::tile::TILE;
use crate::encode::tokens::Tokens;
use crate::header::MAX_SIDE;

/// Bits of the headers and prefix codes of an image without groups: up to four images (the palette's with its 256
/// colours), each with 5 codes that have 1088 symbols in all and take at most 7 bits for the length of each.
const HEADER_BITS: u64 = 64 * 1024;
/// Bytes that the codes of a group take in the stream.
const GROUP_BYTES: u64 = 2048;
/// Heap bytes of the work on prefix codes: package-merge of the largest alphabet, a palette, a colour cache.
const CODES_MEMORY: u64 = 48 * 1024;
/// Histograms that are held beside those of each group.
const HISTOGRAMS: u64 = 4;

/// Instructions for each pixel of a photo. Graphics take from a fifth of it to twice as many.
const FAST: u64 = 3400;
const BALANCED: u64 = 5000;
const SMALL: u64 = 20_000;

/// An upper bound of the heap bytes that [`encode_lossless`](crate::encode_lossless) takes at its peak, the returned
/// `Vec` included, for any content. The pixels themselves, which the caller holds, are not in it. Sides above
/// [`MAX_SIDE`] cannot be encoded and count as that.
///
/// ```
/// use edgepix_webp::{PixelLayout, lossless_memory};
///
/// assert!(lossless_memory(1000, 1000, PixelLayout::Grey) < lossless_memory(1000, 1000, PixelLayout::Rgba));
/// ```
pub fn lossless_memory(width: u32, height: u32, layout: PixelLayout) -> u64 {
    encoder_memory(side(width), side(height), layout.channels() as u64)
}

/// An upper bound of the heap bytes that [`encode_alpha`](crate::encode_alpha) takes at its peak, the returned `Vec`
/// included, for any content. The pixels themselves, which the caller holds, are not in it. Sides above [`MAX_SIDE`]
/// cannot be encoded and count as that.
///
/// ```
/// use edgepix_webp::{PixelLayout, alpha_memory, lossless_memory};
///
/// assert!(alpha_memory(1000, 1000) <= lossless_memory(1000, 1000, PixelLayout::Rgba));
/// ```
pub fn alpha_memory(width: u32, height: u32) -> u64 {
    encoder_memory(side(width), side(height), 1)
}

/// About the instructions that [`encode_lossless`](crate::encode_lossless) takes: 5000 a pixel with [`Effort::Balanced`].
/// Sides above [`MAX_SIDE`] cannot be encoded and count as that.
///
/// ```
/// use edgepix_webp::{Effort, lossless_work};
///
/// assert_eq!(lossless_work(1000, 1000, Effort::Balanced), 5_000_000_000);
/// ```
pub fn lossless_work(width: u32, height: u32, effort: Effort) -> u64 {
    let each = match effort {
        Effort::Fast => FAST,
        Effort::Small => SMALL,
        _ => BALANCED,
    };
    side(width) * side(height) * each
}

/// No stream is longer: a byte for each channel of each pixel, and four for each tile (its predictor, its three factors).
pub(crate) fn max_stream_bits(width: u64, height: u64, channels: u64) -> u64 {
    (width * height * channels + 4 * tiles(width, height, TILE)) * 8 + HEADER_BITS
}

/// The peak of an encoder whose pixels differ in so many channels.
fn encoder_memory(width: u64, height: u64, channels: u64) -> u64 {
    let pixels = width * height;
    let transform_tiles = tiles(width, height, TILE);
    let group_tiles = tiles(width, height, GROUP_TILE);
    let groups = most_groups(pixels as usize) as u64;
    let images = 4 * pixels + 2 * small_image(transform_tiles) + small_image(group_tiles);
    let histograms = (groups + HISTOGRAMS) * Histogram::MEMORY;
    let held = images + Tokens::memory(pixels) + histograms + CODES_MEMORY;
    // Groups are chosen by ranks of tiles, then by their prices in bands; predictors need two rows.
    let choosing =
        Prices::MEMORY + 17 * group_tiles + (64 * width.div_ceil(GROUP_TILE as u64)).max(8 * width + 8);
    let searching = Finder::memory(pixels) + choosing.max(Prices::MEMORY + optimal::MEMORY);
    // Until its size is known, the stream's head grows by doubling; then it is copied.
    let head = 4 * (4 * transform_tiles + group_tiles + HEADER_BITS / 8 + groups * GROUP_BYTES);
    let codes = groups * GroupCodes::MEMORY;
    held + searching.max(codes + max_stream_bits(width, height, channels) / 8 + head)
}

/// An image of so many tiles, and its backward references and codes.
fn small_image(tiles: u64) -> u64 {
    4 * tiles + Tokens::memory(tiles) + GroupCodes::MEMORY
}

fn tiles(width: u64, height: u64, side: usize) -> u64 {
    width.div_ceil(side as u64) * height.div_ceil(side as u64)
}

fn side(pixels: u32) -> u64 {
    u64::from(pixels.min(MAX_SIDE))
}
