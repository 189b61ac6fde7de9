//! Edgepix's image component in a [Wasmtime] sandbox, for native programs that want a decoder's defect to stay in its
//! sandbox.
//!
//! [`Sandbox::open`] copies an image into an instance of its own, which is wiped when the [`SandboxedSource`] is dropped.
//! The instance imports nothing: there is no clock, file, socket or environment that it could use. Each call is bounded by
//! [`Options`], and what goes wrong is an [`edgepix_core::Error`]:
//!
//! | what happens | kind |
//! | --- | --- |
//! | the component answers an error | that error |
//! | the call runs past its deadline | [`Timeout`](Kind::Timeout) |
//! | [the host stops it](SandboxedSource::stop_when) | [`Cancelled`](Kind::Cancelled) |
//! | it needs more memory, or more fuel, than allowed | [`TooLarge`](Kind::TooLarge) |
//! | it traps, or gives an invalid answer | [`Internal`](Kind::Internal) |
//! | all instances are taken | [`Busy`](Kind::Busy) |
//!
//! The methods block, and may be called from many threads at once.
//!
//! ```no_run
//! use edgepix_core::{Limits, Transform};
//! use edgepix_sandbox::{Options, Sandbox};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let component = std::fs::read("image-processor.wasm")?;
//! let sandbox = Sandbox::new(&component, &Options::default())?;
//! let photo = std::fs::read("photo.jpg")?;
//! let mut source = sandbox.open(&photo, &Limits::default())?;
//! let output = source.transform(&Transform::builder().width(800).build()?)?;
//! std::fs::write("smaller.jpg", output)?;
//! # Ok(())
//! # }
//! ```
//!
//! [Wasmtime]: https://wasmtime.dev

/// The examples of the crate's page compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod cache;
#[cfg(test)]
mod conversions;
mod guest;
mod instance;
mod options;
mod sandbox;
mod source;
mod ticker;

/// What Wasmtime makes of `wit/`, which is linked into this crate's folder so that its package has it.
#[allow(missing_docs, unreachable_pub, unsafe_code, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: ["wit/image-processor", "wit/pipeline"],
        world: "edgepix:pipeline/image-pipeline",
    });
}

edgepix_wit_types::caller!(crate::bindings::exports::edgepix::pipeline::pipeline);

/// The types of the frozen interface, `edgepix:image-processor/transforms`.
pub use bindings::exports::edgepix::image_processor::transforms as simple;
#[cfg(doc)]
use edgepix_core::Kind;
pub use options::{Options, SandboxError};
pub use sandbox::Sandbox;
pub use source::SandboxedSource;
