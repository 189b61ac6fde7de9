//! The frozen interface, on top of the same core.

use std::num::NonZeroU32;

use edgepix_core::{Error, Format, Limits, Quality, Transform};

use crate::Component;
use crate::bindings::exports::edgepix::image_processor::transforms::{
    Guest, ImageMetadata, TransformOptions,
};
use crate::convert::{quality, side};

impl Guest for Component {
    fn resize(image: Vec<u8>, opts: TransformOptions) -> Result<Vec<u8>, String> {
        options(&opts).and_then(|transform| run(&image, &transform)).map_err(|error| error.to_string())
    }

    fn get_metadata(image: Vec<u8>) -> Result<ImageMetadata, String> {
        let facts = edgepix_core::metadata(&image).map_err(|error| error.to_string())?;
        Ok(ImageMetadata {
            width: facts.width,
            height: facts.height,
            format: facts.format.name().to_owned(),
            size_bytes: facts.size_bytes,
        })
    }

    fn convert_format(image: Vec<u8>, target_format: String) -> Result<Vec<u8>, String> {
        let convert = || {
            let transform =
                Transform { format: Some(format(&target_format)?), ..first_frame(None, None, None) };
            run(&image, &transform)
        };
        convert().map_err(|error: Error| error.to_string())
    }
}

fn run(image: &[u8], transform: &Transform) -> Result<Vec<u8>, Error> {
    edgepix_core::transform(image, transform, &Limits::default()).map(|output| output.bytes)
}

fn options(opts: &TransformOptions) -> Result<Transform, Error> {
    let format = opts.format.as_deref().map(format).transpose()?;
    let width = side("max-width", opts.max_width)?;
    let height = side("max-height", opts.max_height)?;
    Ok(Transform { format, ..first_frame(width, height, quality(opts.quality)?) })
}

/// This interface has no word for frames: of an animation it takes the first.
fn first_frame(width: Option<NonZeroU32>, height: Option<NonZeroU32>, quality: Option<Quality>) -> Transform {
    Transform { width, height, quality, frame: Some(0), ..Transform::default() }
}

fn format(name: &str) -> Result<Format, Error> {
    name.parse()
        .map_err(|allowed| Error::parameter("format", format!("\"{name}\" is not a format."), allowed))
}
