//! Quantisation (T.81 A.3.4): how large the steps are, and the division by them.

use bytemuck::cast;
use wide::{i16x8, u16x8};

/// Steps in natural order, in sixteenths, at the percentages of [`ANCHORS`]. They are N. Robidoux's, as in ImageMagick and
/// mozjpeg, made flatter the finer they are, and finer for the mean and the lowest frequencies, as SSIMULACRA2 values
/// photos. They are scaled so that a quality has the score, in the mean, that it had with Robidoux's.
const STEPS: [[u16; 64]; 4] = [
    [
        43, 36, 61, 62, 68, 74, 82, 91, //
        36, 62, 64, 69, 73, 76, 81, 88, //
        61, 64, 67, 71, 77, 84, 93, 102, //
        62, 69, 71, 76, 81, 88, 96, 106, //
        68, 73, 77, 81, 87, 93, 101, 111, //
        74, 76, 84, 88, 93, 100, 108, 117, //
        82, 81, 93, 96, 101, 108, 115, 125, //
        91, 88, 102, 106, 111, 117, 125, 134,
    ],
    [
        85, 97, 162, 172, 206, 254, 317, 397, //
        97, 167, 182, 214, 243, 265, 308, 371, //
        162, 182, 201, 231, 275, 335, 412, 509, //
        172, 214, 231, 265, 308, 368, 447, 550, //
        206, 243, 275, 308, 355, 419, 501, 610, //
        254, 265, 335, 368, 419, 486, 574, 690, //
        317, 308, 412, 447, 501, 574, 671, 797, //
        397, 371, 509, 550, 610, 690, 797, 934,
    ],
    [
        151, 223, 371, 407, 527, 718, 994, 1380, //
        223, 389, 442, 560, 671, 763, 952, 1251, //
        371, 442, 511, 624, 808, 1077, 1456, 1986, //
        407, 560, 624, 763, 952, 1238, 1642, 2225, //
        527, 671, 808, 952, 1171, 1494, 1939, 2587, //
        718, 763, 1077, 1238, 1494, 1857, 2369, 3102, //
        994, 952, 1456, 1642, 1939, 2369, 2978, 3828, //
        1380, 1251, 1986, 2225, 2587, 3102, 3828, 4830,
    ],
    [
        292, 568, 947, 1074, 1525, 2318, 3607, 5631, //
        568, 1011, 1202, 1656, 2118, 2519, 3401, 4927, //
        947, 1202, 1460, 1919, 2721, 4021, 6057, 9227, //
        1074, 1656, 1919, 2519, 3401, 4857, 7128, 10767, //
        1525, 2118, 2721, 3401, 4508, 6270, 8936, 13214, //
        2318, 2519, 4021, 4857, 6270, 8427, 11727, 16901, //
        3607, 3401, 6057, 7128, 8936, 11727, 15993, 22486, //
        5631, 4927, 9227, 10767, 13214, 16901, 22486, 30831,
    ],
];
const ANCHORS: [u32; 4] = [10, 40, 100, 250];

/// The steps for a quality of 1 to 100, in natural order. All fit a baseline file's 8 bits.
pub(super) fn steps(quality: u8) -> [u8; 64] {
    let quality = u32::from(quality);
    // libjpeg's rule.
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let above = ANCHORS.iter().position(|&anchor| anchor >= percent);
    std::array::from_fn(|i| {
        let step = |anchor: usize| u32::from(STEPS[anchor][i]);
        let sixteenths = match above {
            Some(0) => step(0) * percent / ANCHORS[0],
            Some(above) => {
                let (low, high) = (ANCHORS[above - 1], ANCHORS[above]);
                (step(above - 1) * (high - percent) + step(above) * (percent - low)) / (high - low)
            }
            None => step(ANCHORS.len() - 1) * percent / ANCHORS[ANCHORS.len() - 1],
        };
        ((sixteenths + 8) / 16).clamp(1, 255) as u8
    })
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

/// How quotients become whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the nearest one.
    Half,
    /// A little further towards zero, as a value just above a half costs more bits than its worth: photos take 2.4 % fewer
    /// bytes at equal SSIMULACRA2. Where the step is 1, and for mean values, it is to the nearest one.
    DeadZone,
}

impl Quantiser {
    pub(super) fn new(steps: &[u8; 64], rounding: Rounding) -> Self {
        let row = |y: usize| {
            let of = |part: fn(u32) -> u32| {
                u16x8::new(std::array::from_fn(|x| part(8 * u32::from(steps[8 * y + x])) as u16))
            };
            let mut half = of(match rounding {
                Rounding::Half => |divisor| divisor / 2,
                Rounding::DeadZone => |divisor| (divisor * 27).div_ceil(64),
            });
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
            let quantiser = Quantiser::new(&[step; 64], Rounding::DeadZone);
            let nearest = Quantiser::new(&[step; 64], Rounding::Half);
            let divisor = i32::from(step) * 8;
            for value in (-16400..=16400i32).step_by(5) {
                let expected = |half: i32| ((value.abs() + half) / divisor * value.signum()) as i16;
                let quotients: [i16; 64] = cast(quantiser.divide([i16x8::splat(value as i16); 8]));
                assert_eq!(quotients[0], expected(divisor / 2), "{value} / {divisor}");
                let rounded: [i16; 64] = cast(nearest.divide([i16x8::splat(value as i16); 8]));
                assert_eq!(rounded, [expected(divisor / 2); 64], "{value} / {divisor}");
                assert_eq!(quotients[1..], [expected((divisor * 27 + 63) / 64); 63], "{value} / {divisor}");
            }
        }
    }

    #[test]
    fn quality_scales_the_steps() {
        let sixteenths = |table: &[u16; 64]| table.map(|step| ((step + 8) / 16).min(255) as u8);
        // At the anchors.
        assert_eq!([95, 80, 50, 20].map(steps), STEPS.each_ref().map(sixteenths));
        assert_eq!([steps(100), steps(1)], [[1; 64], [255; 64]]);
        for quality in 2..=100 {
            let pairs = steps(quality).into_iter().zip(steps(quality - 1));
            assert!({ pairs }.all(|(finer, coarser)| finer <= coarser), "{quality}");
        }
    }
}
