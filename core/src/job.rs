//! Everything about a job that is decided before a pixel is decoded.

use std::ops::Range;

use crate::codec::{self, Codec, Header, Image, Settings};
use crate::geometry::Geometry;
use crate::pipeline::{Colours, Input, Meter, Pipeline};
use crate::rows::Layout;
use crate::{Error, Flip, Limits, Orientation, Output, Plan, Progress, Rotate, Transform};

/// A job that was found to be within all limits, ready to [`run`](Self::run).
///
/// ```
/// use edgepix_core::{Limits, Source, Transform};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let source = Source::open(&photo, &Limits::default())?;
/// let job = source.prepare(&Transform::builder().width(240).build()?)?;
/// assert!(job.plan().memory < 1_000_000);
/// let output = job.run(&mut ())?;
/// assert_eq!(output.height, 135);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Job<'s> {
    file: &'s [u8],
    image: &'s dyn Image,
    codec: &'static dyn Codec,
    settings: Settings,
    pipeline: Pipeline<'s>,
    /// How the source is turned where it may be coded again without loss, and the work of that.
    recoding: Option<(Orientation, u64)>,
    plan: Plan,
}

/// Heap bytes that any job takes beside what its parts plan for: the parts themselves, each in its box, and the geometry.
const JOB_BYTES: u64 = 2048;

/// Instructions that any job takes: headers, tables.
const FIXED_WORK: u64 = 4_000_000;

impl<'s> Job<'s> {
    pub(crate) fn new(
        file: &'s [u8],
        image: &'s dyn Image,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let header = image.header();
        let frames = chosen_frames(header.frames, transform)?;
        if header.frames > 1 {
            // A frame is drawn upon those before it.
            limits.check_animation(header.width, header.height, frames.end)?;
        }
        let stored = (header.width, header.height);
        let geometry = Geometry::new(stored, header.orientation, transform, limits)?;
        let format = transform.format.unwrap_or(header.format);
        let codec = codec::of(format)?;
        let input = Input { file, image, colours: Colours::of(file, header, transform.profile, format) };
        let settings = Settings::new(codec, file, image, transform, geometry.output, &input.colours);
        let (width, height) = geometry.output;
        codec::check_size(format, width, height)?;
        limits.check_output_pixels(width.into(), height.into(), frames.len() as u32)?;
        let pipeline = Pipeline::new(input, transform, frames, &geometry, codec, &settings)?;
        let is_same = format == header.format && keeps_picture(header, &geometry, &input.colours, transform);
        let recoding = is_same.then(|| image.recoding_cost(file, &settings, geometry.orientation)).flatten();
        let mut cost = pipeline.cost();
        if let Some(recoding) = recoding {
            cost.memory = cost.memory.max(pipeline.most_bytes().saturating_add(recoding.memory));
            cost.work = cost.work.saturating_add(recoding.work);
        }
        // The profile is beside all else, and once, while it was put together, there were up to two copies of it.
        let profile = header.icc.as_ref().map_or(0, |icc| icc.memory());
        let kept = settings.kept.bytes();
        let plan = Plan {
            memory: u64::max(cost.memory + kept + profile, profile * 3) + codec::IMAGE_BYTES + JOB_BYTES,
            work: cost.work + FIXED_WORK,
            width,
            height,
            format,
            dropped: settings.dropped,
        };
        limits.check_plan(&plan)?;
        limits.check_work(&plan)?;
        let recoding = recoding.map(|cost| (geometry.orientation, cost.work));
        Ok(Self { file, image, codec, settings, pipeline, recoding, plan })
    }

    /// What the job will cost, and the size and format of its result.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Decodes, crops, resizes, turns and encodes.
    ///
    /// # Errors
    ///
    /// [`DamagedSource`](crate::Kind::DamagedSource) where the source cannot be decoded,
    /// [`Cancelled`](crate::Kind::Cancelled) where `progress` stops the job.
    pub fn run(self, progress: &mut dyn Progress) -> Result<Output, Error> {
        let Self { file, image, codec, settings, pipeline, recoding, plan } = self;
        let Plan { width, height, format, dropped, .. } = plan;
        let total = pipeline.cost().work + recoding.map_or(0, |(_, work)| work);
        let mut meter = Meter { progress, total };
        let mut bytes = pipeline.run(file, image, codec, &settings, &mut meter)?;
        if let Some((orientation, _)) = recoding {
            // Never a longer file for nothing.
            if bytes.len() > file.len() {
                let recoded = image.recode(file, &settings, orientation, bytes.len() - 1);
                bytes = recoded.unwrap_or(bytes);
            }
            meter.reach(total)?;
        }
        Ok(Output { bytes, format, width, height, dropped })
    }
}

/// Computes what a job will cost, from the source's header alone.
///
/// ```
/// use edgepix_core::{Format, Limits, Transform};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let options = Transform::builder().width(240).format(Format::Png).build()?;
/// let plan = edgepix_core::plan(&photo, &options, &Limits::default())?;
/// assert_eq!((plan.width, plan.height, plan.format), (240, 135, Format::Png));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// All that [`transform`] may answer before it decodes.
pub fn plan(bytes: &[u8], transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
    crate::Source::open(bytes, limits)?.prepare(transform).map(|job| *job.plan())
}

/// Decodes, crops, resizes, turns and encodes an image: [`Source::open`](crate::Source::open),
/// [`prepare`](crate::Source::prepare) and [`run`](Job::run) in one.
///
/// ```
/// use edgepix_core::{Limits, Transform};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let options = Transform::builder().width(240).build()?;
/// let output = edgepix_core::transform(&photo, &options, &Limits::default())?;
/// assert_eq!((output.width, output.height), (240, 135));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`TooLarge`](crate::Kind::TooLarge) where a limit or the plan refuses the job, before anything is decoded;
/// [`UnsupportedSource`](crate::Kind::UnsupportedSource) where the source is no image that we read, or is animated and
/// no frame is named; [`DamagedSource`](crate::Kind::DamagedSource) where it cannot be decoded;
/// [`InvalidParameter`](crate::Kind::InvalidParameter) where an option does not go with this source.
pub fn transform(bytes: &[u8], transform: &Transform, limits: &Limits) -> Result<Output, Error> {
    crate::Source::open(bytes, limits)?.prepare(transform)?.run(&mut ())
}

/// Whether a result of the source's own format is nothing but the source, with other metadata: all of its pixels, at most turned as
/// it says itself, in the same colours. Quality and effort do not matter.
fn keeps_picture(header: &Header, geometry: &Geometry, colours: &Colours<'_>, transform: &Transform) -> bool {
    header.frames == 1
        && geometry.keeps_pixels((header.width, header.height))
        && transform.rotate == Rotate::None
        && transform.flip == Flip::None
        && (transform.background.is_none() || !header.has_alpha())
        && header.layout != Layout::Cmyk
        && colours.conversion().is_none()
}

/// The frames to decode; an animation needs one to be named.
fn chosen_frames(frames: u32, transform: &Transform) -> Result<Range<u32>, Error> {
    match transform.frame {
        None if frames > 1 => Err(Error::unsupported_source(format!(
            "The source is an animation of {frames} frames, which are not written together yet; name one with frame=0.",
        ))),
        None => Ok(0..1),
        Some(frame) if frame < frames => Ok(frame..frame + 1),
        Some(frame) => Err(Error::parameter(
            "frame",
            format!("The source has no frame {frame}."),
            format!("0 … {}", frames - 1),
        )),
    }
}
