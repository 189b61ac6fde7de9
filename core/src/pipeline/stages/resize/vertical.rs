//! The vertical pass: the latest rows of the source become a row of the result's height, at the source's width.
//!
//! Two rows are multiplied and added in one instruction, for which they are laid out sample beside sample.

use bytemuck::cast;
use wide::{i16x8, i32x4, i32x8, u8x16};

use super::BETWEEN_BITS;
use super::axis::{Axis, Span, WEIGHT_BITS};

/// Samples that are worked on together.
const CHUNK: usize = 32;

/// A chunk of two rows, the samples of the upper and the lower one in turns.
type Pair = [u8x16; 4];

pub(super) struct Vertical {
    span: Span,
    axis: Axis,
    /// The latest rows. For every chunk of a row the pairs lie side by side, rows 2·i and 2·i + 1 at i modulo their
    /// number.
    ring: Vec<Pair>,
    /// Pairs of rows in the ring.
    pairs: usize,
    /// The weights of one row of the result, in the order of the ring.
    weights: Vec<i16x8>,
    /// Rows taken.
    taken: u32,
    /// Next row of the result.
    next: u32,
}

impl Vertical {
    /// For rows of `samples`.
    pub(super) fn new(span: &Span, samples: usize) -> Self {
        let pairs = span.pairs();
        Self {
            span: *span,
            axis: Axis::of_pairs(span),
            ring: vec![[u8x16::ZERO; 4]; samples.div_ceil(CHUNK) * pairs],
            pairs,
            weights: vec![i16x8::ZERO; pairs],
            taken: 0,
            next: 0,
        }
    }

    /// Bytes that [`Vertical::new`] allocates.
    pub(super) fn memory(span: &Span, samples: usize) -> u64 {
        let ring = samples.div_ceil(CHUNK) * span.pairs() * size_of::<Pair>();
        Axis::memory(span, 2 * span.pairs()) + (ring + span.pairs() * size_of::<i16x8>()) as u64
    }

    /// Vectors of eight in a row that [`Vertical::give`] fills.
    pub(super) fn vectors(samples: usize) -> usize {
        samples.div_ceil(CHUNK) * 4
    }

    /// A further picture begins.
    pub(super) fn reset(&mut self) {
        self.ring.fill([u8x16::ZERO; 4]);
        (self.taken, self.next) = (0, 0);
    }

    /// Takes the next row of the source.
    #[inline(never)]
    pub(super) fn take(&mut self, row: &[u8]) {
        let is_upper = self.taken.is_multiple_of(2);
        let slot = self.taken as usize / 2 % self.pairs;
        self.taken += 1;
        let put = |chunk: &[u8; CHUNK], to: &mut Pair| {
            for (half, to) in chunk.as_chunks().0.iter().zip(to.as_chunks_mut::<2>().0) {
                let half = u8x16::new(*half);
                if is_upper {
                    *to = [u8x16::unpack_low(half, u8x16::ZERO), u8x16::unpack_high(half, u8x16::ZERO)];
                } else {
                    to[0] |= u8x16::unpack_low(u8x16::ZERO, half);
                    to[1] |= u8x16::unpack_high(u8x16::ZERO, half);
                }
            }
        };
        let (chunks, rest) = row.as_chunks();
        let mut slots = self.ring.chunks_exact_mut(self.pairs);
        for (chunk, pairs) in chunks.iter().zip(&mut slots) {
            put(chunk, &mut pairs[slot]);
        }
        if let Some(pairs) = slots.next() {
            let mut chunk = [0; CHUNK];
            chunk[..rest.len()].copy_from_slice(rest);
            put(&chunk, &mut pairs[slot]);
        }
    }

    /// Makes the next row of the result if all that it needs has been taken, with [`BETWEEN_BITS`] fraction bits.
    #[inline(never)]
    pub(super) fn give(&mut self, into: &mut [i16x8]) -> bool {
        if self.next == self.span.count || self.span.window(self.next).end > self.taken {
            return false;
        }
        let first = self.axis.starts[self.next as usize] as usize / 2;
        for (i, &weights) in self.axis.weights_of(self.next).as_chunks().0.iter().enumerate() {
            self.weights[(first + i) % self.pairs] = alternating(weights);
        }
        for (pairs, to) in self.ring.chunks_exact(self.pairs).zip(into.as_chunks_mut().0) {
            *to = weighted(pairs, &self.weights);
        }
        self.next += 1;
        true
    }
}

/// The sum of some pairs of rows, each times its weights.
fn weighted(pairs: &[Pair], weights: &[i16x8]) -> [i16x8; 4] {
    let mut sums = [[i32x4::ZERO; 2]; 4];
    for (pair, &weights) in pairs.iter().zip(weights) {
        for (&eight, [low, high]) in pair.iter().zip(&mut sums) {
            *low += i16x8::from_u8x16_low(eight).dot(weights);
            *high += i16x8::from_u8x16_high(eight).dot(weights);
        }
    }
    sums.map(|[low, high]| between(low, high))
}

/// Sums of weighted samples as they are kept between the passes. Ringing may pass the ends of the range here: it is cut
/// off once, when both passes are done.
fn between(low: i32x4, high: i32x4) -> i16x8 {
    const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
    let half = i32x4::splat(1 << (SHIFT - 1));
    let both: i32x8 = cast([(low + half) >> SHIFT, (high + half) >> SHIFT]);
    i16x8::from_i32x8_saturate(both)
}

/// A pair of weights, over and over.
pub(super) fn alternating(pair: [i16; 2]) -> i16x8 {
    cast(i32x4::splat(cast(pair)))
}
