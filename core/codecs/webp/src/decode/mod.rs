//! The decoder. A stream's way: `header` (below) → `stream`: the transforms with their small images, then the picture,
//! each by `groups` of `codes` in `table`s, its `pixels` one by one → `undo`, which turns `predictor`, `cross`, green and
//! `palette` back, row by row. `alpha` does that for an alpha plane, and undoes its filter.

mod alpha;
mod bits;
mod codes;
mod cross;
mod error;
mod groups;
mod memory;
mod palette;
mod pixels;
mod predictor;
mod stream;
mod table;
mod undo;

pub use crate::decode::alpha::{decode_alpha, decode_alpha_memory};
pub use crate::decode::error::DecodeError;

use crate::decode::bits::BitReader;

/// What a `VP8L` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Pixels across, 1 to [`MAX_SIDE`](crate::MAX_SIDE).
    pub width: u32,
    /// Pixels down, 1 to [`MAX_SIDE`](crate::MAX_SIDE).
    pub height: u32,
    /// Whether alpha says anything. It is a hint: the pixels have alpha as it was written.
    pub alpha: bool,
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Row by row, 0xAARRGGBB. Rows that are missing are 0.
    pub pixels: Vec<u32>,
    /// Rows that were decoded before the data ended: all, or at least half.
    pub rows: u32,
}

/// Bytes of the header.
const HEADER: usize = 5;

/// What a VP8L header says (RFC 9649, section 3.4). Nothing is allocated.
///
/// # Errors
///
/// If it is not one.
pub fn read_lossless_header(stream: &[u8]) -> Result<Header, DecodeError> {
    let Some((&[signature, size @ ..], _)) = stream.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::Damaged("the data ends within the header"));
    };
    let size = u32::from_le_bytes(size);
    if signature != 0x2F {
        return Err(DecodeError::Damaged("no signature"));
    }
    if size >> 29 != 0 {
        return Err(DecodeError::Damaged("an unknown version"));
    }
    let side = |bits: u32| (bits & 0x3FFF) + 1;
    Ok(Header { width: side(size), height: side(size >> 14), alpha: size >> 28 & 1 != 0 })
}

/// An upper bound of the heap bytes that [`decode_lossless`] takes at its peak, the returned pixels included, for any
/// content. It follows from the size in the header alone.
pub fn decode_memory(width: u32, height: u32) -> u64 {
    memory::decoder_memory(u64::from(width), u64::from(height))
}

/// Decodes a VP8L bitstream, the payload of a `VP8L` chunk (RFC 9649, section 3).
///
/// If the data ends early or makes no sense from some point on, the rows before that are given.
///
/// # Errors
///
/// If that is less than half of the rows.
pub fn decode_lossless(stream: &[u8]) -> Result<Decoded, DecodeError> {
    let Header { width, height, .. } = read_lossless_header(stream)?;
    let (pixels, rows) = stream::decode(BitReader::new(&stream[HEADER..]), width as usize, height as usize)?;
    Ok(Decoded { width, height, pixels, rows: rows as u32 })
}
