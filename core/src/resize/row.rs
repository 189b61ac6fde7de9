//! The horizontal pass: a source row is brought to the result's width.
//!
//! Two neighbours are multiplied and added in one instruction, for which colours are laid out pixel beside pixel. Sums
//! of integers are the same in any order, so that the result does not depend on how many lanes a machine has.

use bytemuck::cast;
use wide::{i16x8, i32x4, u8x16};

use super::BETWEEN_BITS;
use super::axis::{Axis, WEIGHT_BITS};
use crate::raster::Layout;

/// A source row, premultiplied where there is alpha.
pub(super) struct Row {
    layout: Layout,
    /// Of a colour row: each pixel interleaved with the one behind it, red red green green blue blue alpha alpha.
    pairs: Vec<i16x8>,
    /// Of a grey row: its samples.
    samples: Vec<i16>,
}

impl Row {
    pub(super) fn new(layout: Layout, width: u32) -> Self {
        let (pairs, samples) = if layout == Layout::Grey { (0, width) } else { (width, 0) };
        Self { layout, pairs: vec![i16x8::ZERO; pairs as usize], samples: vec![0; samples as usize] }
    }

    /// Bytes that [`Row::new`] allocates.
    pub(super) fn memory(layout: Layout, width: u32) -> u64 {
        u64::from(width) * if layout == Layout::Grey { 2 } else { 16 }
    }

    /// Takes in a row.
    pub(super) fn load(&mut self, row: &[u8]) {
        match self.layout {
            Layout::Grey => {
                self.samples.iter_mut().zip(row).for_each(|(to, &sample)| *to = sample.into());
            }
            Layout::Rgb => self.pair(row.as_chunks().0, |&[r, g, b]| [r, g, b, 0]),
            Layout::Rgba => self.pair(row.as_chunks().0, premultiplied),
            Layout::Cmyk => self.pair(row.as_chunks().0, |&pixel| pixel),
        }
    }

    fn pair<const CHANNELS: usize>(
        &mut self,
        pixels: &[[u8; CHANNELS]],
        lanes: impl Fn(&[u8; CHANNELS]) -> [u8; 4],
    ) {
        let lane = |pixel| cast::<[[u8; 4]; 4], u8x16>([lanes(pixel), [0; 4], [0; 4], [0; 4]]);
        let mut this = pixels.first().map_or(u8x16::ZERO, lane);
        for (to, next) in self.pairs.iter_mut().zip(pixels.iter().skip(1).map(lane).chain([u8x16::ZERO])) {
            let both = u8x16::unpack_low(this, next);
            *to = cast(u8x16::unpack_low(both, u8x16::ZERO));
            this = next;
        }
    }

    /// Brings the row to the result's width, with [`BETWEEN_BITS`] fraction bits.
    pub(super) fn narrow(&self, axis: &Axis, into: &mut [i16]) {
        match self.layout {
            Layout::Grey => self.narrow_grey(axis, into),
            Layout::Rgb => self.narrow_colour::<3>(axis, into),
            Layout::Rgba | Layout::Cmyk => self.narrow_colour::<4>(axis, into),
        }
    }

    fn narrow_colour<const CHANNELS: usize>(&self, axis: &Axis, into: &mut [i16]) {
        for (window, to) in axis.windows.iter().zip(into.chunks_exact_mut(CHANNELS)) {
            let pairs = &self.pairs[window.start as usize..][..window.length as usize];
            let (twos, last) = axis.weights(window).as_chunks();
            let mut sums = i32x4::ZERO;
            for (pair, &[first, second]) in pairs.iter().step_by(2).zip(twos) {
                sums += pair.dot(alternating(first, second));
            }
            if let (&[weight], Some(pair)) = (last, pairs.last()) {
                sums += pair.dot(alternating(weight, 0));
            }
            to.iter_mut().zip(sums.to_array()).for_each(|(to, sum)| *to = between(sum));
        }
    }

    fn narrow_grey(&self, axis: &Axis, into: &mut [i16]) {
        for (window, to) in axis.windows.iter().zip(into) {
            let (samples, few) = self.samples[window.start as usize..][..window.length as usize].as_chunks();
            let (weights, few_weights) = axis.weights(window).as_chunks();
            let mut sums = i32x4::ZERO;
            for (&samples, &weights) in samples.iter().zip(weights) {
                sums += i16x8::new(samples).dot(i16x8::new(weights));
            }
            let rest =
                few.iter().zip(few_weights).map(|(&sample, &weight)| i32::from(sample) * i32::from(weight));
            *to = between(sums.reduce_add() + rest.sum::<i32>());
        }
    }
}

/// `first`, `second`, `first`, `second` …
fn alternating(first: i16, second: i16) -> i16x8 {
    let both: i32 = cast([first, second]);
    cast(i32x4::splat(both))
}

/// A sum of weighted samples as it is kept between the passes. Ringing may pass the ends of the range here: it is cut
/// off once, when both passes are done.
fn between(sum: i32) -> i16 {
    const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i16
}

fn premultiplied(&[red, green, blue, alpha]: &[u8; 4]) -> [u8; 4] {
    let times_alpha = |sample: u8| divide_by_255(u32::from(sample) * u32::from(alpha));
    [times_alpha(red), times_alpha(green), times_alpha(blue), alpha]
}

/// `value / 255`, rounded half up, for products of two bytes.
fn divide_by_255(value: u32) -> u8 {
    let value = value + 128;
    ((value + (value >> 8)) >> 8) as u8
}
