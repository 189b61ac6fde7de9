//! Modes of macroblocks: what they cost, and how they are kept and written (RFC 6386 sections 11.2 to 11.4).

use crate::encode::bool_cost::cost;
use crate::encode::bool_encoder::BoolEncoder;
use crate::modes::{Luma, Modes, Neighbours};
use crate::parameters::Parameters;
use crate::tables::{
    CHROMA_MODE_STEPS, CHROMA_MODES, LUMA_MODE_STEPS, LUMA_MODES, SUBBLOCK_MODE_COUNT, SUBBLOCK_MODE_STEPS,
    SUBBLOCK_MODES, Step,
};

fn sum(steps: &[Step], probabilities: &[u8]) -> u32 {
    steps.iter().map(|&(node, bit)| cost(bit, probabilities[node])).sum()
}

/// The cost of a mode of a whole macroblock, and of saying that it is none.
pub(crate) fn cost_of_whole(mode: usize) -> u32 {
    cost(true, LUMA_MODES[0]) + sum(&LUMA_MODE_STEPS[mode], &LUMA_MODES)
}

pub(crate) fn cost_of_subblocks() -> u32 {
    cost(false, LUMA_MODES[0])
}

pub(crate) fn cost_of_chroma(mode: usize) -> u32 {
    sum(CHROMA_MODE_STEPS[mode], &CHROMA_MODES)
}

/// The cost of the modes of a 4×4 block, by those above and to the left.
pub(crate) type SubblockModeCosts = [[[u16; SUBBLOCK_MODE_COUNT]; SUBBLOCK_MODE_COUNT]; SUBBLOCK_MODE_COUNT];

pub(crate) fn subblock_mode_costs() -> Box<SubblockModeCosts> {
    let mut costs = Box::new([[[0; SUBBLOCK_MODE_COUNT]; SUBBLOCK_MODE_COUNT]; SUBBLOCK_MODE_COUNT]);
    for (costs, probabilities) in costs.iter_mut().flatten().zip(SUBBLOCK_MODES.iter().flatten()) {
        *costs = SUBBLOCK_MODE_STEPS.map(|steps| sum(steps, probabilities) as u16);
    }
    costs
}

/// The modes of all macroblocks, kept compactly.
#[derive(Debug)]
pub(crate) struct ModeStore {
    bytes: Vec<u8>,
    /// Macroblocks of each segment, and those skipped.
    pub(crate) segments: [u32; 4],
    pub(crate) skipped: u32,
}

/// Bytes of a macroblock at most.
pub(crate) const LONGEST: usize = 9;
/// The flag of a macroblock whose luma is predicted by 4×4 blocks.
const SUBBLOCKS: u8 = 1 << 5;

impl ModeStore {
    pub(crate) fn new(macroblocks: usize) -> Self {
        ModeStore { bytes: Vec::with_capacity(macroblocks * LONGEST), segments: [0; 4], skipped: 0 }
    }

    pub(crate) fn push(&mut self, modes: &Modes) {
        self.segments[usize::from(modes.segment)] += 1;
        self.skipped += u32::from(modes.skipped);
        let byte = modes.segment | modes.chroma << 2 | u8::from(modes.skipped) << 4;
        match modes.luma {
            Luma::Whole(mode) => self.bytes.push(byte | mode << 6),
            Luma::Subblocks(parts) => {
                self.bytes.push(byte | SUBBLOCKS);
                self.bytes.extend(parts.as_chunks::<2>().0.iter().map(|[a, b]| a | b << 4));
            }
        }
    }

    /// Hands out all modes in order.
    pub(crate) fn for_each(&self, mut take: impl FnMut(&Modes)) {
        let mut bytes = &self.bytes[..];
        while let Some((&byte, rest)) = bytes.split_first() {
            bytes = rest;
            let mut luma = Luma::Whole(byte >> 6);
            if byte & SUBBLOCKS != 0
                && let Some((pairs, rest)) = bytes.split_first_chunk::<8>()
            {
                luma = Luma::Subblocks(std::array::from_fn(|i| pairs[i / 2] >> (4 * (i % 2)) & 15));
                bytes = rest;
            }
            take(&Modes { segment: byte & 3, skipped: byte >> 4 & 1 != 0, luma, chroma: byte >> 2 & 3 });
        }
    }
}

/// Writes the modes of the macroblock in column `x` (RFC 6386 section 19.3).
pub(crate) fn write(
    modes: &Modes,
    parameters: &Parameters,
    x: usize,
    around: &mut Neighbours,
    out: &mut BoolEncoder,
) {
    if let Some([root, low, high]) = parameters.segment_tree() {
        out.put_seldom(modes.segment > 1, root);
        out.put_seldom(modes.segment & 1 != 0, if modes.segment < 2 { low } else { high });
    }
    if let Some(skip) = parameters.skip {
        out.put_seldom(modes.skipped, skip);
    }
    let mut put = |steps: &[Step], probabilities: &[u8]| {
        steps.iter().for_each(|&(node, bit)| out.put_seldom(bit, probabilities[node]));
    };
    match modes.luma {
        Luma::Whole(mode) => {
            put(&[(0, true)], &LUMA_MODES);
            put(&LUMA_MODE_STEPS[usize::from(mode & 3)], &LUMA_MODES);
        }
        Luma::Subblocks(parts) => {
            put(&[(0, false)], &LUMA_MODES);
            for (i, &mode) in parts.iter().enumerate() {
                let above = if i < 4 { around.above[x][i] } else { parts[i - 4] };
                let left = if i % 4 == 0 { around.left[i / 4] } else { parts[i - 1] };
                put(
                    SUBBLOCK_MODE_STEPS[usize::from(mode)],
                    &SUBBLOCK_MODES[usize::from(above)][usize::from(left)],
                );
            }
        }
    }
    put(CHROMA_MODE_STEPS[usize::from(modes.chroma & 3)], &CHROMA_MODES);
    around.put(x, &modes.luma.subblock_modes());
}
