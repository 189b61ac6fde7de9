//! The first partition (RFC 6386 sections 9 and 19.2): headers, and the modes of all macroblocks.

use crate::encode::bool_encoder::BoolEncoder;
use crate::encode::modes::{self, ModeStore};
use crate::encode::quantiser::CHROMA_FINER;
use crate::modes::Neighbours;
use crate::parameters::{Filter, Parameters, SegmentData, Segments};
use crate::tables::Probabilities;

/// Bytes before the first partition.
pub(crate) const TAG: usize = 10;
/// The first partition must be shorter, in bytes.
pub(crate) const PARTITION_LIMIT: usize = 1 << 19;
/// Bytes of headers at most: all probabilities of tokens take 10 bits each.
pub(crate) const HEADERS: usize = 2048;

/// The parameters of a frame.
#[derive(Clone, Debug)]
pub(crate) struct FrameParameters {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// Index of the quantiser and level of the loop filter, by segment.
    pub(crate) indices: [u8; 4],
    pub(crate) levels: [u8; 4],
}

impl FrameParameters {
    /// The first partition, into `out`.
    pub(crate) fn write(
        &self,
        probabilities: &Probabilities,
        modes: &ModeStore,
        across: usize,
        out: Vec<u8>,
    ) -> Vec<u8> {
        let segment_data = || SegmentData {
            is_absolute: true,
            indices: self.indices.map(|index| index as i8),
            levels: self.levels.map(|level| level as i8),
        };
        let all: u32 = modes.segments.iter().sum();
        let parameters = Parameters {
            colours: 0,
            segments: segment_tree(&modes.segments)
                .map(|tree| Segments { tree: Some(tree), data: Some(segment_data()) }),
            filter: Filter { is_simple: false, level: self.levels[0], sharpness: 0, deltas: None },
            partitions_log2: 0,
            index: self.indices[0],
            // Of planes, only the first coefficients of chroma differ.
            index_deltas: [0, 0, 0, -(CHROMA_FINER as i8), 0],
            keeps_probabilities: false,
            probabilities: *probabilities,
            skip: (modes.skipped > 0).then(|| probability(all - modes.skipped, modes.skipped)),
        };
        let mut bools = BoolEncoder::new(out);
        parameters.write(&mut bools);
        let mut around = Neighbours::new(across);
        let mut x = 0;
        modes.for_each(|modes| {
            modes::write(modes, &parameters, x, &mut around, &mut bools);
            x = (x + 1) % across;
        });
        bools.finish()
    }
}

/// What comes before the first partition of `length` bytes: a key frame of a version, to be shown (RFC 6386 section 9.1).
pub(crate) fn tag(version: u8, [width, height]: [u16; 2], length: usize) -> [u8; TAG] {
    let tag = (u32::from(version) << 1 | 1 << 4 | (length as u32) << 5).to_le_bytes();
    let ([w0, w1], [h0, h1]) = (width.to_le_bytes(), height.to_le_bytes());
    [tag[0], tag[1], tag[2], 0x9D, 0x01, 0x2A, w0, w1, h0, h1]
}

/// The probability that a boolean is false.
fn probability(falses: u32, trues: u32) -> u8 {
    let (falses, all) = (u64::from(falses), u64::from(falses) + u64::from(trues));
    if trues == 0 { 255 } else { (falses * 256 / all).clamp(1, 254) as u8 }
}

/// Probabilities of the tree of segments (RFC 6386 section 10). None where all macroblocks are in the first one.
fn segment_tree([a, b, c, d]: &[u32; 4]) -> Option<[u8; 3]> {
    (b + c + d > 0).then(|| [probability(a + b, c + d), probability(*a, *b), probability(*c, *d)])
}
