//! The chunks of a WebP file (RFC 9649 section 2), those behind the pixels as well: EXIF stands there.

use super::vp8;
use crate::Error;

/// What the chunks say.
#[derive(Default)]
pub(super) struct File<'a> {
    /// Size of the still, or of the animation's canvas.
    pub(super) size: (u32, u32),
    pub(super) alpha: bool,
    pub(super) animated: bool,
    /// Frames of an animation; of a still the only one.
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) icc: Option<&'a [u8]>,
    pub(super) exif: Option<&'a [u8]>,
    pub(super) xmp: Option<&'a [u8]>,
}

/// A coded picture and its place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame<'a> {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) size: (u32, u32),
    /// Transparent pixels let through what was there before, instead of taking its place.
    pub(super) blends: bool,
    /// Its place is cleared before the next frame.
    pub(super) is_disposed: bool,
    pub(super) coded: Coded<'a>,
}

/// The chunks of one picture: lossy with or without alpha, or lossless.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Coded<'a> {
    pub(super) lossy: Option<&'a [u8]>,
    pub(super) alpha: Option<&'a [u8]>,
    pub(super) lossless: Option<&'a [u8]>,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut file = Self::default();
        let mut canvas = None;
        let mut still = Coded::default();
        let mut rest = bytes.get(12..).unwrap_or_default();
        while let Some((kind, data)) = chunk(&mut rest) {
            match kind {
                b"VP8X" => {
                    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] = data.first_chunk().ok_or_else(cut)?;
                    canvas = Some((one_more(w0, w1, w2), one_more(h0, h1, h2)));
                    file.animated = flags & 0x02 != 0;
                    file.alpha = flags & 0x10 != 0;
                }
                b"ANMF" => file.frames.push(Frame::read(data)?),
                b"ICCP" => file.icc = Some(data),
                b"EXIF" => file.exif = Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
                b"XMP " => file.xmp = Some(data),
                _ => still.take(kind, data),
            }
        }
        if file.animated {
            file.size = canvas.ok_or_else(cut)?;
            // What a frame does not cover is transparent.
            file.alpha = true;
            let inside = |frame: &Frame| {
                frame.left + frame.size.0 <= file.size.0 && frame.top + frame.size.1 <= file.size.1
            };
            if file.frames.is_empty() || !file.frames.iter().all(inside) {
                return Err(Error::damaged(
                    "The animated WebP has no frame, or one that stands out of its canvas.",
                ));
            }
            return Ok(file);
        }
        let stated = bytes.get(4..8).and_then(|size| size.first_chunk().copied()).map(u32::from_le_bytes);
        let whole = stated.is_some_and(|stated| stated as usize <= bytes.len() - 8);
        if !whole && still.lossless.is_none() {
            return Err(cut());
        }
        let (size, alpha) = still.header()?;
        if canvas.is_some_and(|canvas| canvas != size) {
            return Err(Error::damaged("The WebP's picture is not of its canvas' size."));
        }
        // The extended header knows best: a lossless picture always has a channel for alpha.
        file.alpha = if canvas.is_some() { file.alpha && alpha } else { alpha };
        file.size = size;
        file.frames = vec![Frame { size, coded: still, ..Frame::default() }];
        Ok(file)
    }
}

impl<'a> Frame<'a> {
    /// The data of an `ANMF` chunk (section 2.7.1.1).
    fn read(data: &'a [u8]) -> Result<Self, Error> {
        let (&[x0, x1, x2, y0, y1, y2, w0, w1, w2, h0, h1, h2, _, _, _, flags], mut rest) =
            data.split_first_chunk().ok_or_else(cut)?;
        let mut coded = Coded::default();
        while let Some((kind, data)) = chunk(&mut rest) {
            coded.take(kind, data);
        }
        let size = (one_more(w0, w1, w2), one_more(h0, h1, h2));
        if coded.header()?.0 != size {
            return Err(Error::damaged("A frame of the WebP is not of the size that it states."));
        }
        Ok(Self {
            left: (one_more(x0, x1, x2) - 1) * 2,
            top: (one_more(y0, y1, y2) - 1) * 2,
            size,
            blends: flags & 0x02 == 0,
            is_disposed: flags & 0x01 != 0,
            coded,
        })
    }
}

impl<'a> Coded<'a> {
    fn take(&mut self, kind: &[u8; 4], data: &'a [u8]) {
        let slot = match kind {
            b"VP8 " => &mut self.lossy,
            b"ALPH" => &mut self.alpha,
            b"VP8L" => &mut self.lossless,
            _ => return,
        };
        *slot = slot.or(Some(data));
    }

    /// Size, and whether there is alpha.
    fn header(&self) -> Result<((u32, u32), bool), Error> {
        match (self.lossy, self.lossless) {
            (Some(data), None) => Ok((vp8::size(data)?, self.alpha.is_some())),
            (None, Some(data)) => {
                let header = edgepix_webp::read_lossless_header(data).map_err(super::decode::blame)?;
                Ok(((header.width, header.height), header.alpha))
            }
            _ => Err(Error::damaged("The WebP does not hold one picture.")),
        }
    }
}

/// The next chunk's type and data. Of a chunk that is cut short there is only what a lossless picture can use.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let (kind, after) = rest.split_first_chunk::<4>()?;
    let (length, after) = after.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let data = match after.get(..length) {
        Some(data) => data,
        None if kind == b"VP8L" => after,
        None => return None,
    };
    *rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
    Some((kind, data))
}

/// Twenty-four bits, and one more.
fn one_more(low: u8, middle: u8, high: u8) -> u32 {
    u32::from_le_bytes([low, middle, high, 0]) + 1
}

fn cut() -> Error {
    Error::damaged("The WebP is cut short.")
}
