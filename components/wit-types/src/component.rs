//! The side of the component.

/// Converts for the component that exports the interface: the interface's `options` and `limits` into the core's
/// `Transform` and `Limits`, the core's `Metadata`, `Plan`, `Output` and `Error` into the interface's.
///
/// The conversion of options refuses what is out of range (`InvalidParameter`) and what is not built yet (`Unsupported`).
#[macro_export]
macro_rules! component {
    ($bindings:path) => {
        $crate::formats!($bindings);
        $crate::component!(@without_formats $bindings);
    };
    (@without_formats $bindings:path) => {
        const _: () = {
            use $bindings as wit;
            use $crate::core::{
                Background, Compass, Crop, Effort, Error, Fit, Flip, Format, Gravity, KeepMetadata, Length, Limits,
                Metadata, MetadataKind, Output, Plan, Profile, ProfileFault, Rotate, Transform,
            };

            impl TryFrom<wit::Options> for Transform {
                type Error = Error;

                fn try_from(options: wit::Options) -> Result<Self, Error> {
                    let wit::Options {
                        width, height, dpr, fit, enlarge, gravity, crop, trim, rotate, flip, pad, background,
                        blur, sharpen, brightness, contrast, saturation, overlay, format, quality, auto_quality,
                        lossless, auto_lossless, effort, max_bytes, frame, metadata, profile,
                    } = options;
                    for (name, is_asked) in [
                        ("trim", trim.is_some()),
                        ("pad", pad.is_some()),
                        ("blur", blur.is_some()),
                        ("sharpen", sharpen.is_some()),
                        ("brightness", brightness.is_some_and(|change| change != 0.0)),
                        ("contrast", contrast.is_some_and(|change| change != 0.0)),
                        ("saturation", saturation.is_some_and(|change| change != 0.0)),
                        ("overlay", overlay.is_some()),
                        ("max", max_bytes.is_some()),
                    ] {
                        if is_asked {
                            return Err(Error::not_built(name, name, "the default"));
                        }
                    }
                    if auto_quality == Some(true) {
                        return Err(Error::not_built("q", "q=auto", "1 … 100"));
                    }
                    Self::builder()
                        .width(width)
                        .height(height)
                        .dpr(dpr)
                        .fit(fit.map(Fit::from))
                        .enlarge(enlarge)
                        .gravity(gravity.map(Gravity::try_from).transpose()?)
                        .crop(crop.map(Crop::try_from).transpose()?)
                        .rotate(rotate.map(Rotate::from))
                        .flip(flip.map(Flip::from))
                        .background(background.map(Background::from))
                        .format(format.map(Format::from))
                        .quality(quality)
                        .effort(effort.map(Effort::from))
                        .lossless(lossless)
                        .auto_lossless(auto_lossless)
                        .frame(frame)
                        .metadata(metadata.map(KeepMetadata::from))
                        .profile(profile.map(Profile::from))
                        .build()
                }
            }

            $crate::same_cases! {
                Fit, wit::Fit {
                    Inside = Inside, Outside = Outside, Cover = Cover, Contain = Contain, Fill = Fill,
                }
                Effort, wit::Effort { Fast = Fast, Balanced = Balanced, Small = Small }
                KeepMetadata, wit::KeepMetadata { None = None, Copyright = Copyright, All = All }
                Profile, wit::Profile { Srgb = Srgb, Keep = Keep }
                wit::MetadataKind, MetadataKind { Exif = Exif, Xmp = Xmp, Icc = Icc }
                wit::ProfileFault, ProfileFault {
                    Damaged = Damaged, OtherChannels = OtherChannels, Unsupported = Unsupported,
                }
                Rotate, wit::Rotate { Quarter = Quarter, Half = Half, ThreeQuarters = ThreeQuarters }
                Flip, wit::Flip { Horizontal = Horizontal, Vertical = Vertical, Both = Both }
            }

            impl TryFrom<wit::Gravity> for Gravity {
                type Error = Error;

                fn try_from(gravity: wit::Gravity) -> Result<Self, Error> {
                    let not_built = |what| {
                        Err(Error::not_built("gravity", what, "a compass direction or a focal point"))
                    };
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
                            return Gravity::focal(x, y).map_err(|_| wrong());
                        }
                        wit::Gravity::Smart => return not_built("gravity=smart"),
                        wit::Gravity::Face => return not_built("gravity=face"),
                    }))
                }
            }

            impl TryFrom<wit::Crop> for Crop {
                type Error = Error;

                fn try_from(crop: wit::Crop) -> Result<Self, Error> {
                    let length = |length| match length {
                        wit::Length::Pixels(pixels) => Some(Length::Pixels(pixels)),
                        wit::Length::Percent(percent) => Length::percent(percent).ok(),
                    };
                    let read = || {
                        let (x, y) = (length(crop.x)?, length(crop.y)?);
                        Self::new(x, y, length(crop.width)?, length(crop.height)?).ok()
                    };
                    let allowed = "pixels, or per cent from 0 to 100; width and height more than 0";
                    read().ok_or_else(|| Error::invalid_value("crop", allowed))
                }
            }

            impl From<wit::Colour> for Background {
                fn from(wit::Colour { red, green, blue, alpha }: wit::Colour) -> Self {
                    Self { red, green, blue, alpha }
                }
            }

            impl From<wit::Limits> for Limits {
                fn from(limits: wit::Limits) -> Self {
                    let wit::Limits {
                        source_bytes, source_pixels, output_side, output_pixels, frames,
                        animation_pixels, memory, work,
                    } = limits;
                    let mut limits = Self::default();
                    limits.source_bytes = source_bytes.unwrap_or(limits.source_bytes);
                    limits.source_pixels = source_pixels.unwrap_or(limits.source_pixels);
                    limits.output_side = output_side.unwrap_or(limits.output_side);
                    limits.output_pixels = output_pixels.unwrap_or(limits.output_pixels);
                    limits.frames = frames.unwrap_or(limits.frames);
                    limits.animation_pixels = animation_pixels.unwrap_or(limits.animation_pixels);
                    limits.memory = memory.unwrap_or(limits.memory);
                    limits.work = work.unwrap_or(limits.work);
                    limits
                }
            }

            impl TryFrom<&Metadata> for wit::Metadata {
                type Error = Error;

                fn try_from(metadata: &Metadata) -> Result<Self, Error> {
                    Ok(Self {
                        width: metadata.width,
                        height: metadata.height,
                        format: metadata.format.try_into()?,
                        size_bytes: metadata.size_bytes,
                        orientation: metadata.orientation.exif(),
                        frames: metadata.frames,
                        has_alpha: metadata.has_alpha,
                        bit_depth: metadata.bit_depth,
                        profile: metadata.profile.clone(),
                        profile_ignored: metadata.profile_ignored.map(wit::ProfileFault::from),
                        progressive: metadata.progressive,
                    })
                }
            }

            impl TryFrom<Plan> for wit::Plan {
                type Error = Error;

                fn try_from(plan: Plan) -> Result<Self, Error> {
                    let Plan { memory, work, width, height, format, dropped } = plan;
                    let dropped = dropped.iter().map(wit::MetadataKind::from).collect();
                    Ok(Self { memory, work, width, height, format: format.try_into()?, dropped })
                }
            }

            impl TryFrom<Output> for wit::Output {
                type Error = Error;

                fn try_from(output: Output) -> Result<Self, Error> {
                    let Output { bytes, format, width, height, dropped } = output;
                    let dropped = dropped.iter().map(wit::MetadataKind::from).collect();
                    Ok(Self { bytes, format: format.try_into()?, width, height, dropped })
                }
            }

            $crate::kinds!(to_wit);
        };
    };
}
