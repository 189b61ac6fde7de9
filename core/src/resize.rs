//! Lanczos3, rows in, rows out: memory grows with the width of the source, not with its height.
//!
//! A large picture is first brought near its size by the mean of cells of pixels. The rows that a row of the result
//! is made of are kept; when the last of them has come they become one row of the source's width, and that is brought
//! to the result's width. Resampling works on the stored (gamma-encoded) values, and on premultiplied colours where
//! there is alpha, so that nothing bleeds out of transparent pixels.
//!
//! What is done to one kind of rows is a function of its own, not inlined: engines compile WebAssembly while it runs,
//! and a first job should not wait for code that it has no use for.
//!
//! All arithmetic on pixels is in integers, and the weights are computed with our own sine: the same bits everywhere.

mod alpha;
mod axis;
mod horizontal;
mod shrink;
#[cfg(test)]
mod tests;
mod vertical;

use std::ops::Range;

use self::axis::Span;
use self::horizontal::Horizontal;
use self::shrink::Shrink;
use self::vertical::Vertical;
use crate::Error;
use crate::geometry::Steps;
use crate::raster::Layout;

/// Fraction bits of a sample between the two passes.
const BETWEEN_BITS: u32 = 6;

/// Resamples one part of a picture.
pub(crate) struct Resizer {
    /// The rows of the bounds that matter.
    rows: Range<u32>,
    /// The samples of a source row that matter.
    samples: Range<usize>,
    /// Next row of the source, counted from the top of the bounds.
    row: u32,
    /// Next row of the result.
    next: u32,
    height: u32,
    /// `None` where rows pass as they are.
    passes: Option<Passes>,
    /// The finished row.
    finished: Vec<u8>,
}

impl Resizer {
    /// For rows of the decoded picture that `steps` speaks of.
    pub(crate) fn new(steps: &Steps, layout: Layout) -> Self {
        let (x, y) = spans(steps);
        let (width, height) = steps.content;
        let copied = copied(&x, &y);
        let (columns, rows) = match copied {
            Some((x, y)) => (x..x + width, y..y + height),
            None => (x.used(), y.used()),
        };
        let sample = |column| layout.stride(steps.bounds.x + column);
        Self {
            rows,
            samples: sample(columns.start)..sample(columns.end),
            row: 0,
            next: 0,
            height,
            passes: copied.is_none().then(|| Passes::new(&x, &y, layout)),
            finished: vec![0; Horizontal::samples(&x, layout)],
        }
    }

    /// Bytes that [`Resizer::new`] allocates, at the most.
    pub(crate) fn memory(steps: &Steps, layout: Layout) -> u64 {
        let (x, y) = spans(steps);
        let passes = if copied(&x, &y).is_some() { 0 } else { Passes::memory(&x, &y, layout) };
        passes + Horizontal::samples(&x, layout) as u64
    }

    /// An estimate of the instructions for a whole picture.
    pub(crate) fn work(steps: &Steps, layout: Layout) -> u64 {
        let (x, y) = spans(steps);
        if copied(&x, &y).is_some() {
            return layout.bytes(steps.content.0, steps.content.1);
        }
        Passes::work(&x, &y, layout)
    }

    /// Rows of the source after this one matter to nobody.
    pub(crate) fn is_done(&self) -> bool {
        self.next == self.height
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
        if !self.rows.contains(&y) {
            return Ok(());
        }
        let row = &row[self.samples.clone()];
        let Some(passes) = &mut self.passes else {
            self.finished[..row.len()].copy_from_slice(row);
            emit(self.next, &mut self.finished[..row.len()])?;
            self.next += 1;
            return Ok(());
        };
        passes.take(row, self.row == self.rows.end);
        while passes.give(&mut self.finished) {
            emit(self.next, &mut self.finished[..passes.samples])?;
            self.next += 1;
        }
        Ok(())
    }
}

/// How far a [`Resizer`] comes, without one.
pub(crate) struct Progress {
    y: Span,
    /// The first row, where rows pass as they are.
    copied: Option<u32>,
    /// Next row of the result.
    next: u32,
}

impl Progress {
    pub(crate) fn new(steps: &Steps) -> Self {
        let (x, y) = spans(steps);
        Self { y, copied: copied(&x, &y).map(|(_, y)| y), next: 0 }
    }

    /// Rows of the result that are complete after so many rows of the bounds, which must not become fewer.
    pub(crate) fn after(&mut self, rows: u32) -> u32 {
        if let Some(first) = self.copied {
            return rows.saturating_sub(first).min(self.y.count);
        }
        let cells = self.y.cells_in(rows);
        while self.next < self.y.count && self.y.window(self.next).end <= cells {
            self.next += 1;
        }
        self.next
    }
}

/// What happens along the source's rows and along its columns.
fn spans(steps: &Steps) -> (Span, Span) {
    let (bounds, region, content) = (steps.bounds, steps.region, steps.content);
    let x = Span::new(region.x - f64::from(bounds.x), region.width, bounds.width, content.0);
    let y = Span::new(region.y - f64::from(bounds.y), region.height, bounds.height, content.1);
    (x, y)
}

/// The first column and row, where nothing is to be resampled.
fn copied(x: &Span, y: &Span) -> Option<(u32, u32)> {
    x.copied().zip(y.copied())
}

/// What rows go through.
struct Passes {
    layout: Layout,
    /// A row with its colours multiplied by alpha.
    premultiplied: Vec<u8>,
    shrink: Option<Shrink>,
    vertical: Vertical,
    horizontal: Horizontal,
    /// Samples in a row of the result.
    samples: usize,
}

impl Passes {
    fn new(x: &Span, y: &Span, layout: Layout) -> Self {
        Self {
            layout,
            premultiplied: vec![0; Self::premultiplied(x, layout)],
            shrink: Shrink::new(x, y, layout.channels()),
            vertical: Vertical::new(y, layout.stride(x.cells)),
            horizontal: Horizontal::new(x, layout),
            samples: layout.stride(x.count),
        }
    }

    fn premultiplied(x: &Span, layout: Layout) -> usize {
        if layout == Layout::Rgba { layout.stride(x.used().len() as u32) } else { 0 }
    }

    /// Bytes that [`Passes::new`] allocates.
    fn memory(x: &Span, y: &Span, layout: Layout) -> u64 {
        Self::premultiplied(x, layout) as u64
            + Shrink::memory(x, y, layout.channels())
            + Vertical::memory(y, layout.stride(x.cells))
            + Horizontal::memory(x, layout)
    }

    /// Instructions for a whole picture.
    fn work(x: &Span, y: &Span, layout: Layout) -> u64 {
        let rows = y.used().len() as u64;
        let samples = layout.stride(x.used().len() as u32) as u64;
        let cells = layout.stride(x.cells) as u64;
        let (width, height) = (u64::from(x.count), u64::from(y.count));
        let premultiplication = if layout == Layout::Rgba { rows * samples * 3 / 2 } else { 0 };
        let shrinking = if x.per_cell == 1 && y.per_cell == 1 {
            0
        } else {
            rows * samples + rows * samples * 3 / u64::from(y.per_cell)
        };
        let vertical = cells * u64::from(y.cells) + height * cells * y.pairs() as u64 * 5 / 4;
        let horizontal = if layout == Layout::Grey {
            height * width * (12 + 4 * x.eights() as u64)
        } else {
            height * (cells * 2 + width * (20 + 6 * x.pairs() as u64))
        };
        // Instructions on vectors and on memory are about a third of all.
        (premultiplication + shrinking + vertical + horizontal) * 3
    }

    /// Takes the next row of the source.
    fn take(&mut self, row: &[u8], is_last: bool) {
        let row = if self.layout == Layout::Rgba && !alpha::is_opaque(row) {
            alpha::premultiply(row, &mut self.premultiplied);
            &self.premultiplied
        } else {
            row
        };
        match &mut self.shrink {
            None => self.vertical.take(row),
            Some(shrink) => {
                if let Some(cells) = shrink.take(row, is_last) {
                    self.vertical.take(cells);
                }
            }
        }
    }

    /// Makes the next row of the result if all that it needs has been taken.
    fn give(&mut self, into: &mut [u8]) -> bool {
        if !self.vertical.give(self.horizontal.line()) {
            return false;
        }
        self.horizontal.run(into);
        if self.layout == Layout::Rgba {
            alpha::unpremultiply(into);
        }
        true
    }
}
