//! The header of a VP8L stream (RFC 9649, section 3.4).

use crate::error::DecodeError;

/// The longest side of an image, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// Bytes of the header.
pub(crate) const HEADER_BYTES: usize = 5;

const SIGNATURE: u8 = 0x2F;

/// What a `VP8L` header says.
///
/// ```
/// use edgepix_webp::{Effort, Image, LosslessHeader, PixelLayout, encode_lossless};
///
/// let stream = encode_lossless(&Image::new(&[0; 20 * 10], 20, 10, PixelLayout::Grey)?, Effort::Balanced);
/// let header = LosslessHeader::read(&stream)?;
/// assert_eq!((header.width, header.height), (20, 10));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LosslessHeader {
    /// Pixels across, 1 to [`MAX_SIDE`].
    pub width: u32,
    /// Pixels down, 1 to [`MAX_SIDE`].
    pub height: u32,
    /// Whether alpha is used. It is a hint: decoded pixels have alpha as it was stored.
    pub alpha: bool,
}

impl LosslessHeader {
    /// Reads the header at the front of a VP8L stream. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// If it is not one.
    pub fn read(stream: &[u8]) -> Result<Self, DecodeError> {
        let Some((&[signature, fields @ ..], _)) = stream.split_first_chunk::<HEADER_BYTES>() else {
            return Err(DecodeError::Damaged("the data ends within the header"));
        };
        let fields = u32::from_le_bytes(fields);
        if signature != SIGNATURE {
            return Err(DecodeError::Damaged("no signature"));
        }
        if fields >> 29 != 0 {
            return Err(DecodeError::Damaged("an unknown version"));
        }
        let side = |bits: u32| (bits & 0x3FFF) + 1;
        Ok(LosslessHeader { width: side(fields), height: side(fields >> 14), alpha: fields >> 28 & 1 != 0 })
    }

    pub(crate) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let fields = (self.width - 1) | (self.height - 1) << 14 | u32::from(self.alpha) << 28;
        let [a, b, c, d] = fields.to_le_bytes();
        [SIGNATURE, a, b, c, d]
    }
}
