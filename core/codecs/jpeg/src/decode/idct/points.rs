//! The transforms in one direction, for four or eight columns (or rows) at once.
//!
//! A point of a transform is a sum over pairs of coefficients. Vector units multiply pairs of neighbours and add the
//! products in one go, so the coefficients of a pair stand side by side. Sums are exact up to 32 bits and wrap
//! beyond, so their order does not show: every machine gives the same bits.

use std::ops::{Add, Shr, Sub};

use wide::{i16x8, i16x16, i32x4, i32x8};

use crate::dct::{CONSTANT_BITS, PASS_BITS};

/// What the sums of the first and the second pass are divided by, as a power of 2.
pub(super) const FIRST_SHIFT: usize = CONSTANT_BITS - PASS_BITS;
pub(super) const SECOND_SHIFT: usize = CONSTANT_BITS + PASS_BITS + 3;

/// For each coefficient of a transform to `points`, its place among the pairs. The others have none.
pub(super) const fn ranks(points: usize) -> &'static [u8] {
    match points {
        1 => &[0],
        2 => &[0, 1],
        3 => &[0, 2, 1],
        4 => &[0, 2, 1, 3],
        // The place beside the DC value stays empty.
        5 => &[0, 4, 2, 5, 3],
        6 => &[0, 2, 4, 5, 1, 3],
        _ => &[0, 4, 2, 5, 1, 6, 3, 7],
    }
}

/// Pairs of 16-bit values, one of each column.
pub(super) trait Pairs: Copy {
    type Sums: Copy + Add<Output = Self::Sums> + Sub<Output = Self::Sums> + Shr<i32, Output = Self::Sums>;

    /// `first` times the first of each pair plus `second` times the second.
    fn dot(self, first: i16, second: i16) -> Self::Sums;

    fn splat(value: i32) -> Self::Sums;
}

impl Pairs for i16x8 {
    type Sums = i32x4;

    #[inline(always)]
    fn dot(self, a: i16, b: i16) -> i32x4 {
        i16x8::dot(self, i16x8::new([a, b, a, b, a, b, a, b]))
    }

    #[inline(always)]
    fn splat(value: i32) -> i32x4 {
        i32x4::splat(value)
    }
}

impl Pairs for i16x16 {
    type Sums = i32x8;

    #[inline(always)]
    fn dot(self, a: i16, b: i16) -> i32x8 {
        i16x16::dot(self, i16x16::new([a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b]))
    }

    #[inline(always)]
    fn splat(value: i32) -> i32x8 {
        i32x8::splat(value)
    }
}

/// `N` points from `N` coefficients, divided by 2 to the power of `SHIFT` and rounded.
#[inline(always)]
pub(super) fn points<const N: usize, const SHIFT: usize, P: Pairs>(pairs: [P; 4]) -> [P::Sums; N] {
    const ONE: i16 = 1 << CONSTANT_BITS;
    let rounding = P::splat(1 << (SHIFT - 1));
    let [p, q, r, s] = pairs;
    let sums = match N {
        1 => mirror([p.dot(ONE, 0) + rounding], []),
        2 => mirror([p.dot(ONE, 0) + rounding], [p.dot(0, ONE)]),
        3 => mirror([p.dot(ONE, 5793) + rounding, p.dot(ONE, -11585) + rounding], [q.dot(10033, 0)]),
        4 => mirror(
            [p.dot(ONE, ONE) + rounding, p.dot(ONE, -ONE) + rounding],
            [q.dot(10703, 4433), q.dot(4433, -10704)],
        ),
        5 => {
            let mean = p.dot(ONE, 0) + rounding;
            let even = [mean + q.dot(9373, 3580), mean - q.dot(3580, 9373), mean + q.dot(-11585, 11585)];
            mirror(even, [r.dot(11018, 6810), r.dot(6810, -11018)])
        }
        6 => {
            let outer = p.dot(ONE, 5793) + rounding;
            let high = r.dot(10033, 0);
            let third = r.dot(0, ONE);
            mirror(
                [outer + high, p.dot(ONE, -11585) + rounding, outer - high],
                [q.dot(11190, 2998) + third, q.dot(ONE, -ONE) - third, q.dot(2998, 11190) - third],
            )
        }
        // As Loeffler, Ligtenberg and Moschytz have it, with the constants of its rotations multiplied out.
        _ => {
            let low = [p.dot(ONE, ONE) + rounding, p.dot(ONE, -ONE) + rounding];
            let high = [q.dot(10703, 4433), q.dot(4433, -10704)];
            mirror(
                [low[0] + high[0], low[1] + high[1], low[1] - high[1], low[0] - high[0]],
                [
                    r.dot(11363, 9633) + s.dot(6437, 2260),
                    r.dot(9633, -2259) + s.dot(-11362, -6436),
                    r.dot(6437, -11362) + s.dot(2261, 9633),
                    r.dot(2260, -6436) + s.dot(9633, -11363),
                ],
            )
        }
    };
    sums.map(|sum| sum >> SHIFT as i32)
}

/// Even coefficients count alike for points that mirror each other, odd ones with the opposite sign.
#[inline(always)]
fn mirror<const N: usize, const E: usize, const O: usize, S>(even: [S; E], odd: [S; O]) -> [S; N]
where
    S: Copy + Add<Output = S> + Sub<Output = S>,
{
    std::array::from_fn(|i| {
        let mirrored = N - 1 - i;
        if i < O {
            even[i] + odd[i]
        } else if i < E {
            even[i]
        } else {
            even[mirrored] - odd[mirrored]
        }
    })
}
