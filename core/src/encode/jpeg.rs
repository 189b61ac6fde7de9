//! JPEG, by our own encoder: baseline, Huffman tables made for the picture.

use edgepix_jpeg::{Encoder, Pixels, Subsampling};

use super::Settings;
use crate::decode::Cost;
use crate::raster::{Layout, Raster};

/// Chroma is kept at full resolution from this quality on, where subsampling would be the largest loss left.
const FULL_CHROMA: u8 = 95;

pub(super) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let (pixels, quality, subsampling) = options(settings, layout);
    let memory = Encoder::memory(width, height, pixels, quality, subsampling);
    Cost { memory, work: u64::from(width) * u64::from(height) * 40 }
}

pub(super) fn encode(picture: Raster, settings: &Settings) -> Vec<u8> {
    let (pixels, quality, subsampling) = options(settings, picture.layout);
    let mut encoder = Encoder::new(picture.width, picture.height, pixels, quality, subsampling);
    if let Some(exif) = &settings.kept.exif {
        encoder = encoder.exif(exif);
    }
    if let Some(xmp) = &settings.kept.xmp {
        encoder = encoder.xmp(xmp);
    }
    picture.rows().for_each(|row| encoder.write_row(row));
    drop(picture);
    let mut file = encoder.finish();
    // Dense pictures are written into room for the worst there is.
    file.shrink_to_fit();
    file
}

fn options(settings: &Settings, layout: Layout) -> (Pixels, u8, Subsampling) {
    let pixels = if layout == Layout::Grey { Pixels::Grey } else { Pixels::Rgb };
    let quality = settings.quality.get();
    let subsampling = if quality >= FULL_CHROMA { Subsampling::S444 } else { Subsampling::S420 };
    (pixels, quality, subsampling)
}
