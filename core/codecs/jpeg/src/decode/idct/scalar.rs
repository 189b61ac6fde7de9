//! The transform to any size, one sum after the other: what the vector code is checked against. Coefficients stand in
//! natural order.

use super::points::{FIRST_SHIFT, SECOND_SHIFT};

pub(super) fn transform(width: usize, height: usize, block: &[i16; 64], out: &mut [u8], stride: usize) {
    let mut columns = [[0; 8]; 8];
    for x in 0..width {
        let column = std::array::from_fn(|y| block[y * 8 + x]);
        for (y, row) in columns.iter_mut().enumerate().take(height) {
            row[x] = point::<FIRST_SHIFT>(y, height, column);
        }
    }
    for (y, &row) in columns.iter().enumerate().take(height) {
        for (x, sample) in out[y * stride..][..width].iter_mut().enumerate() {
            // Level shift and limit (T.81 A.3.1).
            *sample = point::<SECOND_SHIFT>(x, width, row).saturating_add(128).clamp(0, 255) as u8;
        }
    }
}

/// One of `points` points, divided by 2 to the power of `SHIFT`, rounded and limited. Broken data may overflow
/// before, and then gives any picture.
fn point<const SHIFT: usize>(index: usize, points: usize, coefficients: [i16; 8]) -> i16 {
    // Points that mirror each other differ by the sign of the odd coefficients.
    let mirrored = points - 1 - index;
    let weights = weights(points)[index.min(mirrored)];
    let mut sum = 1i32 << (SHIFT - 1);
    for (i, (&weight, coefficient)) in weights.iter().zip(coefficients).enumerate() {
        let product = i32::from(weight) * i32::from(coefficient);
        let negative = mirrored < index && i % 2 == 1;
        sum = sum.wrapping_add(if negative { -product } else { product });
    }
    (sum >> SHIFT).clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// For each point of the first half, and the one in the middle, the weights of the coefficients: 1, then √2 times
/// the cosines. Those of 4 and 8 points are sums of libjpeg's rounded constants.
fn weights(points: usize) -> &'static [&'static [i16]] {
    match points {
        1 => &[&[8192]],
        2 => &[&[8192, 8192]],
        3 => &[&[8192, 10033, 5793], &[8192, 0, -11585]],
        4 => &[&[8192, 10703, 8192, 4433], &[8192, 4433, -8192, -10704]],
        5 => &[
            &[8192, 11018, 9373, 6810, 3580],
            &[8192, 6810, -3580, -11018, -9373],
            &[8192, 0, -11585, 0, 11585],
        ],
        6 => &[
            &[8192, 11190, 10033, 8192, 5793, 2998],
            &[8192, 8192, 0, -8192, -11585, -8192],
            &[8192, 2998, -10033, -8192, 5793, 11190],
        ],
        _ => &[
            &[8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260],
            &[8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436],
            &[8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633],
            &[8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363],
        ],
    }
}
