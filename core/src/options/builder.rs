//! How a [`Transform`] is made, so that no nonsense can be in it.

use std::num::NonZeroU32;

use super::{
    Background, Crop, Dpr, Effort, Fit, Flip, Gravity, KeepMetadata, Profile, Quality, Rotate, Transform,
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

    /// Width of the box to fit into, in CSS pixels, at least 1.
    pub fn width(mut self, pixels: impl Into<Option<u32>>) -> Self {
        self.transform.width = self.checked("w", pixels.into(), NonZeroU32::new, SIDE);
        self
    }

    /// Height of the box to fit into, in CSS pixels, at least 1.
    pub fn height(mut self, pixels: impl Into<Option<u32>>) -> Self {
        self.transform.height = self.checked("h", pixels.into(), NonZeroU32::new, SIDE);
        self
    }

    /// Device pixels per CSS pixel, 1 … 4.
    pub fn dpr(mut self, ratio: impl Into<Option<f64>>) -> Self {
        self.transform.dpr = self.checked("dpr", ratio.into(), Dpr::new, Dpr::ALLOWED).unwrap_or_default();
        self
    }

    /// How the image meets the box.
    pub fn fit(mut self, fit: impl Into<Option<Fit>>) -> Self {
        self.transform.fit = fit.into().unwrap_or_default();
        self
    }

    /// Whether a small image is sampled up to the box.
    pub fn enlarge(mut self, enlarge: impl Into<Option<bool>>) -> Self {
        self.transform.enlarge = enlarge.into().unwrap_or_default();
        self
    }

    /// Which part [`Fit::Cover`] keeps, and where [`Fit::Contain`] places the image.
    pub fn gravity(mut self, gravity: impl Into<Option<Gravity>>) -> Self {
        self.transform.gravity = gravity.into().unwrap_or_default();
        self
    }

    /// The part of the source to use.
    pub fn crop(mut self, crop: impl Into<Option<Crop>>) -> Self {
        self.transform.crop = crop.into();
        self
    }

    /// Clockwise rotation.
    pub fn rotate(mut self, rotate: impl Into<Option<Rotate>>) -> Self {
        self.transform.rotate = rotate.into().unwrap_or_default();
        self
    }

    /// Mirroring, after the rotation.
    pub fn flip(mut self, flip: impl Into<Option<Flip>>) -> Self {
        self.transform.flip = flip.into().unwrap_or_default();
        self
    }

    /// What shows through transparency, and the canvas of [`Fit::Contain`].
    pub fn background(mut self, background: impl Into<Option<Background>>) -> Self {
        self.transform.background = background.into();
        self
    }

    /// Output format.
    pub fn format(mut self, format: impl Into<Option<Format>>) -> Self {
        self.transform.format = format.into();
        self
    }

    /// Quality of lossy encoders, 1 … 100.
    pub fn quality(mut self, quality: impl Into<Option<u8>>) -> Self {
        self.transform.quality = self.checked("q", quality.into(), Quality::new, Quality::ALLOWED);
        self
    }

    /// How long encoders look for a smaller file.
    pub fn effort(mut self, effort: impl Into<Option<Effort>>) -> Self {
        self.transform.effort = effort.into();
        self
    }

    /// Whether a format that can be lossy or lossless is written losslessly.
    pub fn lossless(mut self, lossless: impl Into<Option<bool>>) -> Self {
        self.transform.lossless = lossless.into().unwrap_or_default();
        self
    }

    /// The frame of an animation to use, from 0.
    pub fn frame(mut self, frame: impl Into<Option<u32>>) -> Self {
        self.transform.frame = frame.into();
        self
    }

    /// Which metadata the output keeps.
    pub fn metadata(mut self, metadata: impl Into<Option<KeepMetadata>>) -> Self {
        self.transform.metadata = metadata.into().unwrap_or_default();
        self
    }

    /// The colour space of the result.
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
