//! Levels of macroblocks, kept compactly until all are counted.
//!
//! A macroblock is four bytes, the lowest first, that say which blocks have levels (bit 0 to 15 luma, 16 to 23 chroma,
//! 24 Y2) and whether it has Y2 (bit 25), and then those blocks, Y2 first:
//!
//! | bytes | meaning |
//! | --- | --- |
//! | `rv` | r zeros and the level v, in two's complement of 4 bits: −7 to −1 and 1 to 7 |
//! | `r8 l h` | r zeros and a level of 16 bits |
//! | `00` | no more, where the last level is not the 16th |

use crate::levels::{BLOCKS, Levels, Y2_BLOCK};

/// Stands for a level in the next two bytes.
const LARGE: u8 = 8;
/// No macroblock is longer.
const LONGEST: usize = 4 + BLOCKS * 3 * 16;

/// Macroblocks in the order of the file, in chunks of which none is ever moved.
#[derive(Debug)]
pub(crate) struct LevelStore {
    chunks: Vec<Vec<u8>>,
    chunk_size: usize,
    /// Chunks there may be.
    limit: usize,
}

impl LevelStore {
    pub(crate) fn new(limit: usize, chunk_size: usize) -> Self {
        LevelStore { chunks: Vec::with_capacity(limit), chunk_size, limit }
    }

    /// Whether another macroblock may not fit.
    pub(crate) fn is_full(&self) -> bool {
        self.chunks.len() == self.limit && self.room() < LONGEST
    }

    fn room(&self) -> usize {
        self.chunks.last().map_or(0, |chunk| self.chunk_size - chunk.len())
    }

    /// Adds a macroblock. The store must not be full.
    pub(crate) fn push(&mut self, levels: &Levels) {
        let mut bytes = [0; LONGEST];
        let flags = levels.present | u32::from(levels.has_y2) << BLOCKS;
        bytes[..4].copy_from_slice(&flags.to_le_bytes());
        let mut length = 4;
        let mut left = levels.present.rotate_right(Y2_BLOCK as u32);
        while left != 0 {
            let block = (left.trailing_zeros() as usize + Y2_BLOCK) % 32;
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
                levels.has_y2 = flags >> BLOCKS != 0;
                let mut left = levels.present.rotate_right(Y2_BLOCK as u32);
                while left != 0 {
                    let block = (left.trailing_zeros() as usize + Y2_BLOCK) % 32;
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
