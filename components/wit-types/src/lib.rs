//! Between the core's types and what a binding generator makes of `edgepix:pipeline`.
//!
//! A generator makes new types wherever it is invoked, so no function of this crate can convert them all: macros can.
//! Each is told the generated module, and writes the `From`s into the crate that invokes it.
//!
//! - [`caller!`] for who calls the interface: options in, results out. A host, or a component that imports it.
//! - [`shared!`] and [`twins!`] are what the component that exports the interface needs as well.

/// What the macros' expansions name.
#[doc(hidden)]
pub use edgepix_core as core;

/// The error of a value that the core has and this version of the interface does not.
#[doc(hidden)]
pub fn not_in_interface(parameter: &'static str, value: impl std::fmt::Display) -> core::Error {
    let mut error =
        core::Error::new(core::Kind::Unsupported, format!("The component knows no {parameter} {value}."));
    error.parameter = Some(parameter.into());
    error
}

/// `From`s between enums of the same cases: `#[from] A, B { X = Y, … }` makes an `A` of a `B`, `A::X` of `B::Y`;
/// `#[both]` makes either of the other.
#[macro_export]
macro_rules! twins {
    ($(#[$way:ident] $ours:ty, $theirs:ty { $($our:ident = $their:ident),+ $(,)? })+) => {
        $($crate::twins!(@$way $ours, $theirs { $($our = $their),+ });)+
    };
    (@from $ours:ty, $theirs:ty { $($our:ident = $their:ident),+ }) => {
        impl From<$theirs> for $ours {
            fn from(value: $theirs) -> Self {
                match value {
                    $(<$theirs>::$their => <$ours>::$our,)+
                }
            }
        }
    };
    (@both $ours:ty, $theirs:ty { $($our:ident = $their:ident),+ }) => {
        $crate::twins!(@from $ours, $theirs { $($our = $their),+ });
        $crate::twins!(@from $theirs, $ours { $($their = $our),+ });
    };
}

/// The conversions that both sides need: of format, fit and metadata policy, either way.
#[macro_export]
macro_rules! shared {
    ($bindings:path) => {
        const _: () = {
            use $bindings as wit;
            use $crate::core::{Fit, Format, KeepMetadata};

            $crate::twins! {
                #[from] Format, wit::Format {
                    Jpeg = Jpeg, Png = Png, Webp = Webp, Avif = Avif, Gif = Gif, Jxl = Jxl,
                }
                #[both] Fit, wit::Fit {
                    Inside = Inside, Outside = Outside, Cover = Cover, Contain = Contain, Fill = Fill,
                }
                #[both] KeepMetadata, wit::KeepMetadata { None = None, Copyright = Copyright, All = All }
            }

            impl TryFrom<Format> for wit::Format {
                type Error = $crate::core::Error;

                fn try_from(format: Format) -> Result<Self, Self::Error> {
                    Ok(match format {
                        Format::Jpeg => Self::Jpeg,
                        Format::Png => Self::Png,
                        Format::Webp => Self::Webp,
                        Format::Gif => Self::Gif,
                        Format::Avif => Self::Avif,
                        Format::Jxl => Self::Jxl,
                        other => return Err($crate::not_in_interface("format", other)),
                    })
                }
            }
        };
    };
}

/// The caller's side: the interface's options and limits from the core's `Transform` and `Limits`, the core's
/// `Metadata`, `Plan`, `Output` and `Error` from the interface's.
#[macro_export]
macro_rules! caller {
    ($bindings:path) => {
        $crate::shared!($bindings);

        const _: () = {
            use $bindings as wit;
            use $crate::core::{
                Background, Compass, Crop, Error, Flip, Gravity, Kind, Length, Limits, Metadata, Orientation,
                Output, Plan, Rotate, Transform,
            };

            impl TryFrom<&Transform> for wit::Options {
                type Error = Error;

                fn try_from(transform: &Transform) -> Result<Self, Error> {
                    Ok(Self {
                        width: transform.width().map(Into::into),
                        height: transform.height().map(Into::into),
                        dpr: Some(transform.dpr().get()),
                        fit: Some(transform.fit().into()),
                        enlarge: transform.enlarge(),
                        gravity: Some(transform.gravity().try_into()?),
                        crop: transform.crop().map(Into::into),
                        rotate: match transform.rotate() {
                            Rotate::None => None,
                            Rotate::Quarter => Some(wit::Rotate::Quarter),
                            Rotate::Half => Some(wit::Rotate::Half),
                            Rotate::ThreeQuarters => Some(wit::Rotate::ThreeQuarters),
                        },
                        flip: match transform.flip() {
                            Flip::None => None,
                            Flip::Horizontal => Some(wit::Flip::Horizontal),
                            Flip::Vertical => Some(wit::Flip::Vertical),
                            Flip::Both => Some(wit::Flip::Both),
                        },
                        background: transform.background().map(Into::into),
                        format: transform.format().map(TryInto::try_into).transpose()?,
                        quality: transform.quality().map(|quality| quality.get()),
                        lossless: transform.lossless(),
                        frame: transform.frame(),
                        metadata: Some(transform.metadata().into()),
                    })
                }
            }

            $crate::twins! {
                #[from] wit::Gravity, Compass {
                    Center = Center, North = North, Northeast = Northeast, East = East, Southeast = Southeast,
                    South = South, Southwest = Southwest, West = West, Northwest = Northwest,
                }
            }

            impl TryFrom<Gravity> for wit::Gravity {
                type Error = Error;

                fn try_from(gravity: Gravity) -> Result<Self, Error> {
                    Ok(match gravity {
                        Gravity::Focal(point) => Self::Focal(wit::Point { x: point.x(), y: point.y() }),
                        Gravity::Compass(compass) => compass.into(),
                        other => return Err($crate::not_in_interface("gravity", other)),
                    })
                }
            }

            impl From<Crop> for wit::Crop {
                fn from(crop: Crop) -> Self {
                    Self {
                        x: crop.x().into(),
                        y: crop.y().into(),
                        width: crop.width().into(),
                        height: crop.height().into(),
                    }
                }
            }

            impl From<Length> for wit::Length {
                fn from(length: Length) -> Self {
                    match length {
                        Length::Pixels(pixels) => Self::Pixels(pixels),
                        Length::Percent(percent) => Self::Percent(percent.get()),
                    }
                }
            }

            impl From<Background> for wit::Colour {
                fn from(Background { red, green, blue, alpha }: Background) -> Self {
                    Self { red, green, blue, alpha }
                }
            }

            impl From<&Limits> for wit::Limits {
                fn from(limits: &Limits) -> Self {
                    Self {
                        source_bytes: Some(limits.source_bytes),
                        source_pixels: Some(limits.source_pixels),
                        output_side: Some(limits.output_side),
                        frames: Some(limits.frames),
                        memory: Some(limits.memory),
                    }
                }
            }

            impl From<wit::Metadata> for Metadata {
                fn from(facts: wit::Metadata) -> Self {
                    Self {
                        width: facts.width,
                        height: facts.height,
                        format: facts.format.into(),
                        size_bytes: facts.size_bytes,
                        orientation: Orientation::from_exif(facts.orientation.into()),
                        frames: facts.frames,
                        has_alpha: facts.has_alpha,
                        bit_depth: facts.bit_depth,
                        profile: facts.profile,
                        progressive: facts.progressive,
                    }
                }
            }

            impl From<wit::Plan> for Plan {
                fn from(wit::Plan { memory, work, width, height, format }: wit::Plan) -> Self {
                    Self { memory, work, width, height, format: format.into() }
                }
            }

            impl From<wit::Output> for Output {
                fn from(wit::Output { bytes, format, width, height }: wit::Output) -> Self {
                    Self { bytes, format: format.into(), width, height }
                }
            }

            impl From<wit::Error> for Error {
                fn from(error: wit::Error) -> Self {
                    let (kind, details) = match error {
                        wit::Error::InvalidParameter(details) => (Kind::InvalidParameter, details),
                        wit::Error::Unsupported(details) => (Kind::Unsupported, details),
                        wit::Error::UnsupportedSource(details) => (Kind::UnsupportedSource, details),
                        wit::Error::DamagedSource(details) => (Kind::DamagedSource, details),
                        wit::Error::TooLarge(details) => (Kind::TooLarge, details),
                        wit::Error::Internal(details) => (Kind::Internal, details),
                    };
                    let mut error = Self::new(kind, details.message);
                    error.parameter = details.parameter.map(Into::into);
                    error.allowed = details.allowed.map(Into::into);
                    error.limit = details.limit;
                    error.actual = details.actual;
                    error
                }
            }
        };
    };
}
