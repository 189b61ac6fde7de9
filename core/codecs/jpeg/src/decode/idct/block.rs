//! The transform of a block: all columns at once, then all rows at once.
//!
//! The coefficients of a pair of rows stand interleaved in a block, and the columns in the order of their pairs,
//! which makes them ready for the second pass. Up to four columns make a vector of 128 bits, more of them two.

use bytemuck::cast;
use wide::{i16x8, i16x16, i32x4, i32x8, u8x16, u32x4, u64x2};

use super::points::{FIRST_SHIFT, SECOND_SHIFT, points, ranks};
use crate::dct::transpose;
use crate::zigzag::ZIGZAG;

/// For each zigzag index, the place of its coefficient in a block. The DC value is always first.
pub(crate) type Places = [u8; 64];

/// Quantisation steps in the order of [`Places`]. Products wrap, as broken data may be beyond all that a DCT of 8-bit
/// samples can give.
pub(crate) type Steps = [i16; 64];

/// The place of coefficients outside the corner. It is never read: smaller corners leave the end of the block unused, or
/// multiply it by zero.
pub(super) const UNUSED: u8 = 63;

/// Pair of rows × vector + place of the column × 2 + place of the row in its pair.
pub(super) const fn places(width: usize, height: usize) -> Places {
    let (columns, rows) = (ranks(width), ranks(height));
    let vector = if width > 4 { 16 } else { 8 };
    let mut places = [UNUSED; 64];
    let mut zigzag = 0;
    while zigzag < 64 {
        let (row, column) = (ZIGZAG[zigzag] as usize / 8, ZIGZAG[zigzag] as usize % 8);
        if row < height && column < width {
            places[zigzag] = rows[row] / 2 * vector + columns[column] * 2 + rows[row] % 2;
        }
        zigzag += 1;
    }
    places
}

pub(super) fn transform<const W: usize, const H: usize>(
    block: &mut [i16; 64],
    steps: &Steps,
    out: &mut [u8],
    stride: usize,
) {
    let pairs = if W > 4 { wide_columns::<H>(block, steps) } else { narrow_columns::<H>(block, steps) };
    if H > 4 {
        let columns = points::<W, SECOND_SHIFT, i16x16>(pairs.map(cast));
        store_long::<W, H>(columns.map(i16x8::from_i32x8_saturate), out, stride);
    } else {
        let columns = points::<W, SECOND_SHIFT, i16x8>(pairs.map(|[upper, _]| upper));
        store_short::<W, H>(columns, out, stride);
    }
}

/// All samples of a block that has no other coefficient than its DC value.
pub(super) fn flat<const W: usize, const H: usize>(dc: i16, out: &mut [u8], stride: usize) {
    let sample = (((i32::from(dc) + 4) >> 3) + 128).clamp(0, 255) as u8;
    store::<W, W, H>(&[[sample; W]; H], out, stride);
}

/// The first pass for five to eight columns. Gives pairs of columns, with the rows 0 to 3 and the rows behind.
#[inline(always)]
fn wide_columns<const H: usize>(block: &mut [i16; 64], steps: &Steps) -> [[i16x8; 2]; 4] {
    let (block, steps) = (block.as_chunks_mut().0, steps.as_chunks().0);
    let pairs =
        std::array::from_fn(|pair| i16x16::new(take::<H, 16>(block, pair)) * i16x16::new(steps[pair]));
    let rows = points::<H, FIRST_SHIFT, i16x16>(pairs).map(i16x8::from_i32x8_saturate);
    // A row is four pairs of columns, each of 32 bits; turned around, a pair has four rows.
    let row = |y: usize| cast(rows[y.min(H - 1)]);
    let upper = transpose([row(0), row(1), row(2), row(3)]);
    let lower = if H > 4 { transpose([row(4), row(5), row(6), row(7)]) } else { upper };
    std::array::from_fn(|pair| [cast(upper[pair]), cast(lower[pair])])
}

/// The first pass for up to four columns, which make two pairs.
#[inline(always)]
fn narrow_columns<const H: usize>(block: &mut [i16; 64], steps: &Steps) -> [[i16x8; 2]; 4] {
    let (block, steps) = (block.as_chunks_mut().0, steps.as_chunks().0);
    let pairs = std::array::from_fn(|pair| i16x8::new(take::<H, 8>(block, pair)) * i16x8::new(steps[pair]));
    let rows = points::<H, FIRST_SHIFT, i16x8>(pairs);
    let two_rows = |y: usize| -> u32x4 { cast(narrow(rows[y.min(H - 1)], rows[(y + 1).min(H - 1)])) };
    let turned = |ab: u32x4, cd: u32x4| {
        let (ac, bd) = (ab.unpack_lo(cd), ab.unpack_hi(cd));
        [ac.unpack_lo(bd), ac.unpack_hi(bd)]
    };
    let upper = turned(two_rows(0), two_rows(2));
    let lower = if H > 4 { turned(two_rows(4), two_rows(6)) } else { upper };
    let pair = |i: usize| [cast(upper[i]), cast(lower[i])];
    [pair(0), pair(1), pair(1), pair(1)]
}

/// Takes a pair of rows out of a block, if the corner has it, and leaves zeros: pair by pair, as filling a whole block
/// is a call out of the module in WebAssembly's engines.
#[inline(always)]
fn take<const H: usize, const N: usize>(block: &mut [[i16; N]], pair: usize) -> [i16; N] {
    if pair < H.div_ceil(2) { std::mem::replace(&mut block[pair], [0; N]) } else { [0; N] }
}

/// Stores columns of eight samples.
#[inline(always)]
fn store_long<const W: usize, const H: usize>(columns: [i16x8; W], out: &mut [u8], stride: usize) {
    let two_columns = |x: usize| samples(columns[x.min(W - 1)], columns[(x + 1).min(W - 1)]);
    let ab = two_columns(0);
    match W {
        1 => store::<1, W, H>(&cast::<u8x16, [[u8; 1]; 16]>(ab), out, stride),
        2 => store::<2, W, H>(&cast::<u8x16, [[u8; 2]; 8]>(halves(ab)), out, stride),
        3 | 4 => {
            let [ac, bd] = interleave(ab, two_columns(2));
            store::<4, W, H>(&cast::<[u8x16; 2], [[u8; 4]; 8]>(interleave(ac, bd)), out, stride);
        }
        _ => {
            let [ae, bf] = interleave(ab, two_columns(4));
            let [cg, dh] = interleave(two_columns(2), two_columns(6));
            let [aceg_upper, aceg_lower] = interleave(ae, cg);
            let [bdfh_upper, bdfh_lower] = interleave(bf, dh);
            let rows = [interleave(aceg_upper, bdfh_upper), interleave(aceg_lower, bdfh_lower)];
            store::<8, W, H>(&cast::<[[u8x16; 2]; 2], [[u8; 8]; 8]>(rows), out, stride);
        }
    }
}

/// Stores columns of four samples.
#[inline(always)]
fn store_short<const W: usize, const H: usize>(columns: [i32x4; W], out: &mut [u8], stride: usize) {
    let two_columns = |x: usize| narrow(columns[x.min(W - 1)], columns[(x + 1).min(W - 1)]);
    let four_columns = |x: usize| samples(two_columns(x), two_columns(x + 2));
    match W {
        1 => store::<1, W, H>(&cast::<u8x16, [[u8; 1]; 16]>(four_columns(0)), out, stride),
        2 => {
            let ab = samples(narrow(columns[0], columns[0]), narrow(columns[1], columns[1]));
            store::<2, W, H>(&cast::<u8x16, [[u8; 2]; 8]>(halves(ab)), out, stride);
        }
        3 | 4 => {
            let rows = halves(halves(four_columns(0)));
            store::<4, W, H>(&cast::<u8x16, [[u8; 4]; 4]>(rows), out, stride);
        }
        _ => {
            let [ae_bf, cg_dh] = interleave(four_columns(0), four_columns(4));
            let [aceg, bdfh] = interleave(ae_bf, cg_dh);
            store::<8, W, H>(&cast::<[u8x16; 2], [[u8; 8]; 4]>(interleave(aceg, bdfh)), out, stride);
        }
    }
}

/// Writes the first `W` samples of `H` rows of `N`.
#[inline(always)]
fn store<const N: usize, const W: usize, const H: usize>(rows: &[[u8; N]], out: &mut [u8], stride: usize) {
    for (y, row) in rows.iter().enumerate().take(H) {
        out[y * stride..][..W].copy_from_slice(&row[..W]);
    }
}

/// Level shift and limit (T.81 A.3.1).
#[inline(always)]
fn samples(a: i16x8, b: i16x8) -> u8x16 {
    let shift = i16x8::splat(128);
    u8x16::narrow_i16x8(a.saturating_add(shift), b.saturating_add(shift))
}

#[inline(always)]
fn narrow(a: i32x4, b: i32x4) -> i16x8 {
    i16x8::from_i32x8_saturate(cast::<[i32x4; 2], i32x8>([a, b]))
}

#[inline(always)]
fn interleave(a: u8x16, b: u8x16) -> [u8x16; 2] {
    [u8x16::unpack_low(a, b), u8x16::unpack_high(a, b)]
}

/// Interleaves the halves of a vector.
#[inline(always)]
fn halves(vector: u8x16) -> u8x16 {
    let wide: u64x2 = cast(vector);
    u8x16::unpack_low(vector, cast(wide.unpack_hi(wide)))
}
