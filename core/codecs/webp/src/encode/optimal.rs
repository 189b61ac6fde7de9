//! Backward references, the thorough way: the cheapest sequence of literals and copies, given what the symbols cost. (The
//! shortest path from pixel to pixel, found segment by segment.)

use crate::backward_reference::{NEAR_OFFSETS, Prefix, distance_code};
use crate::colour_cache::ColourCache;
use crate::encode::finder::Finder;
use crate::encode::groups::TileGroups;
use crate::encode::prices::{Lanes, Prices, STEPS};
use crate::encode::tokens::{Match, Tokens};

/// No [`Reach::enough`] is larger.
pub(crate) const MOST: usize = 128;
/// Pixels of a segment at most.
const SEGMENT: usize = 1 << 12;
/// Marks a literal.
const LITERAL: u32 = u32::MAX;

/// How far to look at each position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Near pixels that are compared, in the order of their codes.
    pub(crate) near: usize,
    /// Earlier positions that are compared.
    pub(crate) chain: usize,
    /// A match of so many pixels is taken, and ends a segment.
    pub(crate) enough: usize,
}

/// The path to each position of a segment.
struct Segment {
    costs: Vec<u32>,
    /// The last step to it: a match as [`Tokens`] stores it, or [`LITERAL`].
    steps: Vec<u32>,
}

impl Segment {
    /// Starts anew, after a segment that ended at that pixel.
    fn restart(&mut self, end: usize) {
        let touched = (end + MOST).min(SEGMENT + 1);
        self.costs[..touched].fill(u32::MAX);
        self.costs[0] = 0;
    }

    #[inline(always)]
    fn relax(&mut self, at: usize, cost: u32, step: u32) {
        if cost < self.costs[at] {
            self.costs[at] = cost;
            self.steps[at] = step;
        }
    }

    /// Stores the path to `end` in `tokens`. The segment begins at the pixel `start`.
    fn store(&mut self, start: usize, end: usize, tokens: &mut Tokens) {
        // From each position on the path, the step to the next one instead of that from the one before.
        let (mut at, mut step) = (end, self.steps[end]);
        while at > 0 {
            at -= if step == LITERAL { 1 } else { Match::unpack(step).length };
            step = std::mem::replace(&mut self.steps[at], step);
        }
        while at < end {
            let step = self.steps[at];
            if step == LITERAL {
                at += 1;
                continue;
            }
            let found = Match::unpack(step);
            if tokens.has_room(start + at) {
                tokens.push(start + at, found);
            }
            at += found.length;
        }
    }
}

/// Heap bytes of [`parse`], the finder and the prices left out.
pub(crate) const MEMORY: u64 = (SEGMENT as u64 + 1) * 8 + (MOST * size_of::<Lanes>()) as u64;

/// Replaces the references in `tokens`.
pub(crate) fn parse(
    finder: &mut Finder,
    (argb, width): (&[u32], usize),
    (prices, groups): (&Prices, &TileGroups),
    cache_bits: u32,
    reach: Reach,
    tokens: &mut Tokens,
) {
    tokens.clear();
    let mut near = [0; NEAR_OFFSETS.len()];
    let mut count = 0;
    for (x, y) in NEAR_OFFSETS.iter().take(reach.near) {
        let distance = isize::from(*x) + (usize::from(*y) * width) as isize;
        if distance > 0 {
            near[count] = distance as usize;
            count += 1;
        }
    }
    let near = &near[..count];
    // Of a match with so many pixels and one more.
    let lengths: Vec<Lanes> = (1..=reach.enough as u32)
        .map(|length| {
            let prefix = Prefix::of(length);
            prices.length(prefix.symbol).map(|price| price + (prefix.extra_bits * STEPS) as u16)
        })
        .collect();
    let mut segment = Segment { costs: vec![u32::MAX; SEGMENT + 1], steps: vec![0; SEGMENT + 1] };
    let mut cache = ColourCache::new(cache_bits);
    let mut cursor = groups.cursor();
    let mut search = finder.search(argb, reach.chain);
    let (mut start, mut end) = (0, 0);
    while start < argb.len() {
        segment.restart(end);
        let size = SEGMENT.min(argb.len() - start);
        let mut at = 0;
        let mut good = None;
        while at < size {
            let position = start + at;
            let lane = cursor.at(position);
            let cost = segment.costs[at];
            let mut known = 1;
            search.matches(position, near, (1, reach.enough), |distance, length| {
                if length >= reach.enough {
                    good = Some(Match { distance, length });
                    return;
                }
                let prefix = Prefix::of(distance_code(distance, width));
                let base = cost + u32::from(prices.distance(prefix.symbol)[lane]) + prefix.extra_bits * STEPS;
                for length in known + 1..=length.min(size - at) {
                    let step = Match { distance, length }.pack();
                    segment.relax(at + length, base + u32::from(lengths[length - 1][lane]), step);
                }
                known = length;
            });
            if good.is_some() {
                break;
            }
            let argb = argb[position];
            let literal = match cache.find_or_insert(argb) {
                Some(index) => u32::from(prices.cached(index)[lane]),
                None => prices.literal(argb).iter().map(|lanes| u32::from(lanes[lane])).sum(),
            };
            segment.relax(at + 1, cost + literal, LITERAL);
            at += 1;
        }
        segment.store(start, at, tokens);
        end = at;
        start += at;
        if let Some(found) = good {
            if tokens.has_room(start) {
                tokens.push(start, found);
            }
            cache.insert_all(&argb[start..start + found.length]);
            start += found.length;
        }
    }
}
