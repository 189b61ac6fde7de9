//! Tokens (RFC 6386 section 13): how levels become booleans, how often these occur, and what they cost.

use bytemuck::cast;
use wide::i16x8;

use crate::bools::{self, MOST, cost};
use crate::tables::{DEFAULT_TOKENS, Probabilities, UPDATES};

/// The planes of blocks, as the format numbers them.
pub(crate) const LUMA_AFTER_MEANS: usize = 0;
pub(crate) const MEANS: usize = 1;
pub(crate) const CHROMA: usize = 2;
pub(crate) const LUMA: usize = 3;

/// The band of each position, and of the one behind the last.
const BANDS: [u8; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// Where values of tokens with extra bits begin, and the probabilities of these bits.
const RANGES: [(u16, &[u8]); 6] = [
    (5, &[159]),
    (7, &[165, 145]),
    (11, &[173, 148, 140]),
    (19, &[176, 155, 140, 135]),
    (35, &[180, 157, 141, 134, 130]),
    (67, &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]),
];

/// Takes booleans: to count or to write them.
pub(crate) trait Sink {
    /// By a probability of the picture: plane, band, context and node.
    fn adaptive(&mut self, slot: [usize; 3], node: usize, bit: bool);
    /// By a probability of the format.
    fn fixed(&mut self, probability: u8, bit: bool);
}

/// Says that a block has no levels.
#[inline(always)]
pub(crate) fn walk_none(first: usize, plane: usize, context: usize, sink: &mut impl Sink) -> bool {
    sink.adaptive([plane, usize::from(BANDS[first]), context], 0, false);
    false
}

/// Walks over the levels of a block, in the order of the file, from position `first`. Returns whether there are any.
#[inline(always)]
pub(crate) fn walk(
    levels: &[i16; 16],
    first: usize,
    plane: usize,
    context: usize,
    sink: &mut impl Sink,
) -> bool {
    let end = end(levels);
    let mut slot = [plane, usize::from(BANDS[first]), context];
    if end <= first {
        return walk_none(first, plane, context, sink);
    }
    sink.adaptive(slot, 0, true);
    for n in first..end {
        let value = levels[n].unsigned_abs();
        let next = usize::from(BANDS[n + 1]);
        sink.adaptive(slot, 1, value != 0);
        if value == 0 {
            slot = [plane, next, 0];
            continue;
        }
        sink.adaptive(slot, 2, value > 1);
        if value > 1 {
            large(value, slot, sink);
        }
        sink.fixed(128, levels[n] < 0);
        slot = [plane, next, if value > 1 { 2 } else { 1 }];
        if n < 15 {
            sink.adaptive(slot, 0, n + 1 < end);
        }
    }
    true
}

fn large(value: u16, slot: [usize; 3], sink: &mut impl Sink) {
    sink.adaptive(slot, 3, value > 4);
    if value <= 4 {
        sink.adaptive(slot, 4, value > 2);
        if value > 2 {
            sink.adaptive(slot, 5, value > 3);
        }
        return;
    }
    let range = RANGES.iter().rposition(|&(least, _)| value >= least).unwrap_or(0);
    sink.adaptive(slot, 6, range > 1);
    if range < 2 {
        sink.adaptive(slot, 7, range == 1);
    } else {
        sink.adaptive(slot, 8, range > 3);
        sink.adaptive(slot, 9 + usize::from(range > 3), range % 2 == 1);
    }
    let (least, extra) = RANGES[range];
    let bits = extra.len();
    for (i, &probability) in extra.iter().enumerate() {
        sink.fixed(probability, (value - least) >> (bits - 1 - i) & 1 != 0);
    }
}

/// The position behind the last level that is not zero.
#[inline(always)]
pub(crate) fn end(levels: &[i16; 16]) -> usize {
    let [low, high]: [i16x8; 2] = cast(*levels);
    let zeros = low.simd_eq(i16x8::ZERO).to_bitmask() | high.simd_eq(i16x8::ZERO).to_bitmask() << 8;
    32 - (!zeros & 0xFFFF).leading_zeros() as usize
}

/// How often each boolean was false and true.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    adaptive: [[[[[u32; 2]; 11]; 3]; 8]; 4],
    /// The most bits that those of fixed probability take, in 256ths.
    fixed: u64,
}

impl Sink for Counts {
    #[inline(always)]
    fn adaptive(&mut self, [plane, band, context]: [usize; 3], node: usize, bit: bool) {
        self.adaptive[plane][band][context][node][usize::from(bit)] += 1;
    }

    #[inline(always)]
    fn fixed(&mut self, probability: u8, bit: bool) {
        self.fixed += u64::from(MOST[usize::from(probability)][usize::from(bit)]);
    }
}

impl Counts {
    pub(crate) const NONE: Counts = Counts { adaptive: [[[[[0; 2]; 11]; 3]; 8]; 4], fixed: 0 };

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
            let [zero, one] = MOST[usize::from(probabilities[t][b][c][n])].map(u64::from);
            sum += zeros * zero + ones * one;
        });
        sum / (8 * 256) + 1 + bools::TAIL as u64
    }
}

/// Calls for all planes, bands, contexts and nodes, in the order of the file.
pub(crate) fn for_each_slot(mut call: impl FnMut(usize, usize, usize, usize)) {
    for plane in 0..4 {
        for band in 0..8 {
            for context in 0..3 {
                for node in 0..11 {
                    call(plane, band, context, node);
                }
            }
        }
    }
}

/// What levels cost by given probabilities, in 256ths of a bit.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
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
        sum += bools::COSTS[if one { 256 - bits[i] as usize } else { bits[i] as usize }];
        i += 1;
    }
    sum
}

impl Costs {
    pub(crate) fn new(probabilities: &Probabilities) -> Box<Self> {
        let mut costs = Box::new(Costs { tokens: [[[[0; 12]; 3]; 17]; 4], more: [[[[0; 2]; 3]; 17]; 4] });
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
