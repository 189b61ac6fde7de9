//! Where bytes stood before: chains of positions whose four bytes have the same hash, and the last position of any three.

use super::optimal::Step;
use super::symbols::LONGEST;
use super::{HISTORY, WINDOW, zeros};

/// Bytes that matches are looked for in, and a few behind, so that no end needs to be looked out for.
pub(super) type Window = [u8; WINDOW + 8];

/// A length at which nothing longer is looked for.
pub(super) const ENOUGH: usize = 160;
/// Positions of a chain that are compared.
const DEPTH: usize = 32;

const HASH_BITS: u32 = 15;
pub(super) const HASHES: usize = 1 << HASH_BITS;

#[derive(Debug)]
pub(super) struct Matcher {
    /// The last position of each hash; 0 where there is none.
    heads: Box<[u16; HASHES]>,
    /// For each position of the history the one before with the same hash.
    before: Box<[u16; HISTORY]>,
    pub(super) threes: Threes,
}

pub(super) const MEMORY: u64 = (HASHES + HISTORY) as u64 * 2 + MEMORY_OF_THREES;

impl Matcher {
    pub(super) fn new() -> Self {
        Self { heads: zeros(), before: zeros(), threes: Threes::new() }
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        slide(&mut *self.heads);
        slide(&mut *self.before);
        self.threes.slide();
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

    /// The position before in a chain.
    #[inline]
    pub(super) fn before(&self, position: usize) -> usize {
        usize::from(self.before[position % HISTORY])
    }
}

impl Matcher {
    /// Adds a position to its chain, and its matches to others: each is longer than those before, and further away. `end`:
    /// behind the last byte. Returns the length of the longest.
    pub(super) fn find(&mut self, window: &Window, at: usize, end: usize, matches: &mut Vec<Step>) -> usize {
        let step =
            |length: usize, before: usize| Step { length: length as u16, distance: (at - before - 1) as u16 };
        let mut longest = 3;
        if let Some(three) = self.threes.replace(window, at) {
            matches.push(step(3, three));
        }
        let mut before = self.insert(window, at);
        let least = at.saturating_sub(HISTORY - 1).max(1);
        for _ in 0..DEPTH {
            if before < least || at + longest >= end {
                break;
            }
            // It must be longer than the longest, so that it ends as that one and a byte more.
            let last = longest - 3;
            if four(window, before + last) == four(window, at + last) {
                let length = common(window, before, at, end, 0);
                if length > longest {
                    longest = length;
                    matches.push(step(length, before));
                    if length >= ENOUGH {
                        break;
                    }
                }
            }
            let next = self.before(before);
            if next >= before {
                break;
            }
            before = next;
        }
        longest
    }

    /// Adds a position to its chain. Returns 0, the length of no match.
    pub(super) fn skip(&mut self, window: &Window, at: usize) -> usize {
        self.threes.replace(window, at);
        self.insert(window, at);
        0
    }
}

/// The last position of each hash of three bytes.
#[derive(Debug)]
pub(super) struct Threes(Box<[u16; HASHES]>);

pub(super) const MEMORY_OF_THREES: u64 = HASHES as u64 * 2;

impl Threes {
    pub(super) fn new() -> Self {
        Self(zeros())
    }

    pub(super) fn slide(&mut self) {
        slide(&mut *self.0);
    }

    /// The last position with the same three bytes, which this one takes the place of.
    #[inline]
    pub(super) fn replace(&mut self, window: &Window, position: usize) -> Option<usize> {
        let bytes = four(window, position) << 8;
        let last = &mut self.0[(bytes.wrapping_mul(MULTIPLIER) >> (32 - HASH_BITS)) as usize];
        let before = usize::from(std::mem::replace(last, position as u16));
        let is_near = before > 0 && position - before < HISTORY;
        (is_near && four(window, before) << 8 == bytes).then_some(before)
    }
}

/// Positions in a window that moves on by a history's length.
pub(super) fn slide(positions: &mut [u16]) {
    positions.iter_mut().for_each(|position| *position = position.saturating_sub(HISTORY as u16));
}

#[inline]
pub(super) fn four(window: &Window, position: usize) -> u32 {
    let position = position % WINDOW;
    u32::from_le_bytes([window[position], window[position + 1], window[position + 2], window[position + 3]])
}

const MULTIPLIER: u32 = 0x9e37_79b1;

#[inline]
pub(super) fn hash(window: &Window, position: usize) -> usize {
    (four(window, position).wrapping_mul(MULTIPLIER) >> (32 - HASH_BITS)) as usize
}

/// How many bytes at two positions are the same, at most 258, of which some are known to be. `at` is the later one, `end`
/// behind the last byte.
#[inline]
pub(super) fn common(window: &Window, before: usize, at: usize, end: usize, known: usize) -> usize {
    let later = &window[at..end.min(at + LONGEST)];
    let earlier = &window[before..][..later.len()];
    let mut length = known;
    for (a, b) in earlier[known..].as_chunks::<8>().0.iter().zip(later[known..].as_chunks::<8>().0) {
        let differing = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differing != 0 {
            return length + differing.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = earlier[length..].iter().zip(&later[length..]);
    length + rest.take_while(|(a, b)| a == b).count()
}
