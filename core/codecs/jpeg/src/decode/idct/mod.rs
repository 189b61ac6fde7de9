//! Inverse DCT of the low corner of a block, to as many samples as coefficients (T.81 A.3.3).
//!
//! The 8-point transform is the one of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 13-bit constants and
//! rounded exactly as libjpeg's `islow`. The shorter ones follow the same scaling: a transform in one direction
//! gives √8 times the orthonormal one's result for 8 samples, so both together are divided by 8 in the end.
//!
//! It is vector code, which needs its coefficients in another order than zigzag or natural; as coefficients are stored one
//! by one, that costs nothing. It gives the same bits on every machine, whatever comes in.

mod block;
mod points;
#[cfg(test)]
mod scalar;
#[cfg(test)]
mod tests;

pub(crate) use block::{Places, Steps};

use crate::decode::definitions::QuantisationTable;

/// How blocks of one size become samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transform {
    pub(crate) places: &'static Places,
    /// Takes the corner's quantised coefficients, leaving zeros, and writes samples to rows `stride` apart.
    run: fn(block: &mut [i16; 64], steps: &Steps, out: &mut [u8], stride: usize),
    /// For blocks that have no other coefficient than their DC value.
    flat: fn(dc: i16, out: &mut [u8], stride: usize),
}

impl Transform {
    /// The transform to a width and height of 1, 2, 3, 4, 5, 6 or 8 each, of which one is one, two or four times the
    /// other.
    ///
    /// # Panics
    ///
    /// For other sides, which no geometry has.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        match (width, height) {
            (1, 1) => Transform::of_size::<1, 1>(),
            (1, 2) => Transform::of_size::<1, 2>(),
            (1, 4) => Transform::of_size::<1, 4>(),
            (2, 1) => Transform::of_size::<2, 1>(),
            (2, 2) => Transform::of_size::<2, 2>(),
            (2, 4) => Transform::of_size::<2, 4>(),
            (2, 8) => Transform::of_size::<2, 8>(),
            (3, 3) => Transform::of_size::<3, 3>(),
            (3, 6) => Transform::of_size::<3, 6>(),
            (4, 1) => Transform::of_size::<4, 1>(),
            (4, 2) => Transform::of_size::<4, 2>(),
            (4, 4) => Transform::of_size::<4, 4>(),
            (4, 8) => Transform::of_size::<4, 8>(),
            (5, 5) => Transform::of_size::<5, 5>(),
            (6, 3) => Transform::of_size::<6, 3>(),
            (6, 6) => Transform::of_size::<6, 6>(),
            (8, 2) => Transform::of_size::<8, 2>(),
            (8, 4) => Transform::of_size::<8, 4>(),
            (8, 8) => Transform::of_size::<8, 8>(),
            _ => unreachable!("no block becomes {width} × {height} samples"),
        }
    }

    fn of_size<const W: usize, const H: usize>() -> Self {
        Transform {
            places: const { &block::places(W, H) },
            run: block::transform::<W, H>,
            flat: block::flat::<W, H>,
        }
    }

    /// A quantisation table's steps for blocks of this size.
    pub(crate) fn steps(&self, table: &QuantisationTable) -> Steps {
        let mut steps = [0; 64];
        for (&place, &step) in self.places.iter().zip(table) {
            steps[usize::from(place)] = step as i16;
        }
        steps
    }

    /// Leaves the block zero. `last`: the zigzag index behind which all coefficients are.
    #[inline]
    pub(crate) fn apply(
        &self,
        block: &mut [i16; 64],
        steps: &Steps,
        last: usize,
        out: &mut [u8],
        stride: usize,
    ) {
        if last == 0 {
            let dc = std::mem::take(&mut block[0]);
            (self.flat)(dc.wrapping_mul(steps[0]), out, stride);
        } else {
            (self.run)(block, steps, out, stride);
        }
        block[usize::from(block::UNUSED)] = 0;
    }
}
