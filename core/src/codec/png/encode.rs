//! PNG encoding by our own crate: without loss row by row, or, where a quality is asked for, in a palette.

use edgepix_png::{Metadata, Parameters, Pixels};

use crate::codec::palette::{Alpha, Indexed, Quantisation};
use crate::codec::{Cost, Encoder, Settings, defect, trimmed};
use crate::rows::{Layout, Picture, Shape};
use crate::{Effort, Error, Quality};

pub(super) fn cost(settings: &Settings, shape: &Shape) -> Cost {
    // Sides were checked against the largest before.
    let Ok(parameters) = parameters(settings, shape) else { return Cost { memory: 0, work: 0 } };
    let mut cost = Cost { memory: parameters.memory() + settings.kept.bytes() * 3, work: parameters.work() };
    if let Some(quantisation) = quantisation(settings) {
        let quantising = quantisation.cost(shape);
        // Behind the quantiser there are the indices, but not the picture.
        let pixels = u64::from(shape.width) * u64::from(shape.height);
        cost.memory = u64::max((cost.memory + pixels).saturating_sub(shape.bytes()), quantising.memory);
        cost.work += quantising.work;
    }
    cost
}

/// How the picture gets a palette, where a quality is asked for.
pub(super) fn quantisation(settings: &Settings) -> Option<Quantisation> {
    let error = allowed_error(settings.palette?);
    Some(Quantisation { alpha: Alpha::Kept, error, effort: settings.effort })
}

/// The mean squared error that a quality allows. At 100 all colours that there may be are taken; the lower end is about as
/// coarse as that of other programs.
fn allowed_error(quality: Quality) -> f32 {
    let lost = f32::from(Quality::BEST.get() - quality.get());
    lost * lost / 100.0
}

/// Writes a picture of few colours.
pub(super) struct PaletteEncoder<'a> {
    settings: &'a Settings,
    quantisation: Quantisation,
    file: Vec<u8>,
}

impl<'a> PaletteEncoder<'a> {
    pub(super) fn new(settings: &'a Settings, quantisation: Quantisation) -> Self {
        Self { settings, quantisation, file: Vec::new() }
    }
}

impl Encoder for PaletteEncoder<'_> {
    fn write_picture(&mut self, picture: Picture) -> Result<(), Error> {
        let (width, height) = (picture.width, picture.height);
        let Indexed { palette, indices } = self.quantisation.run(picture);
        let parameters = with_effort(self.settings, width, height, Pixels::Indexed).map_err(failed)?;
        let metadata = metadata(self.settings);
        let mut encoder = edgepix_png::Encoder::indexed(&parameters, &palette, metadata).map_err(failed)?;
        indices.chunks_exact(width as usize).try_for_each(|row| encoder.write_row(row)).map_err(failed)?;
        drop(indices);
        self.file = trimmed(encoder.finish().map_err(failed)?, parameters.memory());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        Ok(self.file)
    }
}

/// Writes all colours.
pub(super) struct PngEncoder<'a> {
    encoder: edgepix_png::Encoder<'a>,
    /// Bytes that encoding may take.
    most: u64,
}

impl<'a> PngEncoder<'a> {
    pub(super) fn new(settings: &'a Settings, shape: &Shape) -> Result<Self, Error> {
        let parameters = parameters(settings, shape).map_err(failed)?;
        let encoder = edgepix_png::Encoder::new(&parameters, metadata(settings)).map_err(failed)?;
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
        _ if settings.palette.is_some() => Pixels::Indexed,
        Layout::Grey => Pixels::Grey,
        Layout::Rgb => Pixels::Rgb,
        Layout::Rgba | Layout::Cmyk => Pixels::Rgba,
    };
    with_effort(settings, shape.width, shape.height, pixels)
}

fn with_effort(
    settings: &Settings,
    width: u32,
    height: u32,
    pixels: Pixels,
) -> Result<Parameters, edgepix_png::Error> {
    let effort = match settings.effort {
        Effort::Fast => edgepix_png::Effort::Fast,
        Effort::Balanced => edgepix_png::Effort::Balanced,
        Effort::Small => edgepix_png::Effort::Small,
    };
    Ok(Parameters::new(width, height, pixels)?.effort(effort))
}

fn metadata(settings: &Settings) -> Metadata<'_> {
    let kept = &settings.kept;
    let mut metadata = Metadata::default();
    metadata.icc = kept.icc.as_deref();
    metadata.exif = kept.exif.as_deref();
    metadata.xmp = kept.xmp.as_ref().and_then(|xmp| std::str::from_utf8(xmp).ok());
    metadata
}

fn failed(_: edgepix_png::Error) -> Error {
    defect("png")
}
