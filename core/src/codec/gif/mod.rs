//! GIF 87a and 89a.

mod blocks;
mod decode;
mod encode;
mod lzw;
mod recode;
mod unpack;

use super::{Codec, Cost, Encoder, Image, Settings};
use crate::rows::{Layout, Shape};
use crate::{Error, Format, Limits, MetadataKind};

#[derive(Debug)]
pub(super) struct Gif;

impl Codec for Gif {
    fn format(&self) -> Format {
        Format::Gif
    }

    fn read_header(&self, file: &[u8], _: &Limits) -> Result<Box<dyn Image>, Error> {
        Ok(Box::new(decode::GifImage::read(file)?))
    }

    fn takes_rows(&self, _: &Settings, _: Layout) -> bool {
        false
    }

    fn carries(&self, _: MetadataKind, _: &[u8]) -> bool {
        false
    }

    fn encoding_cost(&self, settings: &Settings, shape: &Shape) -> Cost {
        encode::cost(settings, shape)
    }

    fn encoder<'a>(&self, settings: &'a Settings, _: &Shape) -> Result<Box<dyn Encoder + 'a>, Error> {
        Ok(Box::new(encode::GifEncoder::new(settings)))
    }
}
