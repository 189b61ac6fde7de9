//! What is left after prediction, of eight 4×4 blocks side by side.

use crate::lanes::add;
use crate::transform::{Lanes, inverse};

#[inline(always)]
pub(crate) fn differences(samples: &Lanes, prediction: &Lanes) -> Lanes {
    let mut out = *samples;
    for (sample, &predicted) in out.iter_mut().zip(prediction) {
        *sample -= predicted;
    }
    out
}

/// Adds what coefficients stand for to a prediction.
#[inline(always)]
pub(crate) fn rebuild(prediction: &Lanes, coefficients: &Lanes) -> Lanes {
    add(prediction, &inverse(coefficients))
}

/// Levels of one of eight blocks.
#[inline(always)]
pub(crate) fn lane(lanes: &[[i16; 8]; 16], lane: usize) -> [i16; 16] {
    let mut out = [0; 16];
    for (level, all) in out.iter_mut().zip(lanes) {
        *level = all[lane];
    }
    out
}

/// Sum of squared differences.
#[inline(always)]
pub(crate) fn error<const N: usize>(a: &[[u8; N]; N], b: &[[u8; N]; N]) -> u32 {
    let mut sum = 0;
    for (a, b) in a.iter().zip(b) {
        for (&a, &b) in a.iter().zip(b) {
            let difference = i32::from(a) - i32::from(b);
            sum += (difference * difference) as u32;
        }
    }
    sum
}
