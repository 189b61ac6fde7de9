//! [`Sandbox`]: the component compiled, and a pool of places for its instances.

use std::fmt;
use std::sync::Arc;

use edgepix_core::{Error, Limits, Metadata, Output, Plan, Transform};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use crate::bindings::{ImagePipeline, ImagePipelinePre};
use crate::guest::{Guest, TABLE};
use crate::instance::Instance;
use crate::options::{Options, SandboxError};
use crate::source::SandboxedSource;
use crate::ticker::Ticker;
use crate::{cache, simple};

/// The component, ready for calls from any number of threads. A clone is the same sandbox.
///
/// ```no_run
/// use edgepix_core::{Limits, Transform};
/// use edgepix_sandbox::{Options, Sandbox};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::new(&std::fs::read("image-processor.wasm")?, &Options::default())?;
/// let options = Transform::builder().width(800).build()?;
/// let threads = ["one.jpg", "two.jpg"].map(|name| {
///     let (sandbox, options) = (sandbox.clone(), options.clone());
///     std::thread::spawn(move || sandbox.transform(&std::fs::read(name).unwrap(), &options, &Limits::default()))
/// });
/// for thread in threads {
///     let output = thread.join().unwrap()?;
///     println!("{} × {}", output.width, output.height);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sandbox(Arc<Compiled>);

/// The compiled component, and what its instances share.
pub(crate) struct Compiled {
    pub(crate) engine: Engine,
    pub(crate) component: ImagePipelinePre<Guest>,
    pub(crate) ticker: Ticker,
    pub(crate) options: Options,
}

impl Sandbox {
    /// Compiles the component, or takes its code from the cache, and makes an instance as a trial.
    ///
    /// ```
    /// use edgepix_sandbox::{Options, Sandbox, SandboxError};
    ///
    /// let error = Sandbox::new(b"this is no component", &Options::default()).unwrap_err();
    /// assert!(matches!(error, SandboxError::Component(_)));
    /// ```
    ///
    /// # Errors
    ///
    /// Options that are out of range, bytes that are not the component, a cache that cannot be used.
    pub fn new(component: &[u8], options: &Options) -> Result<Self, SandboxError> {
        let engine = Engine::new(&config(options)?)
            .map_err(|error| SandboxError::Options(format!("the sandbox cannot be set up: {error:#}")))?;
        let component = match &options.cache {
            Some(folder) => cache::load(&engine, component, folder)?,
            None => Component::from_binary(&engine, component).map_err(unfit)?,
        };
        // Nothing is linked: a component that imports anything fails here.
        let component = Linker::new(&engine).instantiate_pre(&component).map_err(unfit)?;
        let component = ImagePipelinePre::new(component).map_err(unfit)?;
        let ticker = Ticker::start(engine.clone()).map_err(|error| {
            SandboxError::Options(format!("the sandbox's clock cannot be started: {error}"))
        })?;
        let sandbox = Self(Arc::new(Compiled { engine, component, ticker, options: options.clone() }));
        Instance::new(&sandbox.0).map_err(|error| {
            SandboxError::Component(format!("the component does not start: {}", error.message))
        })?;
        Ok(sandbox)
    }

    /// Copies an image into an instance of its own, where its header is parsed. The limits hold for all that is done with
    /// it.
    ///
    /// # Errors
    ///
    /// What the component answers, or what happened to the call: see the [crate's page](crate).
    pub fn open(&self, file: &[u8], limits: &Limits) -> Result<SandboxedSource, Error> {
        SandboxedSource::open(Instance::new(&self.0)?, file, limits)
    }

    /// Reads an image's header and nothing else: what [`edgepix_core::metadata`] answers. Of a JPEG only the first 64 KiB
    /// are copied into the instance where its header ends there.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn metadata(&self, file: &[u8]) -> Result<Metadata, Error> {
        // An image that is too large for any job has metadata all the same.
        let mut limits = Limits::default();
        (limits.source_pixels, limits.frames) = (u64::MAX, u32::MAX);
        Metadata::ask(file, |part| Ok(self.open(part, &limits)?.metadata().clone()))
    }

    /// What a job will cost: a short form of [`open`](Self::open) and [`plan`](SandboxedSource::plan).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn plan(&self, file: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        self.open(file, limits)?.plan(transform)
    }

    /// Makes an image: a short form of [`open`](Self::open) and [`transform`](SandboxedSource::transform).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn transform(&self, file: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
        self.open(file, limits)?.transform(transform)
    }

    /// Calls the frozen interface's `resize`. Its sides are at least 1: 0 is refused, and does not mean the source's own
    /// size, which is what an absent side means.
    ///
    /// ```no_run
    /// use edgepix_sandbox::{Options, Sandbox, simple};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::new(&std::fs::read("image-processor.wasm")?, &Options::default())?;
    /// let options = simple::TransformOptions {
    ///     max_width: Some(800),
    ///     max_height: None,
    ///     quality: None,
    ///     format: Some("webp".to_owned()),
    /// };
    /// std::fs::write("photo.webp", sandbox.simple_resize(&std::fs::read("photo.jpg")?, &options)?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `kind: sentence`, of what the component answers or of what happened to the call.
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
        Instance::new(&self.0)
            .and_then(|mut instance| instance.call(call))
            .map_err(|error| error.to_string())?
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// Core modules and tables of one component. Ours has one of each; a tool that joins components may add some.
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
        // What the component does not use is off. Relaxed SIMD differs between machines.
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false);
    Ok(config)
}

pub(crate) fn unfit(error: wasmtime::Error) -> SandboxError {
    SandboxError::Component(format!("this is not the image component: {error:#}"))
}
