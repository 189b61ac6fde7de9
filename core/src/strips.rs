//! Rows of three planes, put together in strips for an encoder: those of luma come before those of the colour differences
//! that belong to them, and wait.

use crate::geometry::Steps;
use crate::orient;
use crate::raster::{CHROMA_ROWS, Layout, Raster};
use crate::resize::Progress;

/// The strips of a whole picture.
pub(crate) fn of_picture(planes: &[Raster; 3], cell: u32) -> impl Iterator<Item = [&[u8]; 3]> {
    let [luma, blue, red] = [0, 1, 2].map(|plane| {
        let raster = &planes[plane];
        raster.data.chunks(raster.layout.stride(raster.width) * strip_rows(plane, cell) as usize)
    });
    luma.zip(blue).zip(red).map(|((luma, blue), red)| [luma, blue, red])
}

/// Rows that wait until their strip is complete.
pub(crate) struct Strips {
    planes: [Plane; 3],
    mirrored: bool,
}

struct Plane {
    /// Samples in a row.
    width: usize,
    /// Rows in a strip.
    strip: usize,
    /// Rows not handed on.
    left: usize,
    /// The rows that wait.
    samples: Vec<u8>,
}

impl Strips {
    /// For straight `steps`, where so many rows of each plane [wait](waiting) at the most.
    pub(crate) fn new(steps: &[Steps; 3], cell: u32, waiting: [u32; 3]) -> Self {
        let plane = |plane: usize| {
            let (width, height) = steps[plane].output;
            Plane {
                width: width as usize,
                strip: strip_rows(plane, cell) as usize,
                left: height as usize,
                samples: Vec::with_capacity(Layout::Grey.bytes(width, waiting[plane]) as usize),
            }
        };
        Self { planes: [0, 1, 2].map(plane), mirrored: steps[0].orientation.mirror_x }
    }

    /// Bytes that [`Strips::new`] allocates.
    pub(crate) fn memory(steps: &[Steps; 3], waiting: [u32; 3]) -> u64 {
        steps.iter().zip(waiting).map(|(steps, rows)| Layout::Grey.bytes(steps.output.0, rows)).sum()
    }

    /// Takes the next row of a plane.
    pub(crate) fn push(&mut self, plane: usize, row: &[u8]) {
        let samples = &mut self.planes[plane].samples;
        let start = samples.len();
        samples.extend_from_slice(row);
        if self.mirrored {
            orient::mirror(row, 1, &mut samples[start..]);
        }
    }

    /// Hands on the strips that are complete.
    pub(crate) fn hand_on(&mut self, take: &mut dyn FnMut([&[u8]; 3])) {
        while self.planes[0].left > 0 && self.planes.iter().all(|plane| plane.samples.len() >= plane.next()) {
            take(self.planes.each_ref().map(|plane| &plane.samples[..plane.next()]));
            for plane in &mut self.planes {
                plane.samples.drain(..plane.next());
                plane.left = plane.left.saturating_sub(plane.strip);
            }
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

/// The most rows of each plane that wait, where the planes get so many at once. For straight `steps`.
pub(crate) fn waiting(steps: &[Steps; 3], cell: u32, rows_at_once: [u32; 3]) -> [u32; 3] {
    let mut planes = steps.each_ref().map(Progress::new);
    let strips = steps[1].output.1.div_ceil(CHROMA_ROWS);
    let mut most = [0; 3];
    let (mut complete, mut turn) = (0, 0);
    while complete < strips {
        turn += 1;
        let mut next = strips;
        for (plane, progress) in planes.iter_mut().enumerate() {
            let bounds = steps[plane].bounds;
            let rows = (turn * rows_at_once[plane]).saturating_sub(bounds.y).min(bounds.height);
            let made = progress.after(rows);
            let strip = strip_rows(plane, cell);
            most[plane] = most[plane].max(made - (complete * strip).min(made));
            if made < steps[plane].output.1 {
                next = next.min(made / strip);
            }
        }
        complete = next;
    }
    most
}
