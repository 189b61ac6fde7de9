//! Puts rows of three planes together in strips for an encoder: rows of luma come before those of the colour differences
//! that belong to them, and wait.

use super::resize::Reach;
use crate::Error;
use crate::codec::Cost;
use crate::geometry::Geometry;
use crate::pipeline::stage::{RowStage, Stage};
use crate::rows::{CHROMA_ROWS, Row, Rows, Shape, Take};

/// `geometry`: of the planes, in whose order rows come. `cell`: pixels across and down that share a sample of the colour
/// differences. `at_once`: rows that the decoder hands out of each plane before those of the next.
pub(in crate::pipeline) fn plan<'p>(
    geometry: &[Geometry; 3],
    rows: &Shape,
    cell: u32,
    at_once: [u32; 3],
) -> Box<dyn Stage<'p> + 'p> {
    let chroma = geometry[1].output;
    let output = Shape { rows: Rows::Strips { chroma, cell }, ..*rows };
    let waiting = waiting(geometry, cell, at_once);
    let sizes = geometry.each_ref().map(|plane| plane.output);
    Box::new(Strips { sizes, cell, waiting, output })
}

#[derive(Debug)]
struct Strips {
    sizes: [(u32, u32); 3],
    cell: u32,
    /// The most rows of each plane that wait.
    waiting: [u32; 3],
    output: Shape,
}

impl<'p> Stage<'p> for Strips {
    fn output(&self) -> Shape {
        self.output
    }

    fn cost(&self) -> Cost {
        let samples = |((width, _), rows): (&(u32, u32), u32)| u64::from(*width) * u64::from(rows);
        Cost { memory: self.sizes.iter().zip(self.waiting).map(samples).sum(), work: 0 }
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        let plane = |plane: usize| {
            let (width, height) = self.sizes[plane];
            Plane {
                width: width as usize,
                strip: strip_rows(plane, self.cell) as usize,
                height: height as usize,
                left: height as usize,
                samples: Vec::with_capacity((width * self.waiting[plane]) as usize),
            }
        };
        Ok(Box::new(Assembling { planes: [0, 1, 2].map(plane) }))
    }
}

/// Rows that wait until their strip is complete.
struct Assembling {
    planes: [Plane; 3],
}

struct Plane {
    /// Samples in a row.
    width: usize,
    /// Rows in a strip.
    strip: usize,
    height: usize,
    /// Rows not given.
    left: usize,
    /// The rows that wait.
    samples: Vec<u8>,
}

impl RowStage for Assembling {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        let Row::Plane(plane, row) = row else { return Ok(()) };
        self.planes[plane].samples.extend_from_slice(row);
        while self.planes[0].left > 0 && self.planes.iter().all(|plane| plane.samples.len() >= plane.next()) {
            next(Row::Strip(self.planes.each_ref().map(|plane| &plane.samples[..plane.next()])))?;
            for plane in &mut self.planes {
                plane.samples.drain(..plane.next());
                plane.left = plane.left.saturating_sub(plane.strip);
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        for plane in &mut self.planes {
            plane.samples.clear();
            plane.left = plane.height;
        }
    }
}

impl Plane {
    /// Samples in the next strip.
    fn next(&self) -> usize {
        self.width * self.strip.min(self.left)
    }
}

/// Rows of a plane in a strip.
fn strip_rows(plane: usize, cell: u32) -> u32 {
    CHROMA_ROWS * if plane == 0 { cell } else { 1 }
}

/// The most rows of each plane that wait, where the planes get so many at once.
fn waiting(geometry: &[Geometry; 3], cell: u32, rows_at_once: [u32; 3]) -> [u32; 3] {
    let mut planes = geometry.each_ref().map(Reach::new);
    let strips = geometry[1].output.1.div_ceil(CHROMA_ROWS);
    let mut most = [0; 3];
    let (mut complete, mut turn) = (0, 0);
    while complete < strips {
        turn += 1;
        let mut next = strips;
        for (plane, reach) in planes.iter_mut().enumerate() {
            let bounds = geometry[plane].bounds;
            let rows = (turn * rows_at_once[plane]).saturating_sub(bounds.y).min(bounds.height);
            let made = reach.after(rows);
            let strip = strip_rows(plane, cell);
            most[plane] = most[plane].max(made - (complete * strip).min(made));
            if made < geometry[plane].output.1 {
                next = next.min(made / strip);
            }
        }
        complete = next;
    }
    most
}
