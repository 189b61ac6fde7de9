//! One coded picture, decoded.

use edgepix_vp8::Decoder;
use edgepix_webp::container::{Bitstream, Frame};

use super::decode::damaged;
use super::yuv::LossyRows;
use crate::Error;

/// The rows of a picture.
pub(super) enum Picture<'a> {
    /// Colour as it is decoded, and alpha where there is some.
    Lossy { width: u32, rows: Box<LossyRows<'a>>, alpha: Option<Vec<u8>> },
    /// 0xAARRGGBB; fewer rows than the picture has where the data ended early.
    Lossless { width: u32, argb: Vec<u32>, rows: u32 },
}

impl<'a> Picture<'a> {
    pub(super) fn decode(coded: &Frame<'a>) -> Result<Self, Error> {
        let (width, height) = (coded.width, coded.height);
        match coded.bitstream {
            Bitstream::Lossy { frame, alpha } => {
                let alpha = alpha.map(|chunk| edgepix_webp::decode_alpha(chunk, width, height));
                let alpha = alpha.transpose().map_err(damaged)?;
                let decoder = Decoder::new(frame).map_err(damaged)?;
                Ok(Self::Lossy { width, rows: Box::new(LossyRows::new(decoder, width)), alpha })
            }
            Bitstream::Lossless(stream) => {
                let decoded = edgepix_webp::decode_lossless(stream).map_err(damaged)?;
                Ok(Self::Lossless { width, argb: decoded.pixels, rows: decoded.rows })
            }
        }
    }

    /// Peak bytes of heap that [`Picture::decode`] takes, and its rows.
    pub(super) fn memory(coded: &Frame<'_>) -> u64 {
        let (width, height) = (coded.width, coded.height);
        let Bitstream::Lossy { alpha, .. } = coded.bitstream else {
            return edgepix_webp::decode_memory(width, height);
        };
        let colour = LossyRows::memory(width);
        match alpha {
            Some(_) => {
                let pixels = u64::from(width) * u64::from(height);
                u64::max(edgepix_webp::decode_alpha_memory(width, height), pixels + colour)
            }
            None => colour,
        }
    }

    /// Instructions that it takes, about.
    pub(super) fn work(coded: &Frame<'_>) -> u64 {
        let (width, height) = (coded.width, coded.height);
        match coded.bitstream {
            Bitstream::Lossy { frame, alpha: None } => {
                let pixels = u64::from(width) * u64::from(height);
                Decoder::work(width, height, frame.len() as u64) + pixels * CONVERSION_WORK
            }
            _ => edgepix_webp::decode_work(width, height),
        }
    }

    /// Writes row `y`, none above those before, to `into`: red, green and blue, and alpha where there are four channels.
    /// `None` where the data ended before.
    pub(super) fn read(&mut self, y: u32, into: &mut [u8], channels: usize) -> Option<()> {
        let at = y as usize;
        match self {
            Self::Lossy { width, rows, alpha } => {
                let width = *width as usize;
                rows.read(at, into, channels)?;
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

/// Instructions for each pixel, from luma and chroma to RGB.
const CONVERSION_WORK: u64 = 70;
