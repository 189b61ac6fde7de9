//! Why a file cannot be read.

use std::fmt;

use edgepix_vp8::HeaderError;

use crate::error::DecodeError;

/// Why the container of a file, or the headers of its pictures, cannot be read.
///
/// ```
/// use edgepix_webp::container::{ContainerError, File};
///
/// assert_eq!(File::read(b"this is no WebP file"), Err(ContainerError::NotWebp));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContainerError {
    /// The file does not begin like a WebP.
    NotWebp,
    /// The file ends before its picture, or a chunk is too short.
    Truncated,
    /// There is no picture, or both a lossy and a lossless one.
    NotOnePicture,
    /// The picture's size is not that of the extended header.
    CanvasMismatch,
    /// The picture of a frame is not of the size that the frame states.
    FrameMismatch,
    /// An animation has no frame, or one that reaches past the canvas.
    FrameOutsideCanvas,
    /// The header of a lossy picture cannot be read.
    Lossy(HeaderError),
    /// The header of a lossless picture cannot be read.
    Lossless(DecodeError),
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ContainerError::NotWebp => "The file is not a WebP.",
            ContainerError::Truncated => "The WebP is cut short.",
            ContainerError::NotOnePicture => "The WebP does not hold one picture.",
            ContainerError::CanvasMismatch => "The WebP's picture is not of its canvas' size.",
            ContainerError::FrameMismatch => "A frame of the WebP is not of the size that it states.",
            ContainerError::FrameOutsideCanvas => {
                "The animated WebP has no frame, or one that stands out of its canvas."
            }
            ContainerError::Lossy(error) => return error.fmt(f),
            ContainerError::Lossless(error) => return error.fmt(f),
        })
    }
}

impl std::error::Error for ContainerError {}

impl From<HeaderError> for ContainerError {
    fn from(error: HeaderError) -> Self {
        ContainerError::Lossy(error)
    }
}

impl From<DecodeError> for ContainerError {
    fn from(error: DecodeError) -> Self {
        ContainerError::Lossless(error)
    }
}
