//! Who does the pixels: the core linked in, or the component in its sandbox.

#[cfg(feature = "sandbox")]
use std::sync::Arc;

use edgepix_core::{Error, Limits, Metadata, Output, Plan, Transform};
#[cfg(feature = "sandbox")]
use edgepix_sandbox::Sandbox;
use edgepix_service::ConfigError;

use crate::settings::{Engine, Settings};

/// Does the pixels, on whatever thread it is called.
#[derive(Clone, Debug)]
pub(crate) enum Pixels {
    Native,
    #[cfg(feature = "sandbox")]
    Sandbox(Arc<Sandbox>),
}

impl Pixels {
    pub(crate) fn new(settings: &Settings) -> Result<Self, ConfigError> {
        match &settings.engine {
            Engine::Native => Ok(Pixels::Native),
            #[cfg(feature = "sandbox")]
            Engine::Sandbox(files) => Ok(Pixels::Sandbox(Arc::new(start::sandbox(files, settings)?))),
            #[cfg(not(feature = "sandbox"))]
            Engine::Sandbox(_) => {
                Err(ConfigError { name: "EDGEPIX_ENGINE", message: Engine::NOT_BUILT_IN.to_owned() })
            }
        }
    }

    /// Whether descriptions and plans are calls that take up an instance.
    pub(crate) fn in_instances(&self) -> bool {
        !matches!(self, Pixels::Native)
    }

    pub(crate) fn metadata(&self, source: &[u8]) -> Result<Metadata, Error> {
        match self {
            Pixels::Native => edgepix_core::metadata(source),
            #[cfg(feature = "sandbox")]
            Pixels::Sandbox(sandbox) => sandbox.metadata(source).map_err(start::told),
        }
    }

    pub(crate) fn plan(&self, source: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        match self {
            Pixels::Native => edgepix_core::plan(source, transform, limits),
            #[cfg(feature = "sandbox")]
            Pixels::Sandbox(sandbox) => sandbox.plan(source, transform, limits).map_err(start::told),
        }
    }

    pub(crate) fn transform(
        &self,
        source: &[u8],
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Output, Error> {
        match self {
            Pixels::Native => edgepix_core::transform(source, transform, limits),
            #[cfg(feature = "sandbox")]
            Pixels::Sandbox(sandbox) => sandbox.transform(source, transform, limits).map_err(start::told),
        }
    }
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
    use crate::settings::SandboxFiles;

    /// The largest memory that a 32-bit module can have.
    const MOST: u64 = 4 << 30;

    /// Reads the component and makes the sandbox that the settings ask for.
    pub(super) fn sandbox(files: &SandboxFiles, settings: &Settings) -> Result<Sandbox, ConfigError> {
        let began = Instant::now();
        let path = files.component.clone().unwrap_or_else(usual);
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
        // What the service admits must fit.
        let needed = service.memory_budget.saturating_add(service.limits.source_bytes);
        let options = Options {
            memory: needed.saturating_add(Options::OVERHEAD).min(MOST),
            deadline: service.timeout,
            fuel: files.fuel,
            // A job for each, and a description or a plan beside it.
            instances: u32::try_from(settings.concurrency * 2).unwrap_or(u32::MAX),
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

    /// Beside the program, or where it is built.
    fn usual() -> PathBuf {
        const NAME: &str = "image-processor.wasm";
        let beside = env::current_exe().ok().map(|program| program.with_file_name(NAME));
        beside.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("dist").join(NAME))
    }

    /// The error as the client hears it. What became of the component is for the log.
    pub(super) fn told(error: Error) -> Error {
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
