//! The first partition (RFC 6386 sections 9 and 19.2): headers, and the modes of all macroblocks.

use crate::encode::bool_encoder::BoolEncoder;
use crate::encode::modes::{self, ModeStore, Neighbours};
use crate::encode::quantiser::CHROMA_FINER;
use crate::tables::{DEFAULT_TOKENS, Probabilities, UPDATES, for_each_slot};

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
        let mut bools = BoolEncoder::new(out);
        // Colour space, clamping.
        bools.literal(0, 2);
        let tree = segment_tree(&modes.segments);
        self.write_segments(&tree, &mut bools);
        // The normal filter, its level (but for segments), no sharpness, no adjustments.
        bools.literal(0, 1);
        bools.literal(u32::from(self.levels[0]), 6);
        bools.literal(0, 3 + 1);
        // One partition of tokens, the quantiser (but for segments); of planes, only the first coefficients of
        // chroma differ.
        bools.literal(0, 2);
        bools.literal(u32::from(self.indices[0]), 7);
        bools.literal(0b0001, 4);
        bools.literal(CHROMA_FINER as u32, 4);
        bools.literal(0b10, 2);
        // Probabilities are not kept.
        bools.literal(0, 1);
        for_each_slot(|t, b, c, n| {
            let new = probabilities[t][b][c][n];
            let update = new != DEFAULT_TOKENS[t][b][c][n];
            bools.put(update, UPDATES[t][b][c][n]);
            if update {
                bools.literal(u32::from(new), 8);
            }
        });
        let all: u32 = modes.segments.iter().sum();
        let skip = probability(all - modes.skipped, modes.skipped);
        let skips = modes.skipped > 0;
        bools.literal(u32::from(skips), 1);
        if skips {
            bools.literal(u32::from(skip), 8);
        }
        let mut around = Neighbours::new(across);
        let mut x = 0;
        modes.for_each(|modes| {
            if let Some([root, low, high]) = tree {
                let second = if modes.segment < 2 { low } else { high };
                bools.put(modes.segment > 1, root);
                bools.put(modes.segment & 1 != 0, second);
            }
            if skips {
                bools.put(modes.skipped, skip);
            }
            modes::write(modes, x, &mut around, &mut bools);
            x = (x + 1) % across;
        });
        bools.finish()
    }

    /// RFC 6386 section 9.3.
    fn write_segments(&self, tree: &Option<[u8; 3]>, bools: &mut BoolEncoder) {
        let Some(tree) = tree else { return bools.literal(0, 1) };
        // Used, with a map and with data, these absolute.
        bools.literal(0b1111, 4);
        for index in self.indices {
            bools.literal(1, 1);
            bools.literal(u32::from(index), 7);
            bools.literal(0, 1);
        }
        for level in self.levels {
            bools.literal(1, 1);
            bools.literal(u32::from(level), 6);
            bools.literal(0, 1);
        }
        for &probability in tree {
            bools.literal(u32::from(probability != 255), 1);
            if probability != 255 {
                bools.literal(u32::from(probability), 8);
            }
        }
    }

    /// What comes before the first partition of `length` bytes (RFC 6386 section 9.1).
    pub(crate) fn tag(&self, length: usize) -> [u8; TAG] {
        // A key frame, version 0, to be shown.
        let tag = (1 << 4 | (length as u32) << 5).to_le_bytes();
        let ([w0, w1], [h0, h1]) = (self.width.to_le_bytes(), self.height.to_le_bytes());
        [tag[0], tag[1], tag[2], 0x9D, 0x01, 0x2A, w0, w1, h0, h1]
    }
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
