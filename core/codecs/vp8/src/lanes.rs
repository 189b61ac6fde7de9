//! Samples of 4×4 blocks in vectors, eight blocks side by side.

use bytemuck::cast;
use wide::i16x8;

use crate::transform::Lanes;

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

/// The sum of a prediction and what is left, clamped to samples.
#[inline(always)]
pub(crate) fn add(prediction: &Lanes, residual: &Lanes) -> Lanes {
    let mut out = *residual;
    for (sample, &predicted) in out.iter_mut().zip(prediction) {
        *sample = (*sample + predicted).max(i16x8::ZERO).min(i16x8::splat(255));
    }
    out
}
