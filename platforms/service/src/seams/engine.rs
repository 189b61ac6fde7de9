//! The second seam: who does the pixels. The core linked into the host, or the component behind WIT.

use bytes::Bytes;
use edgepix_core::{Error, Format, Limits, Metadata, Plan, Transform};

/// Describes, plans and makes images. The methods are asynchronous so that a server can take the work off the
/// threads that serve connections, and answer [`Busy`](edgepix_core::Kind::Busy) where its queue is full.
///
/// As with [`Platform`](crate::Platform), whether the futures are `Send` is the implementation's affair.
#[allow(async_fn_in_trait, reason = "whether futures are Send is the implementation's affair")]
pub trait Engine {
    /// Reads an image's headers.
    async fn metadata(&self, source: &Bytes) -> Result<Metadata, Error>;

    /// Tells from the headers alone what a job will cost, or why it is refused.
    async fn plan(&self, source: &Bytes, transform: &Transform, limits: &Limits) -> Result<Plan, Error>;

    /// Makes the image. The source is given away, so that its memory ends as soon as the engine has no use for it.
    async fn transform(&self, source: Bytes, transform: &Transform, limits: &Limits)
    -> Result<Output, Error>;
}

/// A made image.
#[derive(Clone, Debug)]
pub struct Output {
    /// The encoded file.
    pub bytes: Bytes,
    /// Its format.
    pub format: Format,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

impl From<edgepix_core::Output> for Output {
    /// Without a copy.
    fn from(edgepix_core::Output { bytes, format, width, height }: edgepix_core::Output) -> Self {
        Self { bytes: bytes.into(), format, width, height }
    }
}

/// The core linked into the host, run where it is called.
#[cfg(feature = "core")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Linked;

#[cfg(feature = "core")]
impl Engine for Linked {
    async fn metadata(&self, source: &Bytes) -> Result<Metadata, Error> {
        edgepix_core::metadata(source)
    }

    async fn plan(&self, source: &Bytes, transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        edgepix_core::plan(source, transform, limits)
    }

    async fn transform(
        &self,
        source: Bytes,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Output, Error> {
        Ok(edgepix_core::transform(&source, transform, limits)?.into())
    }
}
