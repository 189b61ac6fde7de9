//! Undoes the predictor transform (RFC 9649, section 3.5.1).

use crate::decode::tile_map::TileMap;
use crate::transform::{BLACK, add};

/// Adds its prediction to each pixel of a row. `above` is the row above, and has a place more for what follows it: the
/// first pixel of this row.
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
        12 => each(row, above, range, |left, top, top_left, _| {
            channels(left, top, top_left, |left, top, top_left| left + top - top_left)
        }),
        13 => each(row, above, range, |left, top, top_left, _| {
            // Division rounds towards 0.
            channels(average(left, top), top_left, 0, |mean, top_left, _| mean + (mean - top_left) / 2)
        }),
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

/// Each channel by a rule, clamped.
#[inline(always)]
fn channels(a: u32, b: u32, c: u32, rule: impl Fn(i16, i16, i16) -> i16) -> u32 {
    let [a, b, c] = [a, b, c].map(u32::to_le_bytes);
    let mut result = [0; 4];
    for (at, channel) in result.iter_mut().enumerate() {
        *channel = rule(i16::from(a[at]), i16::from(b[at]), i16::from(c[at])).clamp(0, 255) as u8;
    }
    u32::from_le_bytes(result)
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
    use super::{average, channels, select};

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
    fn averages_round_down_and_clamps_hold() {
        assert_eq!(average(0xFF00_0102, 0xFE01_0207), 0xFE00_0104);
        assert_eq!(channels(0x00FF_10FF, 0x00FF_1080, 0x0101_2000, |a, b, c| a + b - c), 0x00FF_00FF);
    }
}
