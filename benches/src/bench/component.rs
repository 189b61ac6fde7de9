//! The component in Wasmtime, with its defaults: one instance that stays.

use edgepix_bench_worker::{Job, Memory, serve};
use edgepix_core::{Error, Kind, Metadata, Output};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, ResourceLimiter, Store};

use crate::{product, read};

/// What Wasmtime makes of `wit/`.
#[allow(missing_docs, unreachable_pub, unsafe_code, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: ["../wit/image-processor", "../wit/pipeline"],
        world: "edgepix:pipeline/image-pipeline",
    });
}

edgepix_wit_types::caller!(crate::component::bindings::exports::edgepix::pipeline::pipeline);

/// The component, ready to be made instances of.
pub(crate) struct Compiled {
    engine: Engine,
    instances: bindings::ImagePipelinePre<Grown>,
}

impl Compiled {
    /// Compiles the component.
    pub(crate) fn new(engine: Engine) -> Result<Self, String> {
        let component = Component::new(&engine, read(&product("image-processor.wasm"))?).map_err(text)?;
        let instances = Linker::new(&engine).instantiate_pre(&component).map_err(text)?;
        Ok(Self { engine, instances: bindings::ImagePipelinePre::new(instances).map_err(text)? })
    }

    /// An instance, that has done nothing.
    pub(crate) fn instance(&self) -> Result<Instance, String> {
        let mut store = Store::new(&self.engine, Grown { bytes: 0 });
        store.limiter(|grown| grown);
        let instance = self.instances.instantiate(&mut store).map_err(text)?;
        Ok(Instance { store, instance })
    }
}

/// An instance of the component.
pub(crate) struct Instance {
    store: Store<Grown>,
    instance: bindings::ImagePipeline,
}

impl Instance {
    /// Bytes of its memory.
    pub(crate) fn memory(&self) -> u64 {
        self.store.data().bytes
    }

    /// Reads an image's headers, as the `edgepix-sandbox` crate does.
    pub(crate) fn metadata(&mut self, image: &[u8]) -> Result<Metadata, String> {
        let pipeline = self.instance.edgepix_pipeline_pipeline();
        Metadata::ask(image, |image| {
            let answer = pipeline.call_get_metadata(&mut self.store, image);
            Ok(answer.map_err(|error| Error::new(Kind::Internal, text(error)))??.into())
        })
        .map_err(|error| error.to_string())
    }

    /// Does the job, at this quality.
    pub(crate) fn run(&mut self, job: &Job, image: &[u8], quality: u8) -> Result<Vec<u8>, String> {
        let (options, limits) = ((&job.transform(quality)?).into(), (&Job::limits()).into());
        let pipeline = self.instance.edgepix_pipeline_pipeline();
        let answer = pipeline.call_resize(&mut self.store, image, options, limits).map_err(text)?;
        let output: Output = answer.map_err(|error| Error::from(error).to_string())?.into();
        Ok(output.bytes)
    }
}

/// The size of a store's memory.
struct Grown {
    bytes: u64,
}

impl ResourceLimiter for Grown {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.bytes = desired as u64;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

/// A worker.
pub(crate) fn worker(arguments: &[String]) -> Result<(), String> {
    let job = Job::from_arguments(arguments)?;
    let instance = std::cell::RefCell::new(Compiled::new(Engine::default())?.instance()?);
    let memory = || instance.borrow().memory();
    serve(&job, &product("image-processor.wasm"), &Memory::Instance(&memory), |source, quality| {
        instance.borrow_mut().run(&job, source, quality)
    })
}

fn text(error: wasmtime::Error) -> String {
    format!("{error:#}")
}
