//! What can go wrong.

use std::fmt;

use crate::encode::MAX_SIDE;

/// Why a frame cannot be encoded.
///
/// ```
/// use edgepix_vp8::{EncodeError, Encoder, PixelLayout};
///
/// let error = Encoder::new(0, 48, PixelLayout::Rgb, 80).unwrap_err();
/// assert_eq!(error, EncodeError::SideOutOfRange { width: 0, height: 48 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side has no pixels, or more than [`MAX_SIDE`](crate::MAX_SIDE).
    SideOutOfRange {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The quality is not 1 to 100.
    QualityOutOfRange(u8),
    /// A row or a plane has another length than the size asks for.
    WrongLength {
        /// Bytes that the size asks for.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// There are more rows than the height says.
    TooManyRows,
    /// Planes came after rows that do not fill a row of macroblocks.
    PlanesBetweenRows,
    /// The frame was finished before all rows were written.
    RowsMissing {
        /// Rows that have not been written.
        missing: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::SideOutOfRange { width, height } => write!(
                f,
                "A lossy WebP of {width} × {height} pixels cannot be stored: sides are 1 to {MAX_SIDE} pixels."
            ),
            EncodeError::QualityOutOfRange(quality) => {
                write!(f, "A quality of {quality} is out of range: it is 1 to 100.")
            }
            EncodeError::WrongLength { expected, found } => {
                write!(f, "The samples take {found} bytes instead of {expected}.")
            }
            EncodeError::TooManyRows => write!(f, "There are more rows than the height says."),
            EncodeError::PlanesBetweenRows => {
                write!(f, "Planes can only be written where a row of macroblocks begins.")
            }
            EncodeError::RowsMissing { missing } => write!(f, "{missing} rows have not been written."),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Why the header of a frame cannot be read.
///
/// ```
/// use edgepix_vp8::{FrameHeader, HeaderError};
///
/// assert_eq!(FrameHeader::read(b"no frame"), Err(HeaderError::NotAFrame));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderError {
    /// There is no start code, or the data ends before the size.
    NotAFrame,
    /// The frame needs another one that was decoded before.
    NotAKeyFrame,
    /// The first partition reaches past the end of the data.
    Truncated,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HeaderError::NotAFrame => "The WebP's picture has no proper frame header.",
            HeaderError::NotAKeyFrame => "The WebP's picture is not a key frame.",
            HeaderError::Truncated => "The WebP's picture is cut short.",
        })
    }
}

impl std::error::Error for HeaderError {}
