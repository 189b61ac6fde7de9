//! Luma of a macroblock: predicted as a whole or by 4×4 blocks, whichever costs less.

use bytemuck::cast;
use wide::{i16x8, u8x16};

use crate::encode::modes;
use crate::encode::prices::Prices;
use crate::encode::quantiser::zigzag;
use crate::encode::residual;
use crate::encode::satd;
use crate::encode::trellis::Place;
use crate::lanes::{Samples, cut, load_lanes, store_lanes};
use crate::levels::{Flags, Levels, Y2_BLOCK};
use crate::modes::Luma;
use crate::predict::{EdgeSamples, Predictions, predict_subblock};
use crate::tables::{LUMA, LUMA_AFTER_Y2, SUBBLOCK_MODE_COUNT, Y2};
use crate::transform::{Lanes, forward, forward_y2, inverse_y2};

/// What is around the luma of a macroblock.
pub(crate) struct Surroundings<'s> {
    pub(crate) square: EdgeSamples<16>,
    /// The four samples above and to the right.
    pub(crate) beyond: [u8; 4],
    /// The modes of the blocks above and to the left.
    pub(crate) modes: [[u8; 4]; 2],
    pub(crate) above: &'s Flags,
    pub(crate) left: &'s Flags,
}

/// How it can be coded.
pub(crate) struct Choice {
    pub(crate) luma: Luma,
    pub(crate) rebuilt: [[u8; 16]; 16],
    pub(crate) score: u64,
    /// What the modes cost, in 256ths of a bit.
    pub(crate) mode_bits: u32,
}

/// Predicts it as a whole, by one of the first `modes` modes. Levels are written into the first of `levels`.
pub(crate) fn whole(
    samples: &[[u8; 16]; 16],
    around: &Surroundings<'_>,
    prices: &Prices<'_>,
    modes: usize,
    [levels, other]: &mut [Levels; 2],
) -> Choice {
    let mut prediction = [[0; 16]; 16];
    let mut order = [(u32::MAX, 0); 4];
    for (mode, place) in order.iter_mut().enumerate().take(modes) {
        around.square.predict(mode, &mut prediction);
        let satd = satd::of_square(samples, &prediction);
        *place = (prices.estimate(satd) + modes::cost_of_whole(mode), mode);
    }
    order.sort_unstable();
    let mut best = of_mode(samples, around, prices, order[0].1, levels);
    for &(_, mode) in &order[1..prices.search.whole_modes.min(modes)] {
        let choice = of_mode(samples, around, prices, mode, other);
        if choice.score < best.score {
            best = choice;
            std::mem::swap(levels, other);
        }
    }
    best
}

/// Predicts it as a whole, by this mode.
fn of_mode(
    samples: &[[u8; 16]; 16],
    around: &Surroundings<'_>,
    prices: &Prices<'_>,
    mode: usize,
    levels: &mut Levels,
) -> Choice {
    let mut prediction = [[0; 16]; 16];
    around.square.predict(mode, &mut prediction);
    let quantisers = prices.quantisers;
    let mut y2 = [0; 16];
    let mut kept = [[i16x8::ZERO; 16]; 2];
    let mut predicted = kept;
    let (mut above, mut left) = (*around.above, *around.left);
    let mut bits = modes::cost_of_whole(mode);
    *levels = Levels { has_y2: true, ..Levels::NONE };
    for half in 0..2 {
        let mut lanes = [[[0; 8]; 16]; 2];
        load_lanes(samples, 8 * half, 0, &mut lanes[0]);
        load_lanes(&prediction, 8 * half, 0, &mut lanes[1]);
        predicted[half] = cast(lanes[1]);
        let mut coefficients = forward(&residual::differences(&cast(lanes[0]), &predicted[half]));
        y2[8 * half..8 * half + 8].copy_from_slice(&coefficients[0].to_array().map(i32::from));
        coefficients[0] = i16x8::ZERO;
        let (found, _) = quantisers.luma.levels(&coefficients);
        let (coefficients, mut found) = (cast(coefficients), cast(found));
        for lane in 0..8 {
            let i = 8 * half + lane;
            let flags = [&mut above.0[i % 4], &mut left.0[i / 4]];
            let context = usize::from(*flags[0]) + usize::from(*flags[1]);
            let place = Place { plane: LUMA_AFTER_Y2, context, first: 1 };
            let block = prices.levels(&coefficients, &mut found, lane, &quantisers.luma, place);
            bits += put(levels, i, block, flags, |block, context| {
                prices.tokens.block(block, 1, LUMA_AFTER_Y2, context)
            });
        }
        kept[half] = quantisers.luma.coefficients(&cast(found));
    }
    let (found, y2) = quantisers.y2.levels_of_one(&forward_y2(&y2));
    bits += put(levels, Y2_BLOCK, zigzag(&found), [&mut above.0[8], &mut left.0[8]], |block, context| {
        prices.tokens.block(block, 0, Y2, context)
    });
    let y2 = inverse_y2(&y2);
    let mut rebuilt = [[0; 16]; 16];
    for half in 0..2 {
        kept[half][0] = i16x8::new(std::array::from_fn(|lane| y2[8 * half + lane] as i16));
        let blocks = residual::rebuild(&predicted[half], &kept[half]);
        store_lanes(&mut rebuilt, 8 * half, 0, &blocks);
    }
    let error = residual::error(samples, &rebuilt);
    Choice {
        luma: Luma::Whole(mode as u8),
        rebuilt,
        score: prices.score(error, bits),
        mode_bits: modes::cost_of_whole(mode),
    }
}

/// Takes a block's levels, with the flags above and to the left. Returns its cost.
#[inline(always)]
pub(crate) fn put(
    levels: &mut Levels,
    block: usize,
    found: [i16; 16],
    [above, left]: [&mut bool; 2],
    cost: impl FnOnce(&[i16; 16], usize) -> u32,
) -> u32 {
    let bits = cost(&found, usize::from(*above) + usize::from(*left));
    let any = found != [0; 16];
    (*above, *left) = (any, any);
    levels.present |= u32::from(any) << block;
    levels.blocks[block] = found;
    bits
}

/// If the best of the first eight modes is one of these, the last two, which are flat slopes, are tried as well.
const FLAT_OR_SLANTED: [usize; 3] = [3, 4, 5];
/// What a block takes at the least, in 256ths of a bit.
const LEAST: u32 = 256;
/// The side of what is rebuilt, with the samples around: the corner before it, four behind it.
const STRIDE: usize = 24;

/// Predicts it by 4×4 blocks. None if that costs more than `limit`.
pub(crate) fn by_subblocks(
    samples: &[[u8; 16]; 16],
    around: &Surroundings<'_>,
    prices: &Prices<'_>,
    limit: u64,
    levels: &mut Levels,
) -> Option<Choice> {
    // The sample at x, y is in row y + 1, column x + 1.
    let mut canvas = [[0u8; STRIDE]; 17];
    canvas[0][0] = around.square.corner;
    canvas[0][1..17].copy_from_slice(&around.square.above);
    for (row, &left) in canvas[1..].iter_mut().zip(&around.square.left) {
        row[0] = left;
    }
    for y in [0, 4, 8, 12] {
        canvas[y][17..21].copy_from_slice(&around.beyond);
    }
    let (mut above, mut left) = (*around.above, *around.left);
    let mut modes = [0u8; 16];
    let mut mode_bits = modes::cost_of_subblocks();
    let mut total = prices.score(0, mode_bits);
    *levels = Levels::NONE;
    let mut predictions = [[0; 16]; 16];
    for i in 0..16 {
        let (x, y) = (i % 4 * 4, i / 4 * 4);
        let mut edge = [0; 13];
        for j in 0..4 {
            edge[3 - j] = canvas[y + 1 + j][x];
        }
        edge[4..13].copy_from_slice(&canvas[y][x..x + 9]);
        predict_subblock(&edge, &mut predictions);
        let up = if i < 4 { around.modes[0][i] } else { modes[i - 4] };
        let back = if i % 4 == 0 { around.modes[1][i / 4] } else { modes[i - 1] };
        let costs = &prices.subblock_modes[usize::from(up)][usize::from(back)];
        let block = cut(samples, i);
        let context = usize::from(above.0[i % 4]) + usize::from(left.0[i / 4]);
        let mut halves = [Half::new(&block, &predictions, 0, prices), Half::NONE];
        let mut order = [u64::MAX; SUBBLOCK_MODE_COUNT];
        let likely = halves[0].order(0, costs, prices, &mut order);
        let unsettled = halves[0].estimates[likely] > prices.search.settled;
        if unsettled || FLAT_OR_SLANTED.contains(&likely) {
            halves[1] = Half::new(&block, &predictions, 1, prices);
            halves[1].order(1, costs, prices, &mut order);
        }
        let mut best = (u64::MAX, 0, [0; 16]);
        for _ in 0..prices.search.subblock_modes {
            let next = order.iter().copied().min().unwrap_or(0);
            let mode = (next & 15) as usize;
            order[mode] = u64::MAX;
            let half = &mut halves[mode / 8];
            let place = Place { plane: LUMA, context, first: 0 };
            let lane = mode % 8;
            let (found, error) = if prices.search.trellis {
                let found =
                    prices.levels(&half.coefficients, &mut half.levels, lane, &prices.quantisers.luma, place);
                (
                    found,
                    prices.quantisers.luma.error(
                        &residual::lane(&half.coefficients, lane),
                        &residual::lane(&half.levels, lane),
                    ),
                )
            } else {
                (zigzag(&residual::lane(&half.levels, lane)), half.errors[lane] as u32)
            };
            let bits = u32::from(costs[mode]) + prices.tokens.block(&found, 0, LUMA, context);
            let score = prices.score(error / 4, bits);
            if score < best.0 {
                best = (score, mode, found);
            }
        }
        let (score, mode, found) = best;
        total += score;
        // The modes of the blocks that follow, at the least.
        let rest = LEAST * (15 - i as u32);
        if total + prices.score(0, rest) >= limit {
            return None;
        }
        mode_bits += u32::from(costs[mode]);
        modes[i] = mode as u8;
        put(levels, i, found, [&mut above.0[i % 4], &mut left.0[i / 4]], |_, _| 0);
        let rebuilt = halves[mode / 8].rebuild(mode % 8, prices);
        for row in 0..4 {
            for column in 0..4 {
                canvas[y + 1 + row][x + 1 + column] = rebuilt[4 * column + row];
            }
        }
    }
    let rebuilt = std::array::from_fn(|y| std::array::from_fn(|x| canvas[y + 1][x + 1]));
    Some(Choice { luma: Luma::Subblocks(modes), rebuilt, score: total, mode_bits })
}

/// About the bits that a level takes for each of its size, in 256ths.
const PER_SIZE: u32 = 512;

/// A block in eight modes.
struct Half {
    predicted: Lanes,
    coefficients: [[i16; 8]; 16],
    levels: [[i16; 8]; 16],
    /// In coefficients: four times those in samples.
    errors: [i32; 8],
    /// Sums of the sizes of levels.
    estimates: [i16; 8],
}

impl Half {
    const NONE: Half = Half {
        predicted: [i16x8::ZERO; 16],
        coefficients: [[0; 8]; 16],
        levels: [[0; 8]; 16],
        errors: [0; 8],
        estimates: [0; 8],
    };

    /// Estimates what its modes cost, each with its number in the lowest bits. Returns the best one.
    #[inline(always)]
    fn order(
        &self,
        half: usize,
        costs: &[u16; SUBBLOCK_MODE_COUNT],
        prices: &Prices<'_>,
        order: &mut [u64; SUBBLOCK_MODE_COUNT],
    ) -> usize {
        let mut best = u64::MAX;
        for mode in 8 * half..SUBBLOCK_MODE_COUNT.min(8 * half + 8) {
            let bits = self.estimates[mode % 8] as u32 * PER_SIZE + u32::from(costs[mode]);
            order[mode] = prices.score(self.errors[mode % 8] as u32 / 4, bits) << 4 | mode as u64;
            best = best.min(order[mode]);
        }
        (best & 15) as usize
    }

    #[inline(always)]
    fn new(block: &Samples, predictions: &Predictions, half: usize, prices: &Prices<'_>) -> Self {
        let mut predicted = [i16x8::ZERO; 16];
        let mut differences = [i16x8::ZERO; 16];
        for i in 0..16 {
            let row = u8x16::new(predictions[i]);
            predicted[i] = if half == 0 { i16x8::from_u8x16_low(row) } else { i16x8::from_u8x16_high(row) };
            differences[i] = i16x8::splat(block[i].into()) - predicted[i];
        }
        let coefficients = forward(&differences);
        let (quantised, errors) = prices.quantisers.luma.levels(&coefficients);
        let mut sizes = i16x8::ZERO;
        for level in &quantised {
            sizes += level.abs();
        }
        let levels = cast(quantised);
        Half { predicted, coefficients: cast(coefficients), levels, errors, estimates: sizes.to_array() }
    }

    /// What a decoder makes of one of them.
    #[inline(always)]
    fn rebuild(&self, lane: usize, prices: &Prices<'_>) -> Samples {
        let kept = prices.quantisers.luma.coefficients(&cast(self.levels));
        let all: [[i16; 8]; 16] = cast(residual::rebuild(&self.predicted, &kept));
        let mut out = [0; 16];
        for (sample, all) in out.iter_mut().zip(&all) {
            *sample = all[lane] as u8;
        }
        out
    }
}
