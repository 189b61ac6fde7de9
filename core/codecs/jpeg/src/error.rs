use std::fmt;

/// Why a picture cannot be decoded or encoded.
///
/// ```
/// use edgepix_jpeg::{Error, read_header};
///
/// let error = read_header(b"no image").unwrap_err();
/// assert_eq!(error, Error::Damaged("no start of image"));
/// assert_eq!(error.to_string(), "damaged JPEG: no start of image");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A legal JPEG of a kind that this crate does not read. The text names the kind.
    Unsupported(&'static str),
    /// Not a JPEG, or one too broken to show anything useful. The text names what is wrong.
    Damaged(&'static str),
    /// The caller's mistake: an argument out of range, or a call out of turn. The text says what was expected.
    Misuse(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unsupported(what) => write!(f, "unsupported JPEG: {what}"),
            Error::Damaged(what) => write!(f, "damaged JPEG: {what}"),
            Error::Misuse(what) => write!(f, "misuse of the JPEG codec: expected {what}"),
        }
    }
}

impl std::error::Error for Error {}
