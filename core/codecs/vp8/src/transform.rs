//! Transforms of 4×4 blocks (RFC 6386 section 14), all in integers.
//!
//! Blocks are eight side by side, so that vectors hold one sample or one coefficient of each: nothing is ever
//! transposed.

use wide::i16x8;

/// Samples by columns (x, y at 4x + y), coefficients by rows (u, v at u + 4v), of eight blocks.
pub(crate) type Lanes = [i16x8; 16];
/// Those of one block.
pub(crate) type Block = [i32; 16];

#[inline(always)]
fn times(value: i16x8, factor: i16) -> i16x8 {
    value.mul_keep_high(i16x8::splat(factor))
}

/// Coefficients of differences. Their scale is twice that of an orthonormal transform.
#[inline(always)]
pub(crate) fn forward(samples: &Lanes) -> Lanes {
    let mut middle = [i16x8::ZERO; 16];
    for y in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|x| samples[x + y]);
        let (outer, inner, rise, bend) = (a + d, b + c, a - d, b - c);
        // Eight times √2 cos π/8 and √2 sin π/8, what is above a whole factor in 2¹¹ths.
        let (rise_5, bend_5) = (rise << 5, bend << 5);
        middle[4 * y] = (outer + inner) << 3;
        middle[4 * y + 1] = (rise << 3) + times(rise_5, 5024) + times(bend_5, 8868);
        middle[4 * y + 2] = (outer - inner) << 3;
        middle[4 * y + 3] = times(rise_5, 8868) - (bend << 3) - times(bend_5, 5024);
    }
    let mut out = [i16x8::ZERO; 16];
    let quarter = |sum: i16x8| (sum + i16x8::splat(3)) >> 2;
    for u in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|y| middle[y + u]);
        let (outer, inner, rise, bend) = (a + d, b + c, (a - d) << 1, (b - c) << 1);
        let round = i16x8::splat(7);
        out[u] = (outer + inner + round) >> 4;
        out[4 + u] = quarter(times(bend, 4434) + times(rise, 10704));
        out[8 + u] = (outer - inner + round) >> 4;
        out[12 + u] = quarter(times(rise, 4434) - times(bend, 10704));
    }
    out
}

/// The inverse transform, exactly as decoders do it (RFC 6386 section 14.3).
#[inline(always)]
pub(crate) fn inverse(coefficients: &Lanes) -> Lanes {
    let mut middle = [i16x8::ZERO; 16];
    for u in 0..4 {
        let column = one_dimension([0, 4, 8, 12].map(|v| coefficients[v + u]), 0);
        middle[4 * u..4 * u + 4].copy_from_slice(&column);
    }
    let mut out = [i16x8::ZERO; 16];
    for y in 0..4 {
        let row = one_dimension([0, 4, 8, 12].map(|u| middle[u + y]), 4);
        for (x, value) in row.into_iter().enumerate() {
            out[4 * x + y] = value >> 3;
        }
    }
    out
}

#[inline(always)]
fn one_dimension([a, b, c, d]: [i16x8; 4], rounding: i16) -> [i16x8; 4] {
    // Times √2 cos π/8 and √2 sin π/8, in 2¹⁶ths: 65536 + 20091 and 65536 − 30068.
    let wide = |value: i16x8| value + times(value, 20091);
    let narrow = |value: i16x8| value + times(value, -30068);
    let a = a + i16x8::splat(rounding);
    let (even, odd) = (a + c, a - c);
    let (low, high) = (wide(b) + narrow(d), narrow(b) - wide(d));
    [even + low, odd + high, odd - high, even - low]
}

/// Sample x, y of one block that has no coefficients but the first, the second and the fifth, whose sums may need more than 16
/// bits. It has the size that a prediction is clamped by at most.
pub(crate) fn inverse_few([first, across, down]: [i32; 3], x: usize, y: usize) -> i16 {
    let part = |value: i32, at: usize| {
        let (wide, narrow) = (value + ((value * 20091) >> 16), (value * 35468) >> 16);
        [wide, narrow, -narrow, -wide][at & 3]
    };
    ((first + 4 + part(across, x) + part(down, y)) >> 3).clamp(-255, 255) as i16
}

/// Walsh-Hadamard transform of the first coefficients of a macroblock's 16 blocks.
pub(crate) fn forward_y2(firsts: &Block) -> Block {
    let mut middle = [0; 16];
    for i in 0..4 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|x| firsts[4 * i + x]);
        for (x, value) in butterflies([a, b, c, d]).into_iter().enumerate() {
            middle[4 * i + x] = value;
        }
    }
    let mut out = [0; 16];
    for i in 0..4 {
        for (y, value) in butterflies([0, 4, 8, 12].map(|y| middle[y + i])).into_iter().enumerate() {
            out[4 * y + i] = value >> 1;
        }
    }
    out
}

fn butterflies([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (s, t, u, v) = (a + c, b + d, b - d, a - c);
    [s + t, v + u, v - u, s - t]
}

/// The inverse of [`forward_y2`], exactly as decoders do it.
pub(crate) fn inverse_y2(coefficients: &Block) -> Block {
    let mut middle = [0; 16];
    for i in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|y| coefficients[y + i]);
        let (s, t, u, v) = (a + d, b + c, b - c, a - d);
        middle[i] = s + t;
        middle[4 + i] = v + u;
        middle[8 + i] = s - t;
        middle[12 + i] = v - u;
    }
    let mut out = [0; 16];
    for i in 0..4 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|x| middle[4 * i + x]);
        let (s, t, u, v) = (a + 3 + d, b + c, b - c, a + 3 - d);
        out[4 * i] = (s + t) >> 3;
        out[4 * i + 1] = (v + u) >> 3;
        out[4 * i + 2] = (s - t) >> 3;
        out[4 * i + 3] = (v - u) >> 3;
    }
    out
}
