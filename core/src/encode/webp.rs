//! WebP, by our own encoders; the container by hand (RFC 9649 section 2).

use edgepix_vp8::{Encoder, Pixels};

use super::{Kept, Settings};
use crate::Error;
use crate::decode::Cost;
use crate::raster::{Layout, Raster, RowStream, StripStream};

/// Pixels across and down that share a sample of the colour differences.
pub(super) const CHROMA_CELL: u32 = 2;

pub(super) fn cost(settings: &Settings, width: u32, height: u32, layout: Layout) -> Cost {
    let pixels = u64::from(width) * u64::from(height);
    if settings.lossless {
        // The stream, and the file that it is copied into once the picture is gone.
        let memory = edgepix_webp::lossless_memory(width, height, lossless_layout(layout));
        return Cost { memory, work: pixels * 5000 };
    }
    let lossy = Encoder::memory(width, height, lossy_pixels(layout), settings.quality.get());
    let memory = match layout {
        Layout::Rgba | Layout::Cmyk => {
            // The coded alpha is at most a little more than the plane, and waits while the colours are coded.
            let alpha = pixels + pixels / 50 + 1024;
            u64::max(edgepix_webp::alpha_memory(width, height), alpha + lossy)
        }
        _ => lossy,
    };
    Cost { memory, work: pixels * 2000 }
}

pub(super) fn encode(mut raster: Raster, settings: &Settings) -> Result<Vec<u8>, Error> {
    let size = (raster.width, raster.height);
    let alpha = raster.layout == Layout::Rgba && raster.data.chunks_exact(4).any(|pixel| pixel[3] != 255);
    let mut chunks = Vec::new();
    if settings.lossless {
        let layout = lossless_layout(raster.layout);
        chunks.push((b"VP8L", edgepix_webp::encode_lossless(&raster.data, size.0, size.1, layout)));
        drop(raster);
    } else {
        if alpha {
            chunks.push((b"ALPH", edgepix_webp::encode_alpha(&raster.data, size.0, size.1)));
            hide(&mut raster);
        }
        chunks.push((b"VP8 ", frame(raster.into(), settings)?));
    }
    Ok(container(chunks, size, alpha, &settings.kept))
}

/// Without alpha, and not lossless.
pub(super) fn encode_rows(rows: RowStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let size = (rows.width, rows.height);
    Ok(container(vec![(b"VP8 ", frame(rows, settings)?)], size, false, &settings.kept))
}

/// The same of planes.
pub(super) fn encode_planes(planes: StripStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let size = (planes.width, planes.height);
    let mut encoder = Encoder::new(size.0, size.1, Pixels::Rgb, settings.quality.get());
    (planes.make)(&mut |strip| encoder.write_planes(strip))?;
    Ok(container(vec![(b"VP8 ", encoder.finish())], size, false, &settings.kept))
}

/// The colours, lossy.
fn frame(rows: RowStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let mut encoder =
        Encoder::new(rows.width, rows.height, lossy_pixels(rows.layout), settings.quality.get());
    (rows.make)(&mut |row| {
        encoder.write_row(row);
        Ok(())
    })?;
    Ok(encoder.finish())
}

/// Gives pixels that cannot be seen the colour of the last one to their left that can, so that they cost nothing and do
/// not bleed into what can be seen.
fn hide(raster: &mut Raster) {
    let stride = raster.layout.stride(raster.width);
    for row in raster.data.chunks_exact_mut(stride) {
        let mut colour = [0; 3];
        for [r, g, b, alpha] in row.as_chunks_mut().0 {
            if *alpha == 0 {
                [*r, *g, *b] = colour;
            } else {
                colour = [*r, *g, *b];
            }
        }
    }
}

/// A WebP file: the simple form for one chunk of pixels, else the extended one.
fn container(
    pixels: Vec<(&[u8; 4], Vec<u8>)>,
    (width, height): (u32, u32),
    alpha: bool,
    kept: &Kept,
) -> Vec<u8> {
    let body: usize = pixels.iter().map(|(_, data)| data.len() + 9).sum();
    let mut out = Vec::with_capacity(12 + 18 + body + kept.bytes() as usize + 18);
    out.extend(b"RIFF\0\0\0\0WEBP");
    if pixels.len() > 1 || !kept.is_empty() {
        let flags = (u8::from(alpha) << 4)
            | (u8::from(kept.exif.is_some()) << 3)
            | (u8::from(kept.xmp.is_some()) << 2);
        let (w, h) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
        push(&mut out, b"VP8X", &[flags, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]]);
    }
    for (kind, data) in pixels {
        push(&mut out, kind, &data);
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

fn lossy_pixels(layout: Layout) -> Pixels {
    match layout {
        Layout::Grey => Pixels::Grey,
        Layout::Rgb => Pixels::Rgb,
        Layout::Rgba | Layout::Cmyk => Pixels::Rgba,
    }
}

fn lossless_layout(layout: Layout) -> edgepix_webp::Layout {
    match layout {
        Layout::Grey => edgepix_webp::Layout::Grey,
        Layout::Rgb => edgepix_webp::Layout::Rgb,
        Layout::Rgba | Layout::Cmyk => edgepix_webp::Layout::Rgba,
    }
}
