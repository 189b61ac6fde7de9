//! Backward references, the quick way: at each position the one that saves most, unless a better one begins a pixel later.

use crate::backward_reference::{Prefix, distance_code};
use crate::encode::entropy::{BIT, log2};
use crate::encode::finder::{Finder, HASHED, Search};
use crate::encode::histogram::Histogram;
use crate::encode::tokens::{Match, Tokens};
use crate::prefix_code::LITERALS;

/// A match of this length is taken without looking for a better one.
const GOOD: usize = 128;
/// Steps of the prices in a bit.
const STEPS: u32 = 16;
/// What a reference costs besides its extra bits.
const COPY_COST: u32 = 12 * STEPS;

/// A match and the bits that it saves.
type Found = (u32, Match);

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

/// Writes the repetitions in an image into `tokens`, given what literal pixels cost.
pub(crate) fn search(
    finder: &mut Finder,
    argb: &[u32],
    width: usize,
    literals: &LiteralCosts,
    effort: usize,
    tokens: &mut Tokens,
) {
    tokens.clear();
    let mut search = finder.search(argb, effort);
    let mut position = 0;
    let mut next = None;
    while position < argb.len() {
        let found = next.take().or_else(|| best(&mut search, position, width, literals));
        let Some((saved, found)) = found.filter(|_| tokens.has_room(position)) else {
            position += 1;
            continue;
        };
        if found.length < GOOD {
            // A better one may begin a pixel later.
            next = best(&mut search, position + 1, width, literals).filter(|&(later, _)| later > saved);
            if next.is_some() {
                position += 1;
                continue;
            }
        }
        tokens.push(position, found);
        position += found.length;
    }
}

/// The match at `position` that saves most, if any does.
fn best(search: &mut Search<'_>, position: usize, width: usize, literals: &LiteralCosts) -> Option<Found> {
    let argb = search.argb;
    let mut best: Option<Found> = None;
    // `price` is what `priced` pixels from there on cost as literals.
    let (mut priced, mut price) = (0, 0);
    // The pixel to the left and the one above have the cheapest codes.
    search.matches(position, &[1, width], (HASHED - 1, GOOD), |distance, length| {
        // Longer matches are taken whatever their pixels cost.
        let counted = length.min(GOOD);
        for &pixel in &argb[position + priced..position + counted] {
            price += literals.of(pixel);
        }
        priced = counted;
        let price = price + (length - counted) as u32 * STEPS;
        let extra = Prefix::of(distance_code(distance, width)).extra_bits;
        let saved = price.saturating_sub(COPY_COST + extra * STEPS);
        if best.is_none_or(|(most, _)| saved > most) && saved > 0 {
            best = Some((saved, Match { distance, length }));
        }
    });
    best
}
