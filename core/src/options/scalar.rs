//! Options that are a number or a word: pixel density, quality, fit, effort, which metadata stays, and the colour space.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::number::{Decimal, decimal, whole};
use super::words::words;

/// How an image meets the box given by width and height. The words are sharp's.
///
/// ```
/// use edgepix_core::{Fit, Transform, output_size};
///
/// // 4000 × 3000 pixels into a box of 200 × 200.
/// for (fit, size) in [
///     (Fit::Inside, (200, 150)),
///     (Fit::Outside, (267, 200)),
///     (Fit::Cover, (200, 200)),
///     (Fit::Contain, (200, 200)),
///     (Fit::Fill, (200, 200)),
/// ] {
///     let options = Transform::builder().width(200).height(200).fit(fit).build()?;
///     assert_eq!(output_size(4000, 3000, &options)?, size);
/// }
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// The largest size that is inside the box; keeps the aspect ratio.
    #[default]
    Inside,
    /// The smallest size that covers the box without cropping; keeps the aspect ratio.
    Outside,
    /// Covers the box and crops what stands out.
    Cover,
    /// Inside the box, on a canvas of the box's size.
    Contain,
    /// Exactly the box; the aspect ratio may change.
    Fill,
}

words!(Fit,
    "inside" => Fit::Inside, "outside" => Fit::Outside, "cover" => Fit::Cover, "contain" => Fit::Contain,
    "fill" => Fit::Fill);

/// Which metadata of the source the output keeps.
///
/// ```
/// use edgepix_core::{KeepMetadata, Transform};
///
/// let options = Transform::builder().metadata(KeepMetadata::Copyright).build()?;
/// assert_eq!(options.metadata().to_string(), "copyright");
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeepMetadata {
    /// None.
    #[default]
    None,
    /// Artist and copyright notice, as EXIF. They may come from EXIF, XMP, IPTC or PNG's texts.
    Copyright,
    /// EXIF and XMP, so that they describe the result: upright, of its size, without thumbnails.
    All,
}

words!(KeepMetadata,
    "none" => KeepMetadata::None, "copyright" => KeepMetadata::Copyright, "all" => KeepMetadata::All);

/// How long an encoder looks for a smaller file of the same quality.
///
/// ```
/// use edgepix_core::{Effort, Transform};
///
/// let options = Transform::builder().effort("small".parse::<Effort>()?).build()?;
/// assert_eq!(options.effort(), Some(Effort::Small));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// Less time, a larger file.
    Fast,
    /// What most sites want.
    #[default]
    Balanced,
    /// More time, a smaller file.
    Small,
}

words!(Effort, "fast" => Effort::Fast, "balanced" => Effort::Balanced, "small" => Effort::Small);

/// Whether a format that can be lossy or lossless is written losslessly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lossless {
    #[default]
    No,
    /// Where the result looks like graphics and is smaller so.
    Auto,
    Yes,
}

impl Lossless {
    /// As the canonical form has it. URLs have no word for `Auto`.
    pub(super) fn word(self) -> Option<String> {
        match self {
            Self::No => None,
            Self::Auto => Some("auto".to_owned()),
            Self::Yes => Some("1".to_owned()),
        }
    }
}

impl From<bool> for Lossless {
    fn from(lossless: bool) -> Self {
        if lossless { Self::Yes } else { Self::No }
    }
}

/// The colour space of the result.
///
/// ```
/// use edgepix_core::{Profile, Transform};
///
/// assert_eq!(Transform::default().profile(), Profile::Srgb);
/// assert_eq!("keep".parse(), Ok(Profile::Keep));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// sRGB, with no profile embedded.
    #[default]
    Srgb,
    /// The source's RGB space, its profile embedded. sRGB where the source is CMYK and where the format of the result
    /// carries no profile.
    Keep,
}

words!(Profile, "srgb" => Profile::Srgb, "keep" => Profile::Keep);

/// Device pixels per CSS pixel, 1 … 4.
///
/// ```
/// use edgepix_core::Dpr;
///
/// assert_eq!(Dpr::new(1.5).map(Dpr::get), Some(1.5));
/// assert_eq!(Dpr::new(0.5), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Dpr(f64);

/// Quality of a lossy encoder, 1 … 100.
///
/// ```
/// use edgepix_core::{Format, Quality};
///
/// assert_eq!(Format::Jpeg.default_quality(), Quality::new(80));
/// assert_eq!(Quality::new(0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quality(u8);

impl Dpr {
    pub(crate) const ALLOWED: &'static str = "1 … 4, decimals allowed";

    /// `None` outside of 1 … 4.
    pub fn new(value: f64) -> Option<Self> {
        (1.0..=4.0).contains(&value).then_some(Self(value))
    }

    /// The ratio.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Default for Dpr {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Quality {
    pub(crate) const ALLOWED: &'static str = "1 … 100";

    /// The best that a lossy encoder has: 100.
    pub const BEST: Self = Self(100);

    /// `None` outside of 1 … 100.
    pub const fn new(value: u8) -> Option<Self> {
        if value >= 1 && value <= 100 { Some(Self(value)) } else { None }
    }

    /// The number, 1 … 100.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl FromStr for Dpr {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        decimal(text).and_then(Dpr::new).ok_or_else(|| InvalidValue::new(Self::ALLOWED))
    }
}

impl fmt::Display for Dpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal(self.0).fmt(f)
    }
}

impl FromStr for Quality {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let number = whole(text).and_then(|value| u8::try_from(value).ok());
        number.and_then(Quality::new).ok_or_else(|| InvalidValue::new(Self::ALLOWED))
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert!(["1", "4", "1.5", "2.0"].iter().all(|text| text.parse::<Dpr>().is_ok()));
        assert!(["0.99", "4.01", "", "1e0", "+1", "nan"].iter().all(|text| text.parse::<Dpr>().is_err()));
        assert!(["1", "100", "080"].iter().all(|text| text.parse::<Quality>().is_ok()));
        assert!(["0", "101", "", "-1", "50.5", "257"].iter().all(|text| text.parse::<Quality>().is_err()));
        assert!([f64::NAN, f64::INFINITY, 0.0].iter().all(|value| Dpr::new(*value).is_none()));
    }
}
