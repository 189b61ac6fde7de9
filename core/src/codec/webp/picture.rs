//! One coded picture, decoded.

use edgepix_webp::container::{Bitstream, Frame};
use image_webp::vp8::Vp8Decoder;

use super::decode::damaged;
use super::yuv::Planes;
use crate::Error;

/// The pixels of a picture, as its decoder left them.
pub(super) enum Picture {
    /// Colour, and alpha where there is some.
    Lossy { width: u32, planes: Planes, alpha: Option<Vec<u8>> },
    /// 0xAARRGGBB; fewer rows than the picture has where the data ended early.
    Lossless { width: u32, argb: Vec<u32>, rows: u32 },
}

impl Picture {
    pub(super) fn decode(coded: &Frame) -> Result<Self, Error> {
        let (width, height) = (coded.width, coded.height);
        match coded.bitstream {
            Bitstream::Lossy { frame, alpha } => {
                let alpha = alpha.map(|chunk| edgepix_webp::decode_alpha(chunk, width, height));
                Ok(Self::Lossy {
                    width,
                    alpha: alpha.transpose().map_err(damaged)?,
                    planes: lossy(frame, (width, height))?,
                })
            }
            Bitstream::Lossless(stream) => {
                let decoded = edgepix_webp::decode_lossless(stream).map_err(damaged)?;
                Ok(Self::Lossless { width, argb: decoded.pixels, rows: decoded.rows })
            }
        }
    }

    /// Peak bytes of heap that [`Picture::decode`] takes.
    pub(super) fn memory(coded: &Frame) -> u64 {
        let (width, height) = (coded.width, coded.height);
        let Bitstream::Lossy { frame, alpha } = coded.bitstream else {
            return edgepix_webp::decode_memory(width, height);
        };
        let pixels = u64::from(width) * u64::from(height);
        let macroblocks = u64::from(width.div_ceil(16)) * u64::from(height.div_ceil(16));
        // The data is copied to vectors: its last partition to one that grows, and from there to another.
        let copies = frame.len() as u64 * 3;
        // Planes at 4:2:0, and what is remembered of each macroblock in a vector that doubles.
        let colour = macroblocks * (256 * 3 / 2 + 96) + copies + MACHINERY;
        match alpha {
            Some(_) => u64::max(edgepix_webp::decode_alpha_memory(width, height), pixels + colour),
            None => colour,
        }
    }

    /// Writes row `y` to `into`: red, green and blue, and alpha where there are four channels. `None` where the data
    /// ended before.
    pub(super) fn read(&self, y: u32, into: &mut [u8], channels: usize) -> Option<()> {
        let at = y as usize;
        match self {
            Self::Lossy { width, planes, alpha } => {
                let width = *width as usize;
                planes.read(at, into, channels)?;
                if let Some(alpha) = alpha.as_ref().filter(|_| channels == 4) {
                    let row = alpha.get(at * width..(at + 1) * width)?;
                    into.chunks_exact_mut(4).zip(row).for_each(|(to, &alpha)| to[3] = alpha);
                }
            }
            Self::Lossless { width, argb, rows } => {
                let width = *width as usize;
                let row = argb.get(at * width..(at + 1) * width).filter(|_| y < *rows)?;
                for (to, argb) in into.chunks_exact_mut(channels).zip(row) {
                    let [alpha, red, green, blue] = argb.to_be_bytes();
                    to.copy_from_slice(&[red, green, blue, alpha][..channels]);
                }
            }
        }
        Some(())
    }
}

/// Tables and border rows of the lossy decoder.
const MACHINERY: u64 = 96 << 10;

/// Decodes a key frame.
fn lossy(data: &[u8], size: (u32, u32)) -> Result<Planes, Error> {
    let frame = Vp8Decoder::decode_frame(data).map_err(|_| Error::damaged("The WebP is damaged."))?;
    let planes = Planes::new(size, frame.ybuf, frame.ubuf, frame.vbuf);
    planes.ok_or_else(|| Error::damaged("The WebP's headers contradict each other."))
}
