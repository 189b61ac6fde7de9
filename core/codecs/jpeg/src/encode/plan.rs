//! How much memory an encoder may use: fixed before the first row, whatever the rows will hold.
//!
//! Blocks are kept in the stream, and the tables are made when all are counted. That takes twice the size of the
//! file, which is little for photos. For noise it would be much, so the stream has a limit: once it is full, the
//! tables are made of what has been counted so far, and all blocks go to the file from then on.

use super::coder::{Coder, SHORTEST_BLOCK, Sink, TAIL};
use super::file::HEADERS;
use super::huffman::Table;
use super::output::Output;
use super::stream::Counts;
use super::strip::{Strip, luma_side};
use super::{Encoder, Pixels, Subsampling, quantise};

/// The arithmetic of an encoder's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) mcus_across: usize,
    mcus_down: usize,
    /// Blocks in an MCU, and how many of them are luma.
    blocks: usize,
    luma: usize,
    /// The stream's limit.
    pub(super) chunks: usize,
    pub(super) chunk_size: usize,
    /// The most bytes of a file without metadata.
    pub(super) file: usize,
    file_bytes: u64,
    strip: u64,
}

/// What describes a chunk, on any machine.
const CHUNK_BYTES: u64 = 24;
/// The encoder itself and its boxes, on any machine.
const OWN_BYTES: u64 = 20 << 10;
/// The segment of all tables, while it is written.
const TABLES_BYTES: u64 = 4 * (17 + 256);

impl Plan {
    pub(super) fn new(
        width: usize,
        height: usize,
        pixels: Pixels,
        quality: u8,
        subsampling: Subsampling,
    ) -> Self {
        let side = luma_side(pixels, subsampling);
        let (mcus_across, mcus_down) = (width.div_ceil(8 * side), height.div_ceil(8 * side));
        let luma = side * side;
        let blocks = luma + if pixels == Pixels::Rgb { 2 } else { 0 };
        let all_blocks = mcus_across as u64 * mcus_down as u64 * blocks as u64;
        let data = all_blocks * most_bits(quality, pixels) / 8;
        let file = data + (HEADERS + TAIL) as u64;
        let limit = data * 2 / 5;
        let chunk_size = (limit / 8).next_multiple_of(4096).clamp(4096, 64 << 10);
        Plan {
            mcus_across,
            mcus_down,
            blocks,
            luma,
            chunks: limit.div_ceil(chunk_size).max(1) as usize,
            chunk_size: chunk_size as usize,
            file: usize::try_from(file).unwrap_or(usize::MAX),
            file_bytes: file,
            strip: Strip::heap_bytes(width, pixels, subsampling),
        }
    }

    /// Codes the picture. `limited`: what is written must fit into the sink's room.
    pub(super) fn coder<S: Sink>(&self, sink: S, limited: bool) -> Coder<S> {
        let blocks = self.mcus_across * self.mcus_down * self.blocks;
        Coder::new(sink, self.luma, self.blocks, limited.then_some(blocks))
    }

    /// Heap bytes at the peak.
    pub(super) fn memory(&self) -> u64 {
        const {
            let own = size_of::<Encoder<'_>>() + size_of::<[Counts; 2]>() + size_of::<Output>();
            assert!(own as u64 + 4 * Table::BYTES + TABLES_BYTES <= OWN_BYTES);
        };
        let stream = self.chunks as u64 * (self.chunk_size as u64 + CHUNK_BYTES);
        self.strip + stream + self.file_bytes + OWN_BYTES
    }
}

/// Bits that a block of the worst noise takes, with all that goes with it. More is never written: see `coder`.
///
/// A value of standard deviation s, divided by q, has log₂(s/q) + 2 bits of entropy where s is much larger than
/// q. Black and white noise has the s of 128; in colour it is less, as no component has all the range.
fn most_bits(quality: u8, pixels: Pixels) -> u64 {
    let spread = if pixels == Pixels::Grey { 700 } else { 520 };
    let quarters = |step: u8| u64::from((1 + spread / u64::from(step)).pow(4).ilog2());
    let sum: u64 = quantise::steps(quality).into_iter().map(quarters).sum();
    (sum / 4 + 64 / 4).max(8 * SHORTEST_BLOCK as u64 + 8)
}
