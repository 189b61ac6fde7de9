//! Undoes the predictor transform (RFC 9649, section 3.5.1).

use crate::decode::tile_map::TileMap;
use crate::transform::{BLACK, add};

/// Adds its prediction to each pixel of a row. `above` is the row above, with one more pixel at its end for what
/// follows it: the first pixel of this row.
pub(crate) fn undo(row: &mut [u32], above: &mut [u32], y: usize, modes: &TileMap<u8>) {
    let width = row.len();
    if y == 0 {
        row[0] = add(row[0], BLACK);
        return each(row, above, 1..width, |left, _, _, _| left);
    }
    row[0] = add(row[0], above[0]);
    above[width] = row[0];
    for (&mode, tile) in modes.row(y, width) {
        undo_tile(row, above, tile.start.max(1)..tile.end, mode & 15);
    }
}

/// (RFC 9649, table 1.)
fn undo_tile(row: &mut [u32], above: &[u32], range: std::ops::Range<usize>, mode: u8) {
    match mode {
        1 => each(row, above, range, |left, _, _, _| left),
        2 => each(row, above, range, |_, top, _, _| top),
        3 => each(row, above, range, |_, _, _, top_right| top_right),
        4 => each(row, above, range, |_, _, top_left, _| top_left),
        5 => each(row, above, range, |left, top, _, top_right| average(average(left, top_right), top)),
        6 => each(row, above, range, |left, _, top_left, _| average(left, top_left)),
        7 => each(row, above, range, |left, top, _, _| average(left, top)),
        8 => each(row, above, range, |_, top, top_left, _| average(top_left, top)),
        9 => each(row, above, range, |_, top, _, top_right| average(top, top_right)),
        10 => each(row, above, range, |left, top, top_left, top_right| {
            average(average(left, top_left), average(top, top_right))
        }),
        11 => each(row, above, range, |left, top, top_left, _| select(left, top, top_left)),
        12 => each(row, above, range, |left, top, top_left, _| gradient(left, top, top_left)),
        13 => each(row, above, range, |left, top, top_left, _| half_gradient(average(left, top), top_left)),
        // Mode 0; what is not defined is read like it.
        _ => each(row, above, range, |_, _, _, _| BLACK),
    }
}

/// Adds to each pixel of a range (from 1 on) what follows from the left, top, top left and top right.
#[inline(always)]
fn each(
    row: &mut [u32],
    above: &[u32],
    range: std::ops::Range<usize>,
    predict: impl Fn(u32, u32, u32, u32) -> u32,
) {
    if range.is_empty() {
        return;
    }
    let count = range.len();
    let above = &above[range.start - 1..range.end + 1];
    let (before, row) = row[..range.end].split_at_mut(range.start);
    let mut left = before[range.start - 1];
    let (top_left, top, top_right) = (&above[..count], &above[1..][..count], &above[2..][..count]);
    for (x, pixel) in row[..count].iter_mut().enumerate() {
        left = add(*pixel, predict(left, top[x], top_left[x], top_right[x]));
        *pixel = left;
    }
}

/// The mean of each channel, rounded down.
#[inline(always)]
fn average(a: u32, b: u32) -> u32 {
    (a & b) + (((a ^ b) & 0xFEFE_FEFE) >> 1)
}

/// 1 in each lane of 16 bits.
const ONES: u64 = 0x0001_0001_0001_0001;

/// The channels in lanes of 16 bits.
#[inline(always)]
fn lanes(argb: u32) -> u64 {
    (u64::from(argb & 0xFF00_FF00) << 24) | u64::from(argb & 0x00FF_00FF)
}

/// Channels from lanes that hold −256 to 511, and 256 more so that none is negative: clamped to 0 to 255.
#[inline(always)]
fn clamped(lanes: u64) -> u32 {
    let (inside, above) = (lanes >> 8 & ONES, lanes >> 9 & ONES);
    let channels = (lanes & (inside * 255)) | (above * 255);
    ((channels >> 24) as u32 & 0xFF00_FF00) | (channels as u32 & 0x00FF_00FF)
}

/// Left + top − top left of each channel, clamped.
#[inline(always)]
fn gradient(left: u32, top: u32, top_left: u32) -> u32 {
    clamped(lanes(left) + lanes(top) + (ONES << 8) - lanes(top_left))
}

/// The mean and half of what it is above top left, of each channel, clamped. Halves round towards 0.
#[inline(always)]
fn half_gradient(mean: u32, top_left: u32) -> u32 {
    let mean = lanes(mean);
    // 256 more than the difference.
    let difference = mean + (ONES << 8) - lanes(top_left);
    let is_negative = !(difference >> 8) & ONES;
    // 128 more than half of it.
    let half = (difference + is_negative) >> 1 & (ONES * 0x1FF);
    clamped(mean + half + (ONES << 7))
}

/// Whichever of left and top is nearer to left + top − top left.
#[inline(always)]
fn select(left: u32, top: u32, top_left: u32) -> u32 {
    let (l, t, c) = (left.to_le_bytes(), top.to_le_bytes(), top_left.to_le_bytes());
    let mut nearer = 0;
    for at in 0..4 {
        nearer += i32::from(t[at].abs_diff(c[at])) - i32::from(l[at].abs_diff(c[at]));
    }
    if nearer < 0 { left } else { top }
}

#[cfg(test)]
mod tests {
    use super::{average, gradient, half_gradient, select};

    #[test]
    fn select_takes_the_nearer() {
        let mut state = 1_u32;
        for _ in 0..100_000 {
            let mut next = || {
                state = state.wrapping_mul(0x0019_660D).wrapping_add(0x3C6E_F35F);
                // Extremes are frequent.
                state ^ (state >> 16) & [0xFFFF_FFFF, 0xFF00_00FF, 0][(state >> 9) as usize % 3]
            };
            let [left, top, top_left] = [next(), next(), next()];
            let [l, t, c] = [left, top, top_left].map(u32::to_le_bytes);
            let apart = |a: [u8; 4]| (0..4).map(|at| u32::from(a[at].abs_diff(c[at]))).sum::<u32>();
            let expected = if apart(t) < apart(l) { left } else { top };
            assert_eq!(select(left, top, top_left), expected);
        }
        assert_eq!(select(0, u32::MAX, 0), u32::MAX);
        assert_eq!(select(u32::MAX, 0, 0), u32::MAX);
    }

    #[test]
    fn averages_round_down() {
        assert_eq!(average(0xFF00_0102, 0xFE01_0207), 0xFE00_0104);
    }

    /// Each channel by itself, as the RFC writes it.
    #[test]
    fn gradients_are_clamped() {
        let clamped = |value: i32| value.clamp(0, 255) as u32;
        // The other channels are extremes that must not carry into this one.
        let argb = |value: i32, other: u32| (value as u32) << 8 | other;
        for a in 0..256 {
            for c in 0..256 {
                for (b, other) in [(0, 0), (1, 0xFFFF_00FF), (128, 0xFF00_00FF), (254, 0), (255, 0x00FF_00FF)]
                {
                    let found = gradient(argb(a, other), argb(b, other), argb(c, !other & 0xFFFF_00FF));
                    assert_eq!(found >> 8 & 0xFF, clamped(a + b - c), "{a} + {b} − {c}");
                }
                let found = half_gradient(argb(a, 0xFFFF_00FF), argb(c, 0));
                assert_eq!(found >> 8 & 0xFF, clamped(a + (a - c) / 2), "{a} and {c}");
                assert_eq!(half_gradient(argb(a, 0), argb(c, 0xFFFF_00FF)), found & 0xFF00, "{a} and {c}");
            }
        }
    }
}
