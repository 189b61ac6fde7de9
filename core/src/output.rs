//! What comes out of a job.

use crate::Format;

/// A finished image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
