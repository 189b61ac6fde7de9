//! Inverse DCT of the low corner of a block, to as many samples as coefficients (T.81 A.3.3).
//!
//! The 8-point transform is the one of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 13-bit constants and
//! rounded exactly as libjpeg's `islow`. The shorter ones follow the same scaling: a transform in one direction
//! gives √8 times the orthonormal one's result for 8 samples, so both together are divided by 8 in the end.
//!
//! The sizes that come up are vector code, which wants its coefficients in an order of its own; as every coefficient
//! is stored one by one, that costs nothing. All code gives the same bits, whatever comes in.

mod block;
mod points;
mod scalar;
#[cfg(test)]
mod tests;

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
    width: usize,
    height: usize,
    vectors: Option<Vectors>,
}

/// The vector code for a size: takes dequantised coefficients, and writes samples to rows `stride` apart.
#[derive(Clone, Copy, Debug)]
struct Vectors {
    run: fn(block: &[i16; 64], out: &mut [u8], stride: usize),
    /// For blocks that have no other coefficient than their DC value.
    flat: fn(dc: i16, out: &mut [u8], stride: usize),
}

impl Transform {
    /// The transform to a width and height of 1, 2, 3, 4, 5, 6 or 8 each.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        match width {
            2 => Transform::of_width::<2>(height),
            3 => Transform::of_width::<3>(height),
            4 => Transform::of_width::<4>(height),
            5 => Transform::of_width::<5>(height),
            6 => Transform::of_width::<6>(height),
            8 => Transform::of_width::<8>(height),
            _ => Transform::of_width::<1>(height),
        }
    }

    fn of_width<const W: usize>(height: usize) -> Self {
        match height {
            2 => Transform::of_size::<W, 2>(),
            3 => Transform::of_size::<W, 3>(),
            4 => Transform::of_size::<W, 4>(),
            5 => Transform::of_size::<W, 5>(),
            6 => Transform::of_size::<W, 6>(),
            8 => Transform::of_size::<W, 8>(),
            _ => Transform::of_size::<W, 1>(),
        }
    }

    fn of_size<const W: usize, const H: usize>() -> Self {
        let (places, vectors) = if const { comes_up(W, H) } {
            let vectors = Vectors { run: block::transform::<W, H>, flat: block::flat::<W, H> };
            (const { &block::places(W, H) }, Some(vectors))
        } else {
            (&ZIGZAG, None)
        };
        Transform { places, width: W, height: H, vectors }
    }

    /// `last`: the zigzag index behind which all coefficients are zero.
    #[inline]
    pub(crate) fn apply(&self, block: &[i16; 64], last: usize, out: &mut [u8], stride: usize) {
        match &self.vectors {
            Some(vectors) if last == 0 => (vectors.flat)(block[0], out, stride),
            Some(vectors) => (vectors.run)(block, out, stride),
            None => scalar::transform(self.width, self.height, block, out, stride),
        }
    }
}

/// Whether one side is one, two or four times the other, as it is with the usual sampling factors.
const fn comes_up(width: usize, height: usize) -> bool {
    let (long, short) = if width > height { (width, height) } else { (height, width) };
    long == short || long == 2 * short || long == 4 * short
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
