//! WebP encoding by our own encoders; the container by hand (RFC 9649 section 2).

use edgepix_vp8::Pixels;

use crate::Error;
use crate::codec::{Cost, Encoder, Kept, Settings};
use crate::rows::{Layout, Picture, Shape};

/// Pixels across and down that share a sample of the colour differences.
pub(super) const CHROMA_CELL: u32 = 2;

pub(super) fn cost(settings: &Settings, shape: &Shape) -> Cost {
    let (width, height, layout) = (shape.width, shape.height, shape.layout());
    let kept = settings.kept.bytes() * 3;
    let pixels = u64::from(width) * u64::from(height);
    if settings.lossless {
        // The stream, and the file that it is copied into once the picture is gone.
        let memory = edgepix_webp::lossless_memory(width, height, lossless_layout(layout));
        return Cost { memory: memory + kept, work: pixels * 5000 };
    }
    let lossy = edgepix_vp8::Encoder::memory(width, height, lossy_pixels(layout), settings.quality.get());
    let memory = match layout {
        Layout::Rgba | Layout::Cmyk => {
            // The coded alpha is at most a little more than the plane, and waits while the colours are coded.
            let alpha = pixels + pixels / 50 + 1024;
            u64::max(edgepix_webp::alpha_memory(width, height), alpha + lossy)
        }
        _ => lossy,
    };
    Cost { memory: memory + kept, work: pixels * 2000 }
}

pub(super) struct WebpEncoder<'a> {
    settings: &'a Settings,
    shape: Shape,
    /// Of lossy colour that comes in rows or strips.
    lossy: Option<edgepix_vp8::Encoder>,
    /// What comes in whole pictures, coded.
    chunks: Vec<(&'static [u8; 4], Vec<u8>)>,
    alpha: bool,
}

impl<'a> WebpEncoder<'a> {
    pub(super) fn new(settings: &'a Settings, shape: &Shape) -> Self {
        Self { settings, shape: *shape, lossy: None, chunks: Vec::new(), alpha: false }
    }

    /// Made when the first rows come, so that what is coded before them has its memory.
    fn lossy(&mut self) -> &mut edgepix_vp8::Encoder {
        let Self { settings, shape, lossy, .. } = self;
        lossy.get_or_insert_with(|| {
            let quality = settings.quality.get();
            edgepix_vp8::Encoder::new(shape.width, shape.height, lossy_pixels(shape.layout()), quality)
        })
    }
}

impl Encoder for WebpEncoder<'_> {
    fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.lossy().write_row(row);
        Ok(())
    }

    fn write_strip(&mut self, strip: [&[u8]; 3]) -> Result<(), Error> {
        self.lossy().write_planes(strip);
        Ok(())
    }

    fn write_picture(&mut self, mut picture: Picture) -> Result<(), Error> {
        let (width, height) = (picture.width, picture.height);
        self.alpha =
            picture.layout == Layout::Rgba && picture.data.chunks_exact(4).any(|pixel| pixel[3] != 255);
        if self.settings.lossless {
            let layout = lossless_layout(picture.layout);
            let coded = edgepix_webp::encode_lossless(&picture.data, width, height, layout);
            self.chunks.push((b"VP8L", coded));
            return Ok(());
        }
        if self.alpha {
            self.chunks.push((b"ALPH", edgepix_webp::encode_alpha(&picture.data, width, height)));
            hide(&mut picture);
        }
        picture.rows().try_for_each(|row| self.write_row(row))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let Self { settings, shape, lossy, mut chunks, alpha } = *self;
        if let Some(lossy) = lossy {
            chunks.push((b"VP8 ", lossy.finish()));
        }
        Ok(container(chunks, (shape.width, shape.height), alpha, &settings.kept))
    }
}

/// Gives pixels that cannot be seen the colour of the last one to their left that can, so that they cost nothing and do
/// not bleed into what can be seen.
fn hide(picture: &mut Picture) {
    let stride = picture.layout.stride(picture.width);
    for row in picture.data.chunks_exact_mut(stride) {
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
