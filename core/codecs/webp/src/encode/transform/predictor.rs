//! The predictor transform (RFC 9649, section 3.5.1): pixels become differences to a prediction from their neighbours.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::encode::entropy::{BIT, log2};
use crate::encode::tile::{TILE, TILE_BITS};
use crate::transform::{BLACK, subtract};

const MODES: usize = 14;
/// The mode that predicts the pixel to the left.
const LEFT: usize = 1;

/// Where sizes of residuals are compared, one of so many rows of a tile is looked at.
const ROW_STEP: usize = 2;
/// One of so many tiles is looked at for the prices.
const SAMPLED: usize = 5;
/// Modes whose residuals are priced.
const PRICED_MODES: usize = 4;
/// What another mode than that of the tile to the left costs besides.
const CHANGE: u32 = 3 * STEPS as u32;

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

/// What a residual costs, by its channel: blue, green, red, alpha.
type Prices = [[u16; 256]; 4];

/// Steps of a price in a bit.
const STEPS: u64 = 16;

/// What residuals cost where each tile has the mode that makes them smallest. One of [`SAMPLED`] tiles is looked at.
fn prices(argb: &[u32], width: usize) -> Prices {
    let mut counts = [[0_u32; 256]; 4];
    let (across, down) = (width.div_ceil(TILE), (argb.len() / width).div_ceil(TILE));
    let mut residuals = [0; 4 * TILE];
    for tile in (0..across * down).step_by(SAMPLED).map(|at| (at % across, at / across)) {
        let mode = smallest(&sizes(argb, width, tile), LEFT);
        for run in runs(argb, width, tile) {
            let residuals = &mut residuals[..run.pixels.len()];
            predict(mode, run, residuals);
            for residual in residuals.as_chunks::<4>().0 {
                counts.iter_mut().zip(residual).for_each(|(counts, &at)| counts[usize::from(at)] += 1);
            }
        }
    }
    counts.map(|counts| {
        let total = log2(counts.iter().sum::<u32>() + 256);
        counts.map(|count| ((total - log2(count + 1)) * STEPS / BIT) as u16)
    })
}

/// Writes the residuals of a mode. (Code for each mode, and so only once.)
#[inline(never)]
fn predict(mode: usize, run: Run<'_>, residuals: &mut [u8]) {
    visit(mode, run, &mut Residuals(residuals));
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

/// The best mode of each tile, as pixels of an image: the mode is stored in green. Residuals should be small, or where
/// they are `priced` those that are frequent.
pub(crate) fn choose(argb: &[u32], width: usize, priced: bool) -> Vec<u32> {
    let prices = priced.then(|| prices(argb, width));
    let (across, down) = (width.div_ceil(TILE), (argb.len() / width).div_ceil(TILE));
    let mut tiles = Vec::with_capacity(across * down);
    for y in 0..down {
        let mut before = LEFT;
        for x in 0..across {
            let sizes = sizes(argb, width, (x, y));
            before = match &prices {
                Some(prices) => cheapest(argb, width, (x, y), &sizes, before, prices),
                None => smallest(&sizes, before),
            };
            tiles.push(BLACK | (before as u32) << 8);
        }
    }
    tiles
}

/// How large the residuals of each mode are.
fn sizes(argb: &[u32], width: usize, tile: (usize, usize)) -> [u32; MODES] {
    let mut sizes = [0; MODES];
    for run in runs(argb, width, tile).step_by(ROW_STEP) {
        for (mode, size) in sizes.iter_mut().enumerate().skip(1) {
            let mut sum = Cost(*size);
            visit(mode, run, &mut sum);
            *size = sum.0;
        }
    }
    sizes
}

/// The mode of the smallest residuals. Of equally good ones, that of the tile to the left.
fn smallest(sizes: &[u32; MODES], before: usize) -> usize {
    (1..MODES).min_by_key(|&mode| (sizes[mode], mode != before)).unwrap_or(LEFT)
}

/// Of the modes with the smallest residuals and that of the tile to the left, the one that costs least.
fn cheapest(
    argb: &[u32],
    width: usize,
    tile: (usize, usize),
    sizes: &[u32; MODES],
    before: usize,
    prices: &Prices,
) -> usize {
    let mut sizes = *sizes;
    let mut best = (u32::MAX, LEFT);
    let mut mode = before;
    let mut residuals = [0; 4 * TILE];
    for _ in 0..PRICED_MODES {
        sizes[mode] = u32::MAX;
        let mut price = if mode == before { 0 } else { CHANGE };
        for run in runs(argb, width, tile) {
            let residuals = &mut residuals[..run.pixels.len()];
            predict(mode, run, residuals);
            for residual in residuals.as_chunks::<4>().0 {
                let prices =
                    prices.iter().zip(residual).map(|(prices, &at)| u32::from(prices[usize::from(at)]));
                price += prices.sum::<u32>();
            }
        }
        best = best.min((price, mode));
        mode = smallest(&sizes, before);
    }
    best.1
}

/// The rows of a tile, but for the first row and column of the image.
fn runs(argb: &[u32], width: usize, (tile_x, tile_y): (usize, usize)) -> impl Iterator<Item = Run<'_>> {
    let rows = (tile_y * TILE).max(1)..((tile_y + 1) * TILE).min(argb.len() / width);
    let (start, end) = ((tile_x * TILE).max(1), ((tile_x + 1) * TILE).min(width));
    let rows = if start < end { rows } else { 0..0 };
    rows.map(move |y| {
        Run::new(&argb[y * width..(y + 1) * width], &argb[(y - 1) * width..=y * width], start, end)
    })
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
                predict((mode >> 8 & 0xFF) as usize, run, cast_slice_mut(&mut residuals[start..end]));
            }
        }
    }
}

const _: () = assert!(TILE * 4 * 132 <= u16::MAX as usize);
