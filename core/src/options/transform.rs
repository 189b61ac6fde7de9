//! Everything that can be asked of an image.

use std::num::NonZeroU32;

use super::{
    Background, Crop, Dpr, Effort, Fit, Flip, Gravity, KeepMetadata, Lossless, Profile, Quality, Rotate,
    TransformBuilder,
};
use crate::{Format, device_pixels};

/// Everything that can be asked of an image. The default changes nothing but the encoding.
///
/// ```
/// use edgepix_core::{Fit, Format, Transform};
///
/// let avatar = Transform::builder().width(96).height(96).fit(Fit::Cover).format(Format::Webp).build()?;
/// assert_eq!(avatar.width().map(u32::from), Some(96));
/// assert!(Transform::builder().width(0).build().is_err());
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transform {
    pub(crate) width: Option<NonZeroU32>,
    pub(crate) height: Option<NonZeroU32>,
    pub(crate) dpr: Dpr,
    pub(crate) fit: Fit,
    pub(crate) enlarge: bool,
    pub(crate) gravity: Gravity,
    pub(crate) crop: Option<Crop>,
    pub(crate) rotate: Rotate,
    pub(crate) flip: Flip,
    pub(crate) background: Option<Background>,
    pub(crate) format: Option<Format>,
    pub(crate) quality: Option<Quality>,
    pub(crate) effort: Option<Effort>,
    pub(crate) lossless: Option<Lossless>,
    pub(crate) frame: Option<u32>,
    pub(crate) metadata: KeepMetadata,
    pub(crate) profile: Profile,
}

impl Transform {
    /// Begins with the defaults.
    pub fn builder() -> TransformBuilder {
        TransformBuilder::from(Self::default())
    }

    /// Begins with these options.
    pub fn to_builder(&self) -> TransformBuilder {
        TransformBuilder::from(self.clone())
    }

    /// The same for a result of `format`: sizes in device pixels, the format's own quality where none is named, and nothing
    /// that has no meaning for the format. Equal normalized options give equal bytes of one source.
    pub fn normalized(&self, format: Format) -> Self {
        let device = |css: NonZeroU32| {
            let pixels = u32::try_from(device_pixels(css.get(), self.dpr)).unwrap_or(u32::MAX);
            NonZeroU32::new(pixels).unwrap_or(css)
        };
        let lossless = format.has_lossless_mode().then(|| self.lossless.unwrap_or_default());
        let own_quality = format.default_quality().filter(|_| lossless != Some(Lossless::Yes));
        Self {
            width: self.width.map(device),
            height: self.height.map(device),
            dpr: Dpr::default(),
            format: Some(format),
            quality: match own_quality {
                Some(own) => Some(self.quality.unwrap_or(own)),
                None => self.palette_quality(format),
            },
            effort: Some(self.effort.unwrap_or_default()),
            lossless,
            profile: if format.has_profile() { self.profile } else { Profile::Srgb },
            ..self.clone()
        }
    }

    /// The quality of a palette, where a PNG is asked for by name, with one, and not without loss: all other PNGs keep all
    /// colours.
    pub(crate) fn palette_quality(&self, format: Format) -> Option<Quality> {
        let is_named = self.format == Some(format);
        self.quality.filter(|_| is_named && format.has_palette_mode() && !self.lossless())
    }

    /// Width of the box to fit into, in CSS pixels. Where absent: from the height, by the aspect ratio.
    pub fn width(&self) -> Option<NonZeroU32> {
        self.width
    }

    /// Height of the box to fit into, in CSS pixels. Where absent: from the width, by the aspect ratio.
    pub fn height(&self) -> Option<NonZeroU32> {
        self.height
    }

    /// Device pixels per CSS pixel; multiplies width and height. Default 1.
    pub fn dpr(&self) -> Dpr {
        self.dpr
    }

    /// How the image meets the box. Default [`Fit::Inside`].
    pub fn fit(&self) -> Fit {
        self.fit
    }

    /// Whether a small image is sampled up to the box. Default: never.
    pub fn enlarge(&self) -> bool {
        self.enlarge
    }

    /// Which part [`Fit::Cover`] keeps, and where [`Fit::Contain`] places the image. Default: the centre.
    pub fn gravity(&self) -> Gravity {
        self.gravity
    }

    /// The part of the source to use, after EXIF orientation, before rotation and mirroring. Default: all of it.
    pub fn crop(&self) -> Option<Crop> {
        self.crop
    }

    /// Clockwise rotation, before mirroring. Default: none.
    pub fn rotate(&self) -> Rotate {
        self.rotate
    }

    /// Mirroring. Default: none.
    pub fn flip(&self) -> Flip {
        self.flip
    }

    /// What shows through transparency, and the canvas of [`Fit::Contain`]. Default: transparent, or white where the
    /// format has no alpha.
    pub fn background(&self) -> Option<Background> {
        self.background
    }

    /// Output format. Default: the source's own.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Quality of lossy encoders, and of the palette of a PNG that is asked for by name. Default: [the
    /// format's](Format::default_quality).
    pub fn quality(&self) -> Option<Quality> {
        self.quality
    }

    /// How long encoders look for a smaller file. Default: [`Effort::Balanced`].
    pub fn effort(&self) -> Option<Effort> {
        self.effort
    }

    /// Whether a format that can be lossy or lossless (WebP) is written losslessly. Default: lossy.
    pub fn lossless(&self) -> bool {
        self.lossless == Some(Lossless::Yes)
    }

    /// Whether such a format is written losslessly where that is smaller: of lossless sources, results that look like
    /// graphics. Default: no.
    pub fn auto_lossless(&self) -> bool {
        self.lossless == Some(Lossless::Auto)
    }

    /// The same, with lossless coding where that is smaller, unless the options say whether it is wanted.
    pub fn or_auto_lossless(&self) -> Self {
        Self { lossless: self.lossless.or(Some(Lossless::Auto)), ..self.clone() }
    }

    /// The frame of an animation to use, from 0. Needed where the source is animated.
    pub fn frame(&self) -> Option<u32> {
        self.frame
    }

    /// Which metadata the output keeps. Default: none.
    pub fn metadata(&self) -> KeepMetadata {
        self.metadata
    }

    /// The colour space of the result. Default: sRGB.
    pub fn profile(&self) -> Profile {
        self.profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_become_device_pixels_and_what_has_no_meaning_for_the_format_goes() {
        let asked =
            Transform::builder().width(333).dpr(1.5).quality(70).lossless(true).profile(Profile::Keep);
        let asked = asked.build().unwrap();
        let normalized = |format| {
            let normalized = asked.normalized(format);
            assert_eq!((normalized.width, normalized.dpr), (NonZeroU32::new(500), Dpr::default()));
            assert_eq!(normalized.effort, Some(Effort::Balanced));
            (normalized.quality.map(Quality::get), normalized.lossless(), normalized.profile)
        };
        assert_eq!(normalized(Format::Jpeg), (Some(70), false, Profile::Keep));
        assert_eq!(normalized(Format::Png), (None, false, Profile::Keep));
        assert_eq!(normalized(Format::Webp), (None, true, Profile::Keep));
        assert_eq!(normalized(Format::Gif), (None, false, Profile::Srgb));
        let auto = Transform::default().or_auto_lossless();
        let normalized = [Format::Webp, Format::Png].map(|format| auto.normalized(format).auto_lossless());
        assert_eq!(normalized, [true, false]);
        assert!(!asked.or_auto_lossless().auto_lossless());
        assert_eq!(Transform::default().normalized(Format::Webp).quality, Format::Webp.default_quality());
    }
}
