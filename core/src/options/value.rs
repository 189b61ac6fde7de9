//! A value on its way into an option.

use std::num::NonZeroU32;
use std::str::FromStr;

use super::{Crop, Gravity, Length, number};

/// A value as a caller gives it.
///
/// ```
/// use edgepix_core::{Transform, Value, vocabulary};
///
/// let width = vocabulary::parameter("w").unwrap();
/// let mut options = Transform::default();
/// assert!(width.set(&mut options, Value::Written("800")).is_ok());
/// assert!(width.set(&mut options, Value::Number(800.0)).is_ok());
/// // A program's text is no number.
/// assert!(width.set(&mut options, Value::Text("800")).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Written in a URL or on a command line, where every type is a text.
    Written(&'a str),
    /// A text of a program.
    Text(&'a str),
    /// A number of a program.
    Number(f64),
    /// A truth value of a program.
    Flag(bool),
    /// A point of a program, as shares of width and height.
    Point {
        /// Share of the width, from the left.
        x: f64,
        /// Share of the height, from the top.
        y: f64,
    },
    /// A rectangle of a program: x, y, width and height.
    Lengths([Length; 4]),
}

impl<'a> Value<'a> {
    /// What is written, or a program's text.
    pub(crate) fn text(self) -> Option<&'a str> {
        match self {
            Value::Written(text) | Value::Text(text) => Some(text),
            Value::Number(_) | Value::Flag(_) | Value::Point { .. } | Value::Lengths(_) => None,
        }
    }

    /// Of a type that programs have as texts.
    pub(crate) fn word<T: FromStr>(self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// Of a type of a few whole numbers, such as degrees.
    pub(crate) fn numeral<T: FromStr>(self) -> Option<T> {
        match self {
            Value::Written(text) => text.parse().ok(),
            other => other.whole()?.to_string().parse().ok(),
        }
    }

    /// A whole number, 0 or more.
    pub(crate) fn whole(self) -> Option<u32> {
        match self {
            Value::Written(text) => number::whole(text),
            Value::Number(number) => {
                let valid = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
                valid.then_some(number as u32)
            }
            Value::Text(_) | Value::Flag(_) | Value::Point { .. } | Value::Lengths(_) => None,
        }
    }

    /// A whole number, 0 … 255.
    pub(crate) fn byte(self) -> Option<u8> {
        self.whole().and_then(|number| number.try_into().ok())
    }

    /// A whole number, 1 or more.
    pub(crate) fn side(self) -> Option<NonZeroU32> {
        self.whole().and_then(NonZeroU32::new)
    }

    /// Any number.
    pub(crate) fn decimal(self) -> Option<f64> {
        match self {
            Value::Written(text) => number::decimal(text),
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Flag(_) | Value::Point { .. } | Value::Lengths(_) => None,
        }
    }

    /// A part of the image.
    pub(crate) fn gravity(self) -> Option<Gravity> {
        match self {
            Value::Point { x, y } => Gravity::focal(x, y).ok(),
            other => other.word(),
        }
    }

    /// A rectangle of the source.
    pub(crate) fn crop(self) -> Option<Crop> {
        match self {
            Value::Lengths([x, y, width, height]) => Crop::new(x, y, width, height).ok(),
            other => other.word(),
        }
    }

    /// On or off.
    pub(crate) fn flag(self) -> Option<bool> {
        match self {
            Value::Written("0") => Some(false),
            Value::Written("1") => Some(true),
            Value::Flag(flag) => Some(flag),
            Value::Written(_)
            | Value::Text(_)
            | Value::Number(_)
            | Value::Point { .. }
            | Value::Lengths(_) => None,
        }
    }
}
