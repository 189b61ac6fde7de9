//! Coding a still's symbols or levels again, with the metadata that goes along.

use edgepix_webp::container::{Bitstream, Frame};

use super::encode::container;
use crate::codec::{Cost, Settings};

/// Bytes of the headers of a file and its chunks.
const AROUND: u64 = 128;

pub(super) fn cost(still: &Frame<'_>, settings: &Settings) -> Cost {
    let Frame { width, height, .. } = *still;
    let pixels = u64::from(width) * u64::from(height);
    let length = |data: &[u8]| data.len() as u64;
    let (bytes, coding) = match still.bitstream {
        Bitstream::Lossless(stream) => {
            let bytes = length(stream);
            (bytes, edgepix_webp::recode_memory(width, height, bytes))
        }
        Bitstream::Lossy { frame, alpha } => {
            let (colour, alpha) = (length(frame), alpha.map(length));
            let of_alpha = alpha.map_or(0, |alpha| edgepix_webp::recode_memory(width, height, alpha));
            let alpha = alpha.unwrap_or(0);
            let of_colour = alpha + edgepix_vp8::recode_memory(width, colour);
            (alpha + colour, u64::max(of_alpha, of_colour))
        }
    };
    // The chunks are copied into the file.
    let file = 2 * bytes + settings.kept.bytes() + AROUND;
    Cost { memory: u64::max(coding, file), work: bytes * BYTE_WORK + pixels * PIXEL_WORK }
}

/// Instructions for each byte, and for what each pixel has of a row of macroblocks or tiles.
const BYTE_WORK: u64 = 900;
const PIXEL_WORK: u64 = 20;

/// `alpha`: whether there may be transparency.
pub(super) fn recode(still: &Frame<'_>, alpha: bool, settings: &Settings, most: usize) -> Option<Vec<u8>> {
    let Frame { width, height, .. } = *still;
    let chunks = match still.bitstream {
        Bitstream::Lossless(stream) => vec![(*b"VP8L", edgepix_webp::recode_lossless(stream, alpha)?)],
        Bitstream::Lossy { frame, alpha: plane } => {
            let mut chunks = Vec::with_capacity(2);
            if let Some(plane) = plane.filter(|_| alpha) {
                chunks.push((*b"ALPH", edgepix_webp::recode_alpha(plane, width, height)?));
            }
            chunks.push((*b"VP8 ", edgepix_vp8::recode(frame)?));
            chunks
        }
    };
    let file = container(chunks, (width, height), alpha, &settings.kept).ok()?;
    (file.len() <= most).then_some(file)
}
