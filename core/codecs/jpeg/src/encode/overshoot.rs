//! Samples beyond white and black, for less ringing around text.
//!
//! What a decoder reconstructs is clipped to 0 to 255 (T.81 A.3.1). So where a white ground becomes brighter than white, nobody
//! sees it, and the waves that coarse steps leave around an edge are cut off with it. The idea is K. Lesiński's,
//! known from mozjpeg (BSD) as overshoot deringing. There, curves follow runs of white samples in zigzag order. Here, all clipped
//! samples of a block are moved alike, which on charts and screenshots gains as much and a little more. Colour differences are
//! treated as luma is: their ends are the purest colours. The price: whoever decodes at a reduced size, from the low
//! frequencies alone, sees small text a little paler.

use wide::i16x8;

/// How far samples are moved, at most: in steps of the mean value, and in levels.
const STEPS: i32 = 3;
const LEVELS: i32 = 40;
/// A few white samples in a photo are no ground.
const LEAST_WHITE: i32 = 4;
/// Black strokes on a lighter ground gain nothing, a black ground does.
const LEAST_BLACK: i32 = 32;

/// Moves white and black samples of a block where that helps. `step`: of the mean value.
#[inline(always)]
pub(super) fn move_clipped(rows: &mut [i16x8; 8], step: u8) {
    let count = |value: i16| {
        let equal = rows.iter().map(|row| row.simd_eq(i16x8::splat(value)));
        -i32::from(equal.fold(i16x8::ZERO, |sum, equal| sum + equal).reduce_add())
    };
    let (white, black) = (count(255), count(0));
    // Nothing rings with a step of 1, and values would become too large for a file.
    if (white >= LEAST_WHITE || black >= LEAST_BLACK) && white.max(black) < 64 && step > 1 {
        move_some(rows, white, black, step);
    }
}

#[inline(never)]
fn move_some(rows: &mut [i16x8; 8], white: i32, black: i32, step: u8) {
    let sum: i32 = rows.iter().map(|row| i32::from(row.reduce_add())).sum();
    let up = if white >= LEAST_WHITE { distance(64 * 255 - sum, white, step) } else { 0 };
    let down = if black >= LEAST_BLACK { distance(sum, black, step) } else { 0 };
    for row in rows {
        let (white, black) = (row.simd_eq(i16x8::splat(255)), row.simd_eq(i16x8::ZERO));
        *row = *row + (white & i16x8::splat(up)) - (black & i16x8::splat(down));
    }
}

/// How far `count` clipped samples are moved. `others`: how far the others are from that end of the range, in all.
fn distance(others: i32, count: i32, step: u8) -> i16 {
    // Where contrast is low, so are the waves. And the mean must not move much.
    let contrast = others * 3 / (8 * (64 - count));
    let mean = 2 * others / count;
    (STEPS * i32::from(step)).min(LEVELS).min(contrast).min(mean) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::quantise;
    use bytemuck::cast;

    fn moved(samples: [i16; 64], step: u8) -> [i16; 64] {
        let mut rows: [i16x8; 8] = cast(samples);
        move_clipped(&mut rows, step);
        cast(rows)
    }

    #[test]
    fn only_clipped_samples_are_moved_and_only_outwards() {
        // The left half is white or black, the right half is in between.
        let block =
            |clipped: i16, other: i16| std::array::from_fn(|i| if i % 8 < 4 { clipped } else { other });
        assert_eq!(moved(block(255, 55), 5), block(270, 55));
        assert_eq!(moved(block(255, 55), 200), block(295, 55));
        assert_eq!(moved(block(0, 55), 5), block(-15, 55));
        // Low contrast.
        assert_eq!(moved(block(255, 239), 5), block(261, 239));
        assert_eq!(moved(block(0, 255), 5), block(-15, 270));
        for same in [block(254, 55), block(1, 55), block(255, 255), block(0, 0)] {
            assert_eq!(moved(same, 5), same);
        }
        assert_eq!(moved(block(255, 55), 1), block(255, 55));
    }

    #[test]
    fn strokes_of_black_and_specks_of_white_stay() {
        let few = |count, few: i16, ground| std::array::from_fn(|i| if i < count { few } else { ground });
        assert_eq!(moved(few(31, 0, 200), 5), few(31, 0, 200));
        assert_eq!(moved(few(32, 0, 200), 5), few(32, -15, 200));
        assert_eq!(moved(few(3, 255, 100), 5), few(3, 255, 100));
        assert_eq!(moved(few(4, 255, 100), 5), few(4, 270, 100));
        // The mean stays in range, about: 60 samples moved by 2 × 4 × 200 / 60.
        assert_eq!(moved(few(4, 55, 255), 50), few(4, 55, 255 + 26));
    }

    /// A baseline file has room for values up to 1023, and for differences of means up to 2047 (T.81 F.1.2).
    #[test]
    fn values_fit_into_a_file() {
        for quality in 1..=100 {
            let steps = quantise::steps(quality);
            let beyond = if steps[0] > 1 { (STEPS * i32::from(steps[0])).min(LEVELS) } else { 0 };
            let finest = f64::from(steps[1..].iter().copied().min().unwrap_or(1));
            // The largest AC value is 7.28 times the amplitude: all samples at the ends, by the sign of the waves.
            assert!((127.5 + f64::from(beyond)) * 7.28 / finest < 1023.0, "{quality}");
            assert!(8 * (255 + 2 * beyond) / i32::from(steps[0]) < 2048, "{quality}");
        }
    }
}
