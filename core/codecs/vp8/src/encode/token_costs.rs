//! What levels cost by given probabilities.

use crate::encode::bool_cost::{COSTS, cost};
use crate::encode::tokens::end;
use crate::tables::{BANDS, Probabilities, RANGES};

/// What levels cost by given probabilities, in 256ths of a bit.
#[derive(Clone, Debug)]
pub(crate) struct TokenCosts {
    /// By plane, position and context: that of each token (0 to 4 and the ranges), without the boolean before
    /// it that says that there is one.
    tokens: [[[[u16; 12]; 3]; 17]; 4],
    /// That boolean, false and true.
    more: [[[[u16; 2]; 3]; 17]; 4],
}

/// The token of a value, and what its extra bits and its sign cost, for values below 67.
static SMALL: [(u8, u16); 68] = {
    let mut all = [(0, 0); 68];
    let mut value = 1;
    while value < 68 {
        all[value] = (value as u8, 256);
        let mut range = 0;
        while range < 6 && value >= RANGES[range].0 as usize {
            all[value] = (5 + range as u8, 256 + extra(value as u16, range));
            range += 1;
        }
        value += 1;
    }
    all
};

const fn extra(value: u16, range: usize) -> u16 {
    let (least, bits) = RANGES[range];
    let mut sum = 0;
    let mut i = 0;
    while i < bits.len() {
        let one = (value - least) >> (bits.len() - 1 - i) & 1 != 0;
        sum += COSTS[if one { 256 - bits[i] as usize } else { bits[i] as usize }];
        i += 1;
    }
    sum
}

impl TokenCosts {
    pub(crate) fn new(probabilities: &Probabilities) -> Box<Self> {
        let mut costs =
            Box::new(TokenCosts { tokens: [[[[0; 12]; 3]; 17]; 4], more: [[[[0; 2]; 3]; 17]; 4] });
        costs.set(probabilities);
        costs
    }

    pub(crate) fn set(&mut self, probabilities: &Probabilities) {
        for (plane, probabilities) in probabilities.iter().enumerate() {
            for n in 0..16 {
                for (context, p) in probabilities[usize::from(BANDS[n])].iter().enumerate() {
                    self.tokens[plane][n][context] = tokens(p);
                    self.more[plane][n][context] = [false, true].map(|bit| cost(bit, p[0]) as u16);
                }
            }
        }
    }

    /// The cost of saying that a block ends before position `n`.
    #[inline(always)]
    pub(crate) fn end(&self, plane: usize, n: usize, context: usize) -> u16 {
        self.more[plane][n][context][0]
    }

    /// The cost of saying that it does not.
    #[inline(always)]
    pub(crate) fn more(&self, plane: usize, n: usize, context: usize) -> u16 {
        self.more[plane][n][context][1]
    }

    /// The cost of a level of this size at position `n`.
    #[inline(always)]
    pub(crate) fn token(&self, plane: usize, n: usize, context: usize, size: u16) -> u32 {
        let (token, rest) = SMALL[usize::from(size).min(67)];
        u32::from(self.tokens[plane][n][context][usize::from(token & 15).min(11)]) + u32::from(rest)
    }

    /// The cost of a block whose levels are in the order of the file.
    #[inline(always)]
    pub(crate) fn block(&self, levels: &[i16; 16], first: usize, plane: usize, mut context: usize) -> u32 {
        let end = end(levels);
        let (tokens, more) = (&self.tokens[plane], &self.more[plane]);
        if end <= first {
            return u32::from(more[first][context][0]);
        }
        let mut sum = u32::from(more[first][context][1]);
        for n in first..end {
            let value = usize::from(levels[n].unsigned_abs());
            let (token, rest) = SMALL[value.min(67)];
            sum += u32::from(tokens[n][context][usize::from(token & 15).min(11)]) + u32::from(rest);
            context = value.min(2);
            if value != 0 {
                // None behind the last position: its entry is zero.
                sum += u32::from(more[n + 1][context][usize::from(n + 1 < end)]);
            }
        }
        sum
    }
}

fn tokens(p: &[u8; 11]) -> [u16; 12] {
    let path =
        |steps: &[(usize, bool)]| steps.iter().map(|&(node, bit)| cost(bit, p[node])).sum::<u32>() as u16;
    let (some, many, much) = ((1, true), (2, true), (3, true));
    [
        path(&[(1, false)]),
        path(&[some, (2, false)]),
        path(&[some, many, (3, false), (4, false)]),
        path(&[some, many, (3, false), (4, true), (5, false)]),
        path(&[some, many, (3, false), (4, true), (5, true)]),
        path(&[some, many, much, (6, false), (7, false)]),
        path(&[some, many, much, (6, false), (7, true)]),
        path(&[some, many, much, (6, true), (8, false), (9, false)]),
        path(&[some, many, much, (6, true), (8, false), (9, true)]),
        path(&[some, many, much, (6, true), (8, true), (10, false)]),
        path(&[some, many, much, (6, true), (8, true), (10, true)]),
        0,
    ]
}
