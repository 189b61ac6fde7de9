//! Lanczos3, rows in, rows out: memory grows with the width of the result, not with the height of the source.
//!
//! Each source row is brought to the result's width, and is then added, weighted, to every result row that it is part
//! of; a result row leaves as soon as its last source row has come. Resampling works on the stored (gamma-encoded)
//! values, and on premultiplied colours where there is alpha, so that nothing bleeds out of transparent pixels.
//!
//! All arithmetic on pixels is in integers, and the weights are computed with our own sine: the same bits everywhere.

mod axis;
mod row;

use wide::{i16x8, i32x8};

use self::axis::{Axis, LOBES, WEIGHT_BITS, Window};
use self::row::Row;
use crate::Error;
use crate::geometry::Steps;
use crate::raster::Layout;

/// Fraction bits of a sample between the two passes.
const BETWEEN_BITS: u32 = 6;

/// Resamples one part of a picture.
pub(crate) struct Resizer {
    layout: Layout,
    /// First column of the source row that matters, and the pixels after it.
    columns: std::ops::Range<usize>,
    horizontal: Axis,
    vertical: Axis,
    /// Next row of the source, counted from the top of the bounds.
    row: u32,
    /// Next row of the result.
    next: u32,
    /// The rows of the result that have begun, as sums; row `j` at `j % depth`.
    sums: Vec<i32>,
    depth: u32,
    /// The source row.
    source: Row,
    /// The source row at the result's width.
    narrow: Vec<i16>,
    /// The finished row.
    finished: Vec<u8>,
}

impl Resizer {
    /// For rows of the decoded picture that `steps` speaks of.
    pub(crate) fn new(steps: &Steps, layout: Layout) -> Self {
        let (bounds, region) = (steps.bounds, steps.region);
        let horizontal =
            Axis::new(region.x - f64::from(bounds.x), region.width, bounds.width, steps.content.0);
        let vertical =
            Axis::new(region.y - f64::from(bounds.y), region.height, bounds.height, steps.content.1);
        let depth = vertical.depth();
        let samples = layout.stride(steps.content.0);
        Self {
            layout,
            columns: bounds.x as usize..(bounds.x + bounds.width) as usize,
            depth,
            sums: vec![0; samples * depth as usize],
            source: Row::new(layout, bounds.width),
            narrow: vec![0; samples],
            finished: vec![0; samples],
            horizontal,
            vertical,
            row: 0,
            next: 0,
        }
    }

    /// Bytes that [`Resizer::new`] allocates, at the most.
    pub(crate) fn memory(steps: &Steps, layout: Layout) -> u64 {
        let taps = |region: f64, bounds: u32, content: u32| {
            let scale = (region / f64::from(content)).max(1.0);
            ((2.0 * LOBES * scale).ceil() as u64 + 2).min(bounds.into())
        };
        let (width, height) = (u64::from(steps.content.0), u64::from(steps.content.1));
        let axis = |region, bounds, content: u32| {
            let weights = taps(region, bounds, content) * u64::from(content) * size_of::<i16>() as u64;
            weights + u64::from(content) * size_of::<Window>() as u64
        };
        // A source row is part of the result rows whose windows, `taps` long and `scale` apart, hold it.
        let scale = steps.region.height / f64::from(steps.content.1);
        let depth = (taps(steps.region.height, steps.bounds.height, steps.content.1) as f64 / scale).ceil()
            as u64
            + 1;
        let samples = width * layout.channels() as u64;
        axis(steps.region.width, steps.bounds.width, steps.content.0)
            + axis(steps.region.height, steps.bounds.height, steps.content.1)
            + depth.min(height) * samples * 4
            + samples * 3
            + Row::memory(layout, steps.bounds.width)
    }

    /// An estimate of the instructions for a whole picture.
    pub(crate) fn work(steps: &Steps, layout: Layout) -> u64 {
        let channels = layout.channels() as u64;
        let taps = |region: f64, content: u32| 2.0 * LOBES * (region / f64::from(content)).max(1.0);
        let rows = u64::from(steps.bounds.height);
        let (width, height) = (u64::from(steps.content.0), u64::from(steps.content.1));
        let horizontal = (rows * width) as f64 * taps(steps.region.width, steps.content.0);
        let vertical = (width * height) as f64 * taps(steps.region.height, steps.content.1);
        (horizontal * 4.0 + vertical * channels as f64) as u64
    }

    /// Rows of the source after this one matter to nobody.
    pub(crate) fn is_done(&self) -> bool {
        self.next as usize == self.vertical.windows.len()
    }

    /// Takes the next row of the bounds (a whole row of the decoded picture), and hands out the rows of the result
    /// that it completes: their number and their samples.
    pub(crate) fn push(
        &mut self,
        row: &[u8],
        mut emit: impl FnMut(u32, &mut [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let y = self.row;
        self.row += 1;
        let windows = &self.vertical.windows;
        let begun =
            windows[self.next as usize..].iter().take_while(|window| window.start <= y).count() as u32;
        if begun == 0 {
            return Ok(());
        }
        let channels = self.layout.channels();
        let source = &row[self.columns.start * channels..self.columns.end * channels];
        self.source.load(source);
        self.source.narrow(&self.horizontal, &mut self.narrow);
        let samples = self.narrow.len();
        for j in self.next..self.next + begun {
            let start = (j % self.depth) as usize * samples;
            let weight = self.vertical.weight(j, y);
            let sums = &mut self.sums[start..start + samples];
            add(sums, &self.narrow, weight);
        }
        while let Some(window) = self.vertical.windows.get(self.next as usize)
            && window.start + window.length <= y + 1
        {
            let start = (self.next % self.depth) as usize * samples;
            finish(&mut self.sums[start..start + samples], self.layout, &mut self.finished);
            emit(self.next, &mut self.finished)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// Adds a row, weighted, to a row of sums.
fn add(sums: &mut [i32], row: &[i16], weight: i16) {
    let (eights, few) = sums.as_chunks_mut();
    let (row, few_samples) = row.as_chunks();
    let lanes = i16x8::splat(weight);
    for (sums, &samples) in eights.iter_mut().zip(row) {
        *sums = (i32x8::new(*sums) + i16x8::new(samples).widening_mul(lanes)).to_array();
    }
    for (sum, &sample) in few.iter_mut().zip(few_samples) {
        *sum += i32::from(sample) * i32::from(weight);
    }
}

/// Rounds sums to samples, undoes the premultiplication, and clears the sums for the next row.
fn finish(sums: &mut [i32], layout: Layout, into: &mut [u8]) {
    const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
    for (sum, to) in sums.iter_mut().zip(into.iter_mut()) {
        *to = ((*sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 255) as u8;
        *sum = 0;
    }
    if layout == Layout::Rgba {
        for pixel in into.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            if alpha != 0 && alpha != 255 {
                for sample in &mut pixel[..3] {
                    *sample = ((u32::from(*sample) * 255 + alpha / 2) / alpha).min(255) as u8;
                }
            }
        }
    }
}
