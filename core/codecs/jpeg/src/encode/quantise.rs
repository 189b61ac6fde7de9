//! Quantisation (T.81 A.3.4): how large the steps are, and the division by them.

use bytemuck::cast;
use wide::{i16x8, u16x8};

/// Steps in natural order, in sixteenths, at the percentages of [`ANCHORS`].
const STEPS: [[u16; 64]; 4] = [
    [
        23, 16, 26, 26, 25, 25, 25, 25, //
        16, 26, 26, 25, 25, 25, 25, 25, //
        26, 26, 25, 25, 25, 25, 25, 25, //
        26, 25, 25, 25, 25, 25, 25, 25, //
        25, 25, 25, 25, 25, 25, 25, 25, //
        25, 25, 25, 25, 25, 25, 25, 25, //
        25, 25, 25, 25, 25, 25, 25, 24, //
        25, 25, 25, 25, 25, 25, 24, 24,
    ],
    [
        61, 61, 102, 107, 122, 143, 169, 200, //
        61, 105, 112, 126, 138, 148, 165, 190, //
        102, 112, 120, 133, 152, 176, 205, 240, //
        107, 126, 133, 148, 165, 189, 218, 255, //
        122, 138, 152, 165, 184, 208, 237, 275, //
        143, 148, 176, 189, 208, 232, 263, 301, //
        169, 165, 205, 218, 237, 263, 295, 336, //
        200, 190, 240, 255, 275, 301, 336, 378,
    ],
    [
        117, 154, 256, 277, 346, 451, 596, 790, //
        154, 267, 298, 364, 426, 475, 574, 726, //
        256, 298, 337, 400, 499, 639, 827, 1080, //
        277, 364, 400, 475, 574, 720, 917, 1190, //
        346, 426, 499, 574, 686, 846, 1058, 1355, //
        451, 475, 639, 720, 846, 1020, 1257, 1583, //
        596, 574, 827, 917, 1058, 1257, 1529, 1896, //
        790, 726, 1080, 1190, 1355, 1583, 1896, 2315,
    ],
    [
        222, 384, 640, 716, 978, 1419, 2103, 3126, //
        384, 678, 791, 1052, 1309, 1528, 1996, 2776, //
        640, 791, 941, 1199, 1637, 2317, 3336, 4851, //
        716, 1052, 1199, 1528, 1996, 2741, 3856, 5566, //
        978, 1309, 1637, 1996, 2565, 3440, 4715, 6678, //
        1419, 1528, 2317, 2741, 3440, 4475, 6005, 8313, //
        2103, 1996, 3336, 3856, 4715, 6005, 7914, 10718, //
        3126, 2776, 4851, 5566, 6678, 8313, 10718, 14193,
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
