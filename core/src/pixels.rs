//! The way of pixels: any source, any operation, any result.

use crate::colour::{Conversion, srgb_layout};
use crate::decode::{self, Cost, Header, Selection};
use crate::geometry::{Steps, turned};
use crate::orient::{self, Placement};
use crate::raster::{Layout, Raster, RowStream, Take};
use crate::resize::Resizer;
use crate::{Background, Error, Fit, Format, Transform};

/// Decode → crop → resize → colour → orient, one row after the other.
pub(crate) struct Pixels {
    selection: Selection,
    /// Steps on the picture as it is decoded.
    steps: Steps,
    /// Of the result.
    layout: Layout,
    background: Background,
}

impl Pixels {
    /// `full`: the steps on the picture as it is stored.
    pub(crate) fn new(
        header: &Header,
        full: &Steps,
        transform: &Transform,
        format: Format,
        frame: u32,
    ) -> Self {
        let eighths = decode::enough(header.scales(), decode::HEADROOM, |eighths| {
            let times = |side: f64| side * f64::from(eighths) / 8.0;
            (times(full.region.width), times(full.region.height), full.content)
        });
        let steps = full.reduced(eighths, header.size_at(eighths));
        let background = match transform.background {
            Some(background) if format.has_alpha() => background,
            // Without alpha a see-through background has nothing behind it but white.
            Some(background) => background.over_white(),
            None if format.has_alpha() => Background::TRANSPARENT,
            None => Background::WHITE,
        };
        let layout = result_layout(header, transform.fit, &steps, background);
        Self { selection: Selection { eighths, frame }, steps, layout, background }
    }

    /// The layout of the result.
    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    /// What the way takes beside its result.
    ///
    /// # Errors
    ///
    /// Where the header does not tell.
    pub(crate) fn cost(&self, bytes: &[u8], header: &Header) -> Result<Cost, Error> {
        let Self { selection, steps, .. } = self;
        let decoding = decode::cost(bytes, header, *selection)?;
        let memory = Resizer::memory(steps, header.layout)
            + Conversion::memory(header.layout, self.layout, header.icc.as_deref(), steps.content.0)
            + header.layout.stride(header.size_at(selection.eighths).0) as u64
            // A row that is mirrored.
            + self.layout.stride(steps.output.0) as u64;
        let rows = header.size_at(selection.eighths).1;
        let work = decode::work_of_rows(decoding.work, header, steps.bounds.y + steps.bounds.height, rows);
        let pixels = u64::from(steps.content.0) * u64::from(steps.content.1);
        let colours = Conversion::work(header.layout, header.icc.as_deref(), pixels);
        let work = work + Resizer::work(steps, header.layout) + colours;
        Ok(Cost { memory: decoding.memory + memory, work })
    }

    /// Whether rows come in the order in which they stand in the result.
    pub(crate) fn is_straight(&self) -> bool {
        self.steps.is_straight()
    }

    /// The whole picture.
    ///
    /// # Errors
    ///
    /// Where the source cannot be decoded.
    pub(crate) fn picture(&self, bytes: &[u8], header: &Header) -> Result<Raster, Error> {
        let Self { steps, background, .. } = self;
        let backdrop = match self.layout {
            Layout::Grey => &[background.red][..],
            Layout::Rgb => &[background.red, background.green, background.blue],
            _ => &[background.red, background.green, background.blue, background.alpha],
        };
        let placement = Placement::new(steps.orientation, steps.content, steps.offset);
        let (width, height) = steps.output;
        let mut picture = Raster::filled(width, height, self.layout, backdrop);
        self.make(bytes, header, |y, row| {
            placement.put(&mut picture, y, row);
            Ok(())
        })?;
        Ok(picture)
    }

    /// The picture's rows, one by one. Only where it [is straight](Self::is_straight).
    pub(crate) fn rows<'a>(&'a self, bytes: &'a [u8], header: &'a Header) -> RowStream<'a> {
        let (width, height) = self.steps.output;
        let layout = self.layout;
        let make = move |take: Take| {
            let mirrored = self.steps.orientation.mirror_x;
            let mut turned = vec![0; if mirrored { layout.stride(width) } else { 0 }];
            self.make(bytes, header, |_, row| {
                if !mirrored {
                    return take(row);
                }
                orient::mirror(row, layout.channels(), &mut turned);
                take(&turned)
            })
        };
        RowStream { width, height, layout, make: Box::new(make) }
    }

    /// Decodes as much as is needed, and brings it to its final size and colours: rows before they are turned, and
    /// their numbers.
    fn make(
        &self,
        bytes: &[u8],
        header: &Header,
        mut put: impl FnMut(u32, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Self { selection, steps, background, .. } = self;
        let mut rows = decode::open(bytes, header, *selection)?;
        let mut row = vec![0; header.layout.stride(header.size_at(selection.eighths).0)];
        let mut resizer = Resizer::new(steps, header.layout);
        let mut conversion =
            Conversion::new(header.layout, self.layout, header.icc.as_deref(), *background, steps.content.0)?;
        for _ in 0..steps.bounds.y {
            rows.read(&mut row)?;
        }
        for _ in 0..steps.bounds.height {
            rows.read(&mut row)?;
            resizer.push(&row, |y, finished| put(y, conversion.apply(finished)?))?;
            if resizer.is_done() {
                break;
            }
        }
        Ok(())
    }
}

/// The fewest channels that hold the result.
fn result_layout(header: &Header, fit: Fit, steps: &Steps, background: Background) -> Layout {
    let source = srgb_layout(header.layout);
    let canvas = fit == Fit::Contain && steps.output != turned(steps.content, steps.orientation.transpose);
    let Background { red, green, blue, alpha } = background;
    match source {
        Layout::Rgba if alpha < 255 => Layout::Rgba,
        Layout::Rgba => Layout::Rgb,
        _ if canvas && alpha < 255 => Layout::Rgba,
        Layout::Grey if canvas && !(red == green && green == blue) => Layout::Rgb,
        other => other,
    }
}
