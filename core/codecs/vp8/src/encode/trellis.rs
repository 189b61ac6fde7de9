//! Levels by what they cost: of all ways to round a block's coefficients down or up, the one whose errors and bits
//! together are least.

use crate::encode::quantiser::Quantiser;
use crate::encode::token_costs::TokenCosts;
use crate::tables::ZIGZAG;

/// The best way to a position with one of its two candidate levels there.
#[derive(Clone, Copy)]
struct Node {
    score: u64,
    level: i16,
    /// Which candidate of the position before.
    from: u8,
}

const NONE: Node = Node { score: u64::MAX, level: 0, from: 0 };

/// Where a block is: what its tokens cost depends on it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) plane: usize,
    pub(crate) context: usize,
    /// The first position that is coded.
    pub(crate) first: usize,
}

/// Levels in the order of the file, of coefficients in natural order. `lambda`: the squared error in coefficients that a
/// 256th of a bit is worth, in 2¹⁶ths.
pub(crate) fn levels(
    coefficients: &[i16; 16],
    quantiser: &Quantiser,
    costs: &TokenCosts,
    place: Place,
    lambda: u64,
) -> [i16; 16] {
    let mut highest = [0; 16];
    let mut end = 0;
    for n in place.first..16 {
        let at = ZIGZAG[n];
        highest[n] = quantiser.rounded(at, coefficients[at].unsigned_abs());
        if highest[n] != 0 {
            end = n + 1;
        }
    }
    if end == 0 {
        return highest;
    }
    let Place { plane, context, first } = place;
    // An error is counted by how much less it is than that of no level at all.
    let gain = |n: usize, level: i16| {
        let size = i64::from(coefficients[ZIGZAG[n]].unsigned_abs());
        let value = i64::from(level) * i64::from(quantiser.step_at(ZIGZAG[n]));
        (value * (2 * size - value)) << 16
    };
    // Scores from a middle, so that they are never negative.
    let start = 1 << 60;
    let mut nodes = [[NONE; 2]; 16];
    let mut best = (start + lambda * u64::from(costs.end(plane, first, context)), first, 0);
    let opening = start + lambda * u64::from(costs.more(plane, first, context));
    for n in first..end {
        for candidate in 0..2 {
            let level = highest[n] - candidate as i16;
            if level < 0 {
                continue;
            }
            let mut node = Node { level, ..NONE };
            let mut reach = |before: u64, context: usize, from: u8| {
                let score = before + lambda * u64::from(costs.token(plane, n, context, level as u16));
                if score < node.score {
                    (node.score, node.from) = (score, from);
                }
            };
            if n == first {
                reach(opening, context, 0);
            } else {
                for (from, before) in
                    nodes[n - 1].iter().enumerate().filter(|(_, node)| node.score < u64::MAX)
                {
                    let context = before.level.min(2) as usize;
                    let more = if context == 0 { 0 } else { costs.more(plane, n, context) };
                    reach(before.score + lambda * u64::from(more), context, from as u8);
                }
            }
            node.score = node.score.wrapping_sub(gain(n, level) as u64);
            nodes[n][candidate] = node;
            if level > 0 {
                let last = lambda * u64::from(costs.end(plane, n + 1, level.min(2) as usize));
                if node.score + last < best.0 {
                    best = (node.score + last, n + 1, candidate);
                }
            }
        }
    }
    let (_, end, mut candidate) = best;
    let mut out = [0; 16];
    for n in (first..end).rev() {
        let node = nodes[n][candidate];
        out[n] = if coefficients[ZIGZAG[n]] < 0 { -node.level } else { node.level };
        candidate = usize::from(node.from);
    }
    out
}
