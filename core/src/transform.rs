//! The pipeline: sniff → header → limits and plan → decode → crop → resize → colour → orient → encode.
//!
//! Rows go through it one by one; turning happens as finished rows are put in place, where it costs nothing. The only
//! whole picture is the result.

use crate::colour::{Conversion, srgb_layout};
use crate::decode::{self, Cost, Header, Selection};
use crate::encode::{self, Settings};
use crate::geometry::Steps;
use crate::orient::Placement;
use crate::raster::{Layout, Raster};
use crate::resize::Resizer;
use crate::{Background, Error, Fit, Limits, Metadata, Output, Plan, Transform};

/// Tells what a job will take, from the source's header alone.
///
/// # Errors
///
/// All that [`transform`] may answer before it decodes.
pub fn plan(bytes: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
    Job::new(bytes, transform, limits).map(|job| job.plan)
}

/// Decodes, crops, resizes, turns and encodes an image.
///
/// # Errors
///
/// [`TooLarge`](crate::Kind::TooLarge) where a limit or the plan refuses the job, before anything is decoded;
/// [`UnsupportedSource`](crate::Kind::UnsupportedSource) where the source is no image that we read, or is animated and
/// no frame is named; [`DamagedSource`](crate::Kind::DamagedSource) where it cannot be decoded;
/// [`InvalidParameter`](crate::Kind::InvalidParameter) where an option does not go with this source.
pub fn transform(bytes: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
    let job = Job::new(bytes, transform, limits)?;
    let picture = job.picture(bytes)?;
    let (width, height) = (picture.width, picture.height);
    let bytes = encode::encode(picture, &job.settings)?;
    Ok(Output { bytes, format: job.settings.format, width, height })
}

/// Everything that is decided before the first pixel is decoded.
struct Job<'a> {
    header: Header<'a>,
    selection: Selection,
    /// Steps on the picture as it is decoded.
    steps: Steps,
    settings: Settings,
    layout: Layout,
    background: Background,
    plan: Plan,
}

impl<'a> Job<'a> {
    fn new(bytes: &'a [u8], transform: &Transform, limits: &Limits) -> Result<Self, Error> {
        limits.check_bytes(bytes.len() as u64)?;
        let header = decode::header(bytes)?;
        limits.check_source(&Metadata::of(&header, bytes))?;
        let frame = chosen_frame(&header, transform)?;

        let stored = (header.width, header.height);
        let full = Steps::new(stored, header.orientation, transform, limits)?;
        let format = transform.format.unwrap_or(header.format);
        let settings = Settings::new(format, &header, transform)?;
        let reduction = reduction(&header, &full);
        let steps = full.reduced(reduction, header.size_at(reduction));
        let selection = Selection { reduction, frame };
        let background = match transform.background {
            Some(background) if format.has_alpha() => background,
            // Without alpha a see-through background has nothing behind it but white.
            Some(background) => background.over_white(),
            None if format.has_alpha() => Background::TRANSPARENT,
            None => Background::WHITE,
        };
        let layout = result_layout(&header, transform.fit, &steps, background);

        let (width, height) = steps.output;
        encode::check_size(format, width, height)?;
        let decoding = decode::cost(bytes, &header, selection)?;
        let resizing = Cost {
            memory: Resizer::memory(&steps, header.layout)
                + Conversion::memory(header.layout, layout, header.icc.as_deref(), steps.content.0)
                + header.layout.stride(header.size_at(reduction).0) as u64,
            work: Resizer::work(&steps, header.layout),
        };
        let picture = layout.bytes(width, height);
        let encoding = encode::cost(&settings, width, height, layout);
        // The decoder and the resizer are gone when the encoder begins.
        let profile = header.icc.as_ref().map_or(0, |icc| icc.len() as u64 * 3);
        let memory = picture + profile + u64::max(decoding.memory + resizing.memory, encoding.memory);
        let work = decoding.work + resizing.work + encoding.work;
        let plan = Plan { memory, work, width, height, format };
        limits.check_plan(&plan)?;
        Ok(Self { header, selection, steps, settings, layout, background, plan })
    }

    /// Decodes as much as is needed, and brings it to its final size, place and colours.
    fn picture(&self, bytes: &[u8]) -> Result<Raster, Error> {
        let Self { header, steps, .. } = self;
        let background = self.background;
        let backdrop = match self.layout {
            Layout::Grey => &[background.red][..],
            Layout::Rgb => &[background.red, background.green, background.blue],
            _ => &[background.red, background.green, background.blue, background.alpha],
        };
        let mut rows = decode::open(bytes, header, self.selection)?;
        let mut row = vec![0; header.layout.stride(header.size_at(self.selection.reduction).0)];
        let mut resizer = Resizer::new(steps, header.layout);
        let mut conversion =
            Conversion::new(header.layout, self.layout, header.icc.as_deref(), background, steps.content.0)?;
        let placement = Placement::new(steps.orientation, steps.content, steps.offset);
        let (width, height) = steps.output;
        let mut picture = Raster::filled(width, height, self.layout, backdrop);

        for _ in 0..steps.bounds.y {
            rows.read(&mut row)?;
        }
        for _ in 0..steps.bounds.height {
            rows.read(&mut row)?;
            resizer.push(&row, |y, finished| {
                placement.put(&mut picture, y, conversion.apply(finished)?);
                Ok(())
            })?;
            if resizer.is_done() {
                break;
            }
        }
        Ok(picture)
    }
}

/// The frame to decode; an animation needs one to be named.
fn chosen_frame(header: &Header, transform: &Transform) -> Result<u32, Error> {
    match transform.frame {
        None if header.frames > 1 => Err(Error::unsupported_source(format!(
            "The source is an animation of {} frames, which are not written together yet; name one with frame=0.",
            header.frames
        ))),
        None => Ok(0),
        Some(frame) if frame < header.frames => Ok(frame),
        Some(frame) => Err(Error::parameter(
            "frame",
            format!("The source has no frame {frame}."),
            format!("0 … {}", header.frames - 1),
        )),
    }
}

/// The strongest reduction while decoding that leaves at least one and a half times the size that is wanted.
fn reduction(header: &Header, steps: &Steps) -> u32 {
    let (width, height) = (f64::from(steps.content.0) * 1.5, f64::from(steps.content.1) * 1.5);
    let enough = |&&n: &&u32| {
        steps.region.width >= width * f64::from(n) && steps.region.height >= height * f64::from(n)
    };
    header.reductions().iter().find(enough).copied().unwrap_or(1)
}

/// The fewest channels that hold the result.
fn result_layout(header: &Header, fit: Fit, steps: &Steps, background: Background) -> Layout {
    let source = srgb_layout(header.layout);
    let canvas = fit == Fit::Contain
        && steps.output != crate::geometry::turned(steps.content, steps.orientation.transpose);
    let Background { red, green, blue, alpha } = background;
    match source {
        Layout::Rgba if alpha < 255 => Layout::Rgba,
        Layout::Rgba => Layout::Rgb,
        _ if canvas && alpha < 255 => Layout::Rgba,
        Layout::Grey if canvas && !(red == green && green == blue) => Layout::Rgb,
        other => other,
    }
}
