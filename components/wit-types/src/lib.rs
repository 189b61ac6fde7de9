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
                #[both] Format, wit::Format { Jpeg = Jpeg, Png = Png, Webp = Webp, Avif = Avif, Gif = Gif }
                #[both] Fit, wit::Fit {
                    Inside = Inside, Outside = Outside, Cover = Cover, Contain = Contain, Fill = Fill,
                }
                #[both] KeepMetadata, wit::KeepMetadata { None = None, Copyright = Copyright, All = All }
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

            impl From<&Transform> for wit::Options {
                fn from(transform: &Transform) -> Self {
                    Self {
                        width: transform.width.map(Into::into),
                        height: transform.height.map(Into::into),
                        dpr: Some(transform.dpr.get()),
                        fit: Some(transform.fit.into()),
                        enlarge: transform.enlarge,
                        gravity: Some(transform.gravity.into()),
                        crop: transform.crop.map(Into::into),
                        rotate: match transform.rotate {
                            Rotate::None => None,
                            Rotate::Quarter => Some(wit::Rotate::Quarter),
                            Rotate::Half => Some(wit::Rotate::Half),
                            Rotate::ThreeQuarters => Some(wit::Rotate::ThreeQuarters),
                        },
                        flip: match transform.flip {
                            Flip::None => None,
                            Flip::Horizontal => Some(wit::Flip::Horizontal),
                            Flip::Vertical => Some(wit::Flip::Vertical),
                            Flip::Both => Some(wit::Flip::Both),
                        },
                        background: transform.background.map(Into::into),
                        format: transform.format.map(Into::into),
                        quality: transform.quality.map(|quality| quality.get()),
                        lossless: transform.lossless,
                        frame: transform.frame,
                        metadata: Some(transform.metadata.into()),
                    }
                }
            }

            $crate::twins! {
                #[from] wit::Gravity, Compass {
                    Center = Center, North = North, Northeast = Northeast, East = East, Southeast = Southeast,
                    South = South, Southwest = Southwest, West = West, Northwest = Northwest,
                }
            }

            impl From<Gravity> for wit::Gravity {
                fn from(gravity: Gravity) -> Self {
                    match gravity {
                        Gravity::Focal(x, y) => Self::Focal(wit::Point { x, y }),
                        Gravity::Compass(compass) => compass.into(),
                    }
                }
            }

            impl From<Crop> for wit::Crop {
                fn from(Crop { x, y, width, height }: Crop) -> Self {
                    Self { x: x.into(), y: y.into(), width: width.into(), height: height.into() }
                }
            }

            impl From<Length> for wit::Length {
                fn from(length: Length) -> Self {
                    match length {
                        Length::Pixels(pixels) => Self::Pixels(pixels),
                        Length::Percent(percent) => Self::Percent(percent),
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
                    Self {
                        kind,
                        message: details.message.into(),
                        parameter: details.parameter.map(Into::into),
                        allowed: details.allowed.map(Into::into),
                        limit: details.limit,
                        actual: details.actual,
                    }
                }
            }
        };
    };
}
