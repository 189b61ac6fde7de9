//! PNG, by our own codec.

mod colours;
mod decode;
mod encode;
mod recode;
mod text;

use super::{Codec, Cost, Encoder, Image, Settings};
use crate::rows::{Layout, Shape};
use crate::{Error, Format, Limits, MetadataKind};

#[derive(Debug)]
pub(super) struct Png;

impl Codec for Png {
    fn format(&self) -> Format {
        Format::Png
    }

    fn read_header(&self, file: &[u8], _: &Limits) -> Result<Box<dyn Image>, Error> {
        Ok(Box::new(decode::PngImage::read(file)?))
    }

    fn takes_rows(&self, settings: &Settings, _: Layout) -> bool {
        settings.palette.is_none()
    }

    /// A text is UTF-8.
    fn carries(&self, kind: MetadataKind, data: &[u8]) -> bool {
        kind != MetadataKind::Xmp || std::str::from_utf8(data).is_ok()
    }

    fn encoding_cost(&self, settings: &Settings, shape: &Shape) -> Cost {
        encode::cost(settings, shape)
    }

    fn encoder<'a>(&self, settings: &'a Settings, shape: &Shape) -> Result<Box<dyn Encoder + 'a>, Error> {
        Ok(match encode::quantisation(settings) {
            Some(quantisation) => Box::new(encode::PaletteEncoder::new(settings, quantisation)),
            None => Box::new(encode::PngEncoder::new(settings, shape)?),
        })
    }
}
