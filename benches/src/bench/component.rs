//! The component in Wasmtime, with its defaults: one instance that stays.

use edgepix_bench_worker::{Job, Memory, serve};
use edgepix_core::{Error, Kind, Limits, Metadata, Output};
use wasmtime::component::{Component, Linker, ResourceAny};
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

    /// Reads an image's header, as the `edgepix-sandbox` crate does.
    pub(crate) fn metadata(&mut self, image: &[u8]) -> Result<Metadata, String> {
        let metadata = Metadata::ask(image, |part| {
            let source = self.open(part, &Limits::default())?;
            let answer =
                self.instance.edgepix_pipeline_pipeline().source().call_metadata(&mut self.store, source);
            self.close(source)?;
            Ok(answer.map_err(internal)?.into())
        });
        metadata.map_err(|error| error.to_string())
    }

    /// Runs the job, at this quality.
    pub(crate) fn run(&mut self, job: &Job, image: &[u8], quality: u8) -> Result<Vec<u8>, String> {
        let options = (&job.transform(quality)?).try_into().map_err(|error: Error| error.to_string())?;
        let source = self.open(image, &Job::limits()).map_err(|error| error.to_string())?;
        let sources = self.instance.edgepix_pipeline_pipeline().source();
        let answer = sources.call_transform(&mut self.store, source, &options).map_err(text)?;
        self.close(source).map_err(|error| error.to_string())?;
        let output: Output = answer.map_err(|error| Error::from(error).to_string())?.into();
        Ok(output.bytes)
    }

    fn open(&mut self, image: &[u8], limits: &Limits) -> Result<ResourceAny, Error> {
        let sources = self.instance.edgepix_pipeline_pipeline().source();
        Ok(sources.call_open(&mut self.store, image, limits.into()).map_err(internal)??)
    }

    /// The instance stays: what a source holds is given back.
    fn close(&mut self, source: ResourceAny) -> Result<(), Error> {
        source.resource_drop(&mut self.store).map_err(internal)
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

fn internal(error: wasmtime::Error) -> Error {
    Error::new(Kind::Internal, text(error))
}

fn text(error: wasmtime::Error) -> String {
    format!("{error:#}")
}
