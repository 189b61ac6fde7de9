//! WebP encoding by our own encoders.

use edgepix_webp::container::{Features, FourCc, Writer};
use edgepix_webp::{Image, PixelLayout};

use crate::codec::{Cost, Encoder, Kept, Settings, defect};
use crate::options::Lossless;
use crate::rows::{Layout, Picture, Shape};
use crate::{Effort, Error};

/// Pixels across and down that share a sample of the colour differences.
pub(super) const CHROMA_CELL: u32 = 2;

pub(super) fn cost(settings: &Settings, shape: &Shape) -> Cost {
    let (width, height, layout) = (shape.width, shape.height, shape.layout());
    let kept = settings.kept.bytes() * 3;
    let pixels = u64::from(width) * u64::from(height);
    // The stream, and the file that it is copied into once the picture is gone.
    let lossless = Cost {
        memory: edgepix_webp::lossless_memory(width, height, pixel_layout(layout)) + kept,
        work: edgepix_webp::lossless_work(width, height, effort(settings)),
    };
    if settings.lossless == Lossless::Yes {
        return lossless;
    }
    let lossy = edgepix_vp8::Encoder::memory(width, height, pixel_layout(layout), settings.quality.get());
    let memory = match layout {
        Layout::Rgba | Layout::Cmyk => {
            // The coded alpha is at most a little more than the plane, and waits while the colours are coded.
            let alpha = pixels + pixels / 50 + 1024;
            u64::max(edgepix_webp::alpha_memory(width, height), alpha + lossy)
        }
        _ => lossy,
    };
    let lossy =
        Cost { memory: memory + kept, work: edgepix_vp8::Encoder::work(width, height, effort(settings)) };
    match settings.lossless {
        // The one waits while the other is made.
        Lossless::Auto => Cost {
            memory: u64::max(lossless.memory, most_kept(pixels) + lossy.memory),
            work: lossless.work + lossy.work,
        },
        _ => lossy,
    }
}

pub(super) struct WebpEncoder<'a> {
    settings: &'a Settings,
    shape: Shape,
    /// Of lossy colour that comes in rows or strips.
    lossy: Option<edgepix_vp8::Encoder>,
    /// What comes in whole pictures, coded.
    chunks: Vec<(FourCc, Vec<u8>)>,
    /// The whole picture without loss, where that may be smaller.
    lossless: Option<Vec<u8>>,
    alpha: bool,
}

impl<'a> WebpEncoder<'a> {
    pub(super) fn new(settings: &'a Settings, shape: &Shape) -> Self {
        Self { settings, shape: *shape, lossy: None, chunks: Vec::new(), lossless: None, alpha: false }
    }

    /// Made when the first rows come, so that what is coded before them has its memory.
    fn lossy(&mut self) -> Result<&mut edgepix_vp8::Encoder, Error> {
        let Self { settings, shape, lossy, .. } = self;
        match lossy {
            Some(encoder) => Ok(encoder),
            None => {
                let (layout, quality) = (pixel_layout(shape.layout()), settings.quality.get());
                let encoder = edgepix_vp8::Encoder::new(shape.width, shape.height, layout, quality);
                Ok(lossy.insert(encoder.map_err(failed)?.effort(effort(settings))))
            }
        }
    }
}

impl Encoder for WebpEncoder<'_> {
    fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.lossy()?.write_row(row).map_err(failed)
    }

    fn write_strip(&mut self, strip: [&[u8]; 3]) -> Result<(), Error> {
        self.lossy()?.write_planes(strip).map_err(failed)
    }

    fn write_picture(&mut self, mut picture: Picture) -> Result<(), Error> {
        let pixels = image(&picture)?;
        self.alpha = pixels.has_transparency();
        let effort = effort(self.settings);
        match self.settings.lossless {
            Lossless::No => {}
            Lossless::Auto => {
                if looks_like_graphics(&picture) {
                    let stream = edgepix_webp::encode_lossless(&pixels, effort);
                    let most = most_kept(u64::from(picture.width) * u64::from(picture.height));
                    self.lossless = Some(stream).filter(|stream| stream.len() as u64 <= most);
                }
            }
            Lossless::Yes => {
                self.chunks.push((*b"VP8L", edgepix_webp::encode_lossless(&pixels, effort)));
                return Ok(());
            }
        }
        if self.alpha {
            self.chunks.extend(edgepix_webp::encode_alpha(&pixels, effort).map(|plane| (*b"ALPH", plane)));
            hide(&mut picture);
        }
        picture.rows().try_for_each(|row| self.write_row(row))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let Self { settings, shape, lossy, mut chunks, lossless, alpha } = *self;
        if let Some(lossy) = lossy {
            chunks.push((*b"VP8 ", lossy.finish().map_err(failed)?));
        }
        let size: usize = chunks.iter().map(|(_, data)| data.len()).sum();
        if let Some(stream) = lossless.filter(|stream| stream.len() <= size) {
            chunks = vec![(*b"VP8L", stream)];
        }
        container(chunks, (shape.width, shape.height), alpha, &settings.kept)
    }
}

/// Whether at least five of eight pixels equal the one to their left or the one above. Hardly a photo has so many, hardly a
/// screenshot or a chart has fewer, and of others the lossless file is not the smaller one.
fn looks_like_graphics(picture: &Picture) -> bool {
    let channels = picture.layout.channels();
    let stride = picture.layout.stride(picture.width);
    let mut repeated = 0;
    let mut above: &[u8] = &[];
    for row in picture.data.chunks_exact(stride) {
        for x in (0..stride).step_by(channels) {
            let pixel = &row[x..x + channels];
            let is = |other: Option<&[u8]>| other == Some(pixel);
            let left = x.checked_sub(channels).and_then(|left| row.get(left..x));
            repeated += usize::from(is(left) || is(above.get(x..x + channels)));
        }
        above = row;
    }
    repeated * 8 >= picture.data.len() / channels * 5
}

/// Bytes of a lossless stream that waits for the lossy one; a longer one is not the smaller of the two.
fn most_kept(pixels: u64) -> u64 {
    pixels + 1024
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
pub(super) fn container(
    pixels: Vec<(FourCc, Vec<u8>)>,
    (width, height): (u32, u32),
    alpha: bool,
    kept: &Kept,
) -> Result<Vec<u8>, Error> {
    let body: usize = pixels.iter().map(|(_, data)| data.len() + 9).sum();
    let mut file = Writer::with_capacity(12 + 18 + body + kept.bytes() as usize + 27);
    if pixels.len() > 1 || !kept.is_empty() {
        let (exif, xmp, icc) = (kept.exif.is_some(), kept.xmp.is_some(), kept.icc.is_some());
        let features = Features { alpha, exif, xmp, icc, animation: false };
        file.extended_header(features, width, height).map_err(failed)?;
    }
    // Before the pixels (section 2.7.1.4).
    if let Some(icc) = &kept.icc {
        file.chunk(*b"ICCP", icc);
    }
    for (kind, data) in pixels {
        file.chunk(kind, &data);
    }
    for (kind, data) in [(*b"EXIF", &kept.exif), (*b"XMP ", &kept.xmp)] {
        if let Some(data) = data {
            file.chunk(kind, data);
        }
    }
    file.finish().map_err(failed)
}

fn image(picture: &Picture) -> Result<Image<'_>, Error> {
    let layout = pixel_layout(picture.layout);
    Image::new(&picture.data, picture.width, picture.height, layout).map_err(failed)
}

fn effort(settings: &Settings) -> edgepix_vp8::Effort {
    match settings.effort {
        Effort::Fast => edgepix_vp8::Effort::Fast,
        Effort::Balanced => edgepix_vp8::Effort::Balanced,
        Effort::Small => edgepix_vp8::Effort::Small,
    }
}

fn pixel_layout(layout: Layout) -> PixelLayout {
    match layout {
        Layout::Grey => PixelLayout::Grey,
        Layout::Rgb => PixelLayout::Rgb,
        Layout::Rgba | Layout::Cmyk => PixelLayout::Rgba,
    }
}

/// An encoder refused what it was given, though everything was checked before.
fn failed(_: impl std::error::Error) -> Error {
    defect("WebP")
}
