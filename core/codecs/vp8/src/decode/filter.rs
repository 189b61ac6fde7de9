//! The loop filter (RFC 6386 section 15).
//!
//! Eight places along an edge are filtered side by side: vectors hold the samples at one distance from the edge.

use std::ops::Range;

use bytemuck::cast;
use wide::i16x8;

use crate::parameters::Parameters;

/// How much an edge may differ so that it is smoothed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strength {
    /// Of the whole edge; 0: no filter.
    limit: i16,
    /// Of neighbours on each side.
    interior: i16,
    /// Above which the samples at the edge are an edge by themselves.
    high_variance: i16,
}

/// How a frame is filtered.
#[derive(Clone, Debug)]
pub(crate) struct LoopFilter {
    pub(crate) is_simple: bool,
    /// By segment, and whether luma is predicted by 4×4 blocks.
    strengths: [[Strength; 2]; 4],
}

impl LoopFilter {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let strengths = std::array::from_fn(|segment| {
            [false, true].map(|by_subblocks| Strength::of(parameters, segment, by_subblocks))
        });
        LoopFilter { is_simple: parameters.filter.is_simple, strengths }
    }

    /// That of a macroblock, where it is filtered at all.
    pub(crate) fn strength(&self, segment: u8, by_subblocks: bool) -> Option<Strength> {
        let strength = self.strengths[usize::from(segment & 3)][usize::from(by_subblocks)];
        (strength.limit > 0).then_some(strength)
    }

    /// Filters the edges of a macroblock whose first sample is at `at` in a plane of macroblocks of `size` samples: that to
    /// the left, those inside across, the one above, those inside down.
    pub(crate) fn filter(
        &self,
        plane: &mut [u8],
        stride: usize,
        (at, size): (usize, usize),
        outer: [bool; 2],
        inner: bool,
        strength: Strength,
    ) {
        for (direction, has_outer) in outer.into_iter().enumerate() {
            let (across, along) = if direction == 0 { (1, stride) } else { (stride, 1) };
            for edge in (0..size).step_by(4) {
                let is_outer = edge == 0;
                if !(if is_outer { has_outer } else { inner }) {
                    continue;
                }
                let limit = if is_outer { strength.limit + 4 } else { strength.limit };
                for part in (0..size).step_by(8) {
                    let place = at + edge * across + part * along - 4 * across;
                    let mut rows = load(plane, place, stride);
                    if direction == 0 {
                        rows = transposed(rows);
                    }
                    let mut lines = rows.map(widened);
                    let mut changed = match self.is_simple {
                        true => simple(&mut lines, limit),
                        false => normal(&mut lines, Strength { limit, ..strength }, is_outer),
                    };
                    if changed.is_empty() {
                        continue;
                    }
                    rows = lines.map(narrowed);
                    if direction == 0 {
                        (rows, changed) = (transposed(rows), 0..8);
                    }
                    store(plane, place, stride, &rows, changed);
                }
            }
        }
    }
}

impl Strength {
    fn of(parameters: &Parameters, segment: usize, by_subblocks: bool) -> Self {
        let filter = &parameters.filter;
        if filter.level == 0 {
            return Strength::default();
        }
        let mut level = parameters.of_segment(filter.level.into(), |data| data.levels[segment]);
        if let Some(deltas) = &filter.deltas {
            // Of key frames, and of luma by 4×4 blocks.
            level += i32::from(deltas[0]) + if by_subblocks { i32::from(deltas[4]) } else { 0 };
        }
        let level = level.clamp(0, 63) as i16;
        if level == 0 {
            return Strength::default();
        }
        let sharpness = i16::from(filter.sharpness);
        let interior = match sharpness {
            0 => level,
            1..=4 => (level >> 1).min(9 - sharpness),
            _ => (level >> 2).min(9 - sharpness),
        };
        let interior = interior.max(1);
        let high_variance = i16::from(level >= 15) + i16::from(level >= 40);
        Strength { limit: 2 * level + interior, interior, high_variance }
    }
}

/// The samples at an edge: four before it, four behind it.
type Lines = [i16x8; 8];

/// Eight rows of eight samples, each row a number whose lowest byte is the first.
fn load(plane: &[u8], place: usize, stride: usize) -> [u64; 8] {
    let row = |y: usize| plane[place + y * stride..].first_chunk().copied().unwrap_or_default();
    std::array::from_fn(|y| u64::from_le_bytes(row(y)))
}

fn store(plane: &mut [u8], place: usize, stride: usize, rows: &[u64; 8], changed: Range<usize>) {
    for y in changed {
        if let Some(row) = plane[place + y * stride..].first_chunk_mut() {
            *row = rows[y].to_le_bytes();
        }
    }
}

/// Swaps rows and columns: single samples, then squares of four, then of sixteen.
#[inline(always)]
fn transposed(mut rows: [u64; 8]) -> [u64; 8] {
    swap::<1>(&mut rows, EVEN);
    swap::<2>(&mut rows, 0x0000_FFFF_0000_FFFF);
    swap::<4>(&mut rows, 0x0000_0000_FFFF_FFFF);
    rows
}

#[inline(always)]
fn swap<const SIDE: usize>(rows: &mut [u64; 8], mask: u64) {
    for first in (0..8).step_by(2 * SIDE) {
        for i in first..first + SIDE {
            let swapped = ((rows[i] >> (8 * SIDE)) ^ rows[i + SIDE]) & mask;
            rows[i] ^= swapped << (8 * SIDE);
            rows[i + SIDE] ^= swapped;
        }
    }
}

/// The first, third and so on of eight bytes.
const EVEN: u64 = 0x00FF_00FF_00FF_00FF;

/// Samples as a vector: the even ones, then the odd ones, which takes no more than masks.
#[inline(always)]
fn widened(row: u64) -> i16x8 {
    cast([row & EVEN, row >> 8 & EVEN])
}

#[inline(always)]
fn narrowed(line: i16x8) -> u64 {
    let [even, odd]: [u64; 2] = cast(line);
    even | odd << 8
}

#[inline(always)]
fn splat(value: i16) -> i16x8 {
    i16x8::splat(value)
}

#[inline(always)]
fn clamp(value: i16x8, least: i16, most: i16) -> i16x8 {
    value.max(splat(least)).min(splat(most))
}

/// Where an edge differs by no more than its limit.
#[inline(always)]
fn within([.., p1, p0, q0, q1, _, _]: &Lines, limit: i16) -> i16x8 {
    let difference: i16x8 = ((*p0 - *q0).abs() << 2) + (*p1 - *q1).abs();
    !difference.simd_gt(splat(2 * limit + 1))
}

/// What changes the two samples at the edge by: `weight` (at most 1020 in size) is four times what they differ by, or more.
#[inline(always)]
fn two(weight: i16x8) -> [i16x8; 2] {
    [3, 4].map(|round| clamp((weight + splat(round)) >> 3, -16, 15))
}

/// Section 15.2. Returns the lines that may have changed.
#[inline(always)]
fn simple(lines: &mut Lines, limit: i16) -> Range<usize> {
    let mask = within(lines, limit);
    if !mask.any() {
        return 0..0;
    }
    let [.., p1, p0, q0, q1, _, _] = *lines;
    let [before, behind] = two((q0 - p0) * splat(3) + clamp(p1 - q1, -128, 127));
    lines[3] = clamp(p0 + (before & mask), 0, 255);
    lines[4] = clamp(q0 - (behind & mask), 0, 255);
    3..5
}

/// Section 15.3. Returns the lines that may have changed.
#[inline(always)]
fn normal(lines: &mut Lines, strength: Strength, is_outer: bool) -> Range<usize> {
    let mut mask = within(lines, strength.limit);
    let differences: [i16x8; 7] = std::array::from_fn(|i| (lines[i] - lines[i + 1]).abs());
    let [p3, p2, p1, _, q1, q2, q3] = differences;
    let most = p3.max(p2).max(p1).max(q1).max(q2.max(q3));
    mask &= !most.simd_gt(splat(strength.interior));
    if !mask.any() {
        return 0..0;
    }
    let high = p1.max(q1).simd_gt(splat(strength.high_variance));
    let [_, p2, p1, p0, q0, q1, q2, _] = *lines;
    let (step, outer) = ((q0 - p0) * splat(3), clamp(p1 - q1, -128, 127));
    if is_outer {
        let weight = step + outer;
        let [before, behind] = two(weight);
        let weight = clamp(weight, -128, 127);
        let [first, second, third] = [27, 18, 9].map(|factor| (weight * splat(factor) + splat(63)) >> 7);
        let choose = |edge: i16x8| ((edge & high) | (first & !high)) & mask;
        let low = mask & !high;
        lines[1] = clamp(p2 + (third & low), 0, 255);
        lines[2] = clamp(p1 + (second & low), 0, 255);
        lines[3] = clamp(p0 + choose(before), 0, 255);
        lines[4] = clamp(q0 - choose(behind), 0, 255);
        lines[5] = clamp(q1 - (second & low), 0, 255);
        lines[6] = clamp(q2 - (third & low), 0, 255);
        1..7
    } else {
        let [before, behind] = two(step + (outer & high));
        let next = ((behind + splat(1)) >> 1) & mask & !high;
        lines[2] = clamp(p1 + next, 0, 255);
        lines[3] = clamp(p0 + (before & mask), 0, 255);
        lines[4] = clamp(q0 - (behind & mask), 0, 255);
        lines[5] = clamp(q1 - next, 0, 255);
        2..6
    }
}
