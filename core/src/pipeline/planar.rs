//! The way of planes: a photo that stays luma and colour differences from its file to the next.
//!
//! A JPEG stores the colour differences at a quarter of luma's samples, and so does what it becomes. As long as
//! nothing wants red, green and blue, each plane is decoded and resized by itself: half the samples of the way of
//! pixels, and no colour conversion at either end.

use edgepix_jpeg::{Colour, PlaneDecoder, Scale};

use crate::Error;
use crate::decode::{self, Cost, Header};
use crate::encode::Settings;
use crate::geometry::{Scaling, Steps, turned};
use crate::orient::Placement;
use crate::raster::{Layout, Raster, StripStream, TakeStrip};
use crate::resize::Resizer;
use crate::strips::{self, Strips};

/// Decode → crop → resize → orient, one plane beside the other.
#[derive(Debug)]
pub(crate) struct PlaneWay {
    /// Size of the result, in pixels.
    output: (u32, u32),
    /// Pixels of the result, across and down, that share a sample of the colour differences.
    cell: u32,
    /// At which each component is decoded; the fourth does not matter.
    scales: [Scale; 4],
    /// Of luma, Cb and Cr, on the planes as they are decoded.
    steps: [Steps; 3],
    /// The most rows of each plane that wait for those of the others. `None` where rows do not come in the order in
    /// which they stand in the result.
    waiting: Option<[u32; 3]>,
}

impl PlaneWay {
    /// `None` where the source has no such planes, or something needs pixels: a colour profile, a canvas, an encoder
    /// that wants nothing else. `full`: the steps on the picture as it is stored.
    pub(crate) fn new(header: &Header, full: &Steps, settings: &Settings) -> Option<Self> {
        let frame = header.jpeg.as_ref().filter(|frame| frame.colour == Colour::YCbCr)?;
        let canvas = full.output != turned(full.content, full.orientation.transpose);
        if header.icc.is_some() || canvas {
            return None;
        }
        let chroma_cell = settings.chroma_cell()?;
        let most =
            |of: fn(&edgepix_jpeg::Component) -> u8| frame.components().iter().map(of).max().unwrap_or(1);
        let most = (most(|c| c.horizontal), most(|c| c.vertical));
        let mut scales = [Scale::FULL; 4];
        let steps: [Steps; 3] = std::array::from_fn(|index| {
            let component = frame.components[index];
            let cell = if index == 0 { 1 } else { chroma_cell };
            let at = |eighths: u32| {
                let scaling = |factor: u8, most: u8| Scaling {
                    samples: u32::from(factor) * eighths,
                    pixels: u32::from(most) * 8,
                };
                let (across, down) =
                    (scaling(component.horizontal, most.0), scaling(component.vertical, most.1));
                let size = frame.plane_size(index, decode::jpeg::scale(eighths));
                full.of_plane(across, down, size, cell)
            };
            let headroom = if index == 0 { decode::HEADROOM } else { decode::HEADROOM_OF_CHROMA };
            let eighths = decode::enough(header.scales(), headroom, |eighths| {
                let steps = at(eighths);
                (steps.region.width, steps.region.height, steps.content)
            });
            scales[index] = decode::jpeg::scale(eighths);
            at(eighths)
        });
        // Where colour differences have to be brought to more samples than there are, the way of pixels does it as other
        // decoders do.
        let enlarges = |steps: &Steps| {
            let (width, height) = steps.content;
            steps.region.width < width.into() || steps.region.height < height.into()
        };
        if steps[1..].iter().any(enlarges) && !enlarges(&steps[0]) {
            return None;
        }
        // Rows of each plane that the decoder hands out before those of the next plane.
        let at_once = std::array::from_fn(|i| u32::from(frame.components[i].vertical) * scales[i].eighths());
        let waiting = steps[0].is_straight().then(|| strips::waiting(&steps, chroma_cell, at_once));
        Some(Self { output: full.output, cell: chroma_cell, scales, steps, waiting })
    }

    /// Bytes of the [whole picture](Self::picture).
    pub(crate) fn picture_bytes(&self) -> u64 {
        self.steps.iter().map(|steps| Layout::Grey.bytes(steps.output.0, steps.output.1)).sum()
    }

    /// Bytes of the rows that wait for those of other planes, where the picture can come in [strips](Self::strips).
    pub(crate) fn strips_bytes(&self) -> Option<u64> {
        self.waiting.map(|waiting| Strips::memory(&self.steps, waiting))
    }

    /// What the way takes beside its result.
    pub(crate) fn cost(&self, bytes: &[u8], header: &Header) -> Cost {
        let Some(frame) = &header.jpeg else { return Cost { memory: 0, work: 0 } };
        let resizing: u64 = self.steps.iter().map(|steps| Resizer::memory(steps, Layout::Grey)).sum();
        let sizes = [0, 1, 2].map(|plane| frame.plane_size(plane, self.scales[plane]));
        let samples: u64 = sizes.iter().map(|&(width, height)| u64::from(width) * u64::from(height)).sum();
        let decoding = decode::jpeg::entropy_work(bytes, header) + samples * 12;
        let bounds = self.steps[0].bounds;
        let decoding = decode::work_of_rows(decoding, header, bounds.y + bounds.height, sizes[0].1);
        let work: u64 = self.steps.iter().map(|steps| Resizer::work(steps, Layout::Grey)).sum();
        Cost { memory: frame.planes_memory(self.scales) + resizing, work: decoding + work }
    }

    /// The whole picture, turned.
    ///
    /// # Errors
    ///
    /// Where the source cannot be decoded.
    pub(crate) fn picture(&self, bytes: &[u8]) -> Result<StripStream<'static>, Error> {
        let raster = |steps: &Steps| Raster::filled(steps.output.0, steps.output.1, Layout::Grey, &[0]);
        let mut planes = self.steps.each_ref().map(raster);
        let placements =
            self.steps.each_ref().map(|steps| Placement::new(steps.orientation, steps.content, steps.offset));
        self.make(bytes, &mut |component, y, row| placements[component].put(&mut planes[component], y, row))?;
        let cell = self.cell;
        let make = move |take: TakeStrip| {
            strips::of_picture(&planes, cell).for_each(take);
            Ok(())
        };
        Ok(StripStream { width: self.output.0, height: self.output.1, make: Box::new(make) })
    }

    /// The picture's strips, one by one: none where it cannot come [in strips](Self::strips_bytes).
    pub(crate) fn strips<'a>(&'a self, bytes: &'a [u8]) -> StripStream<'a> {
        let make = move |take: TakeStrip| {
            let Some(waiting) = self.waiting else { return Ok(()) };
            let mut strips = Strips::new(&self.steps, self.cell, waiting);
            self.make(bytes, &mut |component, _, row| {
                strips.push(component, row);
                strips.hand_on(take);
            })
        };
        StripStream { width: self.output.0, height: self.output.1, make: Box::new(make) }
    }

    /// Decodes as much as is needed, and brings it to its final size: components, and their rows before they are turned.
    fn make(&self, bytes: &[u8], put: &mut dyn FnMut(usize, u32, &[u8])) -> Result<(), Error> {
        let mut decoder = PlaneDecoder::new(bytes, self.scales).map_err(decode::jpeg::blame)?;
        let mut planes = self.steps.each_ref().map(Plane::new);
        while planes.iter().any(|plane| !plane.resizer.is_done()) {
            let mut result = Ok(());
            let more = decoder.read_rows(|component, row| {
                if let (Some(plane), Ok(())) = (planes.get_mut(component), &result) {
                    result = plane.push(row, |y, finished| put(component, y, finished));
                }
            });
            result?;
            if !more.map_err(decode::jpeg::blame)? {
                break;
            }
        }
        Ok(())
    }
}

/// One plane on its way.
struct Plane<'s> {
    steps: &'s Steps,
    resizer: Resizer,
    /// Rows of the decoded plane that have come.
    rows: u32,
}

impl<'s> Plane<'s> {
    fn new(steps: &'s Steps) -> Self {
        Self { steps, resizer: Resizer::new(steps, Layout::Grey), rows: 0 }
    }

    fn push(&mut self, row: &[u8], mut put: impl FnMut(u32, &[u8])) -> Result<(), Error> {
        let bounds = self.steps.bounds;
        let y = self.rows;
        self.rows += 1;
        if !(bounds.y..bounds.y + bounds.height).contains(&y) || self.resizer.is_done() {
            return Ok(());
        }
        self.resizer.push(row, |y, finished| {
            put(y, finished);
            Ok(())
        })
    }
}
