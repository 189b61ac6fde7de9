//! What can be wrong with a file.

use std::fmt;

/// What is wrong with a file. [`Display`](fmt::Display) says it in a sentence.
///
/// ```
/// use edgepix_png::{Error, Header};
///
/// assert_eq!(Header::read(b"\x89PNG\r\n\x1a\n"), Err(Error::Truncated));
/// assert_eq!(Header::read(b"GIF89a").unwrap_err().to_string(), "The file is no PNG.");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It ends too early.
    Truncated,
    /// It contradicts itself or the standard.
    Damaged(&'static str),
    /// An encoder was asked for what it cannot do. The text says what it takes, or what is wrong.
    Misuse(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Truncated => "The PNG is cut short.",
            Error::Damaged(what) | Error::Misuse(what) => what,
        })
    }
}

impl std::error::Error for Error {}
