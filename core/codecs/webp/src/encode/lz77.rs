//! The search for repetitions: hash chains in a bounded window, with a bounded effort for each pixel.

use crate::backward_reference::{MAX_MATCH, Prefix, distance_code};
use crate::encode::entropy::{BIT, log2};
use crate::encode::histogram::Histogram;
use crate::encode::tokens::{Match, Tokens};
use crate::prefix_code::LITERALS;

/// The farthest pixel that is looked at, at most.
const MAX_WINDOW: usize = 1 << 18;
const MAX_HASH_BITS: u32 = 16;
/// Pixels that are hashed: the shortest match that is found by its content.
const HASHED: usize = 3;
/// A match of this length is taken without looking for a better one.
const GOOD: usize = 128;
/// Steps of the prices in a bit.
const STEPS: u32 = 16;
/// What a reference costs besides its extra bits.
const COPY_COST: u32 = 12 * STEPS;

/// The tables of the search. Their size follows from the number of pixels.
#[derive(Debug)]
pub(crate) struct Finder {
    /// The last position with a hash, plus 1.
    heads: Vec<u32>,
    /// For each position in the window, the one before it with the same hash, plus 1.
    chain: Vec<u32>,
    hash_bits: u32,
}

/// A match and the bits that it saves.
type Found = (u32, Match);

/// The best match at a position so far.
struct Best {
    found: Option<Found>,
    /// Its length; only longer ones are of interest.
    length: usize,
    /// `price` is what this many pixels from there on cost as literals.
    priced: usize,
    price: u32,
}

/// What a literal costs, by its channels: blue, green, red, alpha.
pub(crate) struct LiteralCosts([[u16; LITERALS]; 4]);

impl LiteralCosts {
    /// As if all pixels were literals.
    pub(crate) fn new(histogram: &Histogram) -> Self {
        let [green, red, blue, alpha, _] = histogram.alphabets();
        LiteralCosts([blue, green, red, alpha].map(|counts| {
            let sum = counts.iter().sum();
            let mut costs = [0; LITERALS];
            for (cost, &count) in costs.iter_mut().zip(counts).filter(|&(_, &count)| count < sum) {
                // No code is shorter than one bit, unless it is alone.
                *cost = ((log2(sum) - log2(count)).max(BIT) * u64::from(STEPS) / BIT) as u16;
            }
            costs
        }))
    }

    #[inline(always)]
    fn of(&self, argb: u32) -> u32 {
        let costs = self.0.iter().zip(argb.to_le_bytes());
        costs.map(|(costs, channel)| u32::from(costs[usize::from(channel)])).sum()
    }
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

    /// Writes the repetitions in an image (at most as large as the `Finder` was made for) into `tokens`, given what
    /// literal pixels cost. At each position, `effort` earlier ones with the same hash are compared.
    pub(crate) fn search(
        &mut self,
        argb: &[u32],
        width: usize,
        literals: &LiteralCosts,
        effort: usize,
        tokens: &mut Tokens,
    ) {
        tokens.clear();
        self.heads.fill(0);
        let mut search = Search { tables: self, argb, width, literals, effort, inserted: 0 };
        let mut position = 0;
        let mut next = None;
        while position < argb.len() {
            let found = next.take().or_else(|| search.find(position));
            let Some((saved, found)) = found.filter(|_| tokens.has_room(position)) else {
                position += 1;
                continue;
            };
            if found.length < GOOD {
                // A better one may begin a pixel later.
                next = search.find(position + 1).filter(|&(later, _)| later > saved);
                if next.is_some() {
                    position += 1;
                    continue;
                }
            }
            tokens.push(position, found);
            position += found.length;
        }
    }
}

fn hash_bits(pixels: u64) -> u32 {
    pixels.max(1).ilog2().clamp(8, MAX_HASH_BITS)
}

fn window(pixels: u64) -> u64 {
    pixels.next_power_of_two().min(MAX_WINDOW as u64)
}

struct Search<'a> {
    tables: &'a mut Finder,
    argb: &'a [u32],
    width: usize,
    literals: &'a LiteralCosts,
    effort: usize,
    /// Positions before this one are in the tables.
    inserted: usize,
}

impl Search<'_> {
    /// The match at `position` that saves most, if any does.
    fn find(&mut self, position: usize) -> Option<Found> {
        if position + HASHED > self.argb.len() {
            return None;
        }
        self.insert_before(position);
        let mut best = Best { found: None, length: HASHED - 1, priced: 0, price: 0 };
        // The pixel to the left and the one above have the cheapest codes.
        for distance in [1, self.width] {
            if distance <= position {
                self.consider(position, distance, &mut best);
            }
        }
        let mask = self.tables.chain.len() - 1;
        let mut candidate = self.tables.heads[self.hash(position)] as usize;
        for _ in 0..self.effort {
            if candidate == 0 || position - (candidate - 1) > mask || best.length >= GOOD {
                break;
            }
            let distance = position - (candidate - 1);
            self.consider(position, distance, &mut best);
            let before = self.tables.chain[(candidate - 1) & mask] as usize;
            if before >= candidate {
                break;
            }
            candidate = before;
        }
        best.found
    }

    /// Compares at one distance.
    #[inline(always)]
    fn consider(&self, position: usize, distance: usize, best: &mut Best) {
        let argb = self.argb;
        let start = position - distance;
        // A longer match must agree there.
        let last = position + best.length;
        if last >= argb.len() || argb[start] != argb[position] || argb[last - distance] != argb[last] {
            return;
        }
        let end = argb.len().min(position + MAX_MATCH);
        let length = matching(&argb[start..], &argb[position..end]);
        if length > best.length {
            // Longer matches are taken whatever their pixels cost.
            let priced = length.min(GOOD);
            for &pixel in &argb[position + best.priced..position + priced] {
                best.price += self.literals.of(pixel);
            }
            best.priced = priced;
            let price = best.price + (length - priced) as u32 * STEPS;
            let extra = Prefix::of(distance_code(distance, self.width)).extra_bits;
            let saved = price.saturating_sub(COPY_COST + extra * STEPS);
            if best.found.is_none_or(|(most, _)| saved > most) && saved > 0 {
                best.found = Some((saved, Match { distance, length }));
            }
            // What is farther must be longer.
            best.length = length;
        }
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
#[inline(always)]
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
