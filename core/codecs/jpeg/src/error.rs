use std::fmt;

/// Why a picture cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A legal JPEG of a kind that this crate does not read. The text names the kind.
    Unsupported(&'static str),
    /// Not a JPEG, or one too broken to show anything useful. The text names what is wrong.
    Damaged(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unsupported(what) => write!(f, "unsupported JPEG: {what}"),
            Error::Damaged(what) => write!(f, "damaged JPEG: {what}"),
        }
    }
}

impl std::error::Error for Error {}
