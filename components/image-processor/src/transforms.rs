//! The frozen interface, on top of the same core.

use edgepix_core::{Error, Format, InvalidValue, Limits, Transform, TransformBuilder};

use crate::Component;
use crate::bindings::exports::edgepix::image_processor::transforms::{
    Guest, ImageMetadata, TransformOptions,
};

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
        let convert = || run(&image, &first_frame().format(format(&target_format)?).build()?);
        convert().map_err(|error: Error| error.to_string())
    }
}

fn run(image: &[u8], transform: &Transform) -> Result<Vec<u8>, Error> {
    edgepix_core::transform(image, transform, &Limits::default()).map(|output| output.bytes)
}

fn options(opts: &TransformOptions) -> Result<Transform, Error> {
    let format = opts.format.as_deref().map(format).transpose()?;
    let options = first_frame().width(opts.max_width).height(opts.max_height).quality(opts.quality);
    options.format(format).build().map_err(|error| {
        // In the words of this interface.
        let name = match error.parameter.as_deref() {
            Some("w") => "max-width",
            Some("h") => "max-height",
            Some("q") => "quality",
            _ => return error,
        };
        Error::invalid_value(name, error.allowed.unwrap_or_default())
    })
}

/// This interface has no word for frames: of an animation it takes the first.
fn first_frame() -> TransformBuilder {
    Transform::builder().frame(0)
}

fn format(name: &str) -> Result<Format, Error> {
    name.parse().map_err(|error: InvalidValue| {
        Error::parameter("format", format!("\"{name}\" is not a format."), error.allowed().to_owned())
    })
}
