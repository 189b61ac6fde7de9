//! JPEG, by our own encoder: baseline, Huffman tables made for the picture.

use edgepix_jpeg::{Encoder, Pixels, Subsampling};

use super::{Settings, trimmed};
use crate::Error;
use crate::decode::Cost;
use crate::raster::{Layout, RowStream, StripStream};

/// Chroma is kept at full resolution from this quality on, where subsampling would be the largest loss left.
const FULL_CHROMA: u8 = 95;

pub(super) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let (pixels, quality, subsampling) = options(settings, layout);
    let memory = Encoder::memory(width, height, pixels, quality, subsampling);
    Cost { memory, work: u64::from(width) * u64::from(height) * 780 }
}

pub(super) fn encode(rows: RowStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let most = cost(settings, rows.width, rows.height, rows.layout).memory;
    let mut encoder = encoder((rows.width, rows.height), rows.layout, settings);
    (rows.make)(&mut |row| {
        encoder.write_row(row);
        Ok(())
    })?;
    Ok(trimmed(encoder.finish(), most))
}

pub(super) fn encode_planes(planes: StripStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let most = cost(settings, planes.width, planes.height, Layout::Rgb).memory;
    let mut encoder = encoder((planes.width, planes.height), Layout::Rgb, settings);
    (planes.make)(&mut |strip| encoder.write_planes(strip))?;
    Ok(trimmed(encoder.finish(), most))
}

fn encoder((width, height): (u32, u32), layout: Layout, settings: &Settings) -> Encoder<'_> {
    let (pixels, quality, subsampling) = options(settings, layout);
    let mut encoder = Encoder::new(width, height, pixels, quality, subsampling);
    if let Some(exif) = &settings.kept.exif {
        encoder = encoder.exif(exif);
    }
    if let Some(xmp) = &settings.kept.xmp {
        encoder = encoder.xmp(xmp);
    }
    encoder
}

/// Pixels across and down that share a sample of the colour differences.
pub(super) fn chroma_cell(settings: &Settings) -> u32 {
    match subsampling(settings) {
        Subsampling::S420 => 2,
        Subsampling::S444 => 1,
    }
}

fn subsampling(settings: &Settings) -> Subsampling {
    if settings.quality.get() >= FULL_CHROMA { Subsampling::S444 } else { Subsampling::S420 }
}

fn options(settings: &Settings, layout: Layout) -> (Pixels, u8, Subsampling) {
    let pixels = if layout == Layout::Grey { Pixels::Grey } else { Pixels::Rgb };
    let quality = settings.quality.get();
    (pixels, quality, subsampling(settings))
}
