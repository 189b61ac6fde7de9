//! What literals and matches cost, as far as the last segment tells.

use super::segments::log2;
use super::symbols::{
    DISTANCES, Histogram, LENGTH_SYMBOLS, LITERALS, SHORTEST, distance_extra, distance_symbol, length_extra,
};

/// Costs in sixteenths of a bit.
#[derive(Debug)]
pub(super) struct Costs {
    literals: [u16; 256],
    /// By length − 3, with the bits that follow.
    lengths: [u16; 256],
    /// By symbol, with the bits that follow.
    distances: [u16; DISTANCES],
    are_matches_usual: bool,
}

/// A bit.
pub(super) const BIT: u32 = 16;
/// What occurs so seldom that it did not in a segment.
const MOST: u32 = 12 * BIT;

impl Default for Costs {
    /// Of literals that hardly repeat.
    fn default() -> Self {
        let mut histogram = Histogram::EMPTY;
        histogram.literals = std::array::from_fn(|symbol| if symbol < 256 { 4 } else { 16 });
        histogram.distances = [16; DISTANCES];
        Self::of(&histogram)
    }
}

impl Costs {
    pub(super) fn of(histogram: &Histogram) -> Self {
        let symbols = |counts: &[u32]| {
            let all = log2(counts.iter().sum());
            move |count: u32| if count == 0 { MOST } else { ((all - log2(count)) / 16).clamp(BIT / 2, MOST) }
        };
        let literals: [u32; LITERALS] = histogram.literals.map(symbols(&histogram.literals));
        let distances = histogram.distances.map(symbols(&histogram.distances));
        let sum = |counts: &[u32]| counts.iter().sum::<u32>();
        Self {
            are_matches_usual: sum(&histogram.literals[..256]) < sum(&histogram.literals[256..]),
            literals: std::array::from_fn(|byte| literals[byte] as u16),
            lengths: std::array::from_fn(|length| {
                let symbol = usize::from(LENGTH_SYMBOLS[length]);
                (literals[symbol] + length_extra(symbol) * BIT) as u16
            }),
            distances: std::array::from_fn(|symbol| {
                (distances[symbol] + distance_extra(symbol) * BIT) as u16
            }),
        }
    }

    /// Whether there were more matches than literals.
    pub(super) fn are_matches_usual(&self) -> bool {
        self.are_matches_usual
    }

    #[inline]
    pub(super) fn literal(&self, byte: u8) -> u32 {
        self.literals[usize::from(byte)].into()
    }

    /// Of lengths from this one on.
    #[inline]
    pub(super) fn lengths(&self, from: usize) -> &[u16] {
        &self.lengths[from - SHORTEST..]
    }

    /// Of a distance − 1.
    #[inline]
    pub(super) fn distance(&self, distance: u16) -> u32 {
        self.distances[distance_symbol(distance)].into()
    }

    /// What a match of these bytes saves against literals; below 0 where it does not.
    #[inline]
    pub(super) fn gain(&self, bytes: &[u8], distance: usize) -> i32 {
        let literals: u32 = bytes.iter().map(|&byte| self.literal(byte)).sum();
        let repeat = self.distance((distance - 1) as u16) + u32::from(self.lengths[bytes.len() - SHORTEST]);
        literals as i32 - repeat as i32
    }
}
