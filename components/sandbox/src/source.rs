//! [`SandboxedSource`]: an image in an instance of its own.

use std::fmt;

#[cfg(doc)]
use edgepix_core::Kind;
use edgepix_core::{Error, Limits, Metadata, Output, Plan, Transform};
use wasmtime::component::ResourceAny;

use crate::instance::Instance;

/// An image in the memory of an instance of its own, its header parsed: what [`edgepix_core::Source`] is to a program
/// that links the core.
///
/// The bytes were copied into the instance once, by [`Sandbox::open`](crate::Sandbox::open), and the header was parsed
/// once. The instance is one of [`Options::instances`](crate::Options::instances) until the source is dropped.
///
/// A call that ends in [`Timeout`](Kind::Timeout), [`Cancelled`](Kind::Cancelled), [`Internal`](Kind::Internal), or over
/// a bound of the instance was ended wherever it was. The source has no use after that: all further calls end in
/// [`Internal`](Kind::Internal).
///
/// ```no_run
/// use edgepix_core::{Format, Limits, Transform};
/// use edgepix_sandbox::{Options, Sandbox};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::new(&std::fs::read("image-processor.wasm")?, &Options::default())?;
/// let mut source = sandbox.open(&std::fs::read("photo.jpg")?, &Limits::default())?;
/// println!("{} × {}", source.metadata().width, source.metadata().height);
///
/// let options = Transform::builder().width(800).format(Format::Webp).build()?;
/// println!("needs {} bytes of memory", source.plan(&options)?.memory);
/// std::fs::write("photo.webp", source.transform(&options)?)?;
/// # Ok(())
/// # }
/// ```
pub struct SandboxedSource {
    instance: Instance,
    source: ResourceAny,
    metadata: Metadata,
}

impl SandboxedSource {
    pub(crate) fn open(mut instance: Instance, file: &[u8], limits: &Limits) -> Result<Self, Error> {
        let limits = limits.into();
        let source = instance.call(|exports, store| {
            exports.edgepix_pipeline_pipeline().source().call_open(store, file, limits)
        })??;
        let metadata = instance.call(|exports, store| {
            exports.edgepix_pipeline_pipeline().source().call_metadata(store, source)
        })?;
        Ok(Self { instance, source, metadata: metadata.into() })
    }

    /// What the header says.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What a job will cost, or why it is refused. No pixel is decoded.
    ///
    /// # Errors
    ///
    /// What the component answers, or what happened to the call: see the [crate's page](crate).
    pub fn plan(&mut self, transform: &Transform) -> Result<Plan, Error> {
        let (source, options) = (self.source, transform.try_into()?);
        let plan = self.instance.call(|exports, store| {
            exports.edgepix_pipeline_pipeline().source().call_plan(store, source, &options)
        })??;
        Ok(plan.into())
    }

    /// Runs a job.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan).
    pub fn transform(&mut self, transform: &Transform) -> Result<Output, Error> {
        let (source, options) = (self.source, transform.try_into()?);
        let output = self.instance.call(|exports, store| {
            exports.edgepix_pipeline_pipeline().source().call_transform(store, source, &options)
        })??;
        Ok(output.into())
    }

    /// Calls `stop` every [`TICK`](crate::Options::TICK) while a later call on this source runs. Where it returns true, that
    /// call ends with [`Cancelled`](Kind::Cancelled). `stop` runs on the thread of the call and should be quick.
    pub fn stop_when(&mut self, stop: impl FnMut() -> bool + Send + 'static) {
        self.instance.guest_mut().stop_when(stop);
    }

    /// Instructions that the component has executed for this source so far, its opening included. `None` where
    /// [`Options::fuel`](crate::Options::fuel) is not set and they are not counted.
    pub fn executed(&self) -> Option<u64> {
        self.instance.guest().executed()
    }
}

impl fmt::Debug for SandboxedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxedSource").field("metadata", &self.metadata).finish_non_exhaustive()
    }
}
