//! Between the generated types and the core's.

use edgepix_core::{
    Background, Compass, Crop, Error, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Limits, Rotate,
    Transform,
};
use edgepix_wit_types::twins;

use crate::bindings::exports::edgepix::pipeline::pipeline as wit;

pub(crate) fn transform(options: &wit::Options) -> Result<Transform, Error> {
    Transform::builder()
        .width(options.width)
        .height(options.height)
        .dpr(options.dpr)
        .fit(options.fit.map(Fit::from))
        .enlarge(options.enlarge)
        .gravity(options.gravity.map(Gravity::try_from).transpose()?)
        .crop(options.crop.map(Crop::try_from).transpose()?)
        .rotate(options.rotate.map(Rotate::from))
        .flip(options.flip.map(Flip::from))
        .background(options.background.map(Background::from))
        .format(options.format.map(Format::from))
        .quality(options.quality)
        .lossless(options.lossless)
        .frame(options.frame)
        .metadata(options.metadata.map(KeepMetadata::from))
        .build()
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
                let wrong = || Error::invalid_value("gravity", "two shares of 0 … 1");
                return Gravity::focal(x, y).ok_or_else(wrong);
            }
            wit::Gravity::Smart => {
                let allowed = "a compass direction or a focal point";
                return Err(Error::not_built("gravity", "gravity=smart", allowed));
            }
        }))
    }
}

impl TryFrom<wit::Crop> for Crop {
    type Error = Error;

    fn try_from(crop: wit::Crop) -> Result<Self, Error> {
        let length = |length| match length {
            wit::Length::Pixels(pixels) => Some(Length::Pixels(pixels)),
            wit::Length::Percent(percent) => Length::percent(percent),
        };
        let read = || Crop::new(length(crop.x)?, length(crop.y)?, length(crop.width)?, length(crop.height)?);
        let allowed = "pixels, or per cent from 0 to 100; width and height more than 0";
        read().ok_or_else(|| Error::invalid_value("crop", allowed))
    }
}

impl From<wit::Colour> for Background {
    fn from(wit::Colour { red, green, blue, alpha }: wit::Colour) -> Self {
        Background { red, green, blue, alpha }
    }
}

impl From<wit::Limits> for Limits {
    fn from(limits: wit::Limits) -> Self {
        let mut own = Limits::default();
        own.source_bytes = limits.source_bytes.unwrap_or(own.source_bytes);
        own.source_pixels = limits.source_pixels.unwrap_or(own.source_pixels);
        own.output_side = limits.output_side.unwrap_or(own.output_side);
        own.frames = limits.frames.unwrap_or(own.frames);
        own.memory = limits.memory.unwrap_or(own.memory);
        own
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
