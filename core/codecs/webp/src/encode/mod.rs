//! The encoder.
//!
//! A picture goes from its `source` (an `image` or an `alpha` plane) to `stream`, which tries the strategies that may pay
//! off: `transform` (palette, green, predictor, cross-colour) → `lz77` (repetitions, kept in `tokens`) → `groups` of
//! prefix codes and a colour cache (chosen by `histogram` and `entropy`) → `entropy_coded` (the pixels by their codes).
//! Below them are `huffman`, `code_lengths` and `bit_writer`. The picture is held once, four bytes a pixel; the output is
//! allocated when its exact size is known. `estimate` says what all of that takes.

mod alpha;
pub(crate) mod bit_writer;
mod code_lengths;
mod effort;
mod entropy;
pub(crate) mod entropy_coded;
mod estimate;
mod finder;
mod greedy;
mod groups;
pub(crate) mod histogram;
mod huffman;
mod image;
mod optimal;
mod prices;
mod small_image;
mod source;
mod stream;
mod tile;
mod tokens;
mod transform;

pub use crate::encode::estimate::{alpha_memory, lossless_memory, lossless_work};
pub use crate::encode::image::Image;

use edgepix_vp8::Effort;

use crate::encode::alpha::AlphaPlane;
use crate::encode::bit_writer::BitWriter;
use crate::encode::effort::Tuning;
use crate::header::LosslessHeader;

/// Encodes an image to a VP8L stream: the payload of a `VP8L` chunk (RFC 9649, section 3).
///
/// ```
/// use edgepix_webp::{Effort, Image, LosslessHeader, PixelLayout, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let header = LosslessHeader::read(&stream)?;
/// assert_eq!((header.width, header.height, header.alpha), (8, 8, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode_lossless(image: &Image<'_>, effort: Effort) -> Vec<u8> {
    let (width, height) = (image.width(), image.height());
    let header = LosslessHeader { width, height, alpha: image.has_transparency() };
    let mut writer = BitWriter::default();
    header.to_bytes().into_iter().for_each(|byte| writer.put_seldom(u32::from(byte), 8));
    stream::encode(image, (width, height), Tuning::of(effort), writer)
}

/// Encodes the alpha channel of an image to the payload of an `ALPH` chunk (RFC 9649, section 2.7.1.2): one byte of
/// header, then a VP8L stream without its own header. The plane is filtered where that is likely to make it smaller.
/// `None` where the layout has no alpha.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, encode_alpha};
///
/// let pixels = [255, 0, 0, 128].repeat(8 * 8);
/// assert!(encode_alpha(&Image::new(&pixels, 8, 8, PixelLayout::Rgba)?, Effort::Fast).is_some());
/// assert!(encode_alpha(&Image::new(&pixels[..192], 8, 8, PixelLayout::Rgb)?, Effort::Fast).is_none());
/// # Ok::<(), edgepix_webp::EncodeError>(())
/// ```
pub fn encode_alpha(image: &Image<'_>, effort: Effort) -> Option<Vec<u8>> {
    let plane = AlphaPlane::new(image)?;
    let mut writer = BitWriter::default();
    // No preprocessing, the filter, compressed.
    writer.put_seldom((plane.filter as u32) << 2 | 1, 8);
    Some(stream::encode(&plane, (image.width(), image.height()), Tuning::of(effort), writer))
}
