//! A rectangle of the source.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::number::{Decimal, decimal, whole};

/// A rectangle of the source that is not empty. What stands out of the image is cut off.
///
/// ```
/// use edgepix_core::Crop;
///
/// let middle: Crop = "25p,25p,50p,50p".parse()?;
/// assert_eq!(middle.to_string(), "25p,25p,50p,50p");
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    x: Length,
    y: Length,
    width: Length,
    height: Length,
}

/// A length along one axis of the source.
///
/// ```
/// use edgepix_core::Length;
///
/// assert_eq!("120".parse(), Ok(Length::Pixels(120)));
/// assert_eq!("12.5p".parse(), Length::percent(12.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Source pixels.
    Pixels(u32),
    /// A share of the source's side.
    Percent(Percent),
}

/// Per cent, 0 … 100, decimals allowed.
///
/// ```
/// use edgepix_core::{Length, Percent};
///
/// let quarter = Percent::new(25.0).map(Length::Percent);
/// assert_eq!(quarter, Length::percent(25.0).ok());
/// assert_eq!(Percent::new(101.0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(f64);

impl Crop {
    pub(crate) const ALLOWED: &'static str =
        "x,y,width,height in source pixels, or each with a p for per cent: 10p,10p,50p,50p";

    /// The rectangle that begins `x` from the left and `y` from the top.
    ///
    /// ```
    /// use edgepix_core::{Crop, Length};
    ///
    /// let (ten, half) = (Length::Pixels(10), Length::percent(50.0)?);
    /// assert_eq!(Crop::new(ten, ten, half, half)?.to_string(), "10,10,50p,50p");
    /// assert!(Crop::new(ten, ten, half, Length::Pixels(0)).is_err());
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where width or height is zero.
    pub fn new(x: Length, y: Length, width: Length, height: Length) -> Result<Self, InvalidValue> {
        if width.is_zero() || height.is_zero() {
            return Err(InvalidValue::new("a rectangle whose width and height are more than 0"));
        }
        Ok(Self { x, y, width, height })
    }

    /// Distance from the left edge.
    pub fn x(self) -> Length {
        self.x
    }

    /// Distance from the top edge.
    pub fn y(self) -> Length {
        self.y
    }

    /// Width, more than zero.
    pub fn width(self) -> Length {
        self.width
    }

    /// Height, more than zero.
    pub fn height(self) -> Length {
        self.height
    }
}

impl Length {
    /// A share of the source's side in per cent.
    ///
    /// # Errors
    ///
    /// Outside of 0 … 100.
    pub fn percent(value: f64) -> Result<Self, InvalidValue> {
        Percent::new(value).map(Length::Percent).ok_or_else(|| InvalidValue::new(Percent::ALLOWED))
    }

    fn is_zero(self) -> bool {
        match self {
            Length::Pixels(pixels) => pixels == 0,
            Length::Percent(Percent(percent)) => percent == 0.0,
        }
    }
}

impl Percent {
    const ALLOWED: &'static str = "0 … 100, in per cent";

    /// `None` outside of 0 … 100.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=100.0).contains(&value).then_some(Self(value))
    }

    /// The number, 0 … 100.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Crop {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let read = || {
            let mut parts = text.split(',');
            let mut next = || parts.next().and_then(|part| part.parse().ok());
            let crop = Crop::new(next()?, next()?, next()?, next()?).ok();
            crop.filter(|_| parts.next().is_none())
        };
        read().ok_or_else(|| InvalidValue::new(Self::ALLOWED))
    }
}

impl FromStr for Length {
    type Err = InvalidValue;

    /// Reads pixels, or per cent with a `p` behind.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let length = match text.strip_suffix('p') {
            Some(percent) => decimal(percent).and_then(|percent| Length::percent(percent).ok()),
            None => whole(text).map(Length::Pixels),
        };
        length.ok_or_else(|| InvalidValue::new("source pixels, or per cent with a p behind: 10p"))
    }
}

impl fmt::Display for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.x, self.y, self.width, self.height)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::Pixels(pixels) => write!(f, "{pixels}"),
            Length::Percent(percent) => write!(f, "{}p", Decimal(percent.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_crop_is_empty_and_no_share_beyond_the_whole() {
        let (some, none) = (Length::Pixels(1), Length::Pixels(0));
        assert!(Crop::new(none, none, some, some).is_ok());
        assert!(Crop::new(none, none, some, none).is_err());
        assert!(Crop::new(none, none, Length::percent(0.0).unwrap(), some).is_err());
        for value in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert!(Length::percent(value).is_err());
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["10p,10p,50p,50p", "0,0,1,1", "5,2.5p,7,100p"] {
            assert_eq!(text.parse::<Crop>().unwrap().to_string(), text);
        }
        for text in ["", "1,2,3", "1,2,0,4", "1,2,3,0p", "1,2,3,4,5", "-1,0,1,1", "101p,0,1,1", "1e3,0,1,1"] {
            assert!(text.parse::<Crop>().is_err(), "{text}");
        }
    }
}
