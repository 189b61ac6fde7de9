//! The transform for any corner, one column or row after the other. Coefficients stand in natural order.

use std::num::Wrapping;

use super::{CONSTANT_BITS, FIRST_SHIFT, SECOND_SHIFT};

/// Broken data may overflow, and then gives any picture.
type Word = Wrapping<i32>;

pub(super) fn transform<const W: usize, const H: usize>(block: &[i16; 64], out: &mut [u8], stride: usize) {
    let mut columns = [[Wrapping(0); W]; H];
    for x in 0..W {
        let column = one_dimension::<H>(std::array::from_fn(|y| Wrapping(block[y * 8 + x].into())));
        for (row, value) in columns.iter_mut().zip(column) {
            row[x] = round::<FIRST_SHIFT>(value);
        }
    }
    for (row, out) in columns.into_iter().zip(out.chunks_mut(stride)) {
        let samples = one_dimension::<W>(row).map(|value| sample(round::<SECOND_SHIFT>(value).0));
        out[..W].copy_from_slice(&samples);
    }
}

/// All samples of a block that has no other coefficient than its DC value.
pub(super) fn flat<const W: usize, const H: usize>(dc: i16, out: &mut [u8], stride: usize) {
    let samples = [sample((i32::from(dc) + 4) >> 3); W];
    for row in out.chunks_mut(stride).take(H) {
        row[..W].copy_from_slice(&samples);
    }
}

#[inline(always)]
fn round<const BITS: usize>(value: Word) -> Word {
    (value + (Wrapping(1) << (BITS - 1))) >> BITS
}

/// Level shift (T.81 A.3.1) and limit.
#[inline(always)]
fn sample(value: i32) -> u8 {
    value.saturating_add(128).clamp(0, 255) as u8
}

/// `N` points from `N` coefficients, times 2 to the power of `CONSTANT_BITS`.
#[inline(always)]
fn one_dimension<const N: usize>(c: [Word; N]) -> [Word; N] {
    let mut points = [Wrapping(0); N];
    match N {
        1 => points[0] = c[0] << CONSTANT_BITS,
        2 => {
            points[0] = (c[0] + c[1]) << CONSTANT_BITS;
            points[1] = (c[0] - c[1]) << CONSTANT_BITS;
        }
        4 => {
            let even = [(c[0] + c[2]) << CONSTANT_BITS, (c[0] - c[2]) << CONSTANT_BITS];
            let odd = rotate(c[1], c[3]);
            butterfly(&mut points, &even, &odd);
        }
        _ => {
            let low = [(c[0] + c[4]) << CONSTANT_BITS, (c[0] - c[4]) << CONSTANT_BITS];
            let mut even = [Wrapping(0); 4];
            butterfly(&mut even, &low, &rotate(c[2], c[6]));
            butterfly(&mut points, &even, &odd_part(c[1], c[3], c[5], c[7]));
        }
    }
    points
}

/// Sums to the front, differences mirrored to the back.
#[inline(always)]
fn butterfly(points: &mut [Word], even: &[Word], odd: &[Word]) {
    let end = even.len() * 2 - 1;
    for (i, (&even, &odd)) in even.iter().zip(odd).enumerate() {
        points[i] = even + odd;
        points[end - i] = even - odd;
    }
}

/// √2 (a cos π/8 + b sin π/8) and √2 (a sin π/8 − b cos π/8).
#[inline(always)]
fn rotate(a: Word, b: Word) -> [Word; 2] {
    let both = (a + b) * Wrapping(4433); // √2 sin π/8
    [both + a * Wrapping(6270), both - b * Wrapping(15137)]
}

/// The odd half of the 8-point transform, Figure 8 of the paper with its rotations distributed.
#[inline(always)]
fn odd_part(c1: Word, c3: Word, c5: Word, c7: Word) -> [Word; 4] {
    let all = (c7 + c3 + c5 + c1) * Wrapping(9633);
    let z1 = (c7 + c1) * Wrapping(-7373);
    let z2 = (c5 + c3) * Wrapping(-20995);
    let z3 = (c7 + c3) * Wrapping(-16069) + all;
    let z4 = (c5 + c1) * Wrapping(-3196) + all;
    [
        c1 * Wrapping(12299) + z1 + z4,
        c3 * Wrapping(25172) + z2 + z3,
        c5 * Wrapping(16819) + z2 + z4,
        c7 * Wrapping(2446) + z1 + z3,
    ]
}
