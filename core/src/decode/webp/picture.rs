//! One coded picture, decoded.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::blame;
use super::file::Coded;
use crate::Error;

/// The pixels of a picture, as its decoder left them.
pub(super) enum Picture {
    /// RGB, and alpha where there is some.
    Lossy { width: u32, rgb: Vec<u8>, alpha: Option<Vec<u8>> },
    /// 0xAARRGGBB; fewer rows than the picture has where the data ended early.
    Lossless { width: u32, argb: Vec<u32>, rows: u32 },
}

impl Picture {
    pub(super) fn decode(coded: &Coded, (width, height): (u32, u32)) -> Result<Self, Error> {
        match (coded.lossy, coded.lossless) {
            (Some(data), _) => {
                let alpha = coded.alpha.map(|chunk| edgepix_webp::decode_alpha(chunk, width, height));
                Ok(Self::Lossy {
                    width,
                    alpha: alpha.transpose().map_err(blame)?,
                    rgb: lossy(data, width, height)?,
                })
            }
            (None, Some(data)) => {
                let decoded = edgepix_webp::decode_lossless(data).map_err(blame)?;
                Ok(Self::Lossless { width, argb: decoded.pixels, rows: decoded.rows })
            }
            (None, None) => Err(Error::damaged("The WebP holds no picture.")),
        }
    }

    /// Peak bytes of heap that [`Picture::decode`] takes.
    pub(super) fn memory(coded: &Coded, (width, height): (u32, u32)) -> u64 {
        let Some(data) = coded.lossy else { return edgepix_webp::decode_memory(width, height) };
        let pixels = u64::from(width) * u64::from(height);
        let macroblocks = u64::from(width.div_ceil(16)) * u64::from(height.div_ceil(16));
        // The file that is made around the data, and the data read into vectors that grow and are copied.
        let copies = data.len() as u64 * 5;
        // Planes at 4:2:0, what is remembered of each macroblock, and the picture.
        let colour = macroblocks * (256 * 3 / 2 + 64) + pixels * 3 + copies + MACHINERY;
        match coded.alpha {
            Some(_) => u64::max(edgepix_webp::decode_alpha_memory(width, height), pixels + colour),
            None => colour,
        }
    }

    /// Writes row `y` to `into`: red, green and blue, and alpha where there are four channels. `None` where the data
    /// ended before.
    pub(super) fn read(&self, y: u32, into: &mut [u8], channels: usize) -> Option<()> {
        let at = y as usize;
        match self {
            Self::Lossy { width, rgb, alpha } => {
                let width = *width as usize;
                let row = rgb.get(at * width * 3..(at + 1) * width * 3)?;
                if channels == 3 {
                    into.copy_from_slice(row);
                    return Some(());
                }
                for (to, rgb) in into.chunks_exact_mut(4).zip(row.chunks_exact(3)) {
                    to.copy_from_slice(&[rgb[0], rgb[1], rgb[2], 255]);
                }
                if let Some(alpha) = alpha {
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

/// Decodes a key frame to RGB.
fn lossy(data: &[u8], width: u32, height: u32) -> Result<Vec<u8>, Error> {
    let damaged = |_| Error::damaged("The WebP is damaged.");
    // The decoder takes files, not frames. Without the extended header it looks at nothing else.
    let mut file = Vec::with_capacity(data.len() + 20);
    file.extend(b"RIFF");
    file.extend((data.len() as u32 + 12).to_le_bytes());
    file.extend(b"WEBPVP8 ");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(damaged)?;
    let mut rgb = vec![0; width as usize * height as usize * 3];
    if decoder.output_buffer_size() != Some(rgb.len()) {
        return Err(Error::damaged("The WebP's headers contradict each other."));
    }
    decoder.read_image(&mut rgb).map_err(damaged)?;
    Ok(rgb)
}
