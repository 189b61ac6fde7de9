//! Quantisation (T.81 A.3.4): how large the steps are, and the division by them.

use bytemuck::cast;
use wide::{i16x8, u16x8};

/// Steps for quality 50 in natural order: N. Robidoux's, as in ImageMagick and mozjpeg. At equal SSIMULACRA2,
/// photos take about 7 % fewer bytes than with T.81's Table K.1.
const STEPS: [u16; 64] = [
    16, 16, 16, 18, 25, 37, 56, 85, //
    16, 17, 20, 27, 34, 40, 53, 75, //
    16, 20, 24, 31, 43, 62, 91, 135, //
    18, 27, 31, 40, 53, 74, 106, 156, //
    25, 34, 43, 53, 69, 94, 131, 189, //
    37, 40, 62, 74, 94, 124, 169, 238, //
    56, 53, 91, 106, 131, 169, 226, 311, //
    85, 75, 135, 156, 189, 238, 311, 418, //
];

/// The steps for a quality of 1 to 100, in natural order, by libjpeg's rule. All fit a baseline file's 8 bits.
pub(super) fn steps(quality: u8) -> [u8; 64] {
    let quality = u32::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    STEPS.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8)
}

/// Divides coefficients by their steps.
#[derive(Clone, Debug)]
pub(super) struct Quantiser {
    rows: [Row; 8],
}

/// The divisors of eight coefficients. A quotient is ((n + half) × reciprocal) >> 16 >> shift.
#[derive(Clone, Copy, Debug)]
struct Row {
    half: u16x8,
    reciprocal: u16x8,
    /// 2^(16 − shift).
    shift: u16x8,
}

impl Quantiser {
    pub(super) fn new(steps: &[u8; 64]) -> Self {
        let row = |y: usize| {
            let of = |part: fn(u32) -> u32| {
                u16x8::new(std::array::from_fn(|x| part(8 * u32::from(steps[8 * y + x])) as u16))
            };
            let mut half = of(dead_half);
            if y == 0 {
                half.as_mut_array()[0] = 4 * u16::from(steps[0]);
            }
            Row { half, reciprocal: of(reciprocal), shift: of(|d| 1 << (16 - shift(d))) }
        };
        Quantiser { rows: std::array::from_fn(row) }
    }

    /// `coefficients` are 8 times too large, as the transform leaves them.
    #[inline(always)]
    pub(super) fn divide(&self, coefficients: [i16x8; 8]) -> [i16x8; 8] {
        std::array::from_fn(|y| {
            let (row, value) = (&self.rows[y], coefficients[y]);
            let sign: i16x8 = value >> 15;
            let magnitude: u16x8 = cast((value ^ sign) - sign);
            let quotient = (magnitude + row.half).mul_keep_high(row.reciprocal).mul_keep_high(row.shift);
            (cast::<u16x8, i16x8>(quotient) ^ sign) - sign
        })
    }
}

/// What is added to magnitudes before the division. A little less than half of the divisor, as a value just above
/// a half costs more bits than its worth: photos take 2.4 % fewer bytes at equal SSIMULACRA2. Where the step is 1,
/// and for mean values, it is half.
fn dead_half(divisor: u32) -> u32 {
    (divisor * 27).div_ceil(64)
}

/// With 16 + shift bits behind the point and this rounding, quotients are exact for dividends below 2^15.
fn reciprocal(divisor: u32) -> u32 {
    (1u32 << (16 + shift(divisor))).div_ceil(divisor)
}

/// So large that the reciprocal just fits into 16 bits.
fn shift(divisor: u32) -> u32 {
    divisor.ilog2() - u32::from(divisor.is_power_of_two())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_away_from_zero_above_a_little_more_than_half() {
        for step in 1..=255u8 {
            let quantiser = Quantiser::new(&[step; 64]);
            let divisor = i32::from(step) * 8;
            for value in (-16400..=16400i32).step_by(5) {
                let expected = |half: i32| ((value.abs() + half) / divisor * value.signum()) as i16;
                let quotients: [i16; 64] = cast(quantiser.divide([i16x8::splat(value as i16); 8]));
                assert_eq!(quotients[0], expected(divisor / 2), "{value} / {divisor}");
                assert_eq!(quotients[1..], [expected((divisor * 27 + 63) / 64); 63], "{value} / {divisor}");
            }
        }
    }

    #[test]
    fn quality_scales_the_steps() {
        assert_eq!(steps(50).map(u16::from)[..8], STEPS[..8]);
        assert_eq!(steps(100), [1; 64]);
        assert_eq!(steps(80)[..4], [6, 6, 6, 7]);
        assert_eq!(steps(1), [255; 64]);
    }
}
