//! Where bytes stood before: chains of positions whose four bytes have the same hash.

use super::HISTORY;
use super::symbols::LONGEST;
use crate::encode::Effort;

const HASH_BITS: u32 = 15;

#[derive(Debug)]
pub(super) struct Matcher {
    /// The last position of each hash; 0 where there is none.
    heads: Vec<u16>,
    /// For each position of the history the one before with the same hash. Empty where only the last one counts.
    before: Vec<u16>,
}

pub(super) fn memory(effort: Effort) -> u64 {
    let chains = if effort == Effort::Fast { 0 } else { HISTORY as u64 * 2 };
    (2 << HASH_BITS) + chains
}

impl Matcher {
    pub(super) fn new(effort: Effort) -> Self {
        let before = if effort == Effort::Fast { Vec::new() } else { vec![0; HISTORY] };
        Self { heads: vec![0; 1 << HASH_BITS], before }
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        let slide = |positions: &mut [u16]| {
            positions.iter_mut().for_each(|position| *position = position.saturating_sub(HISTORY as u16));
        };
        slide(&mut self.heads);
        slide(&mut self.before);
    }

    /// The last position with the hash of this one, which takes its place.
    #[inline]
    pub(super) fn replace(&mut self, window: &[u8], position: usize) -> usize {
        let head = &mut self.heads[hash(window, position)];
        usize::from(std::mem::replace(head, position as u16))
    }

    /// Adds a position to its chain and gives the one before.
    #[inline]
    pub(super) fn insert(&mut self, window: &[u8], position: usize) -> usize {
        let before = self.replace(window, position);
        self.before[position % HISTORY] = before as u16;
        before
    }

    /// The position before in a chain.
    #[inline]
    pub(super) fn before(&self, position: usize) -> usize {
        usize::from(self.before[position % HISTORY])
    }
}

#[inline]
pub(super) fn four(window: &[u8], position: usize) -> u32 {
    window[position..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[inline]
fn hash(window: &[u8], position: usize) -> usize {
    (four(window, position).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

/// How many bytes at two positions are the same, at most 258. `at` is the later one.
#[inline]
pub(super) fn common(window: &[u8], before: usize, at: usize) -> usize {
    let later = &window[at..];
    let later = &later[..later.len().min(LONGEST)];
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
