//! Where bytes stood before: chains of positions whose four bytes have the same hash.

use super::symbols::LONGEST;
use super::{HISTORY, WINDOW, zeros};

const HASH_BITS: u32 = 15;
const HASH_BITS_OF_THREE: u32 = 12;

/// Bytes that matches are looked for in, and a few behind, so that no end needs to be looked out for.
pub(super) type Window = [u8; WINDOW + 8];

#[derive(Debug)]
pub(super) struct Matcher {
    /// The last position of each hash; 0 where there is none.
    heads: Box<[u16; 1 << HASH_BITS]>,
    /// For each position of the history the one before with the same hash.
    before: Box<[u16; HISTORY]>,
    /// The last position of each hash of three bytes.
    threes: Box<[u16; 1 << HASH_BITS_OF_THREE]>,
}

pub(super) const MEMORY: u64 = ((1 << HASH_BITS) + HISTORY as u64 + (1 << HASH_BITS_OF_THREE)) * 2;

impl Matcher {
    pub(super) fn new() -> Self {
        Self { heads: zeros(), before: zeros(), threes: zeros() }
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        let slide = |positions: &mut [u16]| {
            positions.iter_mut().for_each(|position| *position = position.saturating_sub(HISTORY as u16));
        };
        slide(&mut *self.heads);
        slide(&mut *self.before);
        slide(&mut *self.threes);
    }

    /// The last position with the hash of this one, which takes its place.
    #[inline]
    pub(super) fn replace(&mut self, window: &Window, position: usize) -> usize {
        let head = &mut self.heads[hash(window, position)];
        usize::from(std::mem::replace(head, position as u16))
    }

    /// Adds a position to its chain and gives the one before.
    #[inline]
    pub(super) fn insert(&mut self, window: &Window, position: usize) -> usize {
        let before = self.replace(window, position);
        self.before[position % HISTORY] = before as u16;
        before
    }

    /// The last position with the hash of these three bytes, which takes its place.
    #[inline]
    pub(super) fn replace_three(&mut self, first: u32, position: usize) -> usize {
        let hash = ((first << 8).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS_OF_THREE)) as usize;
        usize::from(std::mem::replace(&mut self.threes[hash], position as u16))
    }

    /// The position before in a chain.
    #[inline]
    pub(super) fn before(&self, position: usize) -> usize {
        usize::from(self.before[position % HISTORY])
    }
}

#[inline]
pub(super) fn four(window: &Window, position: usize) -> u32 {
    let position = position % WINDOW;
    u32::from_le_bytes([window[position], window[position + 1], window[position + 2], window[position + 3]])
}

#[inline]
fn hash(window: &Window, position: usize) -> usize {
    (four(window, position).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

/// How many bytes at two positions are the same, at most 258. `at` is the later one, `end` behind the last byte.
#[inline]
pub(super) fn common(window: &Window, before: usize, at: usize, end: usize) -> usize {
    let later = &window[at..end.min(at + LONGEST)];
    let earlier = &window[before..][..later.len()];
    let mut length = 0;
    for (a, b) in earlier.as_chunks::<8>().0.iter().zip(later.as_chunks::<8>().0) {
        let differing = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differing != 0 {
            return length + differing.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = earlier[length..].iter().zip(&later[length..]);
    length + rest.take_while(|(a, b)| a == b).count()
}
