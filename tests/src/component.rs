//! The component under Wasmtime, with the core's own types around it.

use std::path::{Path, PathBuf};

use edgepix_core::{
    Background, Compass, Crop, Error, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Limits,
    Metadata, Orientation, Output, Plan, Rotate, Transform,
};
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
use bindings::exports::edgepix::pipeline::pipeline as wit;

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
        let facts = answer.map_err(Error::from)?;
        Ok(Metadata {
            width: facts.width,
            height: facts.height,
            format: facts.format.into(),
            size_bytes: facts.size_bytes,
            orientation: Orientation::from_exif(facts.orientation.into()),
            frames: facts.frames,
            has_alpha: facts.has_alpha,
            bit_depth: facts.bit_depth,
            profile: facts.profile,
            progressive: facts.progressive,
        })
    }

    /// Calls the typed interface's `get-plan`.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn plan(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        let (options, limits) = (options(transform), wit::Limits::from(limits));
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_get_plan(store, image, options, limits)
        })?;
        let plan = answer.map_err(Error::from)?;
        Ok(Plan {
            memory: plan.memory,
            work: plan.work,
            width: plan.width,
            height: plan.height,
            format: plan.format.into(),
        })
    }

    /// Calls the typed interface's `resize`.
    ///
    /// # Errors
    ///
    /// As [`metadata`](Self::metadata).
    pub fn transform(&self, image: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
        let (options, limits) = (options(transform), wit::Limits::from(limits));
        let answer = self.call(|instance, store| {
            instance.edgepix_pipeline_pipeline().call_resize(store, image, options, limits)
        })?;
        let output = answer.map_err(Error::from)?;
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

fn options(transform: &Transform) -> wit::Options {
    wit::Options {
        width: transform.width.map(Into::into),
        height: transform.height.map(Into::into),
        dpr: Some(transform.dpr.get()),
        fit: Some(match transform.fit {
            Fit::Inside => wit::Fit::Inside,
            Fit::Outside => wit::Fit::Outside,
            Fit::Cover => wit::Fit::Cover,
            Fit::Contain => wit::Fit::Contain,
            Fit::Fill => wit::Fit::Fill,
        }),
        enlarge: transform.enlarge,
        gravity: Some(gravity(transform.gravity)),
        crop: transform.crop.map(crop),
        rotate: match transform.rotate {
            Rotate::None => None,
            Rotate::Quarter => Some(wit::Rotate::Quarter),
            Rotate::Half => Some(wit::Rotate::Half),
            Rotate::ThreeQuarters => Some(wit::Rotate::ThreeQuarters),
        },
        flip: match transform.flip {
            Flip::None => None,
            Flip::Horizontal => Some(wit::Flip::Horizontal),
            Flip::Vertical => Some(wit::Flip::Vertical),
            Flip::Both => Some(wit::Flip::Both),
        },
        background: transform.background.map(|Background { red, green, blue, alpha }| wit::Colour {
            red,
            green,
            blue,
            alpha,
        }),
        format: transform.format.map(Into::into),
        quality: transform.quality.map(|quality| quality.get()),
        lossless: transform.lossless,
        frame: transform.frame,
        metadata: Some(match transform.metadata {
            KeepMetadata::None => wit::KeepMetadata::None,
            KeepMetadata::Copyright => wit::KeepMetadata::Copyright,
            KeepMetadata::All => wit::KeepMetadata::All,
        }),
    }
}

fn gravity(gravity: Gravity) -> wit::Gravity {
    match gravity {
        Gravity::Focal(x, y) => wit::Gravity::Focal(wit::Point { x, y }),
        Gravity::Compass(compass) => match compass {
            Compass::Center => wit::Gravity::Center,
            Compass::North => wit::Gravity::North,
            Compass::Northeast => wit::Gravity::Northeast,
            Compass::East => wit::Gravity::East,
            Compass::Southeast => wit::Gravity::Southeast,
            Compass::South => wit::Gravity::South,
            Compass::Southwest => wit::Gravity::Southwest,
            Compass::West => wit::Gravity::West,
            Compass::Northwest => wit::Gravity::Northwest,
        },
    }
}

fn crop(crop: Crop) -> wit::Crop {
    let length = |length| match length {
        Length::Pixels(pixels) => wit::Length::Pixels(pixels),
        Length::Percent(percent) => wit::Length::Percent(percent),
    };
    wit::Crop { x: length(crop.x), y: length(crop.y), width: length(crop.width), height: length(crop.height) }
}

impl From<&Limits> for wit::Limits {
    fn from(limits: &Limits) -> Self {
        wit::Limits {
            source_bytes: Some(limits.source_bytes),
            source_pixels: Some(limits.source_pixels),
            output_side: Some(limits.output_side),
            frames: Some(limits.frames),
            memory: Some(limits.memory),
        }
    }
}

impl From<Format> for wit::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Jpeg => wit::Format::Jpeg,
            Format::Png => wit::Format::Png,
            Format::Webp => wit::Format::Webp,
            Format::Avif => wit::Format::Avif,
            Format::Gif => wit::Format::Gif,
        }
    }
}

impl From<wit::Format> for Format {
    fn from(format: wit::Format) -> Self {
        match format {
            wit::Format::Jpeg => Format::Jpeg,
            wit::Format::Png => Format::Png,
            wit::Format::Webp => Format::Webp,
            wit::Format::Avif => Format::Avif,
            wit::Format::Gif => Format::Gif,
        }
    }
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        let (kind, details) = match error {
            wit::Error::InvalidParameter(details) => (Kind::InvalidParameter, details),
            wit::Error::Unsupported(details) => (Kind::Unsupported, details),
            wit::Error::UnsupportedSource(details) => (Kind::UnsupportedSource, details),
            wit::Error::DamagedSource(details) => (Kind::DamagedSource, details),
            wit::Error::TooLarge(details) => (Kind::TooLarge, details),
            wit::Error::Internal(details) => (Kind::Internal, details),
        };
        Error {
            kind,
            message: details.message.into(),
            parameter: details.parameter.map(Into::into),
            allowed: details.allowed.map(Into::into),
            limit: details.limit,
            actual: details.actual,
        }
    }
}
