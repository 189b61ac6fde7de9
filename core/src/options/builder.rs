//! How a [`Transform`] is made, so that no nonsense can be in it.

use std::num::NonZeroU32;

use super::{
    Background, Crop, Dpr, Effort, Fit, Flip, Gravity, KeepMetadata, Lossless, Profile, Quality, Rotate,
    Transform,
};
use crate::{Error, Format};

/// What [`width`](TransformBuilder::width) and [`height`](TransformBuilder::height) may be.
const SIDE: &str = "a whole number, at least 1";

/// Makes a [`Transform`]. Every method takes a value, or `None` for the default. The first value that is out of range is
/// the error of [`build`](Self::build).
///
/// ```
/// use edgepix_core::{Kind, Transform};
///
/// let error = Transform::builder().width(800).quality(101).build().unwrap_err();
/// assert_eq!(error.kind, Kind::InvalidParameter);
/// assert_eq!(error.parameter.as_deref(), Some("q"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TransformBuilder {
    transform: Transform,
    error: Option<Error>,
}

impl From<Transform> for TransformBuilder {
    fn from(transform: Transform) -> Self {
        Self { transform, error: None }
    }
}

impl TransformBuilder {
    /// The options.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::Kind::InvalidParameter) where a value was out of range, with the parameter's name
    /// in URLs.
    pub fn build(self) -> Result<Transform, Error> {
        match self.error {
            None => Ok(self.transform),
            Some(error) => Err(error),
        }
    }

    /// Width of the box to fit into, in CSS pixels, at least 1. 0 is refused: it does not mean the source's own width.
    ///
    /// ```
    /// use edgepix_core::{Transform, output_size};
    ///
    /// let options = Transform::builder().width(800).build()?;
    /// assert_eq!(output_size(4000, 3000, &options)?, (800, 600));
    /// assert!(Transform::builder().width(0).build().is_err());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn width(mut self, pixels: impl Into<Option<u32>>) -> Self {
        self.transform.width = self.checked("w", pixels.into(), NonZeroU32::new, SIDE);
        self
    }

    /// Height of the box to fit into, in CSS pixels, at least 1. 0 is refused: it does not mean the source's own height.
    ///
    /// ```
    /// use edgepix_core::{Transform, output_size};
    ///
    /// let options = Transform::builder().height(300).build()?;
    /// assert_eq!(output_size(4000, 3000, &options)?, (400, 300));
    /// assert!(Transform::builder().height(0).build().is_err());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn height(mut self, pixels: impl Into<Option<u32>>) -> Self {
        self.transform.height = self.checked("h", pixels.into(), NonZeroU32::new, SIDE);
        self
    }

    /// Device pixels per CSS pixel, 1 … 4. Width and height are multiplied by it.
    ///
    /// ```
    /// use edgepix_core::{Transform, output_size};
    ///
    /// let options = Transform::builder().width(400).dpr(2.0).build()?;
    /// assert_eq!(output_size(4000, 3000, &options)?, (800, 600));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn dpr(mut self, ratio: impl Into<Option<f64>>) -> Self {
        self.transform.dpr = self.checked("dpr", ratio.into(), Dpr::new, Dpr::ALLOWED).unwrap_or_default();
        self
    }

    /// How the image meets the box.
    ///
    /// ```
    /// use edgepix_core::{Fit, Transform, output_size};
    ///
    /// let square = Transform::builder().width(96).height(96);
    /// let size = |fit| output_size(4000, 3000, &square.clone().fit(fit).build()?);
    /// assert_eq!(size(Fit::Inside)?, (96, 72));
    /// assert_eq!(size(Fit::Cover)?, (96, 96));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn fit(mut self, fit: impl Into<Option<Fit>>) -> Self {
        self.transform.fit = fit.into().unwrap_or_default();
        self
    }

    /// Whether a small image is sampled up to the box.
    ///
    /// ```
    /// use edgepix_core::{Transform, output_size};
    ///
    /// let wide = Transform::builder().width(800);
    /// assert_eq!(output_size(400, 300, &wide.clone().build()?)?, (400, 300));
    /// assert_eq!(output_size(400, 300, &wide.enlarge(true).build()?)?, (800, 600));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn enlarge(mut self, enlarge: impl Into<Option<bool>>) -> Self {
        self.transform.enlarge = enlarge.into().unwrap_or_default();
        self
    }

    /// Which part [`Fit::Cover`] keeps, and where [`Fit::Contain`] places the image.
    ///
    /// ```
    /// use edgepix_core::{Compass, Fit, Gravity, Transform};
    ///
    /// let avatar = Transform::builder().width(96).height(96).fit(Fit::Cover);
    /// let top = avatar.clone().gravity(Gravity::Compass(Compass::North)).build()?;
    /// let face = avatar.gravity(Gravity::focal(0.3, 0.4)?).build()?;
    /// assert_eq!((top.gravity().focus(), face.gravity().focus()), ((0.5, 0.0), (0.3, 0.4)));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn gravity(mut self, gravity: impl Into<Option<Gravity>>) -> Self {
        self.transform.gravity = gravity.into().unwrap_or_default();
        self
    }

    /// The part of the source to use, after EXIF orientation, before rotation and mirroring.
    ///
    /// ```
    /// use edgepix_core::{Crop, Length, Transform, output_size};
    ///
    /// let left_half = Crop::new(Length::Pixels(0), Length::Pixels(0), Length::percent(50.0)?, Length::percent(100.0)?)?;
    /// let options = Transform::builder().crop(left_half).build()?;
    /// assert_eq!(output_size(4000, 3000, &options)?, (2000, 3000));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn crop(mut self, crop: impl Into<Option<Crop>>) -> Self {
        self.transform.crop = crop.into();
        self
    }

    /// Clockwise rotation, beside the one that EXIF asks for.
    ///
    /// ```
    /// use edgepix_core::{Rotate, Transform, output_size};
    ///
    /// let options = Transform::builder().width(600).rotate(Rotate::Quarter).build()?;
    /// assert_eq!(output_size(4000, 3000, &options)?, (600, 800));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn rotate(mut self, rotate: impl Into<Option<Rotate>>) -> Self {
        self.transform.rotate = rotate.into().unwrap_or_default();
        self
    }

    /// Mirroring, after the rotation.
    ///
    /// ```
    /// use edgepix_core::{Flip, Transform};
    ///
    /// let options = Transform::builder().flip(Flip::Horizontal).build()?;
    /// assert_eq!(options.parameters(), [("flip", "h".to_owned())]);
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn flip(mut self, flip: impl Into<Option<Flip>>) -> Self {
        self.transform.flip = flip.into().unwrap_or_default();
        self
    }

    /// What shows through transparency, and the canvas of [`Fit::Contain`].
    ///
    /// ```
    /// use edgepix_core::{Background, Fit, Transform};
    ///
    /// let grey: Background = "eeeeee".parse()?;
    /// let options = Transform::builder().width(300).height(300).fit(Fit::Contain).background(grey).build()?;
    /// assert_eq!(options.background(), Some(Background { red: 238, green: 238, blue: 238, alpha: 255 }));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn background(mut self, background: impl Into<Option<Background>>) -> Self {
        self.transform.background = background.into();
        self
    }

    /// Output format. Without it, the source's own.
    ///
    /// ```
    /// use edgepix_core::{Format, Limits, Transform};
    ///
    /// let photo = std::fs::read("photo.jpg")?;
    /// let options = Transform::builder().width(120).format(Format::Webp).build()?;
    /// let output = edgepix_core::transform(&photo, &options, &Limits::default())?;
    /// assert_eq!(Format::sniff(&output.bytes), Some(Format::Webp));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format(mut self, format: impl Into<Option<Format>>) -> Self {
        self.transform.format = format.into();
        self
    }

    /// Quality of lossy encoders, 1 … 100. Without it, [the format's](Format::default_quality). A PNG that is asked for by name and
    /// with a quality has at most 256 colours, unless it is to be [lossless](Self::lossless).
    ///
    /// ```
    /// use edgepix_core::{Limits, Transform};
    ///
    /// let photo = std::fs::read("photo.jpg")?;
    /// let length = |quality| {
    ///     let options = Transform::builder().width(120).quality(quality).build()?;
    ///     Ok::<_, edgepix_core::Error>(edgepix_core::transform(&photo, &options, &Limits::default())?.bytes.len())
    /// };
    /// assert!(length(60)? < length(90)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quality(mut self, quality: impl Into<Option<u8>>) -> Self {
        self.transform.quality = self.checked("q", quality.into(), Quality::new, Quality::ALLOWED);
        self
    }

    /// How long encoders look for a smaller file of the same quality.
    ///
    /// ```
    /// use edgepix_core::{Effort, Transform};
    ///
    /// let options = Transform::builder().effort(Effort::Small).build()?;
    /// assert_eq!(options.effort(), Some(Effort::Small));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn effort(mut self, effort: impl Into<Option<Effort>>) -> Self {
        self.transform.effort = effort.into();
        self
    }

    /// Whether a format that can be lossy or lossless (WebP) is written losslessly.
    ///
    /// ```
    /// use edgepix_core::{Format, Transform};
    ///
    /// let options = Transform::builder().format(Format::Webp).lossless(true).build()?;
    /// assert!(options.lossless());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn lossless(mut self, lossless: impl Into<Option<bool>>) -> Self {
        self.transform.lossless = lossless.into().map(Lossless::from);
        self
    }

    /// Whether such a format is written losslessly where that is smaller: of lossless sources, results of at most 2 megapixels
    /// that look like graphics. `false` changes nothing.
    ///
    /// ```
    /// use edgepix_core::{Format, Transform};
    ///
    /// let options = Transform::builder().format(Format::Webp).auto_lossless(true).build()?;
    /// assert!(options.auto_lossless() && !options.lossless());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn auto_lossless(mut self, auto: impl Into<Option<bool>>) -> Self {
        if auto.into() == Some(true) {
            self.transform.lossless = Some(Lossless::Auto);
        }
        self
    }

    /// The frame of an animation to use, from 0. Animations are refused where no frame is named.
    ///
    /// ```
    /// use edgepix_core::{Format, Limits, Transform};
    ///
    /// // Two frames of one pixel.
    /// let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    /// let gif = [&b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"[..], frame, frame, b"\x3b"].concat();
    ///
    /// let still = Transform::builder().format(Format::Png);
    /// let make = |options| edgepix_core::transform(&gif, &options, &Limits::default());
    /// assert!(make(still.clone().build()?).is_err());
    /// assert!(make(still.frame(1).build()?).is_ok());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn frame(mut self, frame: impl Into<Option<u32>>) -> Self {
        self.transform.frame = frame.into();
        self
    }

    /// Which metadata the output keeps.
    ///
    /// ```
    /// use edgepix_core::{KeepMetadata, Limits, Transform};
    ///
    /// let photo = std::fs::read("photo.jpg")?;
    /// let options = Transform::builder().width(120).metadata(KeepMetadata::Copyright).build()?;
    /// let output = edgepix_core::transform(&photo, &options, &Limits::default())?;
    /// assert!(output.bytes.windows(7).any(|text| text == b"CC0 1.0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metadata(mut self, metadata: impl Into<Option<KeepMetadata>>) -> Self {
        self.transform.metadata = metadata.into().unwrap_or_default();
        self
    }

    /// The colour space of the result.
    ///
    /// ```
    /// use edgepix_core::{Profile, Transform};
    ///
    /// let options = Transform::builder().profile(Profile::Keep).build()?;
    /// assert_eq!(options.profile(), Profile::Keep);
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn profile(mut self, profile: impl Into<Option<Profile>>) -> Self {
        self.transform.profile = profile.into().unwrap_or_default();
        self
    }

    /// The value in its type. One that is out of range is kept as the error of `build`.
    fn checked<T, V>(
        &mut self,
        name: &'static str,
        given: Option<T>,
        read: impl FnOnce(T) -> Option<V>,
        allowed: &'static str,
    ) -> Option<V> {
        let value = read(given?);
        if value.is_none() && self.error.is_none() {
            self.error = Some(Error::invalid_value(name, allowed));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_out_of_range_is_the_error() {
        let error = Transform::builder().width(1).height(0).dpr(f64::NAN).quality(0).build().unwrap_err();
        assert_eq!((error.parameter.as_deref(), error.allowed.as_deref()), (Some("h"), Some(SIDE)));
        for builder in [
            Transform::builder().width(0),
            Transform::builder().dpr(0.99),
            Transform::builder().dpr(f64::INFINITY),
            Transform::builder().quality(101),
        ] {
            assert!(builder.build().is_err());
        }
    }

    #[test]
    fn none_is_the_default() {
        let set = Transform::builder().width(1).dpr(2.0).fit(Fit::Cover).enlarge(true).quality(7).build();
        let reset =
            set.unwrap().to_builder().width(None).dpr(None).fit(None).enlarge(None).quality(None).build();
        assert_eq!(reset, Ok(Transform::default()));
    }
}
