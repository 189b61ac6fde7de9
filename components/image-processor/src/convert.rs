//! Between the generated types and the core's.

use std::num::NonZeroU32;

use edgepix_core::{
    Background, Compass, Crop, Dpr, Error, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Limits,
    Quality, Rotate, Transform,
};
use edgepix_wit_types::twins;

use crate::bindings::exports::edgepix::pipeline::pipeline as wit;

pub(crate) fn transform(options: &wit::Options) -> Result<Transform, Error> {
    let dpr = match options.dpr {
        Some(value) => Dpr::new(value).ok_or_else(|| out_of_range("dpr", "1 … 4"))?,
        None => Dpr::default(),
    };
    Ok(Transform {
        width: side("w", options.width)?,
        height: side("h", options.height)?,
        dpr,
        fit: options.fit.map(Fit::from).unwrap_or_default(),
        enlarge: options.enlarge,
        gravity: options.gravity.map(Gravity::try_from).transpose()?.unwrap_or_default(),
        crop: options.crop.map(Crop::try_from).transpose()?,
        rotate: options.rotate.map(Rotate::from).unwrap_or_default(),
        flip: options.flip.map(Flip::from).unwrap_or_default(),
        background: options.background.map(Background::from),
        format: options.format.map(Format::from),
        quality: quality(options.quality)?,
        lossless: options.lossless,
        frame: options.frame,
        metadata: options.metadata.map(KeepMetadata::from).unwrap_or_default(),
    })
}

/// A side of the box; none is zero.
pub(crate) fn side(name: &'static str, value: Option<u32>) -> Result<Option<NonZeroU32>, Error> {
    value.map(|value| NonZeroU32::new(value).ok_or_else(|| out_of_range(name, "at least 1"))).transpose()
}

pub(crate) fn quality(value: Option<u8>) -> Result<Option<Quality>, Error> {
    value.map(|value| Quality::new(value).ok_or_else(|| out_of_range("q", "1 … 100"))).transpose()
}

fn out_of_range(name: &'static str, allowed: &'static str) -> Error {
    Error::parameter(name, format!("The value of {name} is out of range."), allowed)
}

edgepix_wit_types::shared!(crate::bindings::exports::edgepix::pipeline::pipeline);

twins! {
    #[from] Rotate, wit::Rotate { Quarter = Quarter, Half = Half, ThreeQuarters = ThreeQuarters }
    #[from] Flip, wit::Flip { Horizontal = Horizontal, Vertical = Vertical, Both = Both }
}

impl TryFrom<wit::Gravity> for Gravity {
    type Error = Error;

    fn try_from(gravity: wit::Gravity) -> Result<Self, Error> {
        Ok(Gravity::Compass(match gravity {
            wit::Gravity::Center => Compass::Center,
            wit::Gravity::North => Compass::North,
            wit::Gravity::Northeast => Compass::Northeast,
            wit::Gravity::East => Compass::East,
            wit::Gravity::Southeast => Compass::Southeast,
            wit::Gravity::South => Compass::South,
            wit::Gravity::Southwest => Compass::Southwest,
            wit::Gravity::West => Compass::West,
            wit::Gravity::Northwest => Compass::Northwest,
            wit::Gravity::Focal(wit::Point { x, y }) => {
                let share = 0.0..=1.0;
                return if share.contains(&x) && share.contains(&y) {
                    Ok(Gravity::Focal(x, y))
                } else {
                    Err(out_of_range("gravity", "two shares of 0 … 1"))
                };
            }
            wit::Gravity::Smart => {
                let mut error = out_of_range("gravity", "a compass direction or a focal point");
                error.kind = Kind::Unsupported;
                error.message = "gravity=smart is not built yet.".into();
                return Err(error);
            }
        }))
    }
}

impl TryFrom<wit::Crop> for Crop {
    type Error = Error;

    fn try_from(crop: wit::Crop) -> Result<Self, Error> {
        let wrong =
            || out_of_range("crop", "pixels, or per cent from 0 to 100; width and height more than 0");
        let length = |length| match length {
            wit::Length::Pixels(pixels) => Ok(Length::Pixels(pixels)),
            wit::Length::Percent(percent) if (0.0..=100.0).contains(&percent) => Ok(Length::Percent(percent)),
            wit::Length::Percent(_) => Err(wrong()),
        };
        let side = |side| match length(side)? {
            Length::Pixels(0) | Length::Percent(0.0) => Err(wrong()),
            side => Ok(side),
        };
        Ok(Crop {
            x: length(crop.x)?,
            y: length(crop.y)?,
            width: side(crop.width)?,
            height: side(crop.height)?,
        })
    }
}

impl From<wit::Colour> for Background {
    fn from(wit::Colour { red, green, blue, alpha }: wit::Colour) -> Self {
        Background { red, green, blue, alpha }
    }
}

impl From<wit::Limits> for Limits {
    fn from(limits: wit::Limits) -> Self {
        let default = Limits::default();
        Limits {
            source_bytes: limits.source_bytes.unwrap_or(default.source_bytes),
            source_pixels: limits.source_pixels.unwrap_or(default.source_pixels),
            output_side: limits.output_side.unwrap_or(default.output_side),
            frames: limits.frames.unwrap_or(default.frames),
            memory: limits.memory.unwrap_or(default.memory),
        }
    }
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> Self {
        let details = wit::Details {
            message: error.message.into_owned(),
            parameter: error.parameter.map(Into::into),
            allowed: error.allowed.map(Into::into),
            limit: error.limit,
            actual: error.actual,
        };
        match error.kind {
            Kind::InvalidParameter => wit::Error::InvalidParameter(details),
            Kind::Unsupported => wit::Error::Unsupported(details),
            Kind::UnsupportedSource => wit::Error::UnsupportedSource(details),
            Kind::DamagedSource => wit::Error::DamagedSource(details),
            Kind::TooLarge => wit::Error::TooLarge(details),
            // The other kinds are raised by hosts, never by the core.
            _ => wit::Error::Internal(details),
        }
    }
}
