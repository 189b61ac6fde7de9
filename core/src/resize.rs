//! Lanczos3, rows in, rows out: memory grows with the width of the result, not with the height of the source.
//!
//! Each source row is brought to the result's width, and is then added, weighted, to every result row that it is part
//! of; a result row leaves as soon as its last source row has come. Resampling works on the stored (gamma-encoded)
//! values, and on premultiplied colours where there is alpha, so that nothing bleeds out of transparent pixels.
//!
//! All arithmetic on pixels is in integers, and the weights are computed with our own sine: the same bits everywhere.

use crate::Error;
use crate::geometry::Steps;
use crate::raster::Layout;

/// Fraction bits of a weight.
const WEIGHT_BITS: u32 = 14;
/// Fraction bits of a sample between the two passes.
const BETWEEN_BITS: u32 = 6;
/// Lanczos3 reaches this many lobes to either side.
const LOBES: f64 = 3.0;

/// Resamples one part of a picture.
pub(crate) struct Resizer {
    layout: Layout,
    /// First column of the source row that matters, and the pixels after it.
    columns: std::ops::Range<usize>,
    horizontal: Axis,
    vertical: Axis,
    /// Next row of the source, counted from the top of the bounds.
    row: u32,
    /// Next row of the result.
    next: u32,
    /// The rows of the result that have begun, as sums; row `j` at `j % depth`.
    sums: Vec<i32>,
    depth: u32,
    /// The source row, premultiplied and padded to whole lanes.
    padded: Vec<u8>,
    /// The source row at the result's width.
    narrow: Vec<i16>,
    /// The finished row.
    finished: Vec<u8>,
}

impl Resizer {
    /// For rows of the decoded picture that `steps` speaks of.
    pub(crate) fn new(steps: &Steps, layout: Layout) -> Self {
        let (bounds, region) = (steps.bounds, steps.region);
        let horizontal =
            Axis::new(region.x - f64::from(bounds.x), region.width, bounds.width, steps.content.0);
        let vertical =
            Axis::new(region.y - f64::from(bounds.y), region.height, bounds.height, steps.content.1);
        let depth = vertical.depth();
        let samples = layout.stride(steps.content.0);
        Self {
            layout,
            columns: bounds.x as usize..(bounds.x + bounds.width) as usize,
            depth,
            sums: vec![0; samples * depth as usize],
            padded: vec![0; layout.stride(bounds.width) + LANES],
            narrow: vec![0; samples],
            finished: vec![0; samples],
            horizontal,
            vertical,
            row: 0,
            next: 0,
        }
    }

    /// Bytes that [`Resizer::new`] allocates, at the most.
    pub(crate) fn memory(steps: &Steps, layout: Layout) -> u64 {
        let taps = |region: f64, bounds: u32, content: u32| {
            let scale = (region / f64::from(content)).max(1.0);
            ((2.0 * LOBES * scale).ceil() as u64 + 2).min(bounds.into())
        };
        let (width, height) = (u64::from(steps.content.0), u64::from(steps.content.1));
        let axis = |region, bounds, content: u32| {
            let weights = taps(region, bounds, content) * u64::from(content) * size_of::<i16>() as u64;
            weights + u64::from(content) * size_of::<Window>() as u64
        };
        // A source row is part of the result rows whose windows, `taps` long and `scale` apart, hold it.
        let scale = steps.region.height / f64::from(steps.content.1);
        let depth = (taps(steps.region.height, steps.bounds.height, steps.content.1) as f64 / scale).ceil()
            as u64
            + 1;
        let samples = width * layout.channels() as u64;
        axis(steps.region.width, steps.bounds.width, steps.content.0)
            + axis(steps.region.height, steps.bounds.height, steps.content.1)
            + depth.min(height) * samples * 4
            + samples * 3
            + layout.stride(steps.bounds.width) as u64
            + LANES as u64
    }

    /// An estimate of the instructions for a whole picture.
    pub(crate) fn work(steps: &Steps, layout: Layout) -> u64 {
        let channels = layout.channels() as u64;
        let taps = |region: f64, content: u32| 2.0 * LOBES * (region / f64::from(content)).max(1.0);
        let rows = u64::from(steps.bounds.height);
        let (width, height) = (u64::from(steps.content.0), u64::from(steps.content.1));
        let horizontal = (rows * width) as f64 * taps(steps.region.width, steps.content.0);
        let vertical = (width * height) as f64 * taps(steps.region.height, steps.content.1);
        (horizontal * 4.0 + vertical * channels as f64) as u64
    }

    /// Rows of the source after this one matter to nobody.
    pub(crate) fn is_done(&self) -> bool {
        self.next as usize == self.vertical.windows.len()
    }

    /// Takes the next row of the bounds (a whole row of the decoded picture), and hands out the rows of the result
    /// that it completes: their number and their samples.
    pub(crate) fn push(
        &mut self,
        row: &[u8],
        mut emit: impl FnMut(u32, &mut [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let y = self.row;
        self.row += 1;
        let windows = &self.vertical.windows;
        let begun =
            windows[self.next as usize..].iter().take_while(|window| window.start <= y).count() as u32;
        if begun == 0 {
            return Ok(());
        }
        let channels = self.layout.channels();
        let source = &row[self.columns.start * channels..self.columns.end * channels];
        load(source, self.layout, &mut self.padded);
        match self.layout {
            Layout::Grey => narrow::<1>(&self.horizontal, &self.padded, &mut self.narrow),
            Layout::Rgb => narrow::<3>(&self.horizontal, &self.padded, &mut self.narrow),
            Layout::Rgba | Layout::Cmyk => narrow::<4>(&self.horizontal, &self.padded, &mut self.narrow),
        }
        let samples = self.narrow.len();
        for j in self.next..self.next + begun {
            let start = (j % self.depth) as usize * samples;
            let weight = self.vertical.weight(j, y);
            let sums = &mut self.sums[start..start + samples];
            for (sum, &sample) in sums.iter_mut().zip(&self.narrow) {
                *sum += i32::from(sample) * weight;
            }
        }
        while let Some(window) = self.vertical.windows.get(self.next as usize)
            && window.start + window.length <= y + 1
        {
            let start = (self.next % self.depth) as usize * samples;
            finish(&mut self.sums[start..start + samples], self.layout, &mut self.finished);
            emit(self.next, &mut self.finished)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// The weights along one axis.
struct Axis {
    windows: Vec<Window>,
    /// The windows' weights, one window after the other.
    weights: Vec<i16>,
}

/// The source samples that one result sample is made of. From one window to the next neither start nor end goes back.
#[derive(Clone, Copy)]
struct Window {
    start: u32,
    length: u32,
    /// Where its weights begin.
    weights: u32,
}

impl Axis {
    /// Brings `length` samples from `start` on to `count`, looking at no more than the `bound` samples there are.
    fn new(start: f64, length: f64, bound: u32, count: u32) -> Self {
        let scale = length / f64::from(count);
        if scale == 1.0 && start.fract() == 0.0 {
            return Self::copy(start as u32, count);
        }
        // When shrinking the filter is stretched to cover all that a result sample stands for.
        let stretch = scale.max(1.0);
        let reach = LOBES * stretch;
        let mut windows = Vec::with_capacity(count as usize);
        let most = ((2.0 * reach).ceil() as usize + 2).min(bound as usize);
        let mut weights = Vec::with_capacity(most * count as usize);
        let mut exact = Vec::with_capacity(most);
        for i in 0..count {
            let centre = start + (f64::from(i) + 0.5) * scale;
            let first = ((centre - reach).floor().max(0.0) as u32).min(bound - 1);
            let end = ((centre + reach).ceil() as u32).clamp(first + 1, bound);
            exact.clear();
            exact.extend((first..end).map(|x| lanczos((f64::from(x) + 0.5 - centre) / stretch)));
            let offset = weights.len();
            quantise(&mut exact, &mut weights);
            windows.push(Window { start: first, length: end - first, weights: offset as u32 });
        }
        Self { windows, weights }
    }

    /// Takes `count` samples from `start` on as they are.
    fn copy(start: u32, count: u32) -> Self {
        let windows = (start..start + count).map(|start| Window { start, length: 1, weights: 0 }).collect();
        Self { windows, weights: vec![1 << WEIGHT_BITS] }
    }

    /// The most windows that one source sample belongs to, counting every window from the first unfinished one on.
    fn depth(&self) -> u32 {
        let mut first = 0;
        let mut most = 1;
        for (i, window) in self.windows.iter().enumerate() {
            while self.windows[first].start + self.windows[first].length <= window.start {
                first += 1;
            }
            most = most.max(i - first + 1);
        }
        most as u32
    }

    /// The weight of source sample `y` in window `j`; zero where it is outside.
    fn weight(&self, j: u32, y: u32) -> i32 {
        let window = self.windows[j as usize];
        match y.checked_sub(window.start) {
            Some(at) if at < window.length => self.weights[(window.weights + at) as usize].into(),
            _ => 0,
        }
    }
}

/// sinc(x) · sinc(x / 3) within three lobes (Duchon 1979, with the window that gave it its name).
fn lanczos(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x == 0.0 {
        1.0
    } else if x.abs() < LOBES {
        let x = x * PI;
        LOBES * libm::sin(x) * libm::sin(x / LOBES) / (x * x)
    } else {
        0.0
    }
}

/// Brings weights to integers whose sum is exactly one, so that flat areas stay as they are.
fn quantise(exact: &mut [f64], into: &mut Vec<i16>) {
    let one = 1i32 << WEIGHT_BITS;
    let sum: f64 = exact.iter().sum();
    let offset = into.len();
    // Half up of a value whose sign varies: floor(x + ½), the same on every machine.
    into.extend(exact.iter().map(|weight| (weight / sum * f64::from(one) + 0.5).floor() as i16));
    let excess: i32 = into[offset..].iter().map(|&weight| i32::from(weight)).sum::<i32>() - one;
    // Spread what rounding left over the largest weights, one unit each.
    let largest = (offset..into.len()).max_by_key(|&i| into[i]).unwrap_or(offset);
    let near = excess.unsigned_abs() as usize;
    let start = largest.saturating_sub(near / 2).max(offset);
    let mut left = excess;
    while left != 0 {
        for weight in into[start..].iter_mut().take(near.max(1)) {
            if left == 0 {
                break;
            }
            *weight -= left.signum() as i16;
            left -= left.signum();
        }
    }
}

/// Samples beyond the row that whole lanes may touch; their weight is nought.
const LANES: usize = 4;

/// Copies a row, premultiplying where there is alpha.
fn load(row: &[u8], layout: Layout, into: &mut [u8]) {
    if layout == Layout::Rgba {
        for (to, from) in into.chunks_exact_mut(4).zip(row.chunks_exact(4)) {
            let alpha = u32::from(from[3]);
            for c in 0..3 {
                to[c] = divide_by_255(u32::from(from[c]) * alpha);
            }
            to[3] = from[3];
        }
    } else {
        into[..row.len()].copy_from_slice(row);
    }
}

/// `value / 255`, rounded half up, for products of two bytes.
fn divide_by_255(value: u32) -> u8 {
    let value = value + 128;
    ((value + (value >> 8)) >> 8) as u8
}

/// Brings a row to the result's width.
fn narrow<const CHANNELS: usize>(axis: &Axis, row: &[u8], into: &mut [i16]) {
    const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
    for (window, to) in axis.windows.iter().zip(into.chunks_exact_mut(CHANNELS)) {
        let weights = &axis.weights[window.weights as usize..][..window.length as usize];
        let pixels = &row[window.start as usize * CHANNELS..];
        let mut sums = [0i32; LANES];
        for (pixel, &weight) in pixels.windows(LANES).step_by(CHANNELS).zip(weights) {
            let weight = i32::from(weight);
            for c in 0..LANES {
                sums[c] += i32::from(pixel[c]) * weight;
            }
        }
        for c in 0..CHANNELS {
            // Ringing may pass the ends of the range here: it is cut off once, when both passes are done.
            to[c] = ((sums[c] + (1 << (SHIFT - 1))) >> SHIFT) as i16;
        }
    }
}

/// Rounds sums to samples, undoes the premultiplication, and clears the sums for the next row.
fn finish(sums: &mut [i32], layout: Layout, into: &mut [u8]) {
    const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
    for (sum, to) in sums.iter_mut().zip(into.iter_mut()) {
        *to = ((*sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 255) as u8;
        *sum = 0;
    }
    if layout == Layout::Rgba {
        for pixel in into.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            if alpha != 0 && alpha != 255 {
                for sample in &mut pixel[..3] {
                    *sample = ((u32::from(*sample) * 255 + alpha / 2) / alpha).min(255) as u8;
                }
            }
        }
    }
}
