//! Bytes into the literals and matches that take the fewest bits together.
//!
//! All matches of a batch of bytes are found first. The cheapest way through them is a shortest path from its first byte
//! to its last. What tokens cost follows from how often the path takes them, so that it is looked for several times.

use super::costs::Costs;
use super::matches::{self, ENOUGH, Matcher, Window};
use super::segments::Segments;
use super::symbols::{Histogram, LENGTH_SYMBOLS, LONGEST, SHORTEST, distance_symbol};
use super::tree::{self, Trees};

/// What is done for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thoroughness {
    /// Bytes that are parsed at once.
    pub(super) batch: usize,
    /// Matches of a batch that there is room for. A batch with more ends before.
    matches: usize,
    /// How often a path is looked for.
    passes: usize,
    /// Whether all matches are found, and not only those at the last places.
    with_trees: bool,
}

pub(super) const QUICK: Thoroughness =
    Thoroughness { batch: 4 << 10, matches: 6 << 10, passes: 1, with_trees: false };
pub(super) const THOROUGH: Thoroughness =
    Thoroughness { batch: 32 << 10, matches: 128 << 10, passes: 2, with_trees: true };

impl Thoroughness {
    /// Peak bytes of heap of [`Optimal`].
    pub(super) const fn memory(self) -> u64 {
        let finder = if self.with_trees { tree::MEMORY } else { matches::MEMORY };
        (self.matches * 4 + (self.batch + 1) * (2 + 4 + 4)) as u64 + super::fixed::<Optimal>() + finder
    }
}

/// Matches that a position has at the most: one of each length.
const OF_ONE: usize = LONGEST;
/// Tokens that tell costs: a block has more than those of a batch of which much repeats.
const REMEMBERED: u32 = 16 << 10;

#[derive(Debug)]
pub(super) struct Optimal {
    thoroughness: Thoroughness,
    finder: Finder,
    matches: Vec<Step>,
    /// How many of them each position has.
    counts: Vec<u16>,
    /// Bits up to a position in sixteenths, and the step that comes there; then the step that goes on from there.
    costs: Vec<u32>,
    steps: Vec<Step>,
    /// The tokens of the last batches.
    tokens: Histogram,
}

#[derive(Debug)]
enum Finder {
    Chains(Matcher),
    Trees(Trees),
}

/// A literal, whose length is 1, or a match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) length: u16,
    /// Distance − 1.
    pub(super) distance: u16,
}

impl Step {
    const LITERAL: Self = Self { length: 1, distance: 0 };
}

impl Optimal {
    pub(super) fn new(thoroughness: Thoroughness) -> Self {
        let Thoroughness { batch, matches, with_trees, .. } = thoroughness;
        Self {
            thoroughness,
            finder: if with_trees { Finder::Trees(Trees::new()) } else { Finder::Chains(Matcher::new()) },
            matches: Vec::with_capacity(matches),
            counts: Vec::with_capacity(batch + 1),
            costs: Vec::with_capacity(batch + 1),
            steps: Vec::with_capacity(batch + 1),
            tokens: Histogram::EMPTY,
        }
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        match &mut self.finder {
            Finder::Chains(matcher) => matcher.slide(),
            Finder::Trees(trees) => trees.slide(),
        }
    }

    /// Parses a batch. Returns where it ended.
    pub(super) fn parse(
        &mut self,
        window: &Window,
        filled: usize,
        at: usize,
        end: usize,
        segments: &mut Segments,
    ) -> usize {
        let end = self.find(window, filled, at, end.min(at + self.thoroughness.batch));
        let bytes = &window[at..end];
        let mut costs = if self.tokens.sum() == 0 { Costs::default() } else { Costs::of(&self.tokens) };
        let passes = self.thoroughness.passes;
        for pass in 1..=passes {
            self.shortest_path(bytes, &costs);
            let mut tokens = self.histogram(bytes);
            tokens.add(&self.tokens);
            if pass < passes {
                costs = Costs::of(&tokens);
            } else {
                self.tokens = tokens;
            }
        }
        while self.tokens.sum() > REMEMBERED {
            self.tokens.halve();
        }
        let mut at = 0;
        while at < bytes.len() {
            let step = self.steps[at];
            match step.length {
                1 => segments.literal(bytes[at]),
                _ => segments.repeat(step.length.into(), usize::from(step.distance) + 1),
            }
            at += usize::from(step.length);
        }
        end
    }

    /// Finds the matches of all positions. Returns where there was no more room for them, at the latest `end`.
    fn find(&mut self, window: &Window, filled: usize, at: usize, end: usize) -> usize {
        self.matches.clear();
        self.counts.clear();
        // Positions within a long match.
        let mut within = 0;
        for position in at..end {
            if self.matches.len() + OF_ONE > self.thoroughness.matches {
                return position;
            }
            let before = self.matches.len();
            if position + SHORTEST < filled {
                let is_within = within > 0;
                let longest = match &mut self.finder {
                    Finder::Chains(matcher) if is_within => matcher.skip(window, position),
                    Finder::Trees(trees) if is_within => trees.skip(window, position, filled),
                    Finder::Chains(matcher) => matcher.find(window, position, filled, &mut self.matches),
                    Finder::Trees(trees) => trees.find(window, position, filled, &mut self.matches),
                };
                within = if longest >= ENOUGH { longest - 1 } else { usize::saturating_sub(within, 1) };
            }
            self.counts.push((self.matches.len() - before) as u16);
        }
        end
    }

    /// Leaves in `steps` the way through the bytes that costs least.
    fn shortest_path(&mut self, bytes: &[u8], costs: &Costs) {
        let Self { matches, counts, costs: sums, steps, .. } = self;
        let mut matches = &matches[..];
        sums.clear();
        sums.resize(bytes.len() + 1, u32::MAX);
        sums[0] = 0;
        steps.clear();
        steps.resize(bytes.len() + 1, Step::LITERAL);
        for (at, (&byte, &count)) in bytes.iter().zip(&*counts).enumerate() {
            let sum = sums[at];
            let literal = sum + costs.literal(byte);
            if literal < sums[at + 1] {
                sums[at + 1] = literal;
                steps[at + 1] = Step::LITERAL;
            }
            let mut shortest = SHORTEST;
            let here;
            (here, matches) = matches.split_at(count.into());
            for step in here {
                let distance = sum + costs.distance(step.distance);
                // A batch may have ended before its last matches.
                let longest = usize::from(step.length).min(bytes.len() - at);
                if longest < shortest {
                    break;
                }
                let places = sums[at + shortest..=at + longest]
                    .iter_mut()
                    .zip(&mut steps[at + shortest..=at + longest]);
                for ((length, cost), (best, to)) in (shortest..).zip(costs.lengths(shortest)).zip(places) {
                    let cost = distance + u32::from(*cost);
                    if cost < *best {
                        *best = cost;
                        *to = Step { length: length as u16, distance: step.distance };
                    }
                }
                shortest = longest + 1;
            }
        }
        // Steps that come to a position become those that go on from there.
        let mut at = bytes.len();
        let mut step = steps[at];
        while at > 0 {
            at -= usize::from(step.length);
            step = std::mem::replace(&mut steps[at], step);
        }
    }

    /// The tokens of the path.
    fn histogram(&self, bytes: &[u8]) -> Histogram {
        let mut histogram = Histogram::EMPTY;
        let mut at = 0;
        while at < bytes.len() {
            let step = self.steps[at];
            if step.length == 1 {
                histogram.literals[usize::from(bytes[at])] += 1;
            } else {
                let length = usize::from(step.length) - SHORTEST;
                histogram.literals[usize::from(LENGTH_SYMBOLS[length])] += 1;
                histogram.distances[distance_symbol(step.distance)] += 1;
            }
            at += usize::from(step.length);
        }
        histogram
    }
}
