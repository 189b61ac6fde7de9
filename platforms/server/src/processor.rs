//! What makes the images: the core linked in, or the component in its sandbox.

#[cfg(feature = "sandbox")]
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use edgepix_core::{Error, Limits, Metadata, Plan, Source, Transform};
#[cfg(feature = "sandbox")]
use edgepix_sandbox::{Sandbox, SandboxedSource};
use edgepix_service::ConfigError;

use crate::pool::Watch;
use crate::settings::{Engine, Settings};

/// Makes images on whatever thread it is called.
#[derive(Clone, Debug)]
pub(crate) enum Processor {
    Native,
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
}

/// An image that was handed to a processor, its header parsed.
#[derive(Debug)]
pub(crate) enum Opened {
    Native(Source<Bytes>),
    #[cfg(feature = "sandbox")]
    Sandbox {
        source: Mutex<SandboxedSource>,
        /// The instance has its own copy. This one keeps the job's part of the memory budget reserved.
        _file: Bytes,
    },
}

impl Processor {
    pub(crate) fn new(settings: &Settings) -> Result<Self, ConfigError> {
        match &settings.engine {
            Engine::Native => Ok(Processor::Native),
            #[cfg(feature = "sandbox")]
            Engine::Sandbox(files) => Ok(Processor::Sandbox(start::sandbox(files, settings)?)),
            #[cfg(not(feature = "sandbox"))]
            Engine::Sandbox(_) => {
                Err(ConfigError { name: "EDGEPIX_ENGINE", message: Engine::NOT_BUILT_IN.to_owned() })
            }
        }
    }

    /// Its name, as `EDGEPIX_ENGINE` has it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Processor::Native => "native",
            #[cfg(feature = "sandbox")]
            Processor::Sandbox(_) => "sandbox",
        }
    }

    /// Whether descriptions and plans are calls that take up an instance.
    pub(crate) fn in_instances(&self) -> bool {
        !matches!(self, Processor::Native)
    }

    /// Takes an image and parses its header.
    pub(crate) fn open(&self, file: Bytes, limits: &Limits) -> Result<Opened, Error> {
        match self {
            Processor::Native => Source::open(file, limits).map(Opened::Native),
            #[cfg(feature = "sandbox")]
            Processor::Sandbox(sandbox) => {
                let source = Mutex::new(sandbox.open(&file, limits).map_err(start::for_client)?);
                Ok(Opened::Sandbox { source, _file: file })
            }
        }
    }

    /// Reads the header of an image of which nothing else is needed.
    pub(crate) fn describe(&self, file: &[u8], limits: &Limits) -> Result<Metadata, Error> {
        match self {
            Processor::Native => Ok(Source::open(file, limits)?.metadata().clone()),
            #[cfg(feature = "sandbox")]
            Processor::Sandbox(sandbox) => {
                limits.check_bytes(file.len() as u64)?;
                let describe = |part: &[u8]| Ok(sandbox.open(part, limits)?.metadata().clone());
                Metadata::ask(file, describe).map_err(start::for_client)
            }
        }
    }
}

impl Opened {
    pub(crate) fn metadata(&self) -> Result<Metadata, Error> {
        match self {
            Opened::Native(source) => Ok(source.metadata().clone()),
            #[cfg(feature = "sandbox")]
            Opened::Sandbox { source, .. } => Ok(lock(source).metadata().clone()),
        }
    }

    pub(crate) fn plan(&self, transform: &Transform) -> Result<Plan, Error> {
        match self {
            Opened::Native(source) => Ok(*source.prepare(transform)?.plan()),
            #[cfg(feature = "sandbox")]
            Opened::Sandbox { source, .. } => lock(source).plan(transform).map_err(start::for_client),
        }
    }

    /// Makes the image, until `watch` ends the job.
    pub(crate) fn transform(&self, transform: &Transform, watch: &mut Watch) -> Result<Vec<u8>, Error> {
        match self {
            Opened::Native(source) => Ok(source.prepare(transform)?.run(watch)?.bytes),
            #[cfg(feature = "sandbox")]
            Opened::Sandbox { source, .. } => {
                let (mut source, watch) = (lock(source), watch.clone());
                source.stop_when(move || watch.reason_to_stop().is_some());
                Ok(source.transform(transform).map_err(start::for_client)?.bytes)
            }
        }
    }
}

/// The calls on a source follow one another.
#[cfg(feature = "sandbox")]
fn lock(source: &Mutex<SandboxedSource>) -> MutexGuard<'_, SandboxedSource> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(feature = "sandbox")]
mod start {
    use std::env;
    use std::fs;
    use std::path::PathBuf;
    use std::time::Instant;

    use edgepix_core::Kind;
    use edgepix_sandbox::{Options, SandboxError};

    use super::*;
    use crate::queue::WAITING;
    use crate::settings::SandboxFiles;

    /// The largest memory that a 32-bit module can have.
    const MOST: u64 = 4 << 30;

    /// Reads the component and makes the sandbox that the settings ask for.
    pub(super) fn sandbox(files: &SandboxFiles, settings: &Settings) -> Result<Sandbox, ConfigError> {
        let began = Instant::now();
        let path = files.component.clone().unwrap_or_else(default_path);
        let wrong = |name, message| Err(ConfigError { name, message });
        let component = match fs::read(&path) {
            Ok(component) => component,
            Err(error) => {
                let message = format!(
                    "must be the file image-processor.wasm, which `cargo xtask build` makes in dist/: {}: {error}.",
                    path.display()
                );
                return wrong("EDGEPIX_COMPONENT", message);
            }
        };
        let service = &settings.service;
        let options = Options {
            // What the service admits must fit: one job, with its source.
            memory: service.limits.memory.saturating_add(Options::OVERHEAD).min(MOST),
            deadline: service.timeout,
            fuel: files.fuel,
            // A source has an instance from its opening to its end: those that run, those that wait for their turn, and as
            // many whose headers are read.
            instances: u32::try_from(settings.concurrency * (2 + WAITING) + 1).unwrap_or(u32::MAX),
            cache: files.cache.clone(),
        };
        match Sandbox::new(&component, &options) {
            Ok(sandbox) => {
                let ms = began.elapsed().as_millis();
                tracing::info!(component = %path.display(), ms, "images are made in the sandbox");
                Ok(sandbox)
            }
            Err(SandboxError::Component(said)) => {
                wrong("EDGEPIX_COMPONENT", format!("does not do: {}: {said}.", path.display()))
            }
            Err(SandboxError::Cache(said)) => {
                wrong("EDGEPIX_COMPONENT_CACHE", format!("does not do: {said}."))
            }
            Err(error) => wrong("EDGEPIX_ENGINE", format!("cannot be sandbox: {error}.")),
        }
    }

    /// Beside the program, or in the folder that it is built into.
    fn default_path() -> PathBuf {
        const NAME: &str = "image-processor.wasm";
        let beside = env::current_exe().ok().map(|program| program.with_file_name(NAME));
        beside.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("dist").join(NAME))
    }

    /// The error as the client sees it. What happened to the component is for the log.
    pub(super) fn for_client(error: Error) -> Error {
        match error.kind {
            Kind::Internal => {
                tracing::error!(%error, "the image component failed; its instance is gone");
                crate::pool::defect()
            }
            Kind::Timeout => {
                tracing::warn!(%error, "the image component was stopped; its instance is gone");
                error
            }
            _ => error,
        }
    }
}
