//! What makes the images: the core linked into the host, or the component behind WIT.

use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Error, Limits, Metadata, Plan, Transform};

/// Reads, plans and makes images. The methods are asynchronous so that a server can take the work off the
/// threads that serve connections, and answer [`Busy`](edgepix_core::Kind::Busy) where its queue is full.
pub trait Engine {
    /// An image that was handed over, once for all that is done with it.
    type Source;

    /// Whether a job would be taken now. The default always takes one.
    ///
    /// # Errors
    ///
    /// [`Busy`](edgepix_core::Kind::Busy) with a sentence that says why not.
    fn ready(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Hands an image over. The limits hold for all that is done with it.
    ///
    /// An engine that reads the header here refuses what is no image, is damaged or is over a limit; one that does not
    /// refuses it in the calls that follow.
    async fn open(&self, file: Bytes, limits: &Limits) -> Result<Self::Source, Error>;

    /// What the image's header says.
    async fn metadata(&self, source: &Self::Source) -> Result<Metadata, Error>;

    /// Reads the header of an image of which nothing else is needed. An engine that copies images may copy only a part of
    /// this one.
    async fn describe(&self, file: Bytes, limits: &Limits) -> Result<Metadata, Error> {
        self.metadata(&self.open(file, limits).await?).await
    }

    /// What a job will cost, from the header alone, or why it is refused.
    async fn plan(&self, source: &Self::Source, transform: &Transform) -> Result<Plan, Error>;

    /// Makes the image that was planned, and gives the encoded file.
    ///
    /// `time` is what is left of the request's: an engine that can stop a job ends it then, with
    /// [`Timeout`](edgepix_core::Kind::Timeout). Dropping the future means that the image is not
    /// wanted any more.
    ///
    /// The source is given away, so that its memory ends as soon as the engine has no use for it. What the job takes of
    /// the memory budget stays reserved until the source is dropped.
    async fn transform(
        &self,
        source: Self::Source,
        transform: &Transform,
        plan: &Plan,
        time: Duration,
    ) -> Result<Bytes, Error>;
}

/// The core linked into the host, run where it is called, without an end to its time: a host that runs it so stops
/// what takes too long by itself.
#[cfg(feature = "core")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Linked;

#[cfg(feature = "core")]
impl Engine for Linked {
    type Source = edgepix_core::Source<Bytes>;

    async fn open(&self, file: Bytes, limits: &Limits) -> Result<Self::Source, Error> {
        edgepix_core::Source::open(file, limits)
    }

    async fn metadata(&self, source: &Self::Source) -> Result<Metadata, Error> {
        Ok(source.metadata().clone())
    }

    async fn plan(&self, source: &Self::Source, transform: &Transform) -> Result<Plan, Error> {
        Ok(*source.prepare(transform)?.plan())
    }

    async fn transform(
        &self,
        source: Self::Source,
        transform: &Transform,
        _plan: &Plan,
        _time: Duration,
    ) -> Result<Bytes, Error> {
        Ok(source.prepare(transform)?.run(&mut ())?.bytes.into())
    }
}
