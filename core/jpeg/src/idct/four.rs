//! 4×4 samples from the corner of 4×4 coefficients, four columns and then four rows at a time.
//!
//! Works like the transform to 8×8, on the pairs (0, 2) and (1, 3).

use bytemuck::cast;
use wide::{i16x8, i32x4, i32x8, u8x16, u32x4};

use super::{CONSTANT_BITS, FIRST_SHIFT, Places, SECOND_SHIFT, transpose};
use crate::zigzag::ZIGZAG;

/// Pair of rows × 8 + place of the column in (0, 2, 1, 3) × 2 + place of the row in its pair; coefficients outside
/// the corner go where nobody looks.
pub(super) const PLACES: Places = {
    const RANK: [u8; 4] = [0, 2, 1, 3];
    const UNUSED: u8 = 63;
    let mut places = [UNUSED; 64];
    let mut zigzag = 0;
    while zigzag < 64 {
        let (row, column) = (ZIGZAG[zigzag] as usize / 8, ZIGZAG[zigzag] as usize % 8);
        if row < 4 && column < 4 {
            places[zigzag] = RANK[row] / 2 * 8 + RANK[column] * 2 + RANK[row] % 2;
        }
        zigzag += 1;
    }
    places
};

pub(super) fn transform(block: &[i16; 64], out: &mut [u8], stride: usize) {
    let [even, odd, ..] = cast::<[i16; 64], [i16x8; 8]>(*block);
    let [a, b, c, d] = one_dimension::<FIRST_SHIFT>(even, odd);

    // A row is two pairs of columns, each of 32 bits; turned around, a pair has four rows.
    let (ab, cd): (u32x4, u32x4) = (cast(narrow(a, b)), cast(narrow(c, d)));
    let (ac, bd) = (ab.unpack_lo(cd), ab.unpack_hi(cd));
    let (even, odd) = (ac.unpack_lo(bd), ac.unpack_hi(bd));

    let [a, b, c, d] = one_dimension::<SECOND_SHIFT>(cast(even), cast(odd));
    let [a, b, c, d] = transpose([cast(a), cast(b), cast(c), cast(d)]);
    let shift = i16x8::splat(128);
    let ab = narrow(cast(a), cast(b)).saturating_add(shift);
    let cd = narrow(cast(c), cast(d)).saturating_add(shift);
    let samples: [[u8; 4]; 4] = cast(u8x16::narrow_i16x8(ab, cd));
    for (samples, out) in samples.iter().zip(out.chunks_mut(stride)) {
        out[..4].copy_from_slice(samples);
    }
}

/// Four points from four coefficients, for four columns (or rows) at once.
#[inline(always)]
fn one_dimension<const SHIFT: usize>(c02: i16x8, c13: i16x8) -> [i32x4; 4] {
    const ONE: i16 = 1 << CONSTANT_BITS;
    let rounding = i32x4::splat(1 << (SHIFT - 1));
    let even = [c02.dot(pair(ONE, ONE)) + rounding, c02.dot(pair(ONE, -ONE)) + rounding];
    let odd = [c13.dot(pair(10703, 4433)), c13.dot(pair(4433, -10704))];
    let point = |sum: i32x4| sum >> SHIFT as i32;
    [point(even[0] + odd[0]), point(even[1] + odd[1]), point(even[1] - odd[1]), point(even[0] - odd[0])]
}

#[inline(always)]
fn pair(a: i16, b: i16) -> i16x8 {
    i16x8::new([a, b, a, b, a, b, a, b])
}

#[inline(always)]
fn narrow(a: i32x4, b: i32x4) -> i16x8 {
    i16x8::from_i32x8_saturate(cast::<[i32x4; 2], i32x8>([a, b]))
}
