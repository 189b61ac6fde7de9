//! The samples of one or two rows of MCUs, and the rows of pixels made of them.

use crate::decode::colour::Conversion;
use crate::decode::definitions::QuantisationTable;
use crate::decode::geometry::{ComponentGeometry, Geometry, Upsampling};
use crate::decode::idct::{Places, Steps, Transform};
use crate::decode::upsample;
use crate::zigzag::ZIGZAG;

/// A ring of MCU rows. A pixel row that is filtered vertically may need two of them.
#[derive(Debug)]
pub(crate) struct SampleRows {
    planes: [Option<Plane>; 4],
    conversion: Conversion,
    /// Pixel rows in a row of MCUs.
    mcu_rows: usize,
    /// Pixels in a row.
    width: usize,
    /// Pixel rows in the picture.
    height: usize,
    /// Whether pixel rows depend on their neighbours.
    context: bool,
}

/// The samples of one component.
#[derive(Debug)]
struct Plane {
    geometry: ComponentGeometry,
    transform: Transform,
    steps: Steps,
    stride: usize,
    /// Where the row of MCUs begins that is filled, in samples.
    start: usize,
    /// Rows in the ring.
    ring: usize,
    samples: Vec<u8>,
    /// A row at the resolution of the picture; empty where the samples have it already.
    wide: Vec<u8>,
}

impl SampleRows {
    pub(crate) fn new(geometry: &Geometry, conversion: Conversion) -> Self {
        let context = needs_context(geometry);
        let mut planes = [const { None }; 4];
        for (plane, component) in planes.iter_mut().zip(geometry.components()) {
            *plane = Some(Plane::new(geometry, component, context));
        }
        SampleRows {
            planes,
            conversion,
            mcu_rows: geometry.mcu_rows,
            width: geometry.width,
            height: geometry.height,
            context,
        }
    }

    /// Heap bytes that [`new`](Self::new) allocates.
    pub(crate) fn heap_bytes(geometry: &Geometry) -> u64 {
        let context = needs_context(geometry);
        let plane = |c: &ComponentGeometry| c.stride() * ring(c, context) + wide(geometry, c);
        geometry.components().iter().map(|c| plane(c) as u64).sum()
    }

    /// The order in which [`put`](Self::put) wants the coefficients of a component.
    pub(crate) fn places(&self, component: usize) -> &'static Places {
        self.planes[component].as_ref().map_or(&ZIGZAG, |plane| plane.transform.places)
    }

    /// Sets the quantisation table of all blocks of a component.
    pub(crate) fn set_quantisation_table(&mut self, component: usize, table: &QuantisationTable) {
        if let Some(plane) = &mut self.planes[component] {
            plane.steps = plane.transform.steps(table);
        }
    }

    /// The blocks that follow belong to this row of MCUs.
    pub(crate) fn begin_mcu_row(&mut self, mcu_row: usize) {
        for plane in self.planes.iter_mut().flatten() {
            plane.start = mcu_row * plane.geometry.mcu_rows() % plane.ring * plane.stride;
        }
    }

    /// Transforms a block into its samples, and leaves it zero. `x`: in blocks; `v`: the row of blocks within the row of
    /// MCUs [begun](Self::begin_mcu_row) last.
    #[inline]
    pub(crate) fn put(&mut self, component: usize, x: usize, v: usize, block: &mut [i16; 64], last: usize) {
        if let Some(plane) = &mut self.planes[component] {
            let start =
                plane.start + v * plane.geometry.block_height * plane.stride + x * plane.geometry.block_width;
            plane.transform.apply(block, &plane.steps, last, &mut plane.samples[start..], plane.stride);
        }
    }

    /// The row of MCUs that must be there before pixel row `y` can be made, if the picture has `rows` rows.
    pub(crate) fn mcu_row_needed(&self, y: usize, rows: usize) -> usize {
        let last = if self.context { (y + 1).min(rows - 1) } else { y };
        last / self.mcu_rows
    }

    /// Makes pixel row `y`, as if the picture ended after `mcu_rows` rows of MCUs.
    pub(crate) fn write_row(&mut self, y: usize, mcu_rows: usize, out: &mut [u8]) {
        for plane in self.planes.iter_mut().flatten() {
            plane.widen(y, mcu_rows, self.width);
        }
        let rows = self.planes.each_ref().map(|plane| plane.as_ref().map_or(&[][..], |p| p.row_at(y)));
        self.conversion.convert(rows, out);
    }

    /// Row `y` of a component's samples, which must be in the ring.
    pub(crate) fn row(&self, component: usize, y: usize) -> &[u8] {
        self.planes[component].as_ref().map_or(&[], |plane| plane.row(y))
    }

    /// Pixel rows in `mcu_rows` rows of MCUs.
    pub(crate) fn rows_in(&self, mcu_rows: usize) -> usize {
        (mcu_rows * self.mcu_rows).min(self.height)
    }
}

impl Plane {
    fn new(geometry: &Geometry, component: &ComponentGeometry, context: bool) -> Self {
        let (stride, ring) = (component.stride(), ring(component, context));
        Plane {
            geometry: *component,
            transform: Transform::new(component.block_width, component.block_height),
            steps: [0; 64],
            stride,
            start: 0,
            ring,
            samples: vec![128; stride * ring],
            wide: vec![0; wide(geometry, component)],
        }
    }

    /// The samples for pixel row `y`, after [`widen`](Self::widen).
    fn row_at(&self, y: usize) -> &[u8] {
        if self.wide.is_empty() { self.row(y) } else { &self.wide }
    }

    /// Fills `wide` for pixel row `y`, where it is needed.
    fn widen(&mut self, y: usize, mcu_rows: usize, width: usize) {
        let geometry = self.geometry;
        let rows = geometry.height.min(mcu_rows * geometry.mcu_rows());
        let here = geometry.down.nearest(y).min(rows - 1);
        let lower = y % 2 == 1;
        let beside = if lower { (here + 1).min(rows - 1) } else { here.saturating_sub(1) };
        let mut wide = std::mem::take(&mut self.wide);
        match geometry.upsampling {
            Upsampling::None => {}
            Upsampling::TriangleAcross => upsample::triangle_across(self.row(here), &mut wide),
            Upsampling::TriangleDown => {
                upsample::triangle_down(self.row(here), self.row(beside), lower, &mut wide);
            }
            Upsampling::TriangleBoth => {
                upsample::triangle_both(self.row(here), self.row(beside), &mut wide);
            }
            Upsampling::Nearest => upsample::nearest(self.row(here), geometry.across, &mut wide[..width]),
        }
        self.wide = wide;
    }

    /// A row of samples that is in the ring.
    fn row(&self, y: usize) -> &[u8] {
        &self.samples[y % self.ring * self.stride..][..self.geometry.width]
    }
}

fn needs_context(geometry: &Geometry) -> bool {
    let filtered =
        |c: &ComponentGeometry| matches!(c.upsampling, Upsampling::TriangleDown | Upsampling::TriangleBoth);
    geometry.components().iter().any(filtered)
}

/// Rows of samples in the ring of a component.
fn ring(component: &ComponentGeometry, context: bool) -> usize {
    component.mcu_rows() * if context { 2 } else { 1 }
}

/// Samples in the widened row of a component. Two samples of a pair are written together.
fn wide(geometry: &Geometry, component: &ComponentGeometry) -> usize {
    if component.upsampling == Upsampling::None { 0 } else { geometry.width.next_multiple_of(2) }
}

/// The mean of each channel, rounded.
pub(crate) fn mean(row: &[u8], channels: usize) -> [u8; 4] {
    match channels {
        1 => mean_of::<1>(row),
        3 => mean_of::<3>(row),
        _ => mean_of::<4>(row),
    }
}

fn mean_of<const CHANNELS: usize>(row: &[u8]) -> [u8; 4] {
    let (pixels, _) = row.as_chunks::<CHANNELS>();
    let mut sums = [0u32; 4];
    for pixel in pixels {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(value);
        }
    }
    let count = pixels.len() as u32;
    sums.map(|sum| ((sum + count / 2) / count) as u8)
}
