//! Forward DCT of a block (T.81 A.3.3), rounded exactly as libjpeg's `islow`.
//!
//! The counterpart of the decoder's `idct::eight`, with the same constants: after sums and differences of samples
//! that mirror each other, each frequency is a sum over two or four values. Vector units multiply pairs of
//! neighbours and add the products in one go, so the values of a pair stand side by side.

use bytemuck::cast;
use wide::{i16x8, i16x16, i32x8, u8x16, u32x4};

use crate::dct::{CONSTANT_BITS, PASS_BITS, transpose};

/// The samples of a block. `samples`: rows `stride` apart.
#[inline(always)]
pub(super) fn load(samples: &[u8], stride: usize) -> [i16x8; 8] {
    std::array::from_fn(|i| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&samples[i * stride..][..8]);
        cast(u8x16::unpack_low(u8x16::new(bytes), u8x16::ZERO))
    })
}

/// The rows of samples in the order in which the second pass wants their pairs: (0, 1), (7, 6), (3, 2), (4, 5).
const ORDER: [usize; 8] = [0, 1, 7, 6, 3, 2, 4, 5];

/// The coefficients, 8 times too large, in rows of equal vertical frequency.
#[inline(always)]
pub(super) fn transform(samples: [i16x8; 8]) -> [i16x8; 8] {
    let row = |i: usize| -> u32x4 { cast(samples[ORDER[i]]) };
    let [a0, a1, a2, a3] = transpose([row(0), row(1), row(2), row(3)]);
    let [b0, b1, b2, b3] = transpose([row(4), row(5), row(6), row(7)]);
    let swap = |pair: u32x4| (pair << 16) | (pair >> 16);
    let columns = one_dimension::<false>([
        cast([a0, b0]),
        cast([swap(a3), swap(b3)]),
        cast([swap(a1), swap(b1)]),
        cast([a2, b2]),
    ]);
    let [a, b, c, d, e, f, g, h] = columns.map(cast::<i16x8, u32x4>);
    let [a0, a1, a2, a3] = transpose([a, b, c, d]);
    let [b0, b1, b2, b3] = transpose([e, f, g, h]);
    one_dimension::<true>([cast([a0, b0]), cast([a1, b1]), cast([a2, b2]), cast([a3, b3])])
}

/// Eight frequencies of eight rows (or columns) at once, from the pairs (0, 1), (7, 6), (3, 2), (4, 5).
#[inline(always)]
fn one_dimension<const SECOND: bool>([v01, v76, v32, v45]: [i16x16; 4]) -> [i16x8; 8] {
    let (outer, inner) = (v01 + v76, v32 + v45);
    let (sums, cross) = (outer + inner, outer - inner);
    let (outer, inner) = (v01 - v76, v32 - v45);
    let shift = if SECOND { CONSTANT_BITS + PASS_BITS } else { CONSTANT_BITS - PASS_BITS };
    let narrow = |sum: i32x8| i16x8::from_i32x8_saturate(sum);
    let point = |sum: i32x8| narrow((sum + i32x8::splat(1 << (shift - 1))) >> shift as i32);
    let odd = |a, b, c, d| point(outer.dot(pair(a, b)) + inner.dot(pair(c, d)));
    let [low, middle] = if SECOND {
        let rounded = |sum: i32x8| narrow((sum + i32x8::splat(2)) >> PASS_BITS as i32);
        [rounded(sums.dot(pair(1, 1))), rounded(sums.dot(pair(1, -1)))]
    } else {
        // The level shift (T.81 A.3.1) of eight samples only changes the mean.
        let level = i32x8::splat((8 * 128) << PASS_BITS);
        [narrow(sums.dot(pair(4, 4)) - level), narrow(sums.dot(pair(4, -4)))]
    };
    [
        low,
        odd(11363, 9633, 2260, 6437),
        point(cross.dot(pair(10703, 4433))),
        odd(9633, -2259, -6436, -11362),
        middle,
        odd(6437, -11362, 9633, 2261),
        point(cross.dot(pair(4433, -10704))),
        odd(2260, -6436, -11363, 9633),
    ]
}

#[inline(always)]
fn pair(a: i16, b: i16) -> i16x16 {
    i16x16::new([a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    #[test]
    fn coefficients_are_those_of_exact_arithmetic() {
        let mut random = Rng::with_seed(1);
        for round in 0..500 {
            let samples: [u8; 64] = std::array::from_fn(|_| {
                // The later rounds have the extremes alone.
                let value = random.u8(..);
                if round < 250 { value } else { (value >> 7) * 255 }
            });
            let rows: [[i16; 8]; 8] = cast(transform(load(&samples, 8)));
            for (v, row) in rows.iter().enumerate() {
                for (u, &coefficient) in row.iter().enumerate() {
                    let error = f64::from(coefficient) - 8.0 * exact(&samples, u, v);
                    assert!(error.abs() < 3.0, "({u}, {v}): {error}");
                }
            }
        }
    }

    #[test]
    fn flat_blocks_have_a_mean_alone() {
        for value in 0..=255u8 {
            let rows: [i16; 64] = cast(transform(load(&[value; 64], 8)));
            assert_eq!(rows[0], (i16::from(value) - 128) * 64);
            assert_eq!(rows[1..], [0; 63]);
        }
    }

    fn exact(samples: &[u8; 64], u: usize, v: usize) -> f64 {
        let basis = |frequency: usize, position: usize| {
            let scale = if frequency == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            scale / 2.0 * ((2 * position + 1) as f64 * frequency as f64 * PI / 16.0).cos()
        };
        let sample = |i: usize| f64::from(samples[i]) - 128.0;
        (0..64).map(|i| sample(i) * basis(u, i % 8) * basis(v, i / 8)).sum()
    }
}
