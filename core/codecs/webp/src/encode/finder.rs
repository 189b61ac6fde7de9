//! Earlier pixels that may repeat: hash chains in a bounded window.

use crate::backward_reference::MAX_MATCH;

/// The farthest pixel that is looked at, at most.
const MAX_WINDOW: usize = 1 << 18;
const MAX_HASH_BITS: u32 = 16;
/// Pixels that are hashed: the shortest match that is found by its content.
pub(crate) const HASHED: usize = 3;

/// The tables of the search. Their size follows from the number of pixels.
#[derive(Debug)]
pub(crate) struct Finder {
    /// The last position with a hash, plus 1.
    heads: Vec<u32>,
    /// For each position in the window, the one before it with the same hash, plus 1.
    chain: Vec<u32>,
    hash_bits: u32,
}

impl Finder {
    pub(crate) fn new(pixels: usize) -> Self {
        let hash_bits = hash_bits(pixels as u64);
        Finder { heads: vec![0; 1 << hash_bits], chain: vec![0; window(pixels as u64) as usize], hash_bits }
    }

    /// Heap bytes of `Finder::new(pixels)`.
    pub(crate) fn memory(pixels: u64) -> u64 {
        ((1 << hash_bits(pixels)) + window(pixels)) * 4
    }

    /// Starts a search in an image that is at most as large as the `Finder` was made for. At each position, `effort`
    /// earlier ones with the same hash are compared.
    pub(crate) fn search<'a>(&'a mut self, argb: &'a [u32], effort: usize) -> Search<'a> {
        self.heads.fill(0);
        Search { tables: self, argb, effort, inserted: 0 }
    }
}

fn hash_bits(pixels: u64) -> u32 {
    pixels.max(1).ilog2().clamp(8, MAX_HASH_BITS)
}

fn window(pixels: u64) -> u64 {
    pixels.next_power_of_two().min(MAX_WINDOW as u64)
}

/// A search at rising positions.
pub(crate) struct Search<'a> {
    tables: &'a mut Finder,
    pub(crate) argb: &'a [u32],
    effort: usize,
    /// Positions before this one are in the tables.
    inserted: usize,
}

impl Search<'_> {
    /// Calls `found` with distances and lengths of matches at `position` that are longer than `length`, each longer than the
    /// one before: first at the `near` distances, then by content. Ends with the first of at least `enough` pixels.
    #[inline(always)]
    pub(crate) fn matches(
        &mut self,
        position: usize,
        near: &[usize],
        (mut length, enough): (usize, usize),
        mut found: impl FnMut(usize, usize),
    ) {
        let hashed = position + HASHED <= self.argb.len();
        if hashed {
            self.insert_before(position);
        }
        for &distance in near {
            if distance <= position && length < enough && self.is_longer(position, distance, &mut length) {
                found(distance, length);
            }
        }
        if !hashed {
            return;
        }
        let mask = self.tables.chain.len() - 1;
        let mut candidate = self.tables.heads[self.hash(position)] as usize;
        for _ in 0..self.effort {
            if candidate == 0 || position - (candidate - 1) > mask || length >= enough {
                break;
            }
            let distance = position - (candidate - 1);
            if self.is_longer(position, distance, &mut length) {
                found(distance, length);
            }
            let before = self.tables.chain[(candidate - 1) & mask] as usize;
            if before >= candidate {
                break;
            }
            candidate = before;
        }
    }

    /// Whether the match at that distance is longer than `length`, which then becomes its length.
    #[inline(always)]
    fn is_longer(&self, position: usize, distance: usize, length: &mut usize) -> bool {
        let argb = self.argb;
        let start = position - distance;
        // A longer match must agree there.
        let last = position + *length;
        if last >= argb.len() || argb[start] != argb[position] || argb[last - distance] != argb[last] {
            return false;
        }
        let end = argb.len().min(position + MAX_MATCH);
        let found = matching(&argb[start..], &argb[position..end]);
        let longer = found > *length;
        if longer {
            *length = found;
        }
        longer
    }

    #[inline(always)]
    fn hash(&self, position: usize) -> usize {
        let hashed = &self.argb[position..position + HASHED];
        let mixed = hashed[0].wrapping_mul(0x9E37_79B1) ^ hashed[1].wrapping_mul(0x85EB_CA6B).rotate_left(11);
        let mixed = (mixed ^ hashed[2].wrapping_mul(0xC2B2_AE35).rotate_left(21)).wrapping_mul(0x27D4_EB2F);
        (mixed >> (32 - self.tables.hash_bits)) as usize
    }

    /// Brings the tables up to date.
    fn insert_before(&mut self, position: usize) {
        let mask = self.tables.chain.len() - 1;
        for position in self.inserted..position {
            let hash = self.hash(position);
            self.tables.chain[position & mask] = self.tables.heads[hash];
            self.tables.heads[hash] = position as u32 + 1;
        }
        self.inserted = self.inserted.max(position);
    }
}

/// How many pixels are equal. The second slice is the shorter one.
#[inline(never)]
fn matching(earlier: &[u32], later: &[u32]) -> usize {
    const STEP: usize = 8;
    let earlier = &earlier[..later.len()];
    let mut length = 0;
    for (a, b) in earlier.chunks_exact(STEP).zip(later.chunks_exact(STEP)) {
        if a != b {
            break;
        }
        length += STEP;
    }
    length + earlier[length..].iter().zip(&later[length..]).take_while(|(a, b)| a == b).count()
}
