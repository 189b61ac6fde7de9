//! Bytes into literals and matches, from the front to the back.

use super::HISTORY;
use super::matches::{Matcher, common, four};
use super::segments::Segments;
use super::symbols::{distance_extra, distance_symbol};

/// What a match costs beside the bits that follow its distance, in sixteenths of a bit, about.
const MATCH_COST: u32 = 12 * 16;
/// Positions that a chain is followed for, and a length at which it is left.
const DEPTH: usize = 24;
const ENOUGH: usize = 96;
/// Fewer bytes than this have no hash.
const HASHED: usize = 4;

/// What a match saves against literals, in sixteenths of a bit; below 0 where it does not.
#[inline]
fn gain(length: usize, distance: usize, literal_cost: u32) -> i32 {
    let extra = distance_extra(distance_symbol((distance - 1) as u16));
    length as i32 * literal_cost as i32 - (MATCH_COST + extra * 16) as i32
}

/// Takes each match that saves something. Returns where it stopped, at `end` or a match's length behind it.
pub(super) fn greedy(
    window: &[u8],
    mut at: usize,
    end: usize,
    matcher: &mut Matcher,
    segments: &mut Segments,
) -> usize {
    let cost = segments.literal_cost();
    let hashed = end.min(window.len().saturating_sub(HASHED - 1));
    // Literals since the last match: where there are many, fewer positions are looked at.
    let mut misses = 0;
    while at < hashed && !segments.is_full() {
        let before = matcher.replace(window, at);
        if before > 0 && at - before < HISTORY && four(window, before) == four(window, at) {
            let length = common(window, before, at);
            if gain(length, at - before, cost) > 0 {
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
        let step = (1 + misses / 32).min(8).min(hashed - at);
        window[at..at + step].iter().for_each(|&byte| segments.literal(byte));
        at += step;
    }
    rest(window, at, hashed, end, segments)
}

/// Looks for the best match at each position, and takes it unless the next position has a better one.
pub(super) fn lazy(
    window: &[u8],
    mut at: usize,
    end: usize,
    matcher: &mut Matcher,
    segments: &mut Segments,
) -> usize {
    let cost = segments.literal_cost();
    let hashed = end.min(window.len().saturating_sub(HASHED - 1));
    while at < hashed && !segments.is_full() {
        let mut found = best(window, at, cost, DEPTH, matcher);
        if found.gain <= 0 {
            segments.literal(window[at]);
            at += 1;
            continue;
        }
        // Positions up to this one are in their chains.
        let mut inserted = at + 1;
        while found.length < ENOUGH && inserted < hashed && !segments.is_full() {
            let next = best(window, at + 1, cost, DEPTH / 2, matcher);
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
fn rest(window: &[u8], mut at: usize, hashed: usize, end: usize, segments: &mut Segments) -> usize {
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
fn best(window: &[u8], at: usize, cost: u32, depth: usize, matcher: &mut Matcher) -> Match {
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
            let length = common(window, before, at);
            if length > best.length {
                let gain = gain(length, at - before, cost);
                if gain > best.gain {
                    best = Match { length, distance: at - before, gain };
                    if length >= ENOUGH || at + length >= window.len() {
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
    best
}
