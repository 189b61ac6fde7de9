//! How often each symbol of a prefix code group occurs (RFC 9649, section 3.7.2).

use crate::backward_reference::{Prefix, distance_code};
use crate::encode::entropy::{BIT, log2};
use crate::encode::tokens::Match;
use crate::prefix_code::{CODES, DISTANCES, LENGTHS, LITERALS};

/// The largest colour cache that the encoder uses, in bits of its index.
const LARGEST_CACHE_BITS: u32 = 10;

/// Roughly what each used symbol adds to the description of its code.
const SYMBOL_COST: u64 = 5 * BIT;

/// The five alphabets in the order of the format: green with lengths and cache, red, blue, alpha, distance.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
    /// The size of the first alphabet.
    green: usize,
}

impl Histogram {
    pub(crate) fn new(cache_bits: u32) -> Self {
        let green = LITERALS + LENGTHS + if cache_bits == 0 { 0 } else { 1 << cache_bits };
        Histogram { counts: vec![0; green + 3 * LITERALS + DISTANCES], green }
    }

    /// Symbols of the largest one.
    pub(crate) const SYMBOLS: u64 =
        (LITERALS + LENGTHS + (1 << LARGEST_CACHE_BITS) + 3 * LITERALS + DISTANCES) as u64;
    /// Heap bytes of the largest one.
    pub(crate) const MEMORY: u64 = 4 * Self::SYMBOLS;

    /// Heap bytes of one for a cache of so many colours.
    pub(crate) fn memory(cached: usize) -> u64 {
        4 * (LITERALS + LENGTHS + cached + 3 * LITERALS + DISTANCES) as u64
    }

    /// Adds a symbol of one of the alphabets, by their order.
    pub(crate) fn add_symbol(&mut self, alphabet: usize, symbol: usize) {
        let start = if alphabet == 0 { 0 } else { self.green + (alphabet - 1) * LITERALS };
        self.counts[start + symbol] += 1;
    }

    #[inline(always)]
    pub(crate) fn add_literal(&mut self, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        self.counts[green] += 1;
        let rest = &mut self.counts[self.green..][..3 * LITERALS];
        rest[red] += 1;
        rest[LITERALS + blue] += 1;
        rest[2 * LITERALS + alpha] += 1;
    }

    #[inline(always)]
    pub(crate) fn add_cached(&mut self, index: usize) {
        self.counts[LITERALS + LENGTHS + index] += 1;
    }

    #[inline(always)]
    pub(crate) fn add_match(&mut self, found: Match, width: usize) {
        self.counts[LITERALS + Prefix::of(found.length as u32).symbol] += 1;
        let distance = Prefix::of(distance_code(found.distance, width)).symbol;
        self.counts[self.green + 3 * LITERALS + distance] += 1;
    }

    pub(crate) fn add(&mut self, other: &Histogram) {
        for (count, &more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    pub(crate) fn alphabets(&self) -> [&[u32]; CODES] {
        let (green, rest) = self.counts.split_at(self.green);
        let (red, rest) = rest.split_at(LITERALS);
        let (blue, rest) = rest.split_at(LITERALS);
        let (alpha, distance) = rest.split_at(LITERALS);
        [green, red, blue, alpha, distance]
    }

    /// The extra bits of all lengths and distances.
    pub(crate) fn extra_bits(&self) -> u64 {
        let [green, .., distance] = self.alphabets();
        let lengths = &green[LITERALS..LITERALS + LENGTHS];
        let bits = |counts: &[u32]| -> u64 {
            counts
                .iter()
                .enumerate()
                .map(|(at, &count)| u64::from(count) * u64::from(Prefix::extra_bits(at)))
                .sum()
        };
        bits(lengths) + bits(distance)
    }

    /// An estimate of the coded size, the codes included, in the unit of [`BIT`].
    #[inline(never)]
    pub(crate) fn cost(&self) -> u64 {
        self.alphabets().into_iter().map(|counts| cost(counts.iter().copied())).sum::<u64>()
            + self.extra_bits() * BIT
    }

    /// The [cost](Histogram::cost) of two together.
    #[inline(never)]
    pub(crate) fn cost_with(&self, other: &Histogram) -> u64 {
        let pairs = self.alphabets().into_iter().zip(other.alphabets());
        let costs = pairs.map(|(a, b)| cost(a.iter().zip(b).map(|(a, b)| a + b)));
        costs.sum::<u64>() + (self.extra_bits() + other.extra_bits()) * BIT
    }

    /// How many symbols there are of the first alphabet.
    pub(crate) fn symbols(&self) -> u64 {
        self.alphabets()[0].iter().map(|&count| u64::from(count)).sum()
    }
}

/// The cost of an alphabet's symbols and its code.
fn cost(counts: impl Iterator<Item = u32>) -> u64 {
    let (mut used, mut total, mut sum) = (0, 0, 0);
    for count in counts.filter(|&count| count > 0) {
        used += 1;
        total += count;
        sum += u64::from(count) * log2(count);
    }
    match used {
        0..=1 => 0,
        // No code is shorter than one bit.
        _ => {
            let entropy = (u64::from(total) * log2(total)).saturating_sub(sum);
            entropy.max(u64::from(total) * BIT) + (used - 2) * SYMBOL_COST
        }
    }
}
