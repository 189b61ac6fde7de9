//! The pipeline: sniff → header → limits and plan → decode → crop → resize → colour → orient → encode.
//!
//! Rows go through it one by one, from the decoder to the encoder. Where the picture is turned, or the encoder wants to
//! see all of it, they are put in place, and the result is the only whole picture. Photos go the way of
//! [`planes`](crate::planes) where they can, all else that of [`pixels`](crate::pixels).

use crate::decode::{self, Cost, Header};
use crate::encode::{self, Settings};
use crate::geometry::Steps;
use crate::pixels::Pixels;
use crate::planes::PlaneWay;
use crate::raster::{Layout, Picture};
use crate::{Error, Limits, Metadata, Output, Plan, Progress, Transform};

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
    Job::new(bytes, transform, limits)?.run(&mut ())
}

/// Instructions that any job takes: headers, tables.
const BEGINNING: u64 = 4_000_000;

/// Everything that is decided before the first pixel is decoded.
#[derive(Debug)]
pub struct Job<'a> {
    bytes: &'a [u8],
    header: Header<'a>,
    way: Way,
    settings: Settings,
    plan: Plan,
}

/// From the source's bytes to a picture of the result's size.
#[derive(Debug)]
enum Way {
    Pixels(Pixels),
    /// No picture: the encoder gets the rows as they come.
    Rows(Pixels),
    Planes(PlaneWay),
    /// No picture here, either.
    Strips(PlaneWay),
}

impl<'a> Job<'a> {
    pub(crate) fn new(bytes: &'a [u8], transform: &Transform, limits: &Limits) -> Result<Self, Error> {
        limits.check_bytes(bytes.len() as u64)?;
        let header = decode::header(bytes)?;
        limits.check_source(&Metadata::of(&header, bytes))?;
        let frame = chosen_frame(&header, transform)?;

        let stored = (header.width, header.height);
        let steps = Steps::new(stored, header.orientation, transform, limits)?;
        let format = transform.format.unwrap_or(header.format);
        let settings = Settings::new(format, &header, transform)?;
        let (width, height) = steps.output;
        encode::check_size(format, width, height)?;

        let profile = header.icc.as_ref().map_or(0, |icc| icc.len() as u64 * 3);
        let encoding = |layout| encode::cost(&settings, width, height, layout);
        let (way, memory, work) = if let Some(way) = PlaneWay::new(&header, &steps, &settings) {
            let (making, encoding) = (way.cost(bytes, &header), encoding(Layout::Rgb));
            let (streams, memory) = choose(making, encoding, way.picture_bytes(), way.strips_bytes());
            let way = if streams { Way::Strips(way) } else { Way::Planes(way) };
            (way, memory, making.work + encoding.work)
        } else {
            let way = Pixels::new(&header, &steps, transform, format, frame);
            let layout = way.layout();
            let (making, encoding) = (way.cost(bytes, &header)?, encoding(layout));
            let together = (way.is_straight() && settings.takes_rows(layout)).then_some(0);
            let (streams, memory) = choose(making, encoding, layout.bytes(width, height), together);
            let way = if streams { Way::Rows(way) } else { Way::Pixels(way) };
            (way, memory, making.work + encoding.work)
        };
        let plan = Plan { memory: memory + profile, work: work + BEGINNING, width, height, format };
        limits.check_plan(&plan)?;
        Ok(Self { bytes, header, way, settings, plan })
    }

    /// What the job will take, and what will come out.
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
        let Plan { width, height, format, work, .. } = self.plan;
        if progress.advance(0, work).is_break() {
            return Err(Error::new(crate::Kind::Timeout, "The job was stopped."));
        }
        let bytes = encode::encode(self.picture(self.bytes)?, &self.settings)?;
        Ok(Output { bytes, format, width, height })
    }

    fn picture<'s>(&'s self, bytes: &'s [u8]) -> Result<Picture<'s>, Error> {
        match &self.way {
            Way::Rows(way) => Ok(Picture::Rows(way.rows(bytes, &self.header))),
            Way::Pixels(way) => way.picture(bytes, &self.header).map(Picture::Pixels),
            Way::Planes(way) => way.picture(bytes).map(Picture::Planes),
            Way::Strips(way) => Ok(Picture::Planes(way.strips(bytes))),
        }
    }
}

/// Whether the encoder is to get the picture while it is made, and the memory that this or the other way takes.
///
/// `picture`: bytes of the whole. `waiting`: bytes of what waits between resizer and encoder; `None` where the encoder
/// cannot be given anything before all is there.
fn choose(making: Cost, encoding: Cost, picture: u64, waiting: Option<u64>) -> (bool, u64) {
    // Where there is a whole picture, decoder and resizer are gone when the encoder begins.
    let whole = picture + u64::max(making.memory, encoding.memory);
    let together = waiting.map(|waiting| making.memory + waiting + encoding.memory);
    match together {
        Some(together) if together <= whole => (true, together),
        _ => (false, whole),
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
