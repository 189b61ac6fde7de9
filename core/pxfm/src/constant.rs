//! What the compiler computes, by series: `libm` is not made for that.

use std::f64::consts::{LN_2, SQRT_2};

/// The magnitude of `x` with the sign of `y`.
#[must_use]
pub const fn copysignk(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// The largest whole number that is not above `x`.
#[must_use]
pub const fn floor(x: f64) -> f64 {
    x.floor()
}

/// `x` to the power of `y`, for positive `x`.
#[must_use]
pub const fn pow(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { exp(y * ln(x)) }
}

/// e to the power of `x`; 0 and infinity beyond what normal numbers hold.
#[must_use]
pub const fn exp(x: f64) -> f64 {
    let power = floor(x / LN_2 + 0.5);
    if power < -1022.0 {
        return 0.0;
    }
    if power > 1023.0 {
        return f64::INFINITY;
    }
    let rest = x - power * LN_2;
    // Taylor: at most ln 2 / 2 to the 18th, by 18 factorial, is missing.
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while n < 18.0 {
        term *= rest / n;
        sum += term;
        n += 1.0;
    }
    sum * f64::from_bits(((power as i64 + 1023) as u64) << 52)
}

/// The natural logarithm of a positive, normal number.
const fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // 2 artanh((m − 1) / (m + 1)): each term is less than 3 % of the one before.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let (mut sum, mut odd, mut n) = (0.0, ratio, 1.0);
    while n < 24.0 {
        sum += odd / n;
        odd *= ratio * ratio;
        n += 2.0;
    }
    2.0 * sum + exponent as f64 * LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_agree_with_libm() {
        for i in 1..4000 {
            let x = f64::from(i) / 1000.0;
            for y in [-3.1, -0.5, 0.0, 0.1, 1.0 / 78.84375, 1.0, 2.4, 9.0] {
                let (found, expected) = (pow(x, y), libm::pow(x, y));
                assert!((found / expected - 1.0).abs() < 1e-13, "{x} {y}: {found} {expected}");
            }
            let x = x * 50.0 - 100.0;
            assert!((exp(x) / libm::exp(x) - 1.0).abs() < 1e-13, "{x}");
        }
        assert_eq!((pow(0.0, 2.0), exp(-1e4), exp(1e4)), (0.0, 0.0, f64::INFINITY));
        assert_eq!((floor(-1.5), copysignk(2.0, -1.0)), (-2.0, -2.0));
    }
}
