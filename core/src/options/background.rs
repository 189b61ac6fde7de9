//! The colour behind an image.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;

/// A colour in sRGB with alpha, not premultiplied.
///
/// ```
/// use edgepix_core::Background;
///
/// let orange = Background { red: 255, green: 136, blue: 0, alpha: 255 };
/// assert_eq!("f80".parse(), Ok(orange));
/// assert_eq!(orange.to_string(), "ff8800");
/// ```
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

impl Background {
    pub(crate) const ALLOWED: &'static str = "RGB, RRGGBB or RRGGBBAA in hexadecimal, without #";

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

impl FromStr for Background {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let wrong = || InvalidValue::new(Self::ALLOWED);
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let digits = |range| u8::from_str_radix(&text[range], 16).map_err(|_| wrong());
        let (red, green, blue, alpha) = match text.len() {
            3 => (digits(0..1)? * 17, digits(1..2)? * 17, digits(2..3)? * 17, 255),
            6 => (digits(0..2)?, digits(2..4)?, digits(4..6)?, 255),
            8 => (digits(0..2)?, digits(2..4)?, digits(4..6)?, digits(6..8)?),
            _ => return Err(wrong()),
        };
        Ok(Background { red, green, blue, alpha })
    }
}

impl fmt::Display for Background {
    /// `rrggbb`, or `rrggbbaa` where it is not opaque.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}{:02x}", self.red, self.green, self.blue)?;
        if self.alpha < 255 { write!(f, "{:02x}", self.alpha) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_are_read_and_the_shortest_exact_one_is_written() {
        for (text, written) in
            [("f80", "ff8800"), ("0F0f0F", "0f0f0f"), ("00000080", "00000080"), ("ffffffff", "ffffff")]
        {
            assert_eq!(text.parse::<Background>().unwrap().to_string(), written);
        }
        for text in ["", "+f8", "#fff", "ff", "ffff", "fffff", "fffffff", "fffffffff", "ééé"] {
            assert!(text.parse::<Background>().is_err(), "{text}");
        }
    }
}
