//! The predictor transform (RFC 9649, section 3.5.1): pixels become differences to a prediction from their neighbours.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::encode::tile::{TILE, TILE_BITS};
use crate::transform::{BLACK, subtract};

const MODES: usize = 14;
/// The mode that predicts the pixel to the left.
const LEFT: usize = 1;
/// One of so many rows of a tile is looked at.
const ROW_STEP: usize = 2;

/// A run of pixels in a row with their neighbours, four bytes each. All are equally long.
#[derive(Clone, Copy)]
struct Run<'a> {
    pixels: &'a [u8],
    left: &'a [u8],
    top: &'a [u8],
    top_left: &'a [u8],
    top_right: &'a [u8],
}

impl<'a> Run<'a> {
    /// The pixels from `start` (at least 1) of a row. The row above has one more pixel at its end: what follows it in
    /// memory, the first of this row.
    fn new(row: &'a [u32], above: &'a [u32], start: usize, end: usize) -> Self {
        Run {
            pixels: cast_slice(&row[start..end]),
            left: cast_slice(&row[start - 1..end - 1]),
            top: cast_slice(&above[start..end]),
            top_left: cast_slice(&above[start - 1..end - 1]),
            top_right: cast_slice(&above[start + 1..end + 1]),
        }
    }
}

/// What a predictor does with each byte of a run.
trait Visit {
    /// The bytes left, top, top left and top right give the prediction.
    fn bytes(&mut self, run: Run<'_>, predict: impl Fn(u8, u8, u8, u8) -> u8);
    fn select(&mut self, run: Run<'_>);
}

/// (RFC 9649, table 1.)
#[inline(always)]
fn visit(mode: usize, run: Run<'_>, visitor: &mut impl Visit) {
    match mode {
        1 => visitor.bytes(run, |left, _, _, _| left),
        2 => visitor.bytes(run, |_, top, _, _| top),
        3 => visitor.bytes(run, |_, _, _, top_right| top_right),
        4 => visitor.bytes(run, |_, _, top_left, _| top_left),
        5 => visitor.bytes(run, |left, top, _, top_right| average(average(left, top_right), top)),
        6 => visitor.bytes(run, |left, _, top_left, _| average(left, top_left)),
        7 => visitor.bytes(run, |left, top, _, _| average(left, top)),
        8 => visitor.bytes(run, |_, top, top_left, _| average(top_left, top)),
        9 => visitor.bytes(run, |_, top, _, top_right| average(top, top_right)),
        10 => visitor.bytes(run, |left, top, top_left, top_right| {
            average(average(left, top_left), average(top, top_right))
        }),
        11 => visitor.select(run),
        12 => visitor.bytes(run, |left, top, top_left, _| {
            (i16::from(left) + i16::from(top) - i16::from(top_left)).clamp(0, 255) as u8
        }),
        13 => visitor.bytes(run, |left, top, top_left, _| {
            let mean = i16::from(average(left, top));
            let difference = mean - i16::from(top_left);
            // Division rounds towards 0.
            let half = (difference - (difference >> 15)) >> 1;
            (mean + half).clamp(0, 255) as u8
        }),
        // Mode 0, black, is never chosen.
        _ => visitor.bytes(run, |_, _, _, _| 0),
    }
}

#[inline(always)]
fn average(a: u8, b: u8) -> u8 {
    (a & b) + ((a ^ b) >> 1)
}

/// Whichever of left and top is nearer to left + top − top left.
#[inline(always)]
fn select(left: [u8; 4], top: [u8; 4], top_left: [u8; 4]) -> [u8; 4] {
    let mut nearer = 0;
    for channel in 0..4 {
        let corner = top_left[channel];
        nearer += i32::from(top[channel].abs_diff(corner)) - i32::from(left[channel].abs_diff(corner));
    }
    if nearer < 0 { left } else { top }
}

/// Sums up how large the residuals are.
struct Cost(u32);

impl Cost {
    /// About the bits that a residual takes: more than 0 for each that is not 0.
    #[inline(always)]
    fn of(pixel: u8, prediction: u8) -> u16 {
        let residual = pixel.wrapping_sub(prediction);
        let size = residual.min(residual.wrapping_neg());
        u16::from(size) + u16::from(size.min(4))
    }
}

impl Visit for Cost {
    #[inline(always)]
    fn bytes(&mut self, run: Run<'_>, predict: impl Fn(u8, u8, u8, u8) -> u8) {
        let Run { pixels, left, top, top_left, top_right } = run;
        let (left, top) = (&left[..pixels.len()], &top[..pixels.len()]);
        let (top_left, top_right) = (&top_left[..pixels.len()], &top_right[..pixels.len()]);
        let mut sum = 0_u16;
        for at in 0..pixels.len() {
            // At most 64 bytes of at most 132.
            sum = sum
                .wrapping_add(Cost::of(pixels[at], predict(left[at], top[at], top_left[at], top_right[at])));
        }
        self.0 += u32::from(sum);
    }

    #[inline(always)]
    fn select(&mut self, run: Run<'_>) {
        let neighbours =
            run.left.as_chunks().0.iter().zip(run.top.as_chunks().0).zip(run.top_left.as_chunks().0);
        for (pixel, ((&left, &top), &top_left)) in run.pixels.as_chunks::<4>().0.iter().zip(neighbours) {
            let prediction = select(left, top, top_left);
            self.0 += pixel.iter().zip(prediction).map(|(&p, q)| u32::from(Cost::of(p, q))).sum::<u32>();
        }
    }
}

/// Writes the residuals.
struct Residuals<'a>(&'a mut [u8]);

impl Visit for Residuals<'_> {
    #[inline(always)]
    fn bytes(&mut self, run: Run<'_>, predict: impl Fn(u8, u8, u8, u8) -> u8) {
        let Run { pixels, left, top, top_left, top_right } = run;
        let (left, top) = (&left[..pixels.len()], &top[..pixels.len()]);
        let (top_left, top_right) = (&top_left[..pixels.len()], &top_right[..pixels.len()]);
        let residuals = &mut self.0[..pixels.len()];
        for at in 0..pixels.len() {
            residuals[at] = pixels[at].wrapping_sub(predict(left[at], top[at], top_left[at], top_right[at]));
        }
    }

    #[inline(always)]
    fn select(&mut self, run: Run<'_>) {
        let neighbours =
            run.left.as_chunks().0.iter().zip(run.top.as_chunks().0).zip(run.top_left.as_chunks().0);
        let pixels = run.pixels.as_chunks::<4>().0.iter().zip(neighbours);
        for (residual, (pixel, ((&left, &top), &top_left))) in
            self.0.as_chunks_mut::<4>().0.iter_mut().zip(pixels)
        {
            let prediction = select(left, top, top_left);
            for channel in 0..4 {
                residual[channel] = pixel[channel].wrapping_sub(prediction[channel]);
            }
        }
    }
}

/// The best mode of each tile, as pixels of an image: the mode is stored in green.
pub(crate) fn choose(argb: &[u32], width: usize) -> Vec<u32> {
    let height = argb.len() / width;
    let across = width.div_ceil(TILE);
    let mut tiles = Vec::with_capacity(across * height.div_ceil(TILE));
    for tile_y in 0..height.div_ceil(TILE) {
        let mut before = LEFT;
        for tile_x in 0..across {
            let mut costs = [0; MODES];
            let rows = (tile_y * TILE).max(1)..((tile_y + 1) * TILE).min(height);
            let (start, end) = ((tile_x * TILE).max(1), ((tile_x + 1) * TILE).min(width));
            for y in rows.step_by(ROW_STEP) {
                let (above, row) = (&argb[(y - 1) * width..=y * width], &argb[y * width..(y + 1) * width]);
                if start < end {
                    let run = Run::new(row, above, start, end);
                    for (mode, cost) in costs.iter_mut().enumerate().skip(1) {
                        let mut sum = Cost(*cost);
                        visit(mode, run, &mut sum);
                        *cost = sum.0;
                    }
                }
            }
            // Of equally good ones, the one of the tile to the left.
            let best = (1..MODES).min_by_key(|&mode| (costs[mode], mode != before)).unwrap_or(LEFT);
            before = best;
            tiles.push(BLACK | (best as u32) << 8);
        }
    }
    tiles
}

/// Replaces each pixel by its difference to the prediction, from the last row to the first, so that what is needed
/// for a prediction is still there.
pub(crate) fn apply(argb: &mut [u32], width: usize, tiles: &[u32]) {
    let height = argb.len() / width;
    let across = width.div_ceil(TILE);
    let mut above = vec![0; width + 1];
    let mut row = vec![0; width];
    for y in (0..height).rev() {
        let residuals = &mut argb[y * width..(y + 1) * width];
        row.copy_from_slice(residuals);
        if y == 0 {
            residuals[0] = subtract(row[0], BLACK);
            for x in 1..width {
                residuals[x] = subtract(row[x], row[x - 1]);
            }
            break;
        }
        above.copy_from_slice(&argb[(y - 1) * width..=y * width]);
        let residuals = &mut argb[y * width..(y + 1) * width];
        residuals[0] = subtract(row[0], above[0]);
        let modes = &tiles[(y >> TILE_BITS) * across..][..across];
        for (tile_x, &mode) in modes.iter().enumerate() {
            let (start, end) = ((tile_x * TILE).max(1), ((tile_x + 1) * TILE).min(width));
            if start < end {
                let run = Run::new(&row, &above, start, end);
                visit(
                    (mode >> 8 & 0xFF) as usize,
                    run,
                    &mut Residuals(cast_slice_mut(&mut residuals[start..end])),
                );
            }
        }
    }
}

const _: () = assert!(TILE * 4 * 132 <= u16::MAX as usize);
