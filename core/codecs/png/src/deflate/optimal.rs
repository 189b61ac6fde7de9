//! Bytes into the literals and matches that take the fewest bits together.
//!
//! All matches of a batch of bytes are found first. The cheapest way through them is a shortest path from its first byte
//! to its last. What tokens cost follows from how often the path takes them, so that it is looked for several times.

use super::HISTORY;
use super::costs::Costs;
use super::matches::{Matcher, Window, common, four};
use super::segments::Segments;
use super::symbols::{Histogram, LENGTH_SYMBOLS, LONGEST, SHORTEST, distance_symbol};

/// Bytes that are parsed at once.
const BATCH: usize = 32 << 10;
/// Matches of a batch.
const MATCHES: usize = 128 << 10;
/// Matches of one position: each is longer than those before, and further away.
const OF_ONE: usize = 32;
/// Positions that a chain is followed for.
const DEPTH: usize = 200;
/// The positions within so long a match are not looked at.
const ENOUGH: usize = 160;
/// How often a path is looked for.
const PASSES: usize = 4;

pub(super) const MEMORY: u64 = (MATCHES * 4 + (BATCH + 1) * (4 + 4 + 4)) as u64 + size_of::<Optimal>() as u64;

#[derive(Debug)]
pub(super) struct Optimal {
    matches: Vec<Step>,
    /// Where the matches of a position end.
    ends: Vec<u32>,
    /// Bits up to a position in sixteenths, and the step that comes there; then the step that goes on from there.
    costs: Vec<u32>,
    steps: Vec<Step>,
}

/// A literal, whose length is 1, or a match.
#[derive(Clone, Copy, Debug)]
struct Step {
    length: u16,
    /// Distance − 1.
    distance: u16,
}

impl Step {
    const LITERAL: Self = Self { length: 1, distance: 0 };
}

impl Default for Optimal {
    fn default() -> Self {
        Self {
            matches: Vec::with_capacity(MATCHES),
            ends: Vec::with_capacity(BATCH + 1),
            costs: Vec::with_capacity(BATCH + 1),
            steps: Vec::with_capacity(BATCH + 1),
        }
    }
}

impl Optimal {
    /// Parses a batch. Returns where it ended.
    pub(super) fn parse(
        &mut self,
        window: &Window,
        filled: usize,
        at: usize,
        end: usize,
        matcher: &mut Matcher,
        segments: &mut Segments,
    ) -> usize {
        let end = self.find(window, filled, at, end.min(at + BATCH), matcher);
        let bytes = &window[at..end];
        self.shortest_path(bytes, segments.costs());
        for _ in 1..PASSES {
            let costs = Costs::of(&self.histogram(bytes));
            self.shortest_path(bytes, &costs);
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
    fn find(&mut self, window: &Window, filled: usize, at: usize, end: usize, matcher: &mut Matcher) -> usize {
        self.matches.clear();
        self.ends.clear();
        // Positions within a long match.
        let mut within = 0;
        for position in at..end {
            if self.matches.len() + OF_ONE > MATCHES {
                return position;
            }
            if position + SHORTEST < filled {
                let first = four(window, position);
                let before = matcher.insert(window, position);
                let three = matcher.replace_three(first, position);
                if within > 0 {
                    within -= 1;
                } else {
                    let most = filled.min(position + LONGEST).min(end) - position;
                    let longest = self.find_at(window, position, most, before, three, matcher);
                    if longest >= ENOUGH {
                        within = longest - 1;
                    }
                }
            }
            self.ends.push(self.matches.len() as u32);
        }
        end
    }

    /// Finds the matches of a position, of at most so many bytes. Returns the length of the longest.
    fn find_at(
        &mut self,
        window: &Window,
        position: usize,
        most: usize,
        mut before: usize,
        three: usize,
        matcher: &Matcher,
    ) -> usize {
        let least = position.saturating_sub(HISTORY - 1).max(1);
        let first = four(window, position);
        let mut longest = 2;
        let step = |length: usize, before: usize| Step { length: length as u16, distance: (position - before - 1) as u16 };
        if three >= least && most >= 3 && (four(window, three) ^ first) << 8 == 0 {
            longest = 3;
            self.matches.push(step(3, three));
        }
        let mut left = DEPTH;
        let mut room = OF_ONE - 1;
        while before >= least && left > 0 && room > 0 && longest < most {
            let last = longest.max(3) - 3;
            if four(window, before + last) == four(window, position + last) && four(window, before) == first {
                let length = common(window, before, position, position + most);
                if length > longest {
                    longest = length;
                    self.matches.push(step(length, before));
                    room -= 1;
                }
            }
            let next = matcher.before(before);
            if next >= before {
                break;
            }
            before = next;
            left -= 1;
        }
        longest
    }

    /// Leaves in `steps` the way through the bytes that costs least.
    fn shortest_path(&mut self, bytes: &[u8], costs: &Costs) {
        let Self { matches, ends, costs: sums, steps } = self;
        sums.clear();
        sums.resize(bytes.len() + 1, u32::MAX);
        sums[0] = 0;
        steps.clear();
        steps.resize(bytes.len() + 1, Step::LITERAL);
        let mut start = 0;
        for (at, (&byte, &end)) in bytes.iter().zip(&*ends).enumerate() {
            let sum = sums[at];
            let literal = sum + costs.literal(byte);
            if literal < sums[at + 1] {
                sums[at + 1] = literal;
                steps[at + 1] = Step::LITERAL;
            }
            let mut shortest = SHORTEST;
            for step in &matches[start..end as usize] {
                let distance = sum + costs.distance(step.distance);
                // A batch may have ended before its last matches.
                let longest = usize::from(step.length).min(bytes.len() - at);
                if longest < shortest {
                    break;
                }
                let places = sums[at + shortest..=at + longest].iter_mut().zip(&mut steps[at + shortest..=at + longest]);
                for ((length, cost), (best, to)) in (shortest..).zip(costs.lengths(shortest)).zip(places) {
                    let cost = distance + u32::from(*cost);
                    if cost < *best {
                        *best = cost;
                        *to = Step { length: length as u16, distance: step.distance };
                    }
                }
                shortest = longest + 1;
            }
            start = end as usize;
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
