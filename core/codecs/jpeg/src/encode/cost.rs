//! What encoding takes: exact memory, estimated work. Both are fixed before the first row, whatever the rows will hold.
//!
//! Blocks are kept in a stream, and the tables are made when all are counted. That takes twice the size of the
//! file, which is little for photos. For noise it would be much, so the stream has a limit: once it is full, the
//! tables are made of what has been counted so far, and all blocks go to the file from then on, which is sequential.
//! A progressive file is made of a whole stream, its scans apart before they are put together: it takes twice its size
//! besides. One for which the budget has no room becomes sequential, too. Noise gains nothing by being progressive.

use super::entropy_coder::{SHORTEST_BLOCK, TAIL};
use super::headers::HEADERS;
use super::parameters::{Effort, Parameters, Pixels};
use super::quantise;
use super::samples::McuRowSamples;

/// The encoder itself and its boxes, on any machine.
pub(super) const OWN_BYTES: u64 = 20 << 10;
/// What is besides where the file may be progressive: counts, codes, and what chooses values.
pub(super) const BALANCED_BYTES: u64 = 40 << 10;
pub(super) const SMALL_BYTES: u64 = 60 << 10;
/// What describes a chunk of the stream, on any machine.
const CHUNK_BYTES: u64 = 24;

/// The limits that an encoder keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Chunks of the stream.
    pub(super) chunks: usize,
    /// Bytes of a chunk.
    pub(super) chunk_size: usize,
    /// The most bytes of a file without metadata.
    pub(super) file: usize,
    /// The same where `usize` is too small for it.
    file_bytes: u64,
}

impl Parameters {
    /// The most heap bytes that an encoder holds at any time, itself and the file included, whatever the picture: the same
    /// number on every machine. Metadata comes on top: its length and 64 bytes.
    pub fn memory(&self) -> u64 {
        let budget = Budget::new(self);
        let stream = budget.chunks as u64 * (budget.chunk_size as u64 + CHUNK_BYTES);
        let progressive = match self.effort {
            Effort::Fast => 0,
            Effort::Balanced => BALANCED_BYTES,
            Effort::Small => SMALL_BYTES,
        };
        McuRowSamples::heap_bytes(self) + stream + budget.file_bytes + OWN_BYTES + progressive
    }

    /// The instructions that encoding takes, estimated.
    pub fn work(&self) -> u64 {
        let of_pixel = match self.effort {
            Effort::Fast => 780,
            Effort::Balanced => 800,
            Effort::Small => 4000,
        };
        u64::from(self.width) * u64::from(self.height) * of_pixel
    }
}

impl Budget {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let (across, down) = parameters.mcus();
        let blocks = across as u64 * down as u64 * parameters.mcu_blocks() as u64;
        let data = blocks * most_bits(parameters) / 8;
        let file_bytes = data + (HEADERS + TAIL) as u64;
        let limit = if parameters.may_be_progressive() { data * 3 / 5 } else { data * 2 / 5 };
        let chunk_size = (limit / 8).next_multiple_of(4096).clamp(4096, 64 << 10);
        Budget {
            chunks: limit.div_ceil(chunk_size).max(1) as usize,
            chunk_size: chunk_size as usize,
            file: usize::try_from(file_bytes).unwrap_or(usize::MAX),
            file_bytes,
        }
    }
}

/// Bits that a block of the worst noise takes, with all that goes with it. More is never written: see `entropy_coder`.
///
/// A value of standard deviation s, divided by q, has log₂(s/q) + 2 bits of entropy where s is much larger than
/// q. Black and white noise has the s of 128; in colour it is less, as no component has all the range.
fn most_bits(parameters: &Parameters) -> u64 {
    let spread = if parameters.pixels == Pixels::Grey { 700 } else { 520 };
    let quarters = |step: u8| u64::from((1 + spread / u64::from(step)).pow(4).ilog2());
    let sum: u64 = quantise::steps(parameters.quality).into_iter().map(quarters).sum();
    (sum / 4 + 64 / 4).max(8 * SHORTEST_BLOCK as u64 + 8)
}
