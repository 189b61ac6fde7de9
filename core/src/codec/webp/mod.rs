//! WebP: the container (RFC 9649 section 2) around lossy and lossless pictures.

mod decode;
mod encode;
mod picture;
mod recode;
mod yuv;

use super::{Codec, Cost, Encoder, Image, Settings};
use crate::options::Lossless;
use crate::rows::{Layout, Shape};
use crate::{Error, Format, Limits};

#[derive(Debug)]
pub(super) struct Webp;

impl Codec for Webp {
    fn format(&self) -> Format {
        Format::Webp
    }

    fn read_header(&self, file: &[u8], _: &Limits) -> Result<Box<dyn Image>, Error> {
        Ok(Box::new(decode::WebpImage::read(file)?))
    }

    /// Lossy colour is coded as it comes; alpha goes before the colours.
    fn takes_rows(&self, settings: &Settings, layout: Layout) -> bool {
        settings.lossless == Lossless::No && layout != Layout::Rgba
    }

    fn chroma_cell(&self, settings: &Settings) -> Option<u32> {
        (settings.lossless == Lossless::No).then_some(encode::CHROMA_CELL)
    }

    fn encoding_cost(&self, settings: &Settings, shape: &Shape) -> Cost {
        encode::cost(settings, shape)
    }

    fn encoder<'a>(&self, settings: &'a Settings, shape: &Shape) -> Result<Box<dyn Encoder + 'a>, Error> {
        Ok(Box::new(encode::WebpEncoder::new(settings, shape)))
    }
}
