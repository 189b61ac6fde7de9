//! Quantisation by rate and distortion: of the values that division gives, those are taken that cost least in all.
//!
//! A cost is the squared error, in units of the step, and λ for each bit. A value may become smaller by one where that
//! saves a bit, and one of ±1 may become 0, which makes the next run longer. The best choice is found by dynamic programming
//! over the values of a block, each with the best way to it, as video encoders and mozjpeg do it. Bits are those of the symbols
//! that came before, as codes are not known yet.

use super::block_stream::{Counts, EOB, ZRL, is_ac_symbol};
use super::parameters::Parameters;
use crate::zigzag::ZIGZAG;

/// Chooses the values of blocks.
#[derive(Debug)]
pub(super) struct Trellis {
    /// λ times the bits of each AC symbol with its value, for luma and for chroma.
    costs: Box<[[i32; 256]; 2]>,
    /// MCUs to come until they are made anew.
    wait: usize,
}

/// Errors are counted in so many parts of a step.
const PARTS: i32 = 64;
/// λ, in squared parts of a step for a bit: 0.05 and 0.02 squared steps.
const LAMBDA: [u32; 2] = [205, 82];
/// MCUs for which costs are kept.
const PERIOD: usize = 16;
/// Values back to which a run of dropped ones may go.
const LONGEST_DROP: usize = 16;

/// A component's steps.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    /// Eight times each, as the transform's values are.
    steps: [i32; 64],
    /// 2^16 × [`PARTS`] / step.
    reciprocals: [i32; 64],
}

impl Steps {
    pub(super) fn new(steps: &[u8; 64]) -> Self {
        let steps = steps.map(|step| 8 * i32::from(step));
        Steps { steps, reciprocals: steps.map(|step| (PARTS << 16) / step) }
    }
}

impl Trellis {
    /// Heap bytes.
    pub(super) const BYTES: u64 = size_of::<[[i32; 256]; 2]>() as u64;

    pub(super) fn new() -> Self {
        Trellis { costs: Box::new([[0; 256]; 2]), wait: 0 }
    }

    /// To be called before each row of MCUs.
    pub(super) fn begin_row(&mut self, parameters: &Parameters, counts: &[Counts; 2]) {
        if self.wait == 0 {
            for ((costs, counts), lambda) in self.costs.iter_mut().zip(counts).zip(LAMBDA) {
                *costs = costs_of(&counts.ac.symbols(), lambda);
            }
            self.wait = PERIOD;
        }
        self.wait = self.wait.saturating_sub(parameters.mcus().0);
    }

    /// Chooses the AC values. `coefficients`: in natural order, 8 times too large; `block`: what division made of them;
    /// `not_zero`: a bit for each place in zigzag order. Returns the same for what was chosen.
    #[inline(always)]
    pub(super) fn choose(
        &self,
        steps: &Steps,
        is_chroma: bool,
        coefficients: &[i16; 64],
        block: &mut [i16; 64],
        not_zero: u64,
    ) -> u64 {
        if not_zero & !1 == 0 {
            return not_zero;
        }
        self.choose_some(steps, &self.costs[usize::from(is_chroma)], coefficients, block, not_zero)
    }

    #[inline(never)]
    fn choose_some(
        &self,
        steps: &Steps,
        costs: &[i32; 256],
        coefficients: &[i16; 64],
        block: &mut [i16; 64],
        not_zero: u64,
    ) -> u64 {
        // In front of all values stands the DC value.
        let mut ways = [Way::default(); 64];
        let mut count = 1;
        // No way leads past the last value that must stay.
        let mut oldest = 0;
        // The errors of all values so far, if they were dropped.
        let mut dropped = 0;
        let mut left = not_zero & !1;
        while left != 0 {
            let place = left.trailing_zeros();
            left &= left - 1;
            let natural = usize::from(ZIGZAG[place as usize & 63]);
            let magnitude = i32::from(block[natural]).abs();
            let step = steps.steps[natural];
            let error = i32::from(coefficients[natural]).abs() - magnitude * step;
            let error = (error * steps.reciprocals[natural]) >> 16;
            let size = 32 - magnitude.leading_zeros();
            let way = |less: i32| {
                let size = (size as i32 - less) as usize;
                let (mut best, mut from) = (i32::MAX, 0);
                for (i, way) in ways[oldest..count].iter().enumerate() {
                    let cost = way.cost + cost_of_run(costs, place - way.place - 1, size);
                    if cost < best {
                        (best, from) = (cost, oldest + i);
                    }
                }
                let error = error + less * PARTS;
                (best + dropped + error * error, from, less)
            };
            let mut best = way(0);
            if magnitude > 1 && magnitude & (magnitude - 1) == 0 {
                let smaller = way(1);
                if smaller.0 < best.0 {
                    best = smaller;
                }
            }
            let (cost, from, less) = best;
            if magnitude == 1 {
                dropped += (error + PARTS) * (error + PARTS);
                oldest = oldest.max((count + 1).saturating_sub(LONGEST_DROP));
            } else {
                oldest = count;
            }
            ways[count & 63] = Way { cost: cost - dropped, place, from: from as u8, less: less as u8 };
            count += 1;
        }
        let end = |way: &Way| way.cost + if way.place == 63 { 0 } else { costs[usize::from(EOB)] };
        let best = (oldest..count).min_by_key(|&i| end(&ways[i])).unwrap_or(0);
        take(&ways[..count], best, block) | not_zero & 1
    }
}

/// The best way to a value that stays.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    /// Less the errors of all values up to this one, if they were dropped.
    cost: i32,
    place: u32,
    /// The value before.
    from: u8,
    /// 1 where the value becomes smaller.
    less: u8,
}

/// Puts the values of the best way into the block.
#[inline(always)]
fn take(ways: &[Way], mut best: usize, block: &mut [i16; 64]) -> u64 {
    let mut not_zero = 0;
    for (i, way) in ways.iter().enumerate().skip(1).rev() {
        let value = &mut block[usize::from(ZIGZAG[way.place as usize & 63])];
        if i == best {
            *value -= value.signum() * i16::from(way.less);
            not_zero |= 1 << way.place;
            best = usize::from(way.from);
        } else {
            *value = 0;
        }
    }
    not_zero
}

#[inline(always)]
fn cost_of_run(costs: &[i32; 256], run: u32, size: usize) -> i32 {
    let cost = costs[((run & 15) << 4) as usize | size & 15];
    if run > 15 { cost + (run >> 4) as i32 * costs[usize::from(ZRL)] } else { cost }
}

/// λ times the bits that symbols which occur so often take, with their values.
fn costs_of(counts: &[u64; 256], lambda: u32) -> [i32; 256] {
    let count = |symbol: usize| 8 * counts[symbol] + expected(symbol as u8);
    let total = binary_logarithm((0..256).map(count).sum());
    std::array::from_fn(|symbol| {
        let bits = match count(symbol) {
            0 => 20 << 8,
            count => total - binary_logarithm(count) + ((symbol as u32 & 15) << 8),
        };
        ((bits * lambda) >> 8) as i32
    })
}

/// How often a symbol occurs, about, before there is anything to count; in all 3,000 times.
fn expected(symbol: u8) -> u64 {
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    if !is_ac_symbol(symbol) {
        return 0;
    }
    let bits = match (run, size) {
        (0, 0) => 2,
        (_, 0) => 10,
        _ => size + size / 3 + run.min(6) + run.saturating_sub(6) / 2,
    };
    2048 >> bits.min(11)
}

/// With 8 bits behind the point, rounded down by at most 2 of 256. `value`: at least 1.
fn binary_logarithm(value: u64) -> u32 {
    let whole = value.ilog2();
    let part = (value << 8 >> whole) as u32 & 255;
    // log₂(1 + x) ≈ x + 0.344 x (1 − x)
    (whole << 8) + part + ((part * (256 - part) * 88) >> 16)
}
