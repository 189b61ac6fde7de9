//! WebP: lossy colour by the `gamut-webp` crate, lossless pictures and lossy pictures' alpha by our own encoder, the
//! container by hand (RFC 9649 section 2).

use gamut_core::{Dimensions, EncodeImage, ImageRef, Rgb8};
use gamut_webp::WebpEncoder;

use super::{Kept, Settings, defect};
use crate::Error;
use crate::decode::Cost;
use crate::raster::{Layout, Raster};

pub(super) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let pixels = u64::from(width) * u64::from(height);
    if settings.lossless {
        // The stream, and the file that it is copied into once the picture is gone.
        let memory = edgepix_webp::lossless_memory(width, height, coded_layout(layout));
        return Cost { memory, work: pixels * 300 };
    }
    let coding = pixels * 47 / 10 + most_bytes(settings, pixels) * 16 / 5 + MACHINERY;
    // Other layouts are brought to RGB, and then let go.
    let memory = match layout {
        Layout::Rgb => coding,
        Layout::Grey => u64::max(pixels * 3, pixels * 2 + coding),
        Layout::Rgba | Layout::Cmyk => {
            let alpha = pixels + pixels / 50;
            let planning = edgepix_webp::alpha_memory(width, height);
            u64::max(planning, alpha + u64::max(pixels * 3, coding.saturating_sub(pixels)))
        }
    };
    Cost { memory, work: pixels * 900 }
}

/// What is less than a macroblock, and tables.
const MACHINERY: u64 = 6 << 10;

/// Bytes that the worst of pictures, noise of full contrast, needs. The encoder's buffers grow by doubling, and are
/// copied into each other.
fn most_bytes(settings: &Settings, pixels: u64) -> u64 {
    // Measured, in hundredths of a byte for a pixel; straight lines in between.
    const MEASURED: [(u64, u64); 5] = [(1, 90), (50, 90), (80, 155), (92, 225), (100, 360)];
    let quality = u64::from(settings.quality.get());
    let at = MEASURED.iter().skip(1).position(|&(most, _)| quality <= most).unwrap_or(3);
    let ((q0, low), (q1, high)) = (MEASURED[at], MEASURED[at + 1]);
    pixels * (low + (high - low) * (quality - q0) / (q1 - q0)) / 100
}

pub(super) fn encode(picture: Raster, settings: &Settings) -> Result<Vec<u8>, Error> {
    let size = (picture.width, picture.height);
    let alpha = picture.layout == Layout::Rgba && picture.data.chunks_exact(4).any(|pixel| pixel[3] != 255);
    let mut chunks = Vec::new();
    if settings.lossless {
        let stream =
            edgepix_webp::encode_lossless(&picture.data, size.0, size.1, coded_layout(picture.layout));
        drop(picture);
        chunks.push((b"VP8L", stream));
    } else {
        if alpha {
            chunks.push((b"ALPH", edgepix_webp::encode_alpha(&picture.data, size.0, size.1)));
        }
        chunks.push((b"VP8 ", lossy(picture, settings)?));
    }
    Ok(container(&chunks, size, alpha, &settings.kept))
}

/// The coded key frame of a picture's colours.
fn lossy(picture: Raster, settings: &Settings) -> Result<Vec<u8>, Error> {
    let failed = |_| defect("WebP");
    let dimensions = Dimensions { width: picture.width, height: picture.height };
    let rgb = rgb(picture);
    let image = ImageRef::<Rgb8>::new(&rgb, dimensions).map_err(failed)?;
    let mut file = Vec::new();
    WebpEncoder::lossy(settings.quality.get()).encode_image(image, &mut file).map_err(failed)?;
    only_chunk(file)
}

/// The payload of a file that has one chunk.
fn only_chunk(mut file: Vec<u8>) -> Result<Vec<u8>, Error> {
    const HEADS: usize = 20;
    let length = file.get(16..HEADS).and_then(|bytes| bytes.first_chunk().copied()).map(u32::from_le_bytes);
    let length = length.ok_or_else(|| defect("WebP"))? as usize;
    file.drain(..HEADS.min(file.len()));
    file.truncate(length);
    Ok(file)
}

/// A WebP file: the simple form for one chunk of pixels, else the extended one.
fn container(
    pixels: &[(&[u8; 4], Vec<u8>)],
    (width, height): (u32, u32),
    alpha: bool,
    kept: &Kept,
) -> Vec<u8> {
    let body: usize = pixels.iter().map(|(_, data)| data.len() + 9).sum();
    let mut out = Vec::with_capacity(12 + 18 + body + kept.bytes() as usize + 18);
    out.extend(b"RIFF\0\0\0\0WEBP");
    if pixels.len() > 1 || !kept.is_empty() {
        let flags =
            u8::from(alpha) << 4 | u8::from(kept.exif.is_some()) << 3 | u8::from(kept.xmp.is_some()) << 2;
        let (w, h) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
        push(&mut out, b"VP8X", &[flags, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]]);
    }
    for (kind, data) in pixels {
        push(&mut out, kind, data);
    }
    for (kind, data) in [(b"EXIF", &kept.exif), (b"XMP ", &kept.xmp)] {
        if let Some(data) = data {
            push(&mut out, kind, data);
        }
    }
    let length = out.len() as u32 - 8;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    out
}

fn push(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend(kind);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    // Chunks begin at even offsets.
    out.extend(std::iter::repeat_n(0, data.len() % 2));
}

fn coded_layout(layout: Layout) -> edgepix_webp::Layout {
    match layout {
        Layout::Grey => edgepix_webp::Layout::Grey,
        Layout::Rgb => edgepix_webp::Layout::Rgb,
        Layout::Rgba | Layout::Cmyk => edgepix_webp::Layout::Rgba,
    }
}

fn rgb(picture: Raster) -> Vec<u8> {
    match picture.layout {
        Layout::Rgb => picture.data,
        Layout::Grey => picture.data.iter().flat_map(|&grey| [grey; 3]).collect(),
        Layout::Rgba | Layout::Cmyk => {
            picture.data.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
        }
    }
}
