//! Modes of macroblocks: what they cost, and how they are kept and written (RFC 6386 sections 11.2 to 11.4).

use crate::encode::bool_cost::cost;
use crate::encode::bool_encoder::BoolEncoder;
use crate::tables::{
    CHROMA_MODE_STEPS, CHROMA_MODES, LUMA_MODE_STEPS, LUMA_MODES, SUBBLOCK_MODE_COUNT, SUBBLOCK_MODE_STEPS,
    SUBBLOCK_MODES, Step,
};

/// How a macroblock is predicted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modes {
    pub(crate) segment: u8,
    /// Whether it has no levels.
    pub(crate) skipped: bool,
    pub(crate) luma: Luma,
    pub(crate) chroma: u8,
}

/// How its luma is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Luma {
    /// As a whole.
    Whole(u8),
    /// Each of the 4×4 blocks by itself.
    Subblocks([u8; 16]),
}

impl Luma {
    /// The modes of the 4×4 blocks, as they count for those below and to the right.
    pub(crate) fn subblock_modes(&self) -> [u8; 16] {
        match *self {
            Luma::Whole(mode) => [[0, 2, 3, 1][usize::from(mode & 3)]; 16],
            Luma::Subblocks(modes) => modes,
        }
    }
}

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

/// The modes around: what those of the next macroblock depend on.
#[derive(Debug)]
pub(crate) struct Neighbours {
    pub(crate) above: Vec<[u8; 4]>,
    pub(crate) left: [u8; 4],
}

impl Neighbours {
    pub(crate) fn new(across: usize) -> Self {
        Neighbours { above: vec![[0; 4]; across], left: [0; 4] }
    }

    pub(crate) fn put(&mut self, x: usize, parts: &[u8; 16]) {
        self.above[x] = [12, 13, 14, 15].map(|i| parts[i]);
        self.left = [3, 7, 11, 15].map(|i| parts[i]);
        if x + 1 == self.above.len() {
            self.left = [0; 4];
        }
    }
}

/// Writes the modes of the macroblock in column `x`.
pub(crate) fn write(modes: &Modes, x: usize, around: &mut Neighbours, out: &mut BoolEncoder) {
    let mut put = |steps: &[Step], probabilities: &[u8]| {
        steps.iter().for_each(|&(node, bit)| out.put(bit, probabilities[node]));
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
