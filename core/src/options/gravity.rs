//! Which part of an image matters.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::number::{Decimal, decimal};
use super::words::words;

/// Which part of an image matters.
///
/// ```
/// use edgepix_core::{Compass, Gravity};
///
/// assert_eq!(Gravity::from(Compass::North).to_string(), "north");
/// assert_eq!("0.3,0.7".parse(), Gravity::focal(0.3, 0.7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Gravity {
    /// A compass direction: an edge, a corner or the centre.
    Compass(Compass),
    /// A point that stays as near to the centre of what is kept as the edges allow.
    Focal(FocalPoint),
}

/// The nine places of a compass.
///
/// ```
/// use edgepix_core::{Compass, Gravity};
///
/// assert_eq!("northeast".parse(), Ok(Compass::Northeast));
/// assert_eq!(Gravity::from(Compass::Northeast).focus(), (1.0, 0.0));
/// ```
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compass {
    #[default]
    Center,
    North,
    Northeast,
    East,
    Southeast,
    South,
    Southwest,
    West,
    Northwest,
}

words!(Compass,
    "center" => Compass::Center, "north" => Compass::North, "northeast" => Compass::Northeast,
    "east" => Compass::East, "southeast" => Compass::Southeast, "south" => Compass::South,
    "southwest" => Compass::Southwest, "west" => Compass::West, "northwest" => Compass::Northwest);

/// A point of an image, as shares of its width and height, 0 … 1.
///
/// ```
/// use edgepix_core::{FocalPoint, Gravity};
///
/// let face = FocalPoint::new(0.3, 0.4)?;
/// assert_eq!(Gravity::from(face).to_string(), "0.3,0.4");
/// assert!(FocalPoint::new(30.0, 40.0).is_err());
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FocalPoint {
    x: f64,
    y: f64,
}

impl FocalPoint {
    /// `x` from the left and `y` from the top.
    ///
    /// # Errors
    ///
    /// Where a share is not within 0 … 1.
    pub fn new(x: f64, y: f64) -> Result<Self, InvalidValue> {
        let is_share = |share| (0.0..=1.0).contains(&share);
        if !is_share(x) || !is_share(y) {
            return Err(InvalidValue::new("two shares of 0 … 1"));
        }
        Ok(Self { x, y })
    }

    /// Share of the width, from the left.
    pub fn x(self) -> f64 {
        self.x
    }

    /// Share of the height, from the top.
    pub fn y(self) -> f64 {
        self.y
    }
}

impl Gravity {
    pub(crate) const ALLOWED: &'static str = "center, north, northeast, east, southeast, south, southwest, west, \
                                              northwest, or a focal point as two shares of 0 … 1: 0.3,0.7";

    /// A focal point, as shares of width and height.
    ///
    /// # Errors
    ///
    /// Where a share is not within 0 … 1.
    pub fn focal(x: f64, y: f64) -> Result<Self, InvalidValue> {
        FocalPoint::new(x, y).map(Gravity::Focal)
    }

    /// The part of the image that matters, as shares of width and height, 0 … 1.
    pub fn focus(self) -> (f64, f64) {
        match self {
            Gravity::Focal(FocalPoint { x, y }) => (x, y),
            Gravity::Compass(compass) => match compass {
                Compass::Center => (0.5, 0.5),
                Compass::North => (0.5, 0.0),
                Compass::Northeast => (1.0, 0.0),
                Compass::East => (1.0, 0.5),
                Compass::Southeast => (1.0, 1.0),
                Compass::South => (0.5, 1.0),
                Compass::Southwest => (0.0, 1.0),
                Compass::West => (0.0, 0.5),
                Compass::Northwest => (0.0, 0.0),
            },
        }
    }
}

impl Default for Gravity {
    fn default() -> Self {
        Gravity::Compass(Compass::Center)
    }
}

impl From<Compass> for Gravity {
    fn from(compass: Compass) -> Self {
        Gravity::Compass(compass)
    }
}

impl From<FocalPoint> for Gravity {
    fn from(point: FocalPoint) -> Self {
        Gravity::Focal(point)
    }
}

impl FromStr for Gravity {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let gravity = match text.split_once(',') {
            Some((x, y)) => decimal(x).zip(decimal(y)).and_then(|(x, y)| Gravity::focal(x, y).ok()),
            None => text.parse().ok().map(Gravity::Compass),
        };
        gravity.ok_or_else(|| InvalidValue::new(Self::ALLOWED))
    }
}

impl fmt::Display for Gravity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gravity::Compass(compass) => compass.fmt(f),
            Gravity::Focal(FocalPoint { x, y }) => write!(f, "{},{}", Decimal(*x), Decimal(*y)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_point_lies_outside_of_the_image() {
        for (x, y) in [(2.0, 0.5), (0.5, -0.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(Gravity::focal(x, y).is_err());
        }
        for text in ["1.5,0", "nan,0", "0.5", "0.5,", "0,0,0", "up", ""] {
            assert!(text.parse::<Gravity>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["0.3,0.7", "0,1", "northwest", "center"] {
            assert_eq!(text.parse::<Gravity>().unwrap().to_string(), text);
        }
        assert!(Compass::WORDS.iter().all(|word| Gravity::ALLOWED.contains(word)));
    }
}
