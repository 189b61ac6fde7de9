//! The horizontal pass: a row is brought to the result's width.
//!
//! Two neighbours are multiplied and added in one instruction, for which colours are laid out pixel beside pixel. Sums
//! of integers are the same in any order, so that the result does not depend on how many lanes a machine has.

use bytemuck::{cast, cast_slice};
use wide::{i16x8, i32x4, i32x8, u8x16, u32x4};

use super::BETWEEN_BITS;
use super::axis::{Axis, Span, WEIGHT_BITS};
use super::vertical::{Vertical, alternating};
use crate::rows::Layout;

pub(super) struct Horizontal {
    layout: Layout,
    axis: Axis,
    /// A row as the vertical pass leaves it, and some room, so that reading in eights and sixes stays inside.
    line: Vec<i16x8>,
    vectors: usize,
    /// Of a colour row: each pixel interleaved with the one behind it, red red green green blue blue alpha alpha.
    pairs: Vec<i16x8>,
}

impl Horizontal {
    pub(super) fn new(span: &Span, layout: Layout) -> Self {
        let is_grey = layout == Layout::Grey;
        let vectors = Vertical::vectors(layout.stride(span.cells));
        Self {
            layout,
            axis: if is_grey { Axis::of_eights(span) } else { Axis::of_pairs(span) },
            line: vec![i16x8::ZERO; vectors + Self::room(span, layout)],
            vectors,
            pairs: vec![i16x8::ZERO; Self::pairs(span, layout)],
        }
    }

    fn room(span: &Span, layout: Layout) -> usize {
        if layout == Layout::Grey { span.eights() } else { 1 }
    }

    fn pairs(span: &Span, layout: Layout) -> usize {
        if layout == Layout::Grey { 0 } else { span.cells.div_ceil(2) as usize + span.pairs() }
    }

    /// Bytes that [`Horizontal::new`] allocates.
    pub(super) fn memory(span: &Span, layout: Layout) -> u64 {
        let taps = if layout == Layout::Grey { 8 * span.eights() } else { 2 * span.pairs() };
        let vectors = Vertical::vectors(layout.stride(span.cells))
            + Self::room(span, layout)
            + Self::pairs(span, layout);
        Axis::memory(span, taps) + (vectors * size_of::<i16x8>()) as u64
    }

    /// Samples that [`Horizontal::run`] fills, which may be some more than there are.
    pub(super) fn samples(span: &Span, layout: Layout) -> usize {
        layout.stride(span.count).next_multiple_of(4)
    }

    /// Where the vertical pass leaves a row.
    pub(super) fn line(&mut self) -> &mut [i16x8] {
        &mut self.line[..self.vectors]
    }

    /// Brings the line to the result's width.
    pub(super) fn run(&mut self, into: &mut [u8]) {
        let line: &[i16] = cast_slice(&self.line);
        match self.layout {
            // What is left of a larger picture has windows of sixteen or twenty-four.
            Layout::Grey => match self.axis.taps {
                8 => grey_of::<8>(line, &self.axis, into),
                16 => grey_of::<16>(line, &self.axis, into),
                24 => grey_of::<24>(line, &self.axis, into),
                taps => grey(line, &self.axis, taps, into),
            },
            Layout::Rgb => {
                for (to, &[r, g, b, r1, g1, b1]) in self.pairs.iter_mut().zip(line.as_chunks().0) {
                    *to = i16x8::new([r, r1, g, g1, b, b1, 0, 0]);
                }
                colour::<3>(&self.pairs, &self.axis, into);
            }
            Layout::Rgba | Layout::Cmyk => {
                for (to, &[r, g, b, a, r1, g1, b1, a1]) in self.pairs.iter_mut().zip(line.as_chunks().0) {
                    *to = i16x8::new([r, r1, g, g1, b, b1, a, a1]);
                }
                colour::<4>(&self.pairs, &self.axis, into);
            }
        }
    }
}

#[inline(never)]
fn colour<const CHANNELS: usize>(line: &[i16x8], axis: &Axis, into: &mut [u8]) {
    let windows = axis.starts.iter().zip(axis.weights(axis.taps));
    for ((&start, weights), to) in windows.zip(into.as_chunks_mut::<CHANNELS>().0) {
        let weights = weights.as_chunks().0;
        let pairs = &line[start as usize / 2..][..weights.len()];
        let (fours, few) = pairs.as_chunks::<4>();
        let (weights_of_fours, weights_of_few) = weights.as_chunks::<4>();
        let mut sums = i32x4::ZERO;
        for (pairs, weights) in fours.iter().zip(weights_of_fours) {
            for (pair, &weights) in pairs.iter().zip(weights) {
                sums += pair.dot(alternating(weights));
            }
        }
        for (pair, &weights) in few.iter().zip(weights_of_few) {
            sums += pair.dot(alternating(weights));
        }
        let samples = rounded(sums);
        to.copy_from_slice(&samples[..CHANNELS]);
    }
}

/// With the number of taps known to the compiler.
#[inline(never)]
fn grey_of<const TAPS: usize>(line: &[i16], axis: &Axis, into: &mut [u8]) {
    grey(line, axis, TAPS, into);
}

#[inline(always)]
fn grey(line: &[i16], axis: &Axis, taps: usize, into: &mut [u8]) {
    let windows = axis.starts.as_chunks::<4>().0.iter().zip(axis.weights(4 * taps));
    for ((starts, weights), to) in windows.zip(into.as_chunks_mut().0) {
        let window = |i: usize| dot(&line[starts[i] as usize..][..taps], &weights[i * taps..][..taps]);
        *to = rounded(sums([window(0), window(1), window(2), window(3)]));
    }
}

/// Four sums that add up to the sum of all products.
#[inline(always)]
fn dot(samples: &[i16], weights: &[i16]) -> i32x4 {
    let eights = samples.as_chunks().0.iter().zip(weights.as_chunks().0);
    eights.fold(i32x4::ZERO, |sums, (&samples, &weights)| sums + i16x8::new(samples).dot(i16x8::new(weights)))
}

/// The sum of each of four vectors. Nothing goes through memory, where loads would wait for the stores before them.
#[inline(always)]
fn sums(vectors: [i32x4; 4]) -> i32x4 {
    let [a, b, c, d] = vectors.map(cast::<i32x4, u32x4>);
    let halves = |a: u32x4, b: u32x4| a.unpack_lo(b) + a.unpack_hi(b);
    let (ac, bd) = (halves(a, c), halves(b, d));
    cast(halves(ac, bd))
}

/// Rounds sums to samples.
#[inline(always)]
fn rounded(sums: i32x4) -> [u8; 4] {
    const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
    let sums = (sums + i32x4::splat(1 << (SHIFT - 1))) >> SHIFT;
    let samples = i16x8::from_i32x8_saturate(cast::<[i32x4; 2], i32x8>([sums; 2]));
    let [samples, ..]: [[u8; 4]; 4] = cast(u8x16::narrow_i16x8(samples, samples));
    samples
}
