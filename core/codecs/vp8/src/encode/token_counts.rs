//! How often tokens occur, and the probabilities that follow (RFC 6386 section 13.4).

use crate::encode::bool_cost::{MAX_COSTS, cost};
use crate::encode::bool_encoder::TAIL;
use crate::encode::tokens::BoolSink;
use crate::tables::{DEFAULT_TOKENS, Probabilities, UPDATES, for_each_slot};

/// How often each boolean was false and true.
#[derive(Clone, Debug)]
pub(crate) struct TokenCounts {
    adaptive: [[[[[u32; 2]; 11]; 3]; 8]; 4],
    /// The most bits that those of fixed probability take, in 256ths.
    fixed: u64,
}

impl BoolSink for TokenCounts {
    #[inline(always)]
    fn adaptive(&mut self, [plane, band, context]: [usize; 3], node: usize, bit: bool) {
        self.adaptive[plane][band][context][node][usize::from(bit)] += 1;
    }

    #[inline(always)]
    fn fixed(&mut self, probability: u8, bit: bool) {
        self.fixed += u64::from(MAX_COSTS[usize::from(probability)][usize::from(bit)]);
    }
}

impl TokenCounts {
    pub(crate) const NONE: TokenCounts = TokenCounts { adaptive: [[[[[0; 2]; 11]; 3]; 8]; 4], fixed: 0 };

    /// The probabilities that suit best, those of the format where a change would not pay.
    pub(crate) fn probabilities(&self) -> Probabilities {
        self.choose(8 * 256)
    }

    /// `price`: 256ths of a bit that a change must save.
    fn choose(&self, price: u64) -> Probabilities {
        let mut out = DEFAULT_TOKENS;
        for_each_slot(|t, b, c, n| {
            let [zeros, ones] = self.adaptive[t][b][c][n].map(u64::from);
            if zeros + ones == 0 {
                return;
            }
            let old = out[t][b][c][n];
            let new = ((zeros * 256 + (zeros + ones) / 2) / (zeros + ones)).clamp(1, 255) as u8;
            let bits = |p: u8| zeros * u64::from(cost(false, p)) + ones * u64::from(cost(true, p));
            let update = UPDATES[t][b][c][n];
            let more = price + u64::from(cost(true, update)) - u64::from(cost(false, update)).min(price);
            if bits(new) + more < bits(old) {
                out[t][b][c][n] = new;
            }
        });
        out
    }

    /// The most bytes that all booleans take by these probabilities.
    pub(crate) fn most_bytes(&self, probabilities: &Probabilities) -> u64 {
        let mut sum = self.fixed;
        for_each_slot(|t, b, c, n| {
            let [zeros, ones] = self.adaptive[t][b][c][n].map(u64::from);
            let [zero, one] = MAX_COSTS[usize::from(probabilities[t][b][c][n])].map(u64::from);
            sum += zeros * zero + ones * one;
        });
        sum / (8 * 256) + 1 + TAIL as u64
    }
}
