//! Turning and mirroring: what a caller asks for, what EXIF says, and how the two add up.

use super::words::words;

/// Clockwise rotation in quarter turns.
///
/// ```
/// use edgepix_core::Rotate;
///
/// assert_eq!("90".parse(), Ok(Rotate::Quarter));
/// assert!("45".parse::<Rotate>().is_err());
/// ```
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotate {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

words!(Rotate, "90" => Rotate::Quarter, "180" => Rotate::Half, "270" => Rotate::ThreeQuarters);

/// Mirroring.
///
/// ```
/// use edgepix_core::Flip;
///
/// assert_eq!("h".parse(), Ok(Flip::Horizontal));
/// assert_eq!(Flip::Both.to_string(), "hv");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flip {
    /// None.
    #[default]
    None,
    /// Left and right change places.
    Horizontal,
    /// Top and bottom change places.
    Vertical,
    /// Both.
    Both,
}

words!(Flip, "h" => Flip::Horizontal, "v" => Flip::Vertical, "hv" => Flip::Both);

/// How a stored image is turned for display: the eight values of EXIF's `Orientation` (CIPA DC-008, tag 0x0112), and
/// what rotation and flips add to them.
///
/// ```
/// use edgepix_core::{Orientation, Rotate};
///
/// // A phone that was held upright; the result is turned once more.
/// let stored = Orientation::from_exif(6);
/// assert_eq!(stored.then(Rotate::Quarter.into()).exif(), 3);
/// assert_eq!(stored.then(stored.inverse()), Orientation::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Orientation {
    /// Swap rows and columns, before the mirrors.
    pub transpose: bool,
    /// Mirror left and right.
    pub mirror_x: bool,
    /// Mirror top and bottom.
    pub mirror_y: bool,
}

impl Orientation {
    /// From EXIF's value; anything but 2 … 8 is upright.
    pub const fn from_exif(value: u32) -> Self {
        let (transpose, mirror_x, mirror_y) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transpose, mirror_x, mirror_y }
    }

    /// EXIF's value, 1 … 8.
    pub const fn exif(self) -> u8 {
        match (self.transpose, self.mirror_x, self.mirror_y) {
            (false, false, false) => 1,
            (false, true, false) => 2,
            (false, true, true) => 3,
            (false, false, true) => 4,
            (true, false, false) => 5,
            (true, true, false) => 6,
            (true, true, true) => 7,
            (true, false, true) => 8,
        }
    }

    /// This, and then `next`.
    pub const fn then(self, next: Orientation) -> Self {
        // A transpose after the mirrors swaps what they mirror.
        let (x, y) =
            if next.transpose { (self.mirror_y, self.mirror_x) } else { (self.mirror_x, self.mirror_y) };
        Self {
            transpose: self.transpose != next.transpose,
            mirror_x: x != next.mirror_x,
            mirror_y: y != next.mirror_y,
        }
    }

    /// What undoes this.
    pub const fn inverse(self) -> Self {
        if self.transpose {
            Self { transpose: true, mirror_x: self.mirror_y, mirror_y: self.mirror_x }
        } else {
            self
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Orientation {
    /// EXIF's value.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.exif())
    }
}

impl From<Rotate> for Orientation {
    fn from(rotate: Rotate) -> Self {
        Orientation::from_exif(match rotate {
            Rotate::None => 1,
            Rotate::Quarter => 6,
            Rotate::Half => 3,
            Rotate::ThreeQuarters => 8,
        })
    }
}

impl From<Flip> for Orientation {
    fn from(flip: Flip) -> Self {
        Orientation {
            transpose: false,
            mirror_x: matches!(flip, Flip::Horizontal | Flip::Both),
            mirror_y: matches!(flip, Flip::Vertical | Flip::Both),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientations_compose_like_permutations_of_corners() {
        let all: Vec<_> = (1..=8).map(Orientation::from_exif).collect();
        let apply = |o: Orientation, (x, y): (i32, i32)| {
            let (x, y) = if o.transpose { (y, x) } else { (x, y) };
            (if o.mirror_x { 1 - x } else { x }, if o.mirror_y { 1 - y } else { y })
        };
        for &a in &all {
            assert_eq!(a.then(a.inverse()), Orientation::default());
            for &b in &all {
                for corner in [(0, 0), (1, 0), (0, 1)] {
                    assert_eq!(apply(a.then(b), corner), apply(b, apply(a, corner)));
                }
            }
        }
    }

    #[test]
    fn exif_values_round_trip() {
        for value in 1..=8 {
            assert_eq!(u32::from(Orientation::from_exif(value).exif()), value);
        }
    }
}
