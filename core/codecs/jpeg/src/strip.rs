//! The samples of one or two rows of MCUs, and the pixel rows made of them.

use crate::colour::Conversion;
use crate::header::Header;
use crate::idct::{Places, Steps, Transform};
use crate::layout::{ComponentLayout, Layout, Upsampling};
use crate::tables::Quantiser;
use crate::upsample;
use crate::zigzag::ZIGZAG;

/// A ring of MCU rows. A pixel row that is filtered vertically may need two of them.
#[derive(Debug)]
pub(crate) struct Strip {
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
    layout: ComponentLayout,
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

impl Strip {
    pub(crate) fn new(header: &Header, layout: &Layout) -> Self {
        let context = needs_context(layout);
        let mut planes = [const { None }; 4];
        for (plane, component) in planes.iter_mut().zip(layout.components()) {
            *plane = Some(Plane::new(layout, component, context));
        }
        Strip {
            planes,
            conversion: Conversion::new(header),
            mcu_rows: layout.mcu_rows,
            width: layout.width,
            height: layout.height,
            context,
        }
    }

    /// Heap bytes that [`new`](Self::new) allocates.
    pub(crate) fn heap_bytes(layout: &Layout) -> u64 {
        let context = needs_context(layout);
        let plane = |c: &ComponentLayout| c.stride() * ring(c, context) + wide(layout, c);
        layout.components().iter().map(|c| plane(c) as u64).sum()
    }

    /// The order in which [`put`](Self::put) wants the coefficients of a component.
    pub(crate) fn places(&self, component: usize) -> &'static Places {
        self.planes[component].as_ref().map_or(&ZIGZAG, |plane| plane.transform.places)
    }

    /// Gives a component the quantiser that all of its blocks have.
    pub(crate) fn set_quantiser(&mut self, component: usize, quantiser: &Quantiser) {
        if let Some(plane) = &mut self.planes[component] {
            plane.steps = plane.transform.steps(quantiser);
        }
    }

    /// Blocks that follow belong to a row of MCUs.
    pub(crate) fn turn_to(&mut self, mcu_row: usize) {
        for plane in self.planes.iter_mut().flatten() {
            plane.start = mcu_row * plane.layout.mcu_rows() % plane.ring * plane.stride;
        }
    }

    /// Transforms a block into its samples, and leaves it zero. `x`: in blocks; `v`: the row of blocks within the row of
    /// MCUs [turned to](Self::turn_to).
    #[inline]
    pub(crate) fn put(&mut self, component: usize, x: usize, v: usize, block: &mut [i16; 64], last: usize) {
        if let Some(plane) = &mut self.planes[component] {
            let start =
                plane.start + v * plane.layout.block_height * plane.stride + x * plane.layout.block_width;
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

    /// Row `y` of a component's samples, which is in the strip.
    pub(crate) fn samples(&self, component: usize, y: usize) -> &[u8] {
        self.planes[component].as_ref().map_or(&[], |plane| plane.row(y))
    }

    /// Pixel rows in `mcu_rows` rows of MCUs.
    pub(crate) fn rows_in(&self, mcu_rows: usize) -> usize {
        (mcu_rows * self.mcu_rows).min(self.height)
    }
}

impl Plane {
    fn new(layout: &Layout, component: &ComponentLayout, context: bool) -> Self {
        let (stride, ring) = (component.stride(), ring(component, context));
        Plane {
            layout: *component,
            transform: Transform::new(component.block_width, component.block_height),
            steps: [0; 64],
            stride,
            start: 0,
            ring,
            samples: vec![128; stride * ring],
            wide: vec![0; wide(layout, component)],
        }
    }

    /// The samples for pixel row `y`, after [`widen`](Self::widen).
    fn row_at(&self, y: usize) -> &[u8] {
        if self.wide.is_empty() { self.row(y) } else { &self.wide }
    }

    /// Fills `wide` for pixel row `y`, where it is needed.
    fn widen(&mut self, y: usize, mcu_rows: usize, width: usize) {
        let layout = self.layout;
        let rows = layout.height.min(mcu_rows * layout.mcu_rows());
        let here = layout.down.nearest(y).min(rows - 1);
        let lower = y % 2 == 1;
        let beside = if lower { (here + 1).min(rows - 1) } else { here.saturating_sub(1) };
        let mut wide = std::mem::take(&mut self.wide);
        match layout.upsampling {
            Upsampling::None => {}
            Upsampling::TriangleAcross => upsample::triangle_across(self.row(here), &mut wide),
            Upsampling::TriangleDown => {
                upsample::triangle_down(self.row(here), self.row(beside), lower, &mut wide);
            }
            Upsampling::TriangleBoth => {
                upsample::triangle_both(self.row(here), self.row(beside), &mut wide);
            }
            Upsampling::Nearest => upsample::nearest(self.row(here), layout.across, &mut wide[..width]),
        }
        self.wide = wide;
    }

    /// A row of samples that is in the ring.
    fn row(&self, y: usize) -> &[u8] {
        &self.samples[y % self.ring * self.stride..][..self.layout.width]
    }
}

fn needs_context(layout: &Layout) -> bool {
    let filtered =
        |c: &ComponentLayout| matches!(c.upsampling, Upsampling::TriangleDown | Upsampling::TriangleBoth);
    layout.components().iter().any(filtered)
}

/// Rows of samples in the ring of a component.
fn ring(component: &ComponentLayout, context: bool) -> usize {
    component.mcu_rows() * if context { 2 } else { 1 }
}

/// Samples in the widened row of a component. Two samples of a pair are written together.
fn wide(layout: &Layout, component: &ComponentLayout) -> usize {
    if component.upsampling == Upsampling::None { 0 } else { layout.width.next_multiple_of(2) }
}
