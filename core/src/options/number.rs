//! Numbers as texts: no sign, no exponent, no white space, and equal values are equal texts.

use std::fmt;

/// A number of digits alone.
pub(crate) fn whole(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Digits with at most one point: no sign, no exponent, at most twelve characters, so that equal values stay equal
/// when written out again.
pub(crate) fn decimal(text: &str) -> Option<f64> {
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
pub(crate) struct Decimal(pub(crate) f64);

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
}
