//! The caller's side.

/// Converts for who calls the interface: the core's `Transform` and `Limits` into the interface's `options` and `limits`,
/// the interface's `metadata`, `plan`, `output` and `error` into the core's.
///
/// A `Transform` may hold what this version of the interface has no value for: that conversion is a `TryFrom`, with an
/// error of kind `Unsupported`.
#[macro_export]
macro_rules! caller {
    ($bindings:path) => {
        $crate::formats!($bindings);
        $crate::caller!(@without_formats $bindings);
    };
    (@without_formats $bindings:path) => {
        const _: () = {
            use $bindings as wit;
            use $crate::core::{
                Background, Compass, Crop, Effort, Error, Fit, Flip, Gravity, KeepMetadata, Length, Limits,
                Metadata, MetadataKind, Orientation, Output, Plan, Profile, ProfileFault, Rotate, Transform,
            };

            impl TryFrom<&Transform> for wit::Options {
                type Error = Error;

                fn try_from(transform: &Transform) -> Result<Self, Error> {
                    Ok(Self {
                        width: transform.width().map(Into::into),
                        height: transform.height().map(Into::into),
                        dpr: Some(transform.dpr().get()),
                        fit: Some(transform.fit().into()),
                        enlarge: Some(transform.enlarge()),
                        gravity: Some(transform.gravity().try_into()?),
                        crop: transform.crop().map(Into::into),
                        trim: None,
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
                        pad: None,
                        background: transform.background().map(Into::into),
                        blur: None,
                        sharpen: None,
                        brightness: None,
                        contrast: None,
                        saturation: None,
                        overlay: None,
                        format: transform.format().map(wit::Format::try_from).transpose()?,
                        quality: transform.quality().map(|quality| quality.get()),
                        auto_quality: None,
                        lossless: transform.lossless().then_some(true),
                        auto_lossless: transform.auto_lossless().then_some(true),
                        effort: transform.effort().map(wit::Effort::from),
                        max_bytes: None,
                        frame: transform.frame(),
                        metadata: Some(transform.metadata().into()),
                        profile: Some(transform.profile().into()),
                    })
                }
            }

            $crate::same_cases! {
                wit::Fit, Fit {
                    Inside = Inside, Outside = Outside, Cover = Cover, Contain = Contain, Fill = Fill,
                }
                wit::Effort, Effort { Fast = Fast, Balanced = Balanced, Small = Small }
                wit::KeepMetadata, KeepMetadata { None = None, Copyright = Copyright, All = All }
                wit::Profile, Profile { Srgb = Srgb, Keep = Keep }
                MetadataKind, wit::MetadataKind { Exif = Exif, Xmp = Xmp, Icc = Icc }
                ProfileFault, wit::ProfileFault {
                    Damaged = Damaged, OtherChannels = OtherChannels, Unsupported = Unsupported,
                }
                wit::Gravity, Compass {
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
                        output_pixels: Some(limits.output_pixels),
                        frames: Some(limits.frames),
                        animation_pixels: Some(limits.animation_pixels),
                        memory: Some(limits.memory),
                        work: Some(limits.work),
                    }
                }
            }

            impl From<wit::Metadata> for Metadata {
                fn from(metadata: wit::Metadata) -> Self {
                    Self {
                        width: metadata.width,
                        height: metadata.height,
                        format: metadata.format.into(),
                        size_bytes: metadata.size_bytes,
                        orientation: Orientation::from_exif(metadata.orientation.into()),
                        frames: metadata.frames,
                        has_alpha: metadata.has_alpha,
                        bit_depth: metadata.bit_depth,
                        profile: metadata.profile,
                        profile_ignored: metadata.profile_ignored.map(ProfileFault::from),
                        progressive: metadata.progressive,
                    }
                }
            }

            impl From<wit::Plan> for Plan {
                fn from(plan: wit::Plan) -> Self {
                    let wit::Plan { memory, work, width, height, format, dropped } = plan;
                    let dropped = dropped.into_iter().map(MetadataKind::from).collect();
                    Self { memory, work, width, height, format: format.into(), dropped }
                }
            }

            impl From<wit::Output> for Output {
                fn from(output: wit::Output) -> Self {
                    let wit::Output { bytes, format, width, height, dropped } = output;
                    let dropped = dropped.into_iter().map(MetadataKind::from).collect();
                    Self { bytes, format: format.into(), width, height, dropped }
                }
            }

            $crate::kinds!(from_wit);
        };
    };
}
