//! An image whose header has been read, once.

use crate::codec::{self, Image};
use crate::{Error, Job, Limits, Metadata, Transform};

/// An encoded image and what its header says.
///
/// The bytes may be borrowed or owned: `&[u8]`, `Vec<u8>` or whatever else gives them.
///
/// ```
/// use edgepix_core::{Limits, Source, Transform};
///
/// let source = Source::open(std::fs::read("photo.jpg")?, &Limits::default())?;
/// assert_eq!((source.metadata().width, source.metadata().height), (480, 270));
/// for width in [120, 240] {
///     let job = source.prepare(&Transform::builder().width(width).build()?)?;
///     let output = job.run(&mut ())?;
///     assert_eq!(output.width, width);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Source<B> {
    bytes: B,
    limits: Limits,
    image: Box<dyn Image>,
    metadata: Metadata,
}

impl<B: AsRef<[u8]>> Source<B> {
    /// Recognises the format by the first bytes, and reads the header.
    ///
    /// # Errors
    ///
    /// [`UnsupportedSource`](crate::Kind::UnsupportedSource) where the bytes are no image that is read,
    /// [`DamagedSource`](crate::Kind::DamagedSource) where its header is cut short or contradicts itself,
    /// [`TooLarge`](crate::Kind::TooLarge) where it is over a limit.
    pub fn open(bytes: B, limits: &Limits) -> Result<Self, Error> {
        let file = bytes.as_ref();
        let image = codec::read_header(file, limits)?;
        let metadata = Metadata::of(image.header(), file);
        limits.check_source(&metadata)?;
        Ok(Self { bytes, limits: *limits, image, metadata })
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
        Job::new(self.bytes(), &*self.image, transform, &self.limits)
    }
}
