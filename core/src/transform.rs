//! The pipeline: sniff → header → limits and plan → decode → crop → resize → colour → orient → encode.
//!
//! Rows go through it one by one; turning happens as finished rows are put in place, where it costs nothing. The only
//! whole picture is the result. Photos go the way of [`planes`](crate::planes) where they can, all else that of
//! [`pixels`](crate::pixels).

use crate::decode::{self, Header};
use crate::encode::{self, Settings};
use crate::geometry::Steps;
use crate::pixels::Pixels;
use crate::planes::PlaneWay;
use crate::raster::{Layout, Picture};
use crate::{Error, Limits, Metadata, Output, Plan, Transform};

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
    let (width, height) = picture.size();
    let bytes = encode::encode(picture, &job.settings)?;
    Ok(Output { bytes, format: job.settings.format, width, height })
}

/// Everything that is decided before the first pixel is decoded.
struct Job<'a> {
    header: Header<'a>,
    way: Way,
    settings: Settings,
    plan: Plan,
}

/// From the source's bytes to a picture of the result's size.
enum Way {
    Pixels(Pixels),
    Planes(PlaneWay),
}

impl<'a> Job<'a> {
    fn new(bytes: &'a [u8], transform: &Transform, limits: &Limits) -> Result<Self, Error> {
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

        let (way, picture, making, encoding) = match PlaneWay::new(&header, &steps, &settings) {
            Some(way) => {
                let (picture, making) = (way.bytes(), way.cost(bytes, &header));
                let encoding = encode::cost(&settings, width, height, Layout::Rgb);
                (Way::Planes(way), picture, making, encoding)
            }
            None => {
                let way = Pixels::new(&header, &steps, transform, format, frame);
                let (picture, making) = (way.layout().bytes(width, height), way.cost(bytes, &header)?);
                let encoding = encode::cost(&settings, width, height, way.layout());
                (Way::Pixels(way), picture, making, encoding)
            }
        };
        // Decoder and resizer are gone when the encoder begins.
        let profile = header.icc.as_ref().map_or(0, |icc| icc.len() as u64 * 3);
        let memory = picture + profile + u64::max(making.memory, encoding.memory);
        let plan = Plan { memory, work: making.work + encoding.work, width, height, format };
        limits.check_plan(&plan)?;
        Ok(Self { header, way, settings, plan })
    }

    fn picture(&self, bytes: &[u8]) -> Result<Picture, Error> {
        match &self.way {
            Way::Pixels(way) => way.picture(bytes, &self.header).map(Picture::Pixels),
            Way::Planes(way) => way.picture(bytes).map(Picture::Planes),
        }
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
