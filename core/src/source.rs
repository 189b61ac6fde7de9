//! An image whose header has been read, once.

use crate::transform::Job;
use crate::{Error, Limits, Metadata, Transform, decode};

/// An encoded image and what its header says.
#[derive(Clone, Debug)]
pub struct Source<B> {
    bytes: B,
    limits: Limits,
    metadata: Metadata,
}

impl<B: AsRef<[u8]>> Source<B> {
    /// Tells the format from the bytes and reads the header.
    ///
    /// # Errors
    ///
    /// [`UnsupportedSource`](crate::Kind::UnsupportedSource) where the bytes are no image that is read,
    /// [`DamagedSource`](crate::Kind::DamagedSource) where its header is cut short or contradicts itself,
    /// [`TooLarge`](crate::Kind::TooLarge) where it is over a limit.
    pub fn open(bytes: B, limits: &Limits) -> Result<Self, Error> {
        let data = bytes.as_ref();
        limits.check_bytes(data.len() as u64)?;
        let metadata = Metadata::of(&decode::header(data)?, data);
        limits.check_source(&metadata)?;
        Ok(Self { bytes, limits: *limits, metadata })
    }

    /// The encoded image.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// What the header says.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Decides everything about a job, and refuses it where a limit or the options say so. No pixel is decoded.
    ///
    /// # Errors
    ///
    /// As [`transform`](crate::transform()).
    pub fn prepare(&self, transform: &Transform) -> Result<Job<'_>, Error> {
        Job::new(self.bytes(), transform, &self.limits)
    }
}
