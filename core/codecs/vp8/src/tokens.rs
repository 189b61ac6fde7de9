//! Levels of macroblocks, kept in few bytes until all are counted.
//!
//! A macroblock is four bytes, the lowest first, that say which blocks have levels (bit 0 to 15 luma, 16 to 23 chroma,
//! 24 means) and whether it has means (bit 25), and then those blocks, the means first:
//!
//! | bytes | meaning |
//! | --- | --- |
//! | `rv` | r zeros and the level v, in two's complement of 4 bits: −7 to −1 and 1 to 7 |
//! | `r8 l h` | r zeros and a level of 16 bits |
//! | `00` | no more, where the last level is not the 16th |

use crate::bools::Bools;
use crate::cost::{self, CHROMA, Counts, LUMA, LUMA_AFTER_MEANS, MEANS, Sink};
use crate::tables::Probabilities;

/// The level that means: see the next bytes.
const LARGE: u8 = 8;
/// Blocks of a macroblock, and the place of the means.
pub(crate) const BLOCKS: usize = 25;
pub(crate) const PLACE_OF_MEANS: usize = 24;
/// More bytes than a macroblock ever takes in a frame, whatever the probabilities: 400 levels of up to 11 booleans
/// by probabilities of the picture and 12 others.
pub(crate) const WORST: usize = 400 * 24;
/// No macroblock is longer.
const LONGEST: usize = 4 + BLOCKS * 3 * 16;

/// The levels of a macroblock, each block in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    pub(crate) blocks: [[i16; 16]; BLOCKS],
    /// Which blocks have any.
    pub(crate) present: u32,
    /// Whether it has means: that its luma is predicted as a whole.
    pub(crate) has_means: bool,
}

/// Which blocks around have levels: bits in the order of blocks at an edge (4 luma, 2 and 2 chroma, means).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags(pub(crate) [bool; 9]);

/// Macroblocks in the order of the file, in chunks of which none is ever moved.
#[derive(Debug)]
pub(crate) struct Store {
    chunks: Vec<Vec<u8>>,
    chunk_size: usize,
    /// Chunks there may be.
    limit: usize,
}

impl Store {
    pub(crate) fn new(limit: usize, chunk_size: usize) -> Self {
        Store { chunks: Vec::with_capacity(limit), chunk_size, limit }
    }

    /// Whether another macroblock may not fit.
    pub(crate) fn is_full(&self) -> bool {
        self.chunks.len() == self.limit && self.room() < LONGEST
    }

    fn room(&self) -> usize {
        self.chunks.last().map_or(0, |chunk| self.chunk_size - chunk.len())
    }

    /// Adds a macroblock. There must be room.
    pub(crate) fn push(&mut self, levels: &Levels) {
        let mut bytes = [0; LONGEST];
        let flags = levels.present | u32::from(levels.has_means) << BLOCKS;
        bytes[..4].copy_from_slice(&flags.to_le_bytes());
        let mut length = 4;
        let mut left = levels.present.rotate_right(PLACE_OF_MEANS as u32);
        while left != 0 {
            let block = (left.trailing_zeros() as usize + PLACE_OF_MEANS) % 32;
            left &= left - 1;
            length += write(&levels.blocks[block], &mut bytes[length..]);
        }
        if self.room() < length && self.chunks.len() < self.limit {
            self.chunks.push(Vec::with_capacity(self.chunk_size));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.extend_from_slice(&bytes[..length]);
        }
    }

    /// Hands out all macroblocks, freeing chunk by chunk. From then on, the store is full with one chunk.
    pub(crate) fn drain(&mut self, mut take: impl FnMut(&Levels)) {
        let mut levels = Levels::NONE;
        for chunk in self.chunks.drain(..) {
            let mut bytes = &chunk[..];
            while let Some((flags, rest)) = bytes.split_first_chunk() {
                let flags = u32::from_le_bytes(*flags);
                bytes = rest;
                levels.present = flags & ((1 << BLOCKS) - 1);
                levels.has_means = flags >> BLOCKS != 0;
                let mut left = levels.present.rotate_right(PLACE_OF_MEANS as u32);
                while left != 0 {
                    let block = (left.trailing_zeros() as usize + PLACE_OF_MEANS) % 32;
                    left &= left - 1;
                    bytes = read(bytes, &mut levels.blocks[block]);
                }
                take(&levels);
            }
        }
        self.limit = 1;
    }
}

fn write(block: &[i16; 16], out: &mut [u8]) -> usize {
    let mut length = 0;
    let mut run = 0;
    for &level in block {
        if level == 0 {
            run += 1;
            continue;
        }
        if (-7..=7).contains(&level) {
            out[length] = run << 4 | (level as u8 & 15);
            length += 1;
        } else {
            let [low, high] = level.to_le_bytes();
            out[length..][..3].copy_from_slice(&[run << 4 | LARGE, low, high]);
            length += 3;
        }
        run = 0;
    }
    if run > 0 {
        out[length] = 0;
        length += 1;
    }
    length
}

/// Returns what follows.
fn read<'b>(mut bytes: &'b [u8], block: &mut [i16; 16]) -> &'b [u8] {
    *block = [0; 16];
    let mut n = 0;
    while n < 16 {
        let Some((&byte, rest)) = bytes.split_first() else { break };
        bytes = rest;
        if byte == 0 {
            break;
        }
        n += usize::from(byte >> 4);
        let mut level = i16::from((byte << 4) as i8 >> 4);
        if byte & 15 == LARGE
            && let Some((value, rest)) = bytes.split_first_chunk()
        {
            level = i16::from_le_bytes(*value);
            bytes = rest;
        }
        if let Some(place) = block.get_mut(n) {
            *place = level;
        }
        n += 1;
    }
    bytes
}

impl Levels {
    pub(crate) const NONE: Levels = Levels { blocks: [[0; 16]; BLOCKS], present: 0, has_means: false };

    pub(crate) fn is_present(&self, block: usize) -> bool {
        self.present >> block & 1 != 0
    }

    /// Walks over the blocks in the order of the file (RFC 6386 section 13), keeping the flags around.
    pub(crate) fn walk(&self, above: &mut Flags, left: &mut Flags, sink: &mut impl Sink) {
        if self.present == 0 {
            // Skipped. Flags of means stay where there are none (RFC 6386 section 13.3).
            for flags in [above, left] {
                flags.0[..8].fill(false);
                flags.0[8] &= !self.has_means;
            }
            return;
        }
        let mut block = |block: usize, plane: usize, up: usize, back: usize, first: usize| {
            let context = usize::from(above.0[up]) + usize::from(left.0[back]);
            let any = if self.is_present(block) {
                cost::walk(&self.blocks[block], first, plane, context, sink)
            } else {
                cost::walk_none(first, plane, context, sink)
            };
            (above.0[up], left.0[back]) = (any, any);
        };
        if self.has_means {
            block(PLACE_OF_MEANS, MEANS, 8, 8, 0);
        }
        let (plane, first) = if self.has_means { (LUMA_AFTER_MEANS, 1) } else { (LUMA, 0) };
        for i in 0..16 {
            block(i, plane, i % 4, i / 4, first);
        }
        for i in 0..8 {
            let plane = 4 + i / 4 * 2;
            block(16 + i, CHROMA, plane + i % 2, plane + i / 2 % 2, 0);
        }
    }
}

/// Writes macroblocks with given probabilities.
#[derive(Debug)]
pub(crate) struct Coder {
    bools: Bools,
    probabilities: Probabilities,
    above: Vec<Flags>,
    left: Flags,
    x: usize,
}

impl Coder {
    pub(crate) fn new(out: Vec<u8>, probabilities: Probabilities, across: usize) -> Self {
        let above = vec![Flags::default(); across];
        Coder { bools: Bools::new(out), probabilities, above, left: Flags::default(), x: 0 }
    }

    /// Bytes written.
    pub(crate) fn len(&self) -> usize {
        self.bools.len()
    }

    pub(crate) fn put(&mut self, levels: &Levels) {
        let mut writer = Writer { bools: &mut self.bools, probabilities: &self.probabilities };
        levels.walk(&mut self.above[self.x], &mut self.left, &mut writer);
        self.x += 1;
        if self.x == self.above.len() {
            self.x = 0;
            self.left = Flags::default();
        }
    }

    pub(crate) fn finish(self) -> (Vec<u8>, Probabilities) {
        (self.bools.finish(), self.probabilities)
    }
}

struct Writer<'c> {
    bools: &'c mut Bools,
    probabilities: &'c Probabilities,
}

impl Sink for Writer<'_> {
    #[inline(always)]
    fn adaptive(&mut self, [plane, band, context]: [usize; 3], node: usize, bit: bool) {
        self.bools.put(bit, self.probabilities[plane][band][context][node]);
    }

    #[inline(always)]
    fn fixed(&mut self, probability: u8, bit: bool) {
        self.bools.put(bit, probability);
    }
}

/// Counts a macroblock.
pub(crate) fn count(levels: &Levels, above: &mut Flags, left: &mut Flags, counts: &mut Counts) {
    levels.walk(above, left, counts);
}
