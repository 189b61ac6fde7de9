//! What symbols cost in each group of prefix codes.

use crate::encode::entropy::{BIT, log2};
use crate::encode::histogram::Histogram;
use crate::prefix_code::{LENGTHS, LITERALS};

/// Groups that are priced side by side.
pub(crate) const LANES: usize = 16;
/// Steps of the prices in a bit.
pub(crate) const STEPS: u32 = 32;
/// What a symbol costs at least that has no code yet.
const NEW: u64 = 7 * BIT;
/// More than any code costs. Four of them fit into 16 bits.
const UNUSED: u16 = 1 << 13;

/// The price of one symbol in each group.
pub(crate) type Lanes = [u16; LANES];

/// Prices of all symbols.
pub(crate) struct Prices {
    /// In the order of a histogram.
    symbols: Vec<Lanes>,
    green: usize,
}

impl Prices {
    /// Heap bytes for the largest histograms.
    pub(crate) const MEMORY: u64 = Histogram::SYMBOLS * size_of::<Lanes>() as u64;

    /// The prices of the codes for these histograms, at most [`LANES`], all of one size.
    pub(crate) fn new(histograms: &[Histogram]) -> Self {
        let sizes = histograms[0].alphabets().map(<[u32]>::len);
        let mut symbols = vec![[UNUSED; LANES]; sizes.iter().sum()];
        for (lane, histogram) in histograms.iter().enumerate() {
            let mut rest = symbols.iter_mut();
            for counts in histogram.alphabets() {
                let sum = counts.iter().sum();
                for (&count, prices) in counts.iter().zip(&mut rest) {
                    let bits = match count {
                        0 => (log2(sum) + BIT).max(NEW),
                        _ if count == sum => 0,
                        // No code is shorter than one bit, unless it is alone.
                        _ => (log2(sum) - log2(count)).max(BIT),
                    };
                    prices[lane] = (bits * u64::from(STEPS) / BIT) as u16;
                }
            }
        }
        Prices { symbols, green: sizes[0] }
    }

    #[inline(always)]
    pub(crate) fn literal(&self, argb: u32) -> [&Lanes; 4] {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        let rest = &self.symbols[self.green..][..3 * LITERALS];
        [&self.symbols[green], &rest[red], &rest[LITERALS + blue], &rest[2 * LITERALS + alpha]]
    }

    #[inline(always)]
    pub(crate) fn cached(&self, index: usize) -> &Lanes {
        &self.symbols[LITERALS + LENGTHS + index]
    }

    #[inline(always)]
    pub(crate) fn length(&self, symbol: usize) -> &Lanes {
        &self.symbols[LITERALS + symbol]
    }

    #[inline(always)]
    pub(crate) fn distance(&self, symbol: usize) -> &Lanes {
        &self.symbols[self.green + 3 * LITERALS + symbol]
    }
}
