//! What can go wrong in a codec.

use std::fmt;

/// Why a stream cannot be decoded.
///
/// ```
/// use edgepix_webp::{DecodeError, decode_lossless};
///
/// assert_eq!(decode_lossless(b"no stream"), Err(DecodeError::Damaged("no signature")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not a VP8L stream or `ALPH` payload, or one too broken to show anything useful. The text names what is wrong.
    Damaged(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Damaged(what) => write!(f, "The WebP is damaged: {what}."),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why something cannot be encoded.
///
/// ```
/// use edgepix_webp::{EncodeError, Image, PixelLayout};
///
/// let error = Image::new(&[0; 10], 8, 8, PixelLayout::Grey).unwrap_err();
/// assert_eq!(error, EncodeError::WrongLength { expected: 64, found: 10 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side has no pixels, or more than the format can store.
    SideOutOfRange {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The longest side that is allowed.
        max: u32,
    },
    /// There are not as many bytes of pixels as size and layout ask for.
    WrongLength {
        /// Bytes that size and layout ask for.
        expected: u64,
        /// Bytes that were given.
        found: u64,
    },
    /// The file would be longer than its 32-bit size fields can say.
    FileTooLong,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::SideOutOfRange { width, height, max } => {
                write!(
                    f,
                    "An image of {width} × {height} pixels cannot be stored: sides are 1 to {max} pixels."
                )
            }
            EncodeError::WrongLength { expected, found } => {
                write!(f, "The pixels take {found} bytes instead of {expected}.")
            }
            EncodeError::FileTooLong => write!(f, "A WebP file cannot be longer than 4 GiB."),
        }
    }
}

impl std::error::Error for EncodeError {}
