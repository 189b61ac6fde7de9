//! The decoder.
//!
//! A stream goes from its header to `stream`: the transforms with their small images (`small_image`), then the picture, each
//! by `groups` of prefix codes (`code_lengths`, `table`), its `pixels` one by one. Then `transform` undoes the transforms, row
//! by row. `alpha` does that for an alpha plane, and undoes its filter. The pixels are decoded where they are returned.
//! `estimate` says what all of that takes.

mod alpha;
pub(crate) mod bit_reader;
mod code_lengths;
pub(crate) mod estimate;
pub(crate) mod groups;
pub(crate) mod pixels;
pub(crate) mod small_image;
mod stream;
mod table;
mod tile_map;
mod transform;

pub use crate::decode::alpha::decode_alpha;
pub use crate::decode::estimate::{decode_alpha_memory, decode_memory, decode_work};

use crate::decode::bit_reader::BitReader;
use crate::error::DecodeError;
use crate::header::{HEADER_BYTES, LosslessHeader};

/// A decoded picture.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let decoded = decode_lossless(&stream)?;
/// assert_eq!((decoded.width, decoded.rows), (8, 8));
/// let [blue, green, red, alpha] = decoded.pixels[0].to_le_bytes();
/// assert_eq!((red, green, blue, alpha), (255, 0, 0, 255));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Row by row, 0xAARRGGBB, without the rows that are missing: `width * rows`.
    pub pixels: Vec<u32>,
    /// Rows that were decoded before the data ended: all, or at least half.
    pub rows: u32,
}

/// Decodes a VP8L bitstream, the payload of a `VP8L` chunk (RFC 9649, section 3).
///
/// If the data ends early or makes no sense from some point on, the rows before that are given.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// assert_eq!(decode_lossless(&stream)?.pixels, [0xFFFF_0000; 8 * 8]);
/// assert!(decode_lossless(&stream[..4]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If that is less than half of the rows.
pub fn decode_lossless(stream: &[u8]) -> Result<Decoded, DecodeError> {
    let LosslessHeader { width, height, .. } = LosslessHeader::read(stream)?;
    let (pixels, rows) =
        stream::decode(BitReader::new(&stream[HEADER_BYTES..]), width as usize, height as usize)?;
    Ok(Decoded { width, height, pixels, rows: rows as u32 })
}
