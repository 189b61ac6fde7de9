//! What is left after prediction, of eight 4×4 blocks side by side.

use bytemuck::cast;
use wide::i16x8;

use crate::transform::{Lanes, inverse};

/// A 4×4 block by columns: sample x, y at 4x + y.
pub(crate) type Samples = [u8; 16];

/// Cuts a 4×4 block out of a square.
#[inline(always)]
pub(crate) fn cut<const N: usize>(square: &[[u8; N]; N], block: usize) -> Samples {
    let across = N / 4;
    let (x, y) = (block % across * 4, block / across * 4);
    let mut out = [0; 16];
    for i in 0..4 {
        for j in 0..4 {
            out[4 * j + i] = square[y + i][x + j];
        }
    }
    out
}

/// Cuts blocks from `first` on out of a square, into lanes from `lane` on: all of 8×8, or half of 16×16.
#[inline(always)]
pub(crate) fn load_lanes<const N: usize>(
    square: &[[u8; N]; N],
    first: usize,
    lane: usize,
    out: &mut [[i16; 8]; 16],
) {
    for block in 0..N / 2 {
        for (i, sample) in cut(square, first + block).into_iter().enumerate() {
            out[i][lane + block] = sample.into();
        }
    }
}

/// Puts them back.
#[inline(always)]
pub(crate) fn store_lanes<const N: usize>(
    square: &mut [[u8; N]; N],
    first: usize,
    lane: usize,
    lanes: &Lanes,
) {
    let lanes: [[i16; 8]; 16] = cast(*lanes);
    let across = N / 4;
    for block in 0..N / 2 {
        let (x, y) = ((first + block) % across * 4, (first + block) / across * 4);
        for i in 0..4 {
            for j in 0..4 {
                square[y + i][x + j] = lanes[4 * j + i][lane + block] as u8;
            }
        }
    }
}

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
    let mut out = inverse(coefficients);
    for (sample, &predicted) in out.iter_mut().zip(prediction) {
        *sample = (*sample + predicted).max(i16x8::ZERO).min(i16x8::splat(255));
    }
    out
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
