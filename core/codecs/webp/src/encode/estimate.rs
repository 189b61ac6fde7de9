//! Bounds of the memory and the work that encoding takes, from the size alone. Nothing here depends on the size of a
//! pointer.

use edgepix_vp8::PixelLayout;

use crate::encode::groups::{CLASSES, SPLIT_LITERALS};
use crate::encode::histogram::Histogram;
use crate::encode::lz77::Finder;
use crate::encode::tile::TILE;
use crate::encode::tokens::Tokens;
use crate::header::MAX_SIDE;

/// Bits of the headers and prefix codes of an image without groups: up to four images (the palette's with its 256
/// colours), each with 5 codes that have 1088 symbols in all and take at most 7 bits for the length of each.
const HEADER_BITS: u64 = 64 * 1024;
/// Heap bytes of the work on prefix codes: package-merge of the largest alphabet, a palette, a colour cache.
const CODES_MEMORY: u64 = 48 * 1024;
/// Histograms (codes, once there are some, are as large) that are held beside those of each class.
const HISTOGRAMS: u64 = 4;

/// Instructions for each pixel, for the slowest content.
const WORK: u64 = 5000;

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

/// About the instructions that [`encode_lossless`](crate::encode_lossless) takes for the slowest content: 5000 a pixel.
/// Sides above [`MAX_SIDE`] cannot be encoded and count as that.
///
/// ```
/// use edgepix_webp::lossless_work;
///
/// assert_eq!(lossless_work(1000, 1000), 5_000_000_000);
/// ```
pub fn lossless_work(width: u32, height: u32) -> u64 {
    side(width) * side(height) * WORK
}

/// No stream is longer: a byte for each channel of each pixel, and five for each tile (its predictor, its three factors
/// and its group).
pub(crate) fn max_stream_bits(width: u64, height: u64, channels: u64) -> u64 {
    (width * height * channels + 5 * tiles(width, height)) * 8 + HEADER_BITS
}

/// The peak of an encoder whose pixels differ in so many channels.
fn encoder_memory(width: u64, height: u64, channels: u64) -> u64 {
    let pixels = width * height;
    // Four bytes for each pixel, and for each tile of three kinds.
    let images = 4 * (pixels + 3 * tiles(width, height));
    let classes = if pixels > SPLIT_LITERALS { CLASSES as u64 } else { 1 };
    // Those of the best trial and of another one.
    let histograms = 2 * classes + HISTOGRAMS;
    let held = images + Tokens::memory(pixels) + histograms * Histogram::MEMORY + CODES_MEMORY;
    let searching = Finder::memory(pixels) + 4 * (2 * width + 1);
    // Until its size is known, the stream's head grows by doubling; then it is copied.
    let head = 4 * (5 * tiles(width, height) + HEADER_BITS / 8);
    held + searching.max(max_stream_bits(width, height, channels) / 8 + head)
}

fn tiles(width: u64, height: u64) -> u64 {
    width.div_ceil(TILE as u64) * height.div_ceil(TILE as u64)
}

fn side(pixels: u32) -> u64 {
    u64::from(pixels.min(MAX_SIDE))
}
