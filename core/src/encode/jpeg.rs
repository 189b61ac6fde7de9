//! JPEG, by the `mozjpeg-rs` crate: baseline, 4:2:0, Huffman tables made for the picture.

use mozjpeg_rs::{Encoder, Subsampling};

use super::{Settings, defect};
use crate::Error;
use crate::decode::Cost;
use crate::raster::{Layout, Raster};

/// Chroma is kept at full resolution from this quality on, where subsampling would be the largest loss left.
const FULL_CHROMA: u8 = 95;

pub(super) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let pixels = u64::from(width) * u64::from(height);
    let padded = u64::from(width.next_multiple_of(16)) * u64::from(height.next_multiple_of(16));
    // Planes, padded planes, and a coefficient of two bytes a sample (`Encoder::estimate_resources`).
    let planes = match (layout, full_chroma(settings)) {
        (Layout::Grey, _) => padded + padded * 2,
        (_, false) => pixels * 3 + pixels / 2 + padded * 3 / 2 + padded * 3,
        (_, true) => pixels * 3 + pixels * 2 + padded * 3 + padded * 6,
    };
    Cost { memory: planes + most_bytes(settings, padded, layout) + (32 << 10), work: pixels * 60 }
}

/// Bytes of output that noise, the worst of pictures, needs; the buffer grows by doubling.
fn most_bytes(settings: &Settings, pixels: u64, layout: Layout) -> u64 {
    let quality = u64::from(settings.quality.get());
    // Measured on noise: eighths of a byte for a sample.
    let eighths = if quality >= 95 { 12 } else if quality >= 85 { 6 } else { 4 };
    let samples = match layout {
        Layout::Grey => pixels,
        _ if full_chroma(settings) => pixels * 3,
        _ => pixels * 3 / 2,
    };
    samples * eighths / 8
}

fn full_chroma(settings: &Settings) -> bool {
    settings.quality.get() >= FULL_CHROMA
}

pub(super) fn encode(picture: &Raster, settings: &Settings) -> Result<Vec<u8>, Error> {
    let subsampling = if full_chroma(settings) { Subsampling::S444 } else { Subsampling::S420 };
    let mut encoder =
        Encoder::fastest().quality(settings.quality.get()).subsampling(subsampling).optimize_huffman(true);
    if let Some(exif) = &settings.kept.exif {
        encoder = encoder.exif_data(exif.clone());
    }
    if let Some(xmp) = &settings.kept.xmp {
        encoder = encoder.add_marker(1, [b"http://ns.adobe.com/xap/1.0/\0", &xmp[..]].concat());
    }
    let (width, height) = (picture.width, picture.height);
    match picture.layout {
        Layout::Grey => encoder.encode_gray(&picture.data, width, height),
        _ => encoder.encode_rgb(&picture.data, width, height),
    }
    .map_err(|_| defect("JPEG"))
}
