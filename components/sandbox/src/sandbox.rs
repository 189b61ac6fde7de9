//! [`Sandbox`]: the component compiled, a pool of places for its instances, and the calls.

use std::fmt;

use edgepix_core::{Error, Limits, Metadata, Output, Plan, Transform};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use crate::bindings::{ImagePipeline, ImagePipelinePre};
use crate::guest::{Guest, TABLE};
use crate::options::{Options, SandboxError};
use crate::ticker::Ticker;
use crate::{cache, simple};

/// The component, ready for calls from any number of threads.
pub struct Sandbox {
    engine: Engine,
    component: ImagePipelinePre<Guest>,
    ticker: Ticker,
    options: Options,
}

impl Sandbox {
    /// Compiles the component, or takes its code from the cache, and makes an instance as a trial.
    ///
    /// # Errors
    ///
    /// Options that cannot be, bytes that are not the component, a cache that cannot be used.
    pub fn new(component: &[u8], options: &Options) -> Result<Self, SandboxError> {
        let engine = Engine::new(&config(options)?)
            .map_err(|error| SandboxError::Options(format!("the sandbox cannot be set up: {error:#}")))?;
        let component = match &options.cache {
            Some(folder) => cache::load(&engine, component, folder)?,
            None => Component::from_binary(&engine, component).map_err(unfit)?,
        };
        // The linker knows of nothing: a component that imports anything fails here.
        let component = Linker::new(&engine).instantiate_pre(&component).map_err(unfit)?;
        let component = ImagePipelinePre::new(component).map_err(unfit)?;
        let ticker = Ticker::start(engine.clone()).map_err(|error| {
            SandboxError::Options(format!("the sandbox's clock cannot be started: {error}"))
        })?;
        let sandbox = Self { engine, component, ticker, options: options.clone() };
        sandbox.call(|_, _| Ok(())).map_err(|error| {
            SandboxError::Component(format!("the component does not start: {}", error.message))
        })?;
        Ok(sandbox)
    }

    /// Calls the typed interface's `get-metadata`: reads an image's headers. Once more where a JPEG's go beyond its first
    /// 64 KiB.
    ///
    /// # Errors
    ///
    /// What the component answers, or what became of the call: see the [crate's page](crate).
    pub fn metadata(&self, image: &[u8]) -> Result<Metadata, Error> {
        Metadata::ask(image, |image| {
            let answer = self.call(|instance, store| {
                instance.edgepix_pipeline_pipeline().call_get_metadata(store, image)
            })?;
            Ok(answer?.into())
        })
    }

    /// Calls the typed interface's `get-plan`: tells what a job will cost.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn plan(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        let (options, limits) = (transform.try_into()?, limits.into());
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_get_plan(store, image, options, limits)
        })?;
        Ok(answer?.into())
    }

    /// Calls the typed interface's `resize`: makes an image.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn transform(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
        let (options, limits) = (transform.try_into()?, limits.into());
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_resize(store, image, options, limits)
        })?;
        Ok(answer?.into())
    }

    /// As [`transform`](Self::transform), and tells how many instructions the call executed, roughly: what it took of
    /// [`Options::fuel`]. `None` where those are not counted.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn transform_metered(
        &self,
        image: &[u8],
        transform: &Transform,
        limits: &Limits,
    ) -> Result<(Output, Option<u64>), Error> {
        let (options, limits) = (transform.try_into()?, limits.into());
        let (answer, fuel) = self.call(|instance, store| {
            let answer =
                instance.edgepix_pipeline_pipeline().call_resize(&mut *store, image, options, limits)?;
            Ok((answer, self.options.fuel.zip(store.get_fuel().ok()).map(|(given, left)| given - left)))
        })?;
        Ok((answer?.into(), fuel))
    }

    /// Calls the frozen interface's `resize`.
    ///
    /// # Errors
    ///
    /// `kind: sentence`, of what the component answers or of what became of the call.
    pub fn simple_resize(&self, image: &[u8], opts: &simple::TransformOptions) -> Result<Vec<u8>, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_resize(store, image, opts)
        })
    }

    /// Calls the frozen interface's `get-metadata`.
    ///
    /// # Errors
    ///
    /// As [`simple_resize`](Self::simple_resize).
    pub fn simple_metadata(&self, image: &[u8]) -> Result<simple::ImageMetadata, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_get_metadata(store, image)
        })
    }

    /// Calls the frozen interface's `convert-format`.
    ///
    /// # Errors
    ///
    /// As [`simple_resize`](Self::simple_resize).
    pub fn simple_convert(&self, image: &[u8], format: &str) -> Result<Vec<u8>, String> {
        self.simple(|instance, store| {
            instance.edgepix_image_processor_transforms().call_convert_format(store, image, format)
        })
    }

    fn simple<T>(
        &self,
        call: impl FnOnce(&ImagePipeline, &mut Store<Guest>) -> wasmtime::Result<Result<T, String>>,
    ) -> Result<T, String> {
        self.call(call).map_err(|error| error.to_string())?
    }

    /// Makes an instance, calls it, and drops it whatever happened.
    fn call<T>(
        &self,
        call: impl FnOnce(&ImagePipeline, &mut Store<Guest>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let _running = self.ticker.run();
        let mut store = Guest::store(&self.engine, &self.options).map_err(|_| defect())?;
        let answer = self.component.instantiate(&mut store).and_then(|instance| call(&instance, &mut store));
        answer.map_err(|fault| store.data().fault(&fault))
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Core modules and tables of one component. Ours has one of each; what a tool adds when it joins components has room.
const PARTS: u32 = 4;

fn config(options: &Options) -> Result<Config, SandboxError> {
    let most = 4 << 30;
    if !(1 << 20..=most).contains(&options.memory) {
        return Err(SandboxError::Options(format!("an instance's memory must be 1048576 … {most} bytes")));
    }
    if options.instances == 0 || options.deadline.is_zero() || options.fuel == Some(0) {
        return Err(SandboxError::Options(
            "a sandbox needs at least one instance, and some time and fuel for it".to_owned(),
        ));
    }
    let memory = usize::try_from(options.memory).map_err(|_| {
        SandboxError::Options("an instance's memory is more than this machine has".to_owned())
    })?;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(options.instances)
        .total_core_instances(options.instances.saturating_mul(PARTS))
        .max_core_instances_per_component(PARTS)
        .total_tables(options.instances.saturating_mul(PARTS))
        .max_tables_per_component(PARTS)
        .table_elements(TABLE)
        .total_memories(options.instances)
        .max_memories_per_component(1)
        .max_memory_size(memory);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .epoch_interruption(true)
        .consume_fuel(options.fuel.is_some())
        // What the component does not use need not be there. Relaxed SIMD differs between machines.
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false);
    Ok(config)
}

pub(crate) fn unfit(error: wasmtime::Error) -> SandboxError {
    SandboxError::Component(format!("this is not the image component: {error:#}"))
}

fn defect() -> Error {
    Error::new(edgepix_core::Kind::Internal, "The image component cannot be called.")
}
