//! Modes of macroblocks: what they cost, and how they are kept and written (RFC 6386 sections 11.2 to 11.4).

use crate::bools::{Bools, cost};
use crate::predict::{GRADIENT, HORIZONTAL, MEAN, MODES, VERTICAL};
use crate::tables::SUBBLOCK_MODES;

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
    Parts([u8; 16]),
}

impl Luma {
    /// The modes of the 4×4 blocks, as they count for those below and to the right.
    pub(crate) fn parts(&self) -> [u8; 16] {
        match *self {
            Luma::Whole(mode) => [[0, 2, 3, 1][usize::from(mode & 3)]; 16],
            Luma::Parts(modes) => modes,
        }
    }
}

/// A step through a tree: the node, and which way.
type Step = (usize, bool);

/// Below the node that says whether luma is predicted as a whole.
const WHOLE: [u8; 4] = [145, 156, 163, 128];
const WHOLE_STEPS: [[Step; 2]; 4] = {
    let mut steps = [[(0, false); 2]; 4];
    steps[MEAN] = [(1, false), (2, false)];
    steps[VERTICAL] = [(1, false), (2, true)];
    steps[HORIZONTAL] = [(1, true), (3, false)];
    steps[GRADIENT] = [(1, true), (3, true)];
    steps
};

const CHROMA: [u8; 3] = [142, 114, 183];
const CHROMA_STEPS: [&[Step]; 4] = [
    &[(0, false)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true)],
];

const PART_STEPS: [&[Step]; MODES] = [
    &[(0, false)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, true), (8, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, true), (8, true)],
];

fn sum(steps: &[Step], probabilities: &[u8]) -> u32 {
    steps.iter().map(|&(node, bit)| cost(bit, probabilities[node])).sum()
}

/// The cost of a mode of a whole macroblock, and of saying that it is none.
pub(crate) fn cost_of_whole(mode: usize) -> u32 {
    cost(true, WHOLE[0]) + sum(&WHOLE_STEPS[mode], &WHOLE)
}

pub(crate) fn cost_of_parts() -> u32 {
    cost(false, WHOLE[0])
}

pub(crate) fn cost_of_chroma(mode: usize) -> u32 {
    sum(CHROMA_STEPS[mode], &CHROMA)
}

/// The cost of the modes of a 4×4 block, by those above and to the left.
pub(crate) type PartCosts = [[[u16; MODES]; MODES]; MODES];

pub(crate) fn part_costs() -> Box<PartCosts> {
    let mut costs = Box::new([[[0; MODES]; MODES]; MODES]);
    for (costs, probabilities) in costs.iter_mut().flatten().zip(SUBBLOCK_MODES.iter().flatten()) {
        *costs = PART_STEPS.map(|steps| sum(steps, probabilities) as u16);
    }
    costs
}

/// The modes of all macroblocks, in few bytes.
#[derive(Debug)]
pub(crate) struct Store {
    bytes: Vec<u8>,
    /// Macroblocks of each segment, and those skipped.
    pub(crate) segments: [u32; 4],
    pub(crate) skipped: u32,
}

/// Bytes of a macroblock at most.
pub(crate) const LONGEST: usize = 9;
/// The flag of a macroblock whose luma is predicted by parts.
const PARTS: u8 = 1 << 5;

impl Store {
    pub(crate) fn new(macroblocks: usize) -> Self {
        Store { bytes: Vec::with_capacity(macroblocks * LONGEST), segments: [0; 4], skipped: 0 }
    }

    pub(crate) fn push(&mut self, modes: &Modes) {
        self.segments[usize::from(modes.segment)] += 1;
        self.skipped += u32::from(modes.skipped);
        let byte = modes.segment | modes.chroma << 2 | u8::from(modes.skipped) << 4;
        match modes.luma {
            Luma::Whole(mode) => self.bytes.push(byte | mode << 6),
            Luma::Parts(parts) => {
                self.bytes.push(byte | PARTS);
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
            if byte & PARTS != 0
                && let Some((pairs, rest)) = bytes.split_first_chunk::<8>()
            {
                luma = Luma::Parts(std::array::from_fn(|i| pairs[i / 2] >> (4 * (i % 2)) & 15));
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
pub(crate) fn write(modes: &Modes, x: usize, around: &mut Neighbours, out: &mut Bools) {
    let mut put = |steps: &[Step], probabilities: &[u8]| {
        steps.iter().for_each(|&(node, bit)| out.put(bit, probabilities[node]));
    };
    match modes.luma {
        Luma::Whole(mode) => {
            put(&[(0, true)], &WHOLE);
            put(&WHOLE_STEPS[usize::from(mode & 3)], &WHOLE);
        }
        Luma::Parts(parts) => {
            put(&[(0, false)], &WHOLE);
            for (i, &mode) in parts.iter().enumerate() {
                let above = if i < 4 { around.above[x][i] } else { parts[i - 4] };
                let left = if i % 4 == 0 { around.left[i / 4] } else { parts[i - 1] };
                put(PART_STEPS[usize::from(mode)], &SUBBLOCK_MODES[usize::from(above)][usize::from(left)]);
            }
        }
    }
    put(CHROMA_STEPS[usize::from(modes.chroma & 3)], &CHROMA);
    around.put(x, &modes.luma.parts());
}
