//! From pixels to bytes: one room per format, and the list of them.
//!
//! A format's room has two doors: `cost` (what encoding will take, at the most) and `encode`. To add a format, add its
//! room and its lines here.

mod gif;
mod jpeg;
mod lzw;
mod png;
mod webp;

use crate::decode::{Cost, Header};
use crate::raster::{Layout, Picture};
use crate::{Error, Format, KeepMetadata, Quality, Transform, exif, format};

/// How to encode.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) format: Format,
    pub(crate) quality: Quality,
    pub(crate) lossless: bool,
    pub(crate) kept: Kept,
}

/// Metadata that goes along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// TIFF structure without prefix.
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
}

impl Settings {
    pub(crate) fn new(format: Format, header: &Header, transform: &Transform) -> Result<Self, Error> {
        if !format.is_written() {
            return Err(Error::not_built("format", &format!("format={format}"), format::written()));
        }
        let kept = match transform.metadata {
            KeepMetadata::None => Kept::default(),
            KeepMetadata::Copyright => Kept { exif: header.exif.and_then(exif::copyright), xmp: None },
            KeepMetadata::All => {
                Kept { exif: header.exif.map(exif::upright), xmp: header.xmp.as_deref().map(<[u8]>::to_vec) }
            }
        };
        let quality = transform.quality.or(format.default_quality()).unwrap_or(Quality::BEST);
        Ok(Self { format, quality, lossless: transform.lossless, kept })
    }

    /// Whether the encoder is content with rows from the top, and need not see the whole first.
    pub(crate) fn takes_rows(&self, layout: Layout) -> bool {
        match self.format {
            Format::Jpeg | Format::Png => true,
            // Alpha goes before the colours.
            Format::Webp => !self.lossless && layout != Layout::Rgba,
            Format::Gif | Format::Avif | Format::Jxl => false,
        }
    }

    /// For an encoder that takes [planes](crate::raster::StripStream): on how many pixels, across and down, it wants one
    /// sample of the colour differences.
    pub(crate) fn chroma_cell(&self) -> Option<u32> {
        match self.format {
            Format::Jpeg => Some(jpeg::chroma_cell(self)),
            Format::Webp if !self.lossless => Some(webp::CHROMA_CELL),
            _ => None,
        }
    }
}

impl Kept {
    fn bytes(&self) -> u64 {
        [&self.exif, &self.xmp].into_iter().flatten().map(|data| data.len() as u64).sum()
    }

    fn is_empty(&self) -> bool {
        self.exif.is_none() && self.xmp.is_none()
    }
}

/// Refuses a result that has more pixels along a side than its format can state.
pub(crate) fn check_size(format: Format, width: u32, height: u32) -> Result<(), Error> {
    let most = format.largest_side();
    let side = width.max(height);
    if side > most {
        let message = format!(
            "The result would be {width} × {height} pixels; {format} has at most {most} along a side."
        );
        return Err(Error::too_large("output-side", message, most.into(), side.into()));
    }
    Ok(())
}

/// What encoding a picture of this size will take, beside the picture itself.
pub(crate) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let mut cost = match settings.format {
        Format::Jpeg => jpeg::cost(settings, width, height, layout),
        Format::Png => png::cost(width, height, layout),
        Format::Webp => webp::cost(settings, width, height, layout),
        Format::Gif => gif::cost(width, height, layout),
        Format::Avif | Format::Jxl => Cost { memory: 0, work: 0 },
    };
    cost.memory += settings.kept.bytes() * 3;
    cost
}

/// Encodes a picture, and lets go of it as early as it can.
pub(crate) fn encode(picture: Picture, settings: &Settings) -> Result<Vec<u8>, Error> {
    match (settings.format, picture) {
        (Format::Jpeg, Picture::Pixels(raster)) => jpeg::encode(raster.into(), settings),
        (Format::Jpeg, Picture::Rows(rows)) => jpeg::encode(rows, settings),
        (Format::Jpeg, Picture::Planes(planes)) => jpeg::encode_planes(planes, settings),
        (Format::Png, Picture::Pixels(raster)) => png::encode(raster.into(), settings),
        (Format::Png, Picture::Rows(rows)) => png::encode(rows, settings),
        (Format::Webp, Picture::Pixels(raster)) => webp::encode(raster, settings),
        (Format::Webp, Picture::Rows(rows)) => webp::encode_rows(rows, settings),
        (Format::Webp, Picture::Planes(planes)) => webp::encode_planes(planes, settings),
        (Format::Gif, Picture::Pixels(raster)) => gif::encode(raster),
        (other, _) => Err(defect(other.name())),
    }
}

/// Gives back what a file does not need of the room for the worst there is, but not where an allocator that copies it
/// would take more than `most` bytes.
fn trimmed(mut file: Vec<u8>, most: u64) -> Vec<u8> {
    if (file.capacity() + file.len()) as u64 <= most {
        file.shrink_to_fit();
    }
    file
}

/// An encoder refused what it was given, though everything was checked before.
fn defect(encoder: &str) -> Error {
    Error::new(crate::Kind::Internal, format!("The {encoder} encoder failed."))
}
