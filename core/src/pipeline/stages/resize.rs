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
mod deep;
mod horizontal;
mod shrink;
#[cfg(test)]
mod tests;
mod vertical;

use self::axis::Span;
use self::deep::DeepResizer;
use self::horizontal::Horizontal;
use self::shrink::Shrink;
use self::vertical::Vertical;
use crate::Error;
use crate::codec::Cost;
use crate::geometry::{Geometry, Part};
use crate::pipeline::stage::{Context, Kinds, RowStage, Stage};
use crate::rows::{Layout, Row, Rows, Shape, Take};

/// Fraction bits of a sample between the two passes.
const BETWEEN_BITS: u32 = 6;

pub(in crate::pipeline) fn takes(_: &Context<'_, '_>) -> Kinds {
    Kinds::ALL
}

/// `None` where nothing is to be resampled.
pub(in crate::pipeline) fn plan<'p>(
    context: &Context<'p, '_>,
    rows: &Shape,
) -> Option<Box<dyn Stage<'p> + 'p>> {
    let is_copied = |geometry: &Geometry| {
        let (x, y) = spans(geometry);
        copied(&x, &y).is_some()
    };
    if context.geometry.iter().all(is_copied) {
        return None;
    }
    let output = context.resized(rows, |geometry| geometry.content)?;
    let layout = match rows.rows {
        Rows::Planes { .. } | Rows::Strips { .. } => Layout::Grey,
        Rows::Eight(layout) | Rows::Sixteen(layout) => layout,
    };
    let planes = context.geometry.to_vec();
    Some(Box::new(Resize { planes, layout, output }))
}

/// The part of the decoded picture or plane that resampling looks at, or that passes as it is.
pub(super) fn needed(geometry: &Geometry) -> Part {
    let (x, y) = spans(geometry);
    let (columns, rows) = match copied(&x, &y) {
        Some((x, y)) => (x..x + geometry.content.0, y..y + geometry.content.1),
        None => (x.used(), y.used()),
    };
    Part {
        x: geometry.bounds.x + columns.start,
        y: geometry.bounds.y + rows.start,
        width: columns.end - columns.start,
        height: rows.end - rows.start,
    }
}

#[derive(Debug)]
struct Resize {
    /// Of each plane, or of all channels.
    planes: Vec<Geometry>,
    layout: Layout,
    output: Shape,
}

impl Resize {
    fn is_deep(&self) -> bool {
        matches!(self.output.rows, Rows::Sixteen(_))
    }
}

impl<'p> Stage<'p> for Resize {
    fn output(&self) -> Shape {
        self.output
    }

    fn cost(&self) -> Cost {
        let cost = |geometry: &Geometry| {
            if self.is_deep() {
                DeepResizer::cost(geometry, self.layout)
            } else {
                Resizer::cost(geometry, self.layout)
            }
        };
        self.planes.iter().map(cost).fold(Cost::default(), |all, one| all + one)
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        if self.is_deep() {
            let resizers = self.planes.iter().map(|plane| DeepResizer::new(plane, self.layout)).collect();
            return Ok(Box::new(DeepResizing { resizers }));
        }
        let resizers = self.planes.iter().map(|plane| Resizer::new(plane, self.layout)).collect();
        Ok(Box::new(Resizing { resizers }))
    }
}

struct Resizing {
    resizers: Vec<Resizer>,
}

impl RowStage for Resizing {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        match row {
            Row::Eight(row) => self.resizers[0].push(row, |row| next(Row::Eight(row))),
            Row::Plane(plane, row) => self.resizers[plane].push(row, |row| next(Row::Plane(plane, row))),
            Row::Sixteen(_) | Row::Strip(_) => Ok(()),
        }
    }

    fn reset(&mut self) {
        self.resizers.iter_mut().for_each(Resizer::reset);
    }
}

struct DeepResizing {
    resizers: Vec<DeepResizer>,
}

impl RowStage for DeepResizing {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        match row {
            Row::Sixteen(row) => self.resizers[0].push(row, |row| next(Row::Sixteen(row))),
            Row::Eight(_) | Row::Plane(..) | Row::Strip(_) => Ok(()),
        }
    }

    fn reset(&mut self) {
        self.resizers.iter_mut().for_each(DeepResizer::reset);
    }
}

/// Resamples the rows of one picture or plane: those that are [needed], and of them the samples that are.
struct Resizer {
    /// Rows that will come.
    rows: u32,
    /// Rows that have come.
    row: u32,
    /// `None` where rows pass as they are.
    passes: Option<Passes>,
    /// The finished row.
    finished: Vec<u8>,
}

impl Resizer {
    fn new(geometry: &Geometry, layout: Layout) -> Self {
        let (x, y) = spans(geometry);
        let is_copied = copied(&x, &y).is_some();
        Self {
            rows: needed(geometry).height,
            row: 0,
            passes: (!is_copied).then(|| Passes::new(&x, &y, layout)),
            finished: vec![0; if is_copied { 0 } else { Horizontal::samples(&x, layout) }],
        }
    }

    /// What [`Resizer::new`] allocates at the most, and the instructions for a whole picture.
    fn cost(geometry: &Geometry, layout: Layout) -> Cost {
        let (x, y) = spans(geometry);
        if copied(&x, &y).is_some() {
            return Cost { memory: 0, work: layout.samples(geometry.content.0, geometry.content.1) };
        }
        Cost {
            memory: Passes::memory(&x, &y, layout) + Horizontal::samples(&x, layout) as u64,
            work: Passes::work(&x, &y, layout),
        }
    }

    /// Takes the next row, and gives those of the result that it completes.
    fn push(&mut self, row: &[u8], mut next: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        self.row += 1;
        let Some(passes) = &mut self.passes else { return next(row) };
        passes.take(row, self.row == self.rows);
        while passes.give(&mut self.finished) {
            next(&self.finished[..passes.samples])?;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.row = 0;
        if let Some(passes) = &mut self.passes {
            passes.reset();
        }
    }
}

/// How many rows a resizer has given after how many have come.
pub(super) struct Reach {
    y: Span,
    /// The first row, where rows pass as they are.
    copied: Option<u32>,
    /// Next row of the result.
    next: u32,
}

impl Reach {
    pub(super) fn new(geometry: &Geometry) -> Self {
        let (x, y) = spans(geometry);
        Self { y, copied: copied(&x, &y).map(|(_, y)| y), next: 0 }
    }

    /// Rows of the result that are complete after so many rows of the bounds, which must not become fewer.
    pub(super) fn after(&mut self, rows: u32) -> u32 {
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
fn spans(geometry: &Geometry) -> (Span, Span) {
    let (bounds, region, content) = (geometry.bounds, geometry.region, geometry.content);
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

    /// A further picture begins.
    fn reset(&mut self) {
        self.vertical.reset();
        if let Some(shrink) = &mut self.shrink {
            shrink.reset();
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
