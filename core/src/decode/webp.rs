//! WebP, by the `image-webp` crate: decoded as a whole, because its decoder has no rows to give.

use std::borrow::Cow;
use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};

use super::{Cost, Header, Rows, Selection, vp8};
use crate::raster::Layout;
use crate::{Error, Format, exif};

/// Reads the chunks' heads (RFC 9649 section 2), those behind the pixels as well: EXIF stands there.
pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let file = File::read(bytes)?;
    let (width, height) = file.size;
    Ok(Header {
        format: Format::Webp,
        width,
        height,
        layout: if file.alpha { Layout::Rgba } else { Layout::Rgb },
        orientation: exif::orientation(file.exif),
        frames: file.frames,
        bit_depth: 8,
        progressive: false,
        icc: file.icc.map(Cow::Borrowed),
        exif: file.exif,
        xmp: file.xmp.map(Cow::Borrowed),
    })
}

/// What the chunks say.
#[derive(Default)]
struct File<'a> {
    size: (u32, u32),
    alpha: bool,
    /// Frames of an animation; 1 for a still.
    frames: u32,
    /// Bytes of the still's coded picture.
    lossy: Option<&'a [u8]>,
    lossless: Option<&'a [u8]>,
    coded_alpha: Option<&'a [u8]>,
    icc: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let cut = || Error::damaged("The WebP is cut short.");
        let stated = bytes.get(4..8).and_then(|size| size.first_chunk().copied()).map(u32::from_le_bytes);
        if stated.is_none_or(|stated| stated as usize > bytes.len() - 8) {
            return Err(cut());
        }
        let mut file = Self::default();
        let mut canvas = None;
        let mut animated = false;
        let mut rest = &bytes[12..];
        while let Some((kind, data)) = chunk(&mut rest) {
            match kind {
                b"VP8X" => {
                    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] = data.first_chunk().ok_or_else(cut)?;
                    let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
                    canvas = Some((side(w0, w1, w2), side(h0, h1, h2)));
                    animated = flags & 0x02 != 0;
                    file.alpha = flags & 0x10 != 0;
                }
                b"VP8 " if file.lossy.is_none() => file.lossy = Some(data),
                b"VP8L" if file.lossless.is_none() => file.lossless = Some(data),
                b"ALPH" if file.coded_alpha.is_none() => file.coded_alpha = Some(data),
                b"ANMF" => file.frames += 1,
                b"ICCP" => file.icc = Some(data),
                b"EXIF" => file.exif = Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
                b"XMP " => file.xmp = Some(data),
                _ => {}
            }
        }
        if animated {
            file.size = canvas.ok_or_else(cut)?;
            return if file.frames > 0 {
                Ok(file)
            } else {
                Err(Error::damaged("The animated WebP has no frame."))
            };
        }
        file.frames = 1;
        let (size, alpha) = match (file.lossy, file.lossless) {
            (Some(data), None) => (vp8::size(data)?, file.alpha),
            (None, Some(data)) => {
                let (size, alpha) = lossless_size(data)?;
                (size, if canvas.is_some() { file.alpha } else { alpha })
            }
            _ => return Err(Error::damaged("The WebP does not hold one picture.")),
        };
        if canvas.is_some_and(|canvas| canvas != size) {
            return Err(Error::damaged("The WebP's picture is not of its canvas' size."));
        }
        file.size = size;
        file.alpha = alpha;
        Ok(file)
    }
}

/// The next chunk's type and data. A last chunk that is cut short is not given.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let (kind, after) = rest.split_first_chunk::<4>()?;
    let (length, after) = after.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let data = after.get(..length)?;
    *rest = after.get(length + length % 2..).unwrap_or_default();
    Some((kind, data))
}

/// Width, height and alpha of a lossless picture (RFC 9649 section 3.4).
fn lossless_size(data: &[u8]) -> Result<((u32, u32), bool), Error> {
    let Some(&[0x2f, b0, b1, b2, b3]) = data.first_chunk() else {
        return Err(Error::damaged("The WebP's picture has no proper lossless header."));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok((((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1), bits >> 28 & 1 == 1))
}

/// What `image-webp` allocates, beside the whole picture that it is asked for.
pub(super) fn cost(bytes: &[u8], header: &Header) -> Cost {
    let pixels = header.pixels();
    let picture = header.layout.bytes(header.width, header.height);
    let macroblocks = u64::from(header.width.div_ceil(16)) * u64::from(header.height.div_ceil(16));
    // Planes at 4:2:0, and what is remembered of each macroblock.
    let planes = macroblocks * (256 * 3 / 2 + 64);
    let memory = match File::read(bytes) {
        // The coded data read into vectors that grow and are copied, alpha by way of four channels.
        Ok(File { frames: 1, lossy: Some(coded), coded_alpha, .. }) => {
            let alpha = match coded_alpha {
                Some(&[first, ..]) if first & 3 == 1 => pixels * 5,
                Some(_) => pixels,
                None => 0,
            };
            planes + alpha.max(coded.len() as u64 * 4)
        }
        Ok(File { frames: 1, lossless: Some(_), .. }) => {
            let copy = if header.layout == Layout::Rgba { 0 } else { pixels * 4 };
            copy + pixels / 2
        }
        // A canvas and a frame in colours, and what decoding the frame takes.
        _ => pixels * 4 + pixels * 4 + planes + pixels * 5 + bytes.len() as u64,
    };
    Cost { memory: picture + memory + MACHINERY, work: pixels * 120 }
}

/// Tables, code trees and border rows.
const MACHINERY: u64 = 96 << 10;

pub(super) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    selection: Selection,
) -> Result<Box<dyn Rows + 'a>, Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(blame)?;
    let length = decoder.output_buffer_size();
    let expected = header.layout.bytes(header.width, header.height);
    if decoder.dimensions() != (header.width, header.height)
        || length.map(|length| length as u64) != Some(expected)
    {
        return Err(Error::damaged("The WebP's headers contradict each other."));
    }
    let mut picture = vec![0; expected as usize];
    if header.frames > 1 || decoder.is_animated() {
        for _ in 0..=selection.frame {
            decoder.read_frame(&mut picture).map_err(blame)?;
        }
    } else {
        decoder.read_image(&mut picture).map_err(blame)?;
    }
    Ok(Box::new(Whole { picture, next: 0 }))
}

struct Whole {
    picture: Vec<u8>,
    /// Where the next row begins.
    next: usize,
}

impl Rows for Whole {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        row.copy_from_slice(&self.picture[self.next..self.next + row.len()]);
        self.next += row.len();
        Ok(())
    }
}

fn blame(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(_) => Error::damaged("The WebP is cut short."),
        DecodingError::UnsupportedFeature(_) => Error::unsupported_source("This kind of WebP is not read."),
        _ => Error::damaged("The WebP is damaged."),
    }
}
