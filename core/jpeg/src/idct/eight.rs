//! 8×8 samples, eight columns and then eight rows at a time.
//!
//! A point of the transform is a sum over four pairs of coefficients: (0, 4), (2, 6), (1, 3) and (5, 7). Vector
//! units multiply pairs of neighbours and add the products in one go, so the coefficients of a pair of rows stand
//! interleaved in a block, and the columns in the order of the pairs, which makes them ready for the second pass.

use bytemuck::cast;
use wide::{i16x8, i16x16, i32x8, u8x16};

use super::{CONSTANT_BITS, FIRST_SHIFT, Places, SECOND_SHIFT, transpose};
use crate::zigzag::ZIGZAG;

/// The pairs of rows or columns, flattened.
const ORDER: [u8; 8] = [0, 4, 2, 6, 1, 3, 5, 7];

/// Pair of rows × 16 + place of the column in `ORDER` × 2 + place of the row in its pair.
pub(super) const PLACES: Places = {
    let mut rank = [0; 8];
    let mut i = 0;
    while i < 8 {
        rank[ORDER[i] as usize] = i as u8;
        i += 1;
    }
    let mut places = ZIGZAG;
    let mut zigzag = 0;
    while zigzag < 64 {
        let row = rank[ZIGZAG[zigzag] as usize / 8];
        let column = rank[ZIGZAG[zigzag] as usize % 8];
        places[zigzag] = row / 2 * 16 + column * 2 + row % 2;
        zigzag += 1;
    }
    places
};

pub(super) fn transform(block: &[i16; 64], out: &mut [u8], stride: usize) {
    let pairs: [i16x16; 4] = cast(*block);
    let [a, b, c, d, e, f, g, h] = one_dimension::<FIRST_SHIFT>(pairs);

    // A row is four pairs of columns, each of 32 bits; turned around, a pair has eight rows.
    let upper = transpose([cast(a), cast(b), cast(c), cast(d)]);
    let lower = transpose([cast(e), cast(f), cast(g), cast(h)]);
    let pairs = [
        cast([upper[0], lower[0]]),
        cast([upper[1], lower[1]]),
        cast([upper[2], lower[2]]),
        cast([upper[3], lower[3]]),
    ];

    let columns = one_dimension::<SECOND_SHIFT>(pairs);
    for (samples, out) in rows_of(columns).iter().zip(out.chunks_mut(stride)) {
        out[..8].copy_from_slice(samples);
    }
}

/// Eight points from eight coefficients, for eight columns (or rows) at once.
#[inline(always)]
fn one_dimension<const SHIFT: usize>([c04, c26, c13, c57]: [i16x16; 4]) -> [i16x8; 8] {
    const ONE: i16 = 1 << CONSTANT_BITS;
    let rounding = i32x8::splat(1 << (SHIFT - 1));
    let low = [c04.dot(pair(ONE, ONE)) + rounding, c04.dot(pair(ONE, -ONE)) + rounding];
    let high = [c26.dot(pair(10703, 4433)), c26.dot(pair(4433, -10704))];
    let even = [low[0] + high[0], low[1] + high[1], low[1] - high[1], low[0] - high[0]];
    let odd = [
        c13.dot(pair(11363, 9633)) + c57.dot(pair(6437, 2260)),
        c13.dot(pair(9633, -2259)) + c57.dot(pair(-11362, -6436)),
        c13.dot(pair(6437, -11362)) + c57.dot(pair(2261, 9633)),
        c13.dot(pair(2260, -6436)) + c57.dot(pair(9633, -11363)),
    ];
    let point = |sum: i32x8| i16x8::from_i32x8_saturate(sum >> SHIFT as i32);
    [
        point(even[0] + odd[0]),
        point(even[1] + odd[1]),
        point(even[2] + odd[2]),
        point(even[3] + odd[3]),
        point(even[3] - odd[3]),
        point(even[2] - odd[2]),
        point(even[1] - odd[1]),
        point(even[0] - odd[0]),
    ]
}

#[inline(always)]
fn pair(a: i16, b: i16) -> i16x16 {
    i16x16::new([a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b])
}

/// Level shift and limit (T.81 A.3.1), and columns turned into rows.
#[inline(always)]
fn rows_of(columns: [i16x8; 8]) -> [[u8; 8]; 8] {
    let [a, b, c, d, e, f, g, h] = columns;
    let shift = |column: i16x8| column.saturating_add(i16x8::splat(128));
    let narrow = |left: i16x8, right: i16x8| u8x16::narrow_i16x8(shift(left), shift(right));
    let (ab, cd, ef, gh) = (narrow(a, b), narrow(c, d), narrow(e, f), narrow(g, h));
    let [ae, bf] = interleave(ab, ef);
    let [cg, dh] = interleave(cd, gh);
    let [aceg_upper, aceg_lower] = interleave(ae, cg);
    let [bdfh_upper, bdfh_lower] = interleave(bf, dh);
    cast([interleave(aceg_upper, bdfh_upper), interleave(aceg_lower, bdfh_lower)])
}

#[inline(always)]
fn interleave(a: u8x16, b: u8x16) -> [u8x16; 2] {
    [u8x16::unpack_low(a, b), u8x16::unpack_high(a, b)]
}
