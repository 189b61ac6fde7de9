//! Segments: macroblocks by how much detail they have (RFC 6386 section 9.3).

use crate::tables::AC_STEPS;

/// Steps of the quantiser by segment, in hundredths of that of the quality: errors show most where there is little detail.
const STEPS: [u32; 4] = [60, 80, 110, 140];
/// Where segments begin: means, over the 4×4 blocks, of 16 log₂ (1 + variance).
const THRESHOLDS: [u32; 3] = [20, 50, 90];
/// The segment of a step like that of the quality.
pub(crate) const MIDDLE: u8 = 2;

/// Indices of quantisers, from flat to detailed.
pub(crate) fn indices(index: u8) -> [u8; 4] {
    let step = u32::from(AC_STEPS[usize::from(index)]);
    STEPS.map(|percent| {
        let wanted = step * percent / 100;
        AC_STEPS.iter().rposition(|&step| u32::from(step) <= wanted).unwrap_or(0) as u8
    })
}

/// The level of the loop filter for a quantiser.
pub(crate) fn filter_level(index: u8) -> u8 {
    let level = AC_STEPS[usize::from(index)] * 9 / 40;
    if level < 2 { 0 } else { level.min(63) as u8 }
}

/// The segment of a macroblock.
pub(crate) fn of(samples: &[[u8; 16]; 16]) -> u8 {
    let mut log = 0;
    for y in (0..16).step_by(4) {
        for x in (0..16).step_by(4) {
            let (mut sum, mut squares) = (0u32, 0u32);
            for row in &samples[y..y + 4] {
                for &sample in &row[x..x + 4] {
                    sum += u32::from(sample);
                    squares += u32::from(sample) * u32::from(sample);
                }
            }
            // 256 times the variance.
            let variance = 16 * squares - sum * sum;
            log += (variance + 256).ilog2() * 16 - 128;
        }
    }
    let log = log / 16;
    THRESHOLDS.iter().filter(|&&least| log >= least).count() as u8
}
