//! PNG encoding by our own crate, row by row.

use edgepix_png::{Metadata, Parameters, Pixels};

use crate::codec::{Cost, Encoder, Settings, defect, trimmed};
use crate::rows::{Layout, Shape};
use crate::{Effort, Error};

pub(super) fn cost(settings: &Settings, shape: &Shape) -> Cost {
    // Sides were checked against the largest before.
    let Ok(parameters) = parameters(settings, shape) else { return Cost { memory: 0, work: 0 } };
    Cost { memory: parameters.memory() + settings.kept.bytes() * 3, work: parameters.work() }
}

pub(super) struct PngEncoder<'a> {
    encoder: edgepix_png::Encoder<'a>,
    /// Bytes that encoding may take.
    most: u64,
}

impl<'a> PngEncoder<'a> {
    pub(super) fn new(settings: &'a Settings, shape: &Shape) -> Result<Self, Error> {
        let parameters = parameters(settings, shape).map_err(failed)?;
        let kept = &settings.kept;
        let mut metadata = Metadata::default();
        metadata.icc = kept.icc.as_deref();
        metadata.exif = kept.exif.as_deref();
        metadata.xmp = kept.xmp.as_ref().and_then(|xmp| std::str::from_utf8(xmp).ok());
        let encoder = edgepix_png::Encoder::new(&parameters, metadata).map_err(failed)?;
        Ok(Self { encoder, most: parameters.memory() })
    }
}

impl Encoder for PngEncoder<'_> {
    fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.encoder.write_row(row).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        Ok(trimmed(self.encoder.finish().map_err(failed)?, self.most))
    }
}

fn parameters(settings: &Settings, shape: &Shape) -> Result<Parameters, edgepix_png::Error> {
    let pixels = match shape.layout() {
        Layout::Grey => Pixels::Grey,
        Layout::Rgb => Pixels::Rgb,
        Layout::Rgba | Layout::Cmyk => Pixels::Rgba,
    };
    let effort = match settings.effort {
        Effort::Fast => edgepix_png::Effort::Fast,
        Effort::Balanced => edgepix_png::Effort::Balanced,
        Effort::Small => edgepix_png::Effort::Small,
    };
    Ok(Parameters::new(shape.width, shape.height, pixels)?.effort(effort))
}

fn failed(_: edgepix_png::Error) -> Error {
    defect("png")
}
