//! The same filter on samples of 16 bits, written plainly: such pictures are few.

use super::axis::{Axis, Span, WEIGHT_BITS};
use super::spans;
use crate::Error;
use crate::codec::Cost;
use crate::geometry::Geometry;
use crate::rows::Layout;

/// Resamples the rows of one picture, those that are [needed](super::needed).
pub(super) struct DeepResizer {
    layout: Layout,
    x: Span,
    y: Span,
    across: Axis,
    down: Axis,
    /// Rows that will come, and that have come.
    rows: u32,
    row: u32,
    /// Sums of the samples of a row of cells, and the rows in them.
    sums: Vec<u32>,
    summed: u32,
    /// The latest rows of cells: row `i` at `i` modulo their number.
    ring: Vec<u16>,
    taken: u32,
    /// Next row of the result.
    next: u32,
    /// A row of the result's height at the source's width.
    line: Vec<i32>,
    finished: Vec<u16>,
}

impl DeepResizer {
    pub(super) fn new(geometry: &Geometry, layout: Layout) -> Self {
        let (x, y) = spans(geometry);
        let (across, down) = (Axis::of_pairs(&x), Axis::of_pairs(&y));
        let stride = layout.stride(x.cells);
        Self {
            layout,
            rows: y.used().len() as u32,
            row: 0,
            sums: vec![0; stride],
            summed: 0,
            ring: vec![0; stride * down.taps],
            taken: 0,
            next: 0,
            line: vec![0; stride],
            finished: vec![0; layout.stride(x.count)],
            x,
            y,
            across,
            down,
        }
    }

    /// What [`DeepResizer::new`] allocates, and the instructions for a whole picture.
    pub(super) fn cost(geometry: &Geometry, layout: Layout) -> Cost {
        let (x, y) = spans(geometry);
        let (stride, finished) = (layout.stride(x.cells) as u64, layout.stride(x.count) as u64);
        let taps = 2 * y.pairs() as u64;
        let axes = Axis::memory(&x, 2 * x.pairs()) + Axis::memory(&y, 2 * y.pairs());
        let samples = layout.stride(x.used().len() as u32) as u64 * y.used().len() as u64;
        let vertical = stride * u64::from(y.count) * taps;
        let horizontal = finished * u64::from(y.count) * 2 * x.pairs() as u64;
        Cost {
            memory: axes + stride * (4 + 2 * taps + 4) + finished * 2,
            work: samples * 8 + (vertical + horizontal) * 5,
        }
    }

    /// Takes the next row, and gives those of the result that it completes.
    pub(super) fn push(
        &mut self,
        row: &[u16],
        mut next: impl FnMut(&[u16]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.row += 1;
        self.sum(row);
        if self.summed == self.y.per_cell || self.row == self.rows {
            self.close_cells();
        }
        while self.next < self.y.count && self.y.window(self.next).end <= self.taken {
            self.filter_down();
            self.filter_across();
            self.next += 1;
            next(&self.finished)?;
        }
        Ok(())
    }

    pub(super) fn reset(&mut self) {
        self.sums.fill(0);
        (self.row, self.summed, self.taken, self.next) = (0, 0, 0, 0);
    }

    /// Adds a row to the cells that are being averaged.
    fn sum(&mut self, row: &[u16]) {
        let channels = self.layout.channels();
        let pixels = row.chunks_exact(channels).map(|pixel| premultiplied(self.layout, pixel));
        let per_cell = self.x.per_cell as usize;
        for (i, pixel) in pixels.enumerate() {
            let cell = i / per_cell * channels;
            if let Some(sums) = self.sums.get_mut(cell..cell + channels) {
                sums.iter_mut().zip(pixel).for_each(|(sum, sample)| *sum += u32::from(sample));
            }
        }
        self.summed += 1;
    }

    /// Averages the cells into the ring.
    fn close_cells(&mut self) {
        let channels = self.layout.channels();
        let stride = self.sums.len();
        let start = self.taken as usize % self.down.taps * stride;
        let width = self.x.used().len();
        let per_cell = self.x.per_cell as usize;
        let cells = self.sums.chunks_exact_mut(channels).enumerate();
        for ((cell, sums), into) in cells.zip(self.ring[start..start + stride].chunks_exact_mut(channels)) {
            let columns = per_cell.min(width.saturating_sub(cell * per_cell)).max(1);
            let count = columns as u32 * self.summed;
            for (sum, sample) in sums.iter_mut().zip(into) {
                *sample = ((*sum + count / 2) / count) as u16;
                *sum = 0;
            }
        }
        self.summed = 0;
        self.taken += 1;
    }

    fn filter_down(&mut self) {
        let (taps, stride) = (self.down.taps, self.sums.len());
        let first = self.down.starts[self.next as usize] as usize;
        let weights = self.down.weights_of(self.next);
        for (i, to) in self.line.iter_mut().enumerate() {
            let sum: i64 = weights
                .iter()
                .enumerate()
                .map(|(tap, &weight)| {
                    i64::from(self.ring[(first + tap) % taps * stride + i]) * i64::from(weight)
                })
                .sum();
            // Two bits more than a sample has go to the other pass.
            const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
            *to = ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i32;
        }
    }

    fn filter_across(&mut self) {
        let channels = self.layout.channels();
        for (i, pixel) in self.finished.chunks_exact_mut(channels).enumerate() {
            let start = self.across.starts[i] as usize * channels;
            let weights = self.across.weights_of(i as u32);
            for (channel, to) in pixel.iter_mut().enumerate() {
                let samples = self.line[start..].iter().skip(channel).step_by(channels);
                let sum: i64 = samples
                    .zip(weights)
                    .map(|(&sample, &weight)| i64::from(sample) * i64::from(weight))
                    .sum();
                const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
                *to = ((sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 65535) as u16;
            }
            if self.layout == Layout::Rgba {
                unpremultiply(pixel);
            }
        }
    }
}

/// Fraction bits of a sample between the two passes.
const BETWEEN_BITS: u32 = 2;

/// A pixel with its colours multiplied by alpha, rounded half up.
fn premultiplied(layout: Layout, pixel: &[u16]) -> [u16; 4] {
    let mut result = [0; 4];
    result[..pixel.len()].copy_from_slice(pixel);
    if layout == Layout::Rgba {
        let alpha = u64::from(result[3]);
        for sample in &mut result[..3] {
            *sample = ((u64::from(*sample) * alpha + 32767) / 65535) as u16;
        }
    }
    result
}

fn unpremultiply(pixel: &mut [u16]) {
    let alpha = u64::from(pixel[3]);
    for sample in &mut pixel[..3] {
        let colour = (u64::from(*sample) * 65535 + alpha / 2).checked_div(alpha);
        *sample = colour.unwrap_or(0).min(65535) as u16;
    }
}
