//! What can be wrong with a file.

use std::fmt;

/// What is wrong with a file. [`Display`](fmt::Display) says it in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It ends too early.
    Truncated,
    /// It contradicts itself or the standard.
    Damaged(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Truncated => "The PNG is cut short.",
            Error::Damaged(what) => what,
        })
    }
}

impl std::error::Error for Error {}
