//! Bytes into literals and matches, from the front to the back.

use super::HISTORY;
use super::costs::Costs;
use super::matches::{Matcher, Window, common, four};
use super::segments::Segments;

/// Positions that a chain is followed for: where most tokens are literals, and where most are matches.
const DEPTH: usize = 8;
const DEPTH_OF_MATCHES: usize = 48;
/// A length at which a chain is left.
const ENOUGH: usize = 130;
/// Fewer bytes than this have no hash.
const HASHED: usize = 4;

/// Takes each match that saves something. Returns where it stopped, at `end` or a match's length behind it.
pub(super) fn greedy(
    window: &Window,
    filled: usize,
    mut at: usize,
    end: usize,
    matcher: &mut Matcher,
    segments: &mut Segments,
) -> usize {
    let hashed = end.min(filled.saturating_sub(HASHED - 1));
    // Literals since the last match: where there are many, fewer positions are looked at.
    let mut misses = 0;
    while at < hashed && !segments.is_full() {
        let before = matcher.replace(window, at);
        if before > 0 && at - before < HISTORY && four(window, before) == four(window, at) {
            let length = common(window, before, at, filled, 0);
            if segments.costs().gain(&window[at..at + length], at - before) > 0 {
                segments.repeat(length, at - before);
                let next = at + length;
                if next < hashed {
                    matcher.replace(window, next - 2);
                }
                at = next;
                misses = 0;
                continue;
            }
        }
        misses += 1;
        let step = (1 + misses / 16).min(12).min(hashed - at);
        window[at..at + step].iter().for_each(|&byte| segments.literal(byte));
        at += step;
    }
    rest(window, at, hashed, end, segments)
}

/// Looks for the best match at each position, and takes it unless the next position has a better one.
pub(super) fn lazy(
    window: &Window,
    filled: usize,
    mut at: usize,
    end: usize,
    matcher: &mut Matcher,
    segments: &mut Segments,
) -> usize {
    let hashed = end.min(filled.saturating_sub(HASHED - 1));
    let depth = if segments.costs().are_matches_usual() { DEPTH_OF_MATCHES } else { DEPTH };
    while at < hashed && !segments.is_full() {
        let mut found = best(window, filled, at, segments.costs(), depth, matcher);
        if found.gain <= 0 {
            segments.literal(window[at]);
            at += 1;
            continue;
        }
        // Positions up to this one are in their chains.
        let mut inserted = at + 1;
        while found.length < ENOUGH && inserted < hashed && !segments.is_full() {
            let next = best(window, filled, at + 1, segments.costs(), depth / 2, matcher);
            inserted += 1;
            if next.gain <= found.gain {
                break;
            }
            segments.literal(window[at]);
            at += 1;
            found = next;
        }
        segments.repeat(found.length, found.distance);
        let next = at + found.length;
        for position in inserted..next.min(hashed) {
            matcher.insert(window, position);
        }
        at = next;
    }
    rest(window, at, hashed, end, segments)
}

/// The last bytes, which are too few for a hash.
fn rest(window: &Window, mut at: usize, hashed: usize, end: usize, segments: &mut Segments) -> usize {
    while at >= hashed && at < end {
        segments.literal(window[at]);
        at += 1;
    }
    at
}

#[derive(Clone, Copy)]
struct Match {
    length: usize,
    distance: usize,
    gain: i32,
}

/// The match at a position that saves most, of the last ones.
#[inline]
fn best(
    window: &Window,
    filled: usize,
    at: usize,
    costs: &Costs,
    depth: usize,
    matcher: &mut Matcher,
) -> Match {
    let mut best = Match { length: 3, distance: 0, gain: 0 };
    let mut before = matcher.insert(window, at);
    let first = four(window, at);
    let least = at.saturating_sub(HISTORY - 1).max(1);
    let mut left = depth;
    while before >= least && left > 0 {
        // It must be longer than the best one, so that it ends as that one and a byte more.
        if four(window, before + best.length - 3) == four(window, at + best.length - 3)
            && four(window, before) == first
        {
            let length = common(window, before, at, filled, 0);
            if length > best.length {
                let gain = costs.gain(&window[at..at + length], at - before);
                if gain > best.gain {
                    best = Match { length, distance: at - before, gain };
                    if length >= ENOUGH || at + length >= filled {
                        break;
                    }
                }
            }
        }
        let next = matcher.before(before);
        if next >= before {
            break;
        }
        before = next;
        left -= 1;
    }
    let three = matcher.threes.replace(window, at);
    if let (0, Some(three)) = (best.distance, three) {
        let gain = costs.gain(&window[at..at + 3], at - three);
        if gain > 0 {
            best = Match { length: 3, distance: at - three, gain };
        }
    }
    best
}
