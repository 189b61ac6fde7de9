//! The words of the options: how each type is read and written.

use std::fmt;
use std::str::FromStr;

use super::{Background, Compass, Crop, Dpr, Fit, Flip, Gravity, KeepMetadata, Length, Quality, Rotate};

/// Gives a type of few values its words: reading, writing, and the list for error messages.
macro_rules! words {
    ($type:ty, $allowed:literal, $($word:literal => $value:expr),+ $(,)?) => {
        impl FromStr for $type {
            type Err = &'static str;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($value),)+
                    _ => Err($allowed),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match *self {
                    $(value if value == $value => $word,)+
                    _ => "",
                })
            }
        }
    };
}

words!(Fit, "inside, outside, cover, contain, fill",
    "inside" => Fit::Inside, "outside" => Fit::Outside, "cover" => Fit::Cover,
    "contain" => Fit::Contain, "fill" => Fit::Fill);
words!(Rotate, "90, 180, 270",
    "90" => Rotate::Quarter, "180" => Rotate::Half, "270" => Rotate::ThreeQuarters);
words!(Flip, "h, v, hv", "h" => Flip::Horizontal, "v" => Flip::Vertical, "hv" => Flip::Both);
words!(KeepMetadata, "none, copyright, all",
    "none" => KeepMetadata::None, "copyright" => KeepMetadata::Copyright, "all" => KeepMetadata::All);
words!(Compass, "center, north, northeast, east, southeast, south, southwest, west, northwest",
    "center" => Compass::Center, "north" => Compass::North, "northeast" => Compass::Northeast,
    "east" => Compass::East, "southeast" => Compass::Southeast, "south" => Compass::South,
    "southwest" => Compass::Southwest, "west" => Compass::West, "northwest" => Compass::Northwest);

impl FromStr for Dpr {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decimal(text).and_then(Dpr::new).ok_or("1 … 4, decimals allowed")
    }
}

impl fmt::Display for Dpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal(self.0).fmt(f)
    }
}

impl FromStr for Quality {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        whole(text).and_then(|value| u8::try_from(value).ok()).and_then(Quality::new).ok_or("1 … 100")
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Gravity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ALLOWED: &str = "center, north, northeast, east, southeast, south, southwest, west, northwest, or a \
                               focal point as two shares of 0 … 1: 0.3,0.7";
        if let Some((x, y)) = text.split_once(',') {
            let share = |text| decimal(text).filter(|value| (0.0..=1.0).contains(value)).ok_or(ALLOWED);
            return Ok(Gravity::Focal(share(x)?, share(y)?));
        }
        text.parse().map(Gravity::Compass).map_err(|_| ALLOWED)
    }
}

impl fmt::Display for Gravity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gravity::Compass(compass) => compass.fmt(f),
            Gravity::Focal(x, y) => write!(f, "{},{}", Decimal(*x), Decimal(*y)),
        }
    }
}

impl FromStr for Crop {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ALLOWED: &str =
            "x,y,width,height in source pixels, or each with a p for per cent: 10p,10p,50p,50p";
        let mut parts = text.split(',');
        let mut next = || parts.next().and_then(length).ok_or(ALLOWED);
        let crop = Crop { x: next()?, y: next()?, width: next()?, height: next()? };
        let empty = |length| matches!(length, Length::Pixels(0)) || length == Length::Percent(0.0);
        if parts.next().is_some() || empty(crop.width) || empty(crop.height) {
            return Err(ALLOWED);
        }
        Ok(crop)
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
            Length::Percent(percent) => write!(f, "{}p", Decimal(*percent)),
        }
    }
}

impl FromStr for Background {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ALLOWED: &str = "RGB, RRGGBB or RRGGBBAA in hexadecimal, without #";
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ALLOWED);
        }
        let digits = |range| u8::from_str_radix(&text[range], 16).map_err(|_| ALLOWED);
        let (red, green, blue, alpha) = match text.len() {
            3 => (digits(0..1)? * 17, digits(1..2)? * 17, digits(2..3)? * 17, 255),
            6 => (digits(0..2)?, digits(2..4)?, digits(4..6)?, 255),
            8 => (digits(0..2)?, digits(2..4)?, digits(4..6)?, digits(6..8)?),
            _ => return Err(ALLOWED),
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

fn length(text: &str) -> Option<Length> {
    match text.strip_suffix('p') {
        Some(percent) => decimal(percent).filter(|value| (0.0..=100.0).contains(value)).map(Length::Percent),
        None => whole(text).map(Length::Pixels),
    }
}

/// A number of digits alone: no sign, no white space.
fn whole(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Digits with at most one point: no sign, no exponent, at most twelve characters, so that equal values stay equal
/// when written out again.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let digit_first = text.starts_with(|first: char| first.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !plain || !digit_first || text.len() > 12 || fraction.contains('.') {
        return None;
    }
    // Both are exact, and so what their quotient rounds to is the number nearest to what is written. The standard
    // library's own parser, made for any length and exponent, adds its tables to every module.
    let digits =
        whole.bytes().chain(fraction.bytes()).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let scale = fraction.bytes().fold(1, |scale, _| scale * 10_u64);
    Some(digits as f64 / scale as f64)
}

/// A number as [`decimal`] reads it, with as few digits as it has: never an exponent, eleven decimals at most. The
/// standard library's own way to write one adds its tables to every module as well.
struct Decimal(f64);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut decimals, mut scale) = (0, 1_u64);
        let mut digits = self.0.round() as u64;
        while digits as f64 / scale as f64 != self.0 && decimals < 11 {
            decimals += 1;
            scale *= 10;
            digits = (self.0 * scale as f64).round() as u64;
        }
        write!(f, "{}", digits / scale)?;
        if decimals > 0 { write!(f, ".{:0decimals$}", digits % scale) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;

    #[test]
    fn decimals_are_written_as_the_standard_library_writes_them() {
        let mut random = Rng::with_seed(1);
        for round in 0..200_000_u64 {
            let decimals = round % 12;
            let scale = 10_u64.pow(decimals as u32);
            let value = random.u64(..=scale * [1, 4, 100][round as usize % 3]);
            let value = value as f64 / scale as f64;
            assert_eq!(Decimal(value).to_string(), value.to_string());
        }
        for value in [0.0, 0.5, 1.0, 4.0, 99.999_999_999, 100.0, 0.000_000_000_01] {
            assert_eq!(Decimal(value).to_string(), value.to_string());
        }
        assert_eq!(Decimal(100.0 / 3.0).to_string(), "33.33333333333");
    }

    #[test]
    fn words_round_trip_and_nonsense_is_refused() {
        for text in ["0.3,0.7", "northwest"] {
            assert_eq!(text.parse::<Gravity>().unwrap().to_string(), text);
        }
        for text in ["10p,10p,50p,50p", "0,0,1,1", "5,2.5p,7,100p"] {
            assert_eq!(text.parse::<Crop>().unwrap().to_string(), text);
        }
        for text in ["", "1,2,3", "1,2,0,4", "1,2,3,4,5", "-1,0,1,1", "101p,0,1,1", "1e3,0,1,1"] {
            assert!(text.parse::<Crop>().is_err(), "{text}");
        }
        assert_eq!("f80".parse::<Background>().unwrap().to_string(), "ff8800");
        assert!("+f8".parse::<Background>().is_err());
        assert!("0.99".parse::<Dpr>().is_err() && "4.01".parse::<Dpr>().is_err());
        assert!("0".parse::<Quality>().is_err() && "101".parse::<Quality>().is_err());
        assert!("1.5,0".parse::<Gravity>().is_err() && "nan,0".parse::<Gravity>().is_err());
    }
}
