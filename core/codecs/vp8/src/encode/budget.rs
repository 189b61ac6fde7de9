//! How much memory an encoder may use: fixed before the first row, whatever the rows will hold.
//!
//! Levels are kept in a store until all are counted, as their probabilities come before them. For photos
//! that takes little more than the frame itself. For noise it would be much, so the store has a limit: once it is
//! full, probabilities are made of what has been counted so far, and all levels go to the frame from then on. That
//! one has a limit, too, which noise does not reach: where it would be passed, macroblocks are left as predicted.

use crate::edges::Edges;
use crate::effort::Effort;
use crate::encode::first_partition::{HEADERS, PARTITION_LIMIT, TAG};
use crate::encode::modes;
use crate::encode::token_writer::MAX_MACROBLOCK_BYTES;
use crate::encode::yuv::MacroblockRow;
use crate::levels::Flags;
use crate::pixel_layout::PixelLayout;
use crate::tables::{AC_STEPS, INDEX};

/// The arithmetic of an encoder's memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) macroblocks: usize,
    /// The limit of the store of levels.
    pub(crate) chunks: usize,
    pub(crate) chunk_size: usize,
    /// The most bytes of tokens in the frame, and those that modes may take in it.
    pub(crate) tokens: usize,
    pub(crate) modes: usize,
    tokens_bytes: u64,
    rows: u64,
}

/// Bytes of the descriptor of a chunk, on any machine.
const CHUNK_BYTES: u64 = 24;
/// The encoder itself and its boxes, on any machine.
pub(crate) const OWN_BYTES: u64 = 32 << 10;
/// What modes take in the frame, for each macroblock: more than ever where they are chosen by cost.
const MODES_BYTES: usize = 8;
/// With more macroblocks than these, modes alone may fill the first partition.
const HUGE: usize = 250_000;

/// Instructions that encoding takes, about: for each pixel, those of the slowest content, its alpha included.
pub(crate) fn work(width: u32, height: u32, effort: Effort) -> u64 {
    let each = match effort {
        Effort::Fast => 1800,
        Effort::Balanced => 2300,
        Effort::Small => 8000,
    };
    u64::from(width) * u64::from(height) * each
}

impl Budget {
    pub(crate) fn new(width: usize, height: usize, pixels: PixelLayout, quality: u8) -> Self {
        let across = width.div_ceil(16);
        let macroblocks = across * height.div_ceil(16);
        let data = macroblocks as u64 * most_bits(quality, pixels) / 8;
        let tokens = data + MAX_MACROBLOCK_BYTES as u64 + 64;
        let limit = if pixels == PixelLayout::Grey { data / 4 } else { data * 2 / 5 };
        let chunk_size = (limit / 8).next_multiple_of(2048).clamp(2048, 64 << 10);
        let room = PARTITION_LIMIT - HEADERS - 1024;
        let rows = MacroblockRow::heap_bytes(width, pixels)
            + across as u64 * (Edges::BYTES_ACROSS + size_of::<Flags>() + 2 * size_of::<[u8; 4]>()) as u64;
        Budget {
            macroblocks,
            chunks: limit.div_ceil(chunk_size).max(1) as usize,
            chunk_size: chunk_size as usize,
            tokens: usize::try_from(tokens).unwrap_or(usize::MAX),
            modes: (macroblocks * MODES_BYTES + 64).min(room),
            tokens_bytes: tokens,
            rows,
        }
    }

    /// Whether even flags may be too much.
    pub(crate) fn is_huge(&self) -> bool {
        self.macroblocks > HUGE
    }

    /// Bytes before the tokens at most.
    pub(crate) fn first(&self) -> usize {
        TAG + HEADERS + self.modes + self.modes / 16 + 64
    }

    /// Heap bytes at the peak.
    pub(crate) fn memory(&self) -> u64 {
        let store = self.chunks as u64 * (self.chunk_size as u64 + CHUNK_BYTES);
        let modes = (self.macroblocks * modes::LONGEST) as u64;
        // The first partition is made by itself, when the store is gone, and copied into the frame.
        let first = self.first() as u64;
        self.rows + store.max(first) + modes + self.tokens_bytes + first + OWN_BYTES
    }
}

/// Bits that a macroblock of the worst noise takes.
///
/// A coefficient of standard deviation s, divided by q, has log₂(s/q) + 2 bits of entropy where s is much larger than
/// q. Black and white noise has the s of 220 in luma, and less is needed as its ends are clipped; the chroma of such
/// in colour that of 70. What is asked for here is a tenth above what either takes.
fn most_bits(quality: u8, pixels: PixelLayout) -> u64 {
    let step = u64::from(AC_STEPS[usize::from(INDEX[usize::from(quality)])]);
    let eighths = |spread: u64| u64::from((1 + spread / step).pow(4).ilog2()) * 2 + 1;
    let chroma = if pixels == PixelLayout::Grey { 0 } else { 128 * eighths(230) };
    (256 * eighths(720) + chroma) / 8 + 64
}
