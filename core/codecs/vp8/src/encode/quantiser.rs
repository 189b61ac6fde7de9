//! Quantisation (RFC 6386 section 14.1): steps by quality, and levels of coefficients.

use wide::{i16x8, i32x8};

use crate::tables::{AC_STEPS, DC_STEPS, ZIGZAG};
use crate::transform::{Block, Lanes};

/// The largest level that a file can hold (RFC 6386 section 13.2).
const LARGEST: i32 = 2047;

/// By how many indices the first coefficients of chroma are finer: wrong colours of whole blocks show.
pub(crate) const CHROMA_FINER: usize = 2;

/// Steps of a plane's blocks.
#[derive(Clone, Debug)]
pub(crate) struct Quantiser {
    /// Of the first coefficient, and of all others.
    first: Step,
    others: Step,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    step: i16,
    /// 2¹⁶ divided by the step.
    inverse: i16,
    /// What is added before dividing: less than half a step, as small levels cost less than they hide.
    bias: i16,
}

/// The quantisers of a segment.
#[derive(Clone, Debug)]
pub(crate) struct Quantisers {
    pub(crate) luma: Quantiser,
    /// Of the first coefficients of a macroblock's luma.
    pub(crate) y2: Quantiser,
    pub(crate) chroma: Quantiser,
    /// A squared error that a 256th of a bit is worth, in 2¹⁶ths.
    pub(crate) lambda: u32,
    /// About the bits that a sum of absolute Hadamard coefficients takes for each of it, in 2¹⁶ths of a bit.
    pub(crate) per_satd: u32,
}

impl Quantisers {
    pub(crate) fn new(index: u8) -> Self {
        let i = usize::from(index);
        let (dc, ac) = (DC_STEPS[i], AC_STEPS[i]);
        let lambda = u32::from(ac) * u32::from(ac) * 6;
        Quantisers {
            luma: Quantiser::new(dc, ac, [110, 100]),
            y2: Quantiser::new(2 * dc, (ac * 155 / 100).max(8), [96, 108]),
            chroma: Quantiser::new(DC_STEPS[i.saturating_sub(CHROMA_FINER)].min(132), ac, [118, 118]),
            lambda,
            per_satd: 256 * 256 / u32::from(ac),
        }
    }
}

impl Quantisers {
    /// Quantisers that leave no level.
    pub(crate) fn nothing(index: u8) -> Self {
        let none = Step { step: 0, inverse: 0, bias: 0 };
        let none = Quantiser { first: none, others: none };
        Quantisers { luma: none.clone(), y2: none.clone(), chroma: none, ..Quantisers::new(index) }
    }
}

impl Quantiser {
    /// `biases`: of the first and of all others, in 256ths of a step.
    fn new(dc: u16, ac: u16, [dc_bias, ac_bias]: [u32; 2]) -> Self {
        let of = |step: u16, bias: u32| Step {
            step: step as i16,
            inverse: (65536 / u32::from(step)) as i16,
            bias: ((u32::from(step) * bias) >> 8) as i16,
        };
        Quantiser { first: of(dc, dc_bias), others: of(ac, ac_bias) }
    }

    #[inline(always)]
    fn step(&self, place: usize) -> &Step {
        if place == 0 { &self.first } else { &self.others }
    }

    /// The step of a place in natural order.
    #[inline(always)]
    pub(crate) fn step_at(&self, place: usize) -> i16 {
        self.step(place).step
    }

    /// The size of the nearest level.
    #[inline(always)]
    pub(crate) fn rounded(&self, place: usize, size: u16) -> i16 {
        let Step { step, inverse, .. } = *self.step(place);
        let half = u32::from(step.unsigned_abs()) / 2;
        (((u32::from(size) + half) * u32::from(inverse.unsigned_abs())) >> 16).min(LARGEST as u32) as i16
    }

    /// Levels of eight blocks, in natural order, and the squared errors that they leave in coefficients.
    #[inline(always)]
    pub(crate) fn levels(&self, coefficients: &Lanes) -> (Lanes, [i32; 8]) {
        let mut levels = [i16x8::ZERO; 16];
        let mut errors = i32x8::ZERO;
        for i in 0..16 {
            let Step { step, inverse, bias } = *self.step(i);
            let value = coefficients[i];
            let size = value.abs();
            let level = (size + i16x8::splat(bias)).mul_keep_high(i16x8::splat(inverse));
            let rest = size - level * i16x8::splat(step);
            errors += rest.widening_mul(rest);
            // The sign: all bits of a negative value.
            let sign = value >> 15;
            levels[i] = (level ^ sign) - sign;
        }
        (levels, errors.to_array())
    }

    /// The coefficients that a decoder makes of them.
    #[inline(always)]
    pub(crate) fn coefficients(&self, levels: &Lanes) -> Lanes {
        let mut out = *levels;
        for (i, level) in out.iter_mut().enumerate() {
            *level *= i16x8::splat(self.step(i).step);
        }
        out
    }

    /// The squared error that levels leave, in coefficients.
    #[inline(always)]
    pub(crate) fn error(&self, coefficients: &[i16; 16], levels: &[i16; 16]) -> u32 {
        let mut sum = 0;
        for i in 0..16 {
            let rest = i32::from(coefficients[i]) - i32::from(levels[i]) * i32::from(self.step(i).step);
            sum += (rest * rest) as u32;
        }
        sum
    }

    /// Levels of one block, Y2, and the coefficients that a decoder makes of them.
    pub(crate) fn levels_of_one(&self, coefficients: &Block) -> ([i16; 16], Block) {
        let mut levels = [0; 16];
        let mut kept = [0; 16];
        for (i, &value) in coefficients.iter().enumerate() {
            let Step { step, inverse, bias } = *self.step(i);
            let size = value.abs() + i32::from(bias);
            let level = ((size * i32::from(inverse)) >> 16).min(LARGEST) * value.signum();
            levels[i] = level as i16;
            kept[i] = level * i32::from(step);
        }
        (levels, kept)
    }
}

/// The same levels in the order of the file.
#[inline(always)]
pub(crate) fn zigzag(levels: &[i16; 16]) -> [i16; 16] {
    let mut out = [0; 16];
    for (level, place) in out.iter_mut().zip(ZIGZAG) {
        *level = levels[place];
    }
    out
}
