//! Inverse DCT of the low corner of a block, to as many samples as coefficients (T.81 A.3.3).
//!
//! The 8-point transform is the one of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 13-bit constants and
//! rounded exactly as libjpeg's `islow`. The shorter ones follow the same scaling: a transform in one direction
//! gives √8 times the orthonormal one's result for 8 samples, so both together are divided by 8 in the end.
//!
//! The two sizes that matter most have vector code of their own, which wants its coefficients in an order of its
//! own; as every coefficient is stored one by one, that costs nothing.

mod corner;
mod eight;
mod four;

use wide::u32x4;

use crate::zigzag::ZIGZAG;

/// Bits behind the point of the constants.
pub(crate) const CONSTANT_BITS: usize = 13;
/// Extra bits kept between the two passes.
pub(crate) const PASS_BITS: usize = 2;
/// What the sums of the first and the second pass are divided by, as a power of 2.
const FIRST_SHIFT: usize = CONSTANT_BITS - PASS_BITS;
const SECOND_SHIFT: usize = CONSTANT_BITS + PASS_BITS + 3;

/// For each zigzag index, the place of its coefficient in a block. The DC value is always first.
pub(crate) type Places = [u8; 64];

/// How blocks of one size become samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transform {
    pub(crate) places: &'static Places,
    /// Takes dequantised coefficients, and writes samples to rows `stride` apart.
    run: fn(block: &[i16; 64], out: &mut [u8], stride: usize),
    flat: fn(dc: i16, out: &mut [u8], stride: usize),
}

impl Transform {
    /// The transform to a width and height of 1, 2, 4 or 8 each.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        match (width, height) {
            (8, 8) => Transform { places: &eight::PLACES, run: eight::transform, flat: corner::flat::<8, 8> },
            (4, 4) => Transform { places: &four::PLACES, run: four::transform, flat: corner::flat::<4, 4> },
            (8, 4) => Transform::corner::<8, 4>(),
            (8, 2) => Transform::corner::<8, 2>(),
            (8, _) => Transform::corner::<8, 1>(),
            (4, 8) => Transform::corner::<4, 8>(),
            (4, 2) => Transform::corner::<4, 2>(),
            (4, _) => Transform::corner::<4, 1>(),
            (2, 8) => Transform::corner::<2, 8>(),
            (2, 4) => Transform::corner::<2, 4>(),
            (2, 2) => Transform::corner::<2, 2>(),
            (2, _) => Transform::corner::<2, 1>(),
            (_, 8) => Transform::corner::<1, 8>(),
            (_, 4) => Transform::corner::<1, 4>(),
            (_, 2) => Transform::corner::<1, 2>(),
            (_, _) => Transform::corner::<1, 1>(),
        }
    }

    /// `last`: the zigzag index behind which all coefficients are zero.
    #[inline]
    pub(crate) fn apply(&self, block: &[i16; 64], last: usize, out: &mut [u8], stride: usize) {
        if last == 0 {
            (self.flat)(block[0], out, stride);
        } else {
            (self.run)(block, out, stride);
        }
    }

    fn corner<const W: usize, const H: usize>() -> Self {
        Transform { places: &ZIGZAG, run: corner::transform::<W, H>, flat: corner::flat::<W, H> }
    }
}

/// Rows become columns.
#[inline(always)]
pub(crate) fn transpose([a, b, c, d]: [u32x4; 4]) -> [u32x4; 4] {
    let (ac_left, ac_right) = (a.unpack_lo(c), a.unpack_hi(c));
    let (bd_left, bd_right) = (b.unpack_lo(d), b.unpack_hi(d));
    [
        ac_left.unpack_lo(bd_left),
        ac_left.unpack_hi(bd_left),
        ac_right.unpack_lo(bd_right),
        ac_right.unpack_hi(bd_right),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    const SIDES: [usize; 4] = [1, 2, 4, 8];

    #[test]
    fn samples_are_within_one_of_exact_arithmetic() {
        for width in SIDES {
            for height in SIDES {
                let mut random = 1;
                for round in 0..2000 {
                    let coefficients = coefficients(&mut random, round % 64);
                    let transform = Transform::new(width, height);
                    let mut block = [0; 64];
                    for (zigzag, &natural) in ZIGZAG.iter().enumerate() {
                        block[usize::from(transform.places[zigzag])] = coefficients[usize::from(natural)];
                    }
                    let mut samples = [0; 64];
                    transform.apply(&block, 63, &mut samples, 8);
                    for y in 0..height {
                        for x in 0..width {
                            let expected = exact(&coefficients, width, height, x, y);
                            let error = (f64::from(samples[y * 8 + x]) - expected).abs();
                            assert!(error < 1.0, "{width}×{height} ({x}, {y}): {error}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn flat_blocks_need_no_transform() {
        for (width, height) in SIDES.into_iter().flat_map(|width| SIDES.map(|height| (width, height))) {
            let transform = Transform::new(width, height);
            for dc in -1100..1100 {
                let mut block = [0; 64];
                block[0] = dc;
                let [mut short, mut long] = [[0; 64]; 2];
                transform.apply(&block, 0, &mut short, 8);
                transform.apply(&block, 63, &mut long, 8);
                assert_eq!(short, long, "{width}×{height}");
            }
        }
    }

    /// Any block, however broken its file, must only not panic.
    #[test]
    fn extreme_blocks_are_survived() {
        for (width, height) in SIDES.into_iter().flat_map(|width| SIDES.map(|height| (width, height))) {
            for block in [[i16::MIN; 64], [i16::MAX; 64]] {
                Transform::new(width, height).apply(&block, 63, &mut [0; 64], 8);
            }
        }
    }

    /// In natural order: a DC value, and more or fewer others.
    fn coefficients(random: &mut u32, count: usize) -> [i16; 64] {
        let mut next = |range: u32| {
            *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((*random >> 8) % (2 * range + 1)) as i16 - range as i16
        };
        let mut coefficients = [0; 64];
        coefficients[0] = next(1000);
        for &natural in &ZIGZAG[1..=count] {
            coefficients[usize::from(natural)] = next(100);
        }
        coefficients
    }

    /// The formula of T.81 A.3.3 for fewer samples, level-shifted and limited.
    fn exact(coefficients: &[i16; 64], width: usize, height: usize, x: usize, y: usize) -> f64 {
        let basis = |frequency: usize, position: usize, side: usize| {
            let scale = if frequency == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            scale / 2.0 * ((2 * position + 1) as f64 * frequency as f64 * PI / (2 * side) as f64).cos()
        };
        let mut sum = 128.0;
        for v in 0..height {
            for u in 0..width {
                sum += f64::from(coefficients[v * 8 + u]) * basis(u, x, width) * basis(v, y, height);
            }
        }
        sum.clamp(0.0, 255.0)
    }
}
