//! The component under Wasmtime, with the core's own types around it.

use std::path::{Path, PathBuf};

use edgepix_core::{Error, Kind, Limits, Metadata, Output, Plan, Transform};
use wasmtime::component::{Component as Compiled, Linker};
use wasmtime::{Config, Engine, Store};

pub use bindings::exports::edgepix::image_processor::transforms as simple;

/// What Wasmtime makes of `wit/`.
#[allow(missing_docs, unreachable_pub, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: ["../wit/image-processor", "../wit/pipeline"],
        world: "edgepix:pipeline/image-pipeline",
    });
}

use bindings::ImagePipeline;

edgepix_wit_types::caller!(crate::component::bindings::exports::edgepix::pipeline::pipeline);

/// The component, compiled once; every call gets a fresh instance.
pub struct Component {
    engine: Engine,
    compiled: Compiled,
    /// Knows of nothing: the component imports nothing.
    linker: Linker<()>,
}

/// Where `cargo xtask build` leaves the component.
pub fn built() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../dist/image-processor.wasm")
}

impl Component {
    /// Compiles the component at `path`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing, and what to do about it.
    pub fn load(path: &Path) -> Result<Self, String> {
        let wrong = |error: wasmtime::Error| format!("{}: {error:#}", path.display());
        let bytes = std::fs::read(path).map_err(|error| {
            format!("{}: {error}. `cargo xtask build` makes the component.", path.display())
        })?;
        let engine = Engine::new(&Config::new()).map_err(wrong)?;
        let compiled = Compiled::new(&engine, bytes).map_err(wrong)?;
        Ok(Self { linker: Linker::new(&engine), compiled, engine })
    }

    /// Calls the typed interface's `get-metadata`.
    ///
    /// # Errors
    ///
    /// What the component answers; a trap is an internal error.
    pub fn metadata(&self, image: &[u8]) -> Result<Metadata, Error> {
        let answer = self
            .call(|instance, store| instance.edgepix_pipeline_pipeline().call_get_metadata(store, image))?;
        Ok(answer?.into())
    }

    /// Calls the typed interface's `get-plan`.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn plan(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        let (options, limits) = (transform.into(), limits.into());
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_get_plan(store, image, options, limits)
        })?;
        Ok(answer?.into())
    }

    /// Calls the typed interface's `resize`.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn transform(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
        let (options, limits) = (transform.into(), limits.into());
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_resize(store, image, options, limits)
        })?;
        let output = answer?;
        Ok(Output {
            bytes: output.bytes,
            format: output.format.into(),
            width: output.width,
            height: output.height,
        })
    }

    /// Calls the frozen interface's `resize`.
    ///
    /// # Errors
    ///
    /// The text that the component answers.
    pub fn simple_resize(&self, image: &[u8], opts: &simple::TransformOptions) -> Result<Vec<u8>, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_resize(store, image, opts)
        })
    }

    /// Calls the frozen interface's `get-metadata`.
    ///
    /// # Errors
    ///
    /// The text that the component answers.
    pub fn simple_metadata(&self, image: &[u8]) -> Result<simple::ImageMetadata, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_get_metadata(store, image)
        })
    }

    /// Calls the frozen interface's `convert-format`.
    ///
    /// # Errors
    ///
    /// The text that the component answers.
    pub fn simple_convert(&self, image: &[u8], format: &str) -> Result<Vec<u8>, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_convert_format(store, image, format)
        })
    }

    fn simple<T>(
        &self,
        call: impl FnOnce(&ImagePipeline, &mut Store<()>) -> wasmtime::Result<Result<T, String>>,
    ) -> Result<T, String> {
        self.call(call).map_err(|trap| trap.to_string())?
    }

    fn call<T>(
        &self,
        call: impl FnOnce(&ImagePipeline, &mut Store<()>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let mut store = Store::new(&self.engine, ());
        ImagePipeline::instantiate(&mut store, &self.compiled, &self.linker)
            .and_then(|instance| call(&instance, &mut store))
            .map_err(|trap| Error::new(Kind::Internal, format!("the component trapped: {trap:#}")))
    }
}
