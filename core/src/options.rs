//! What to do with an image: [`Transform`] and the types of its fields, none of which can hold nonsense.
//!
//! Each type reads ([`FromStr`](std::str::FromStr)) and writes ([`Display`](std::fmt::Display)) the words that URLs, the
//! command line and the JavaScript options share; the `Err` of the reading is the list of allowed values.

mod words;

use std::num::NonZeroU32;

use crate::Format;

/// Everything that can be asked of an image. The default changes nothing but the encoding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transform {
    /// Width of the box to fit into, in CSS pixels. Where absent: from `height`, by the aspect ratio.
    pub width: Option<NonZeroU32>,
    /// Height of the box to fit into, in CSS pixels. Where absent: from `width`, by the aspect ratio.
    pub height: Option<NonZeroU32>,
    /// Device pixels per CSS pixel; multiplies `width` and `height`. Default 1.
    pub dpr: Dpr,
    /// How the image meets the box. Default [`Fit::Inside`].
    pub fit: Fit,
    /// Whether a small image is sampled up to the box. Default: never.
    pub enlarge: bool,
    /// Which part [`Fit::Cover`] keeps, and where [`Fit::Contain`] places the image. Default: the centre.
    pub gravity: Gravity,
    /// The part of the source to use, after EXIF orientation, before `rotate` and `flip`.
    pub crop: Option<Crop>,
    /// Clockwise rotation, before `flip`. Default: none.
    pub rotate: Rotate,
    /// Mirroring. Default: none.
    pub flip: Flip,
    /// What shows through transparency, and the canvas of [`Fit::Contain`]. Default: transparent, or white where the
    /// format has no alpha.
    pub background: Option<Background>,
    /// Output format. Default: the source's own.
    pub format: Option<Format>,
    /// Quality of lossy encoders. Default: [`Quality::default_for`] the format.
    pub quality: Option<Quality>,
    /// Lossless coding where the format has both (WebP). Default: lossy.
    pub lossless: bool,
    /// The frame of an animation to use, from 0. Needed where the source is animated.
    pub frame: Option<u32>,
    /// Which metadata the output keeps. Default: none.
    pub metadata: KeepMetadata,
}

/// How an image meets the box given by width and height. The words are sharp's.
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

/// Which part of an image matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gravity {
    /// A compass direction, as the horizontal and vertical share of the room left over: 0 is west or north, 0.5 the
    /// centre, 1 east or south.
    Compass(Compass),
    /// A focal point that stays as near to the centre as the edges allow: shares of width and height, 0 … 1.
    Focal(f64, f64),
}

/// The nine places of a compass.
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

/// A length along one axis of the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Source pixels.
    Pixels(u32),
    /// Per cent of the source's side, 0 … 100.
    Percent(f64),
}

/// A rectangle of the source. `width` and `height` are never zero; what stands out of the image is cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Distance from the left edge.
    pub x: Length,
    /// Distance from the top edge.
    pub y: Length,
    /// Width.
    pub width: Length,
    /// Height.
    pub height: Length,
}

/// Device pixels per CSS pixel, 1 … 4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dpr(f64);

/// Quality of a lossy encoder, 1 … 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality(u8);

/// Clockwise rotation in quarter turns.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotate {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

/// Mirroring.
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

/// A colour in sRGB with alpha, not premultiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Background {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
    /// 0 transparent … 255 opaque.
    pub alpha: u8,
}

/// Which metadata of the source the output keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeepMetadata {
    /// None.
    #[default]
    None,
    /// Artist and copyright of the EXIF data.
    Copyright,
    /// EXIF and XMP as they are, with the orientation set to 1.
    All,
}

/// How a stored image is turned for display: the eight values of EXIF's `Orientation` (CIPA DC-008, tag 0x0112), and
/// what rotation and flips add to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Orientation {
    /// Swap rows and columns, before the mirrors.
    pub transpose: bool,
    /// Mirror left and right.
    pub mirror_x: bool,
    /// Mirror top and bottom.
    pub mirror_y: bool,
}

impl Dpr {
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
    /// `None` outside of 1 … 100.
    pub const fn new(value: u8) -> Option<Self> {
        if value >= 1 && value <= 100 { Some(Self(value)) } else { None }
    }

    /// The number, 1 … 100.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What is used where nobody asks: JPEG 80, WebP 80, AVIF 60.
    pub const fn default_for(format: Format) -> Self {
        match format {
            Format::Avif => Self(60),
            _ => Self(80),
        }
    }
}

impl Default for Gravity {
    fn default() -> Self {
        Gravity::Compass(Compass::Center)
    }
}

impl Gravity {
    /// The part of the image that matters, as shares of width and height, 0 … 1.
    pub fn focus(self) -> (f64, f64) {
        match self {
            Gravity::Focal(x, y) => (x, y),
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

impl Background {
    /// Opaque white, the background where a format has no alpha and none is named.
    pub const WHITE: Background = Background { red: 255, green: 255, blue: 255, alpha: 255 };
    /// Transparent, the background where a format has alpha and none is named.
    pub const TRANSPARENT: Background = Background { red: 0, green: 0, blue: 0, alpha: 0 };

    /// The opaque colour that this is in front of white.
    pub(crate) fn over_white(self) -> Self {
        let alpha = u32::from(self.alpha);
        let mix = |sample: u8| ((u32::from(sample) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Self { red: mix(self.red), green: mix(self.green), blue: mix(self.blue), alpha: 255 }
    }
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
