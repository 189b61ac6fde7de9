use std::fmt;

/// Why a stream cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Not a VP8L stream, or one too broken to show anything useful. The text names what is wrong.
    Damaged(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Damaged(what) => write!(f, "damaged lossless WebP: {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}
