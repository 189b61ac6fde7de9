//! Along one axis: which source samples a result sample is made of, and with what share.

use std::ops::Range;

use crate::geometry::limited;

/// Fraction bits of a weight.
pub(super) const WEIGHT_BITS: u32 = 14;
/// Lanczos3 reaches this many lobes to either side.
const LOBES: f64 = 3.0;
/// Sixteen times sixteen bytes add up to no more than sixteen bits hold.
const MOST_PER_CELL: u32 = 16;

/// How the samples along one axis become those of the result: by the mean of whole cells first, as long as a factor of
/// two is left to Lanczos3, and by Lanczos3 the rest of the way.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// Samples of the source that are averaged to a cell.
    pub(super) per_cell: u32,
    /// Cells that the result is made of.
    pub(super) cells: u32,
    /// Samples of the result.
    pub(super) count: u32,
    /// The first sample of the source that matters, counted from the bounds, and the one after the last.
    from: u32,
    to: u32,
    /// Where the region starts, in cells.
    start: f64,
    /// Cells per sample of the result.
    scale: f64,
}

impl Span {
    /// Brings `length` samples from `start` on to `count`, looking at no more than the `bound` samples there are.
    pub(super) fn new(start: f64, length: f64, bound: u32, count: u32) -> Self {
        let scale = length / f64::from(count);
        let per_cell = ((scale / 2.0) as u32).clamp(1, MOST_PER_CELL);
        let by = f64::from(per_cell);
        let cells = bound.div_ceil(per_cell);
        let all = Self { per_cell, cells, count, from: 0, to: bound, start: start / by, scale: scale / by };
        let (first, end) = (all.window(0).start, all.window(count - 1).end);
        Self {
            from: first * per_cell,
            to: (end * per_cell).min(bound),
            cells: end - first,
            start: all.start - f64::from(first),
            ..all
        }
    }

    /// The samples of the source that matter, counted from the bounds.
    pub(super) fn used(&self) -> Range<u32> {
        self.from..self.to
    }

    /// Cells that the first `samples` of the bounds complete.
    pub(super) fn cells_in(&self, samples: u32) -> u32 {
        if samples >= self.to { self.cells } else { samples.saturating_sub(self.from) / self.per_cell }
    }

    /// The first sample, where the result is made of samples as they are.
    pub(super) fn copied(&self) -> Option<u32> {
        let is_whole = self.scale == 1.0 && self.start.fract() == 0.0;
        let is_inside = self.start >= 0.0 && self.start + f64::from(self.count) <= f64::from(self.cells);
        (is_whole && is_inside).then(|| self.from + self.start as u32)
    }

    /// When shrinking the filter is stretched to cover all that a result sample stands for.
    fn stretch(&self) -> f64 {
        self.scale.max(1.0)
    }

    /// The middle of what sample `i` of the result stands for: never beyond the bounds, where a region may reach, but
    /// where all weights may be nothing.
    fn centre(&self, i: u32) -> f64 {
        limited(self.start + (f64::from(i) + 0.5) * self.scale, self.cells.into())
    }

    /// The cells that sample `i` of the result is made of. From one to the next neither start nor end goes back.
    pub(super) fn window(&self, i: u32) -> Range<u32> {
        let (centre, reach) = (self.centre(i) - 0.5, LOBES * self.stretch());
        let start = (((centre - reach).floor() + 1.0).max(0.0) as u32).min(self.cells - 1);
        let end = ((centre + reach).ceil().max(0.0) as u32).clamp(start + 1, self.cells);
        // One more than the filter is long is so far out that its weight is nothing.
        start..end.min(start + self.most())
    }

    /// The most cells in a window.
    fn most(&self) -> u32 {
        ((2.0 * LOBES * self.stretch()).ceil() as u32).min(self.cells)
    }

    /// The most pairs of cells that a window touches, where pairs begin at even cells.
    pub(super) fn pairs(&self) -> usize {
        (self.most() / 2 + 1).min(self.cells.div_ceil(2)) as usize
    }

    /// Eights of cells, from wherever a window starts, that hold any window.
    pub(super) fn eights(&self) -> usize {
        self.most().div_ceil(8) as usize
    }

    /// Windows, with some that are there only to make fours.
    fn windows(&self) -> usize {
        (self.count as usize).next_multiple_of(4)
    }
}

/// The weights along one axis: for every window equally many, zero where the window is shorter.
pub(super) struct Axis {
    /// The first cell of each window. The last one is repeated to make fours.
    pub(super) starts: Vec<u32>,
    /// The windows' weights, one window after the other.
    weights: Vec<i16>,
    /// Weights of a window.
    pub(super) taps: usize,
}

impl Axis {
    /// With windows that begin at even cells.
    pub(super) fn of_pairs(span: &Span) -> Self {
        Self::new(span, 2 * span.pairs(), 2)
    }

    /// With windows whose length is a multiple of eight.
    pub(super) fn of_eights(span: &Span) -> Self {
        Self::new(span, 8 * span.eights(), 1)
    }

    fn new(span: &Span, taps: usize, multiple: u32) -> Self {
        let mut starts = Vec::with_capacity(span.windows());
        let mut weights = vec![0; span.windows() * taps];
        let mut exact = Vec::with_capacity(span.most() as usize);
        for (i, weights) in (0..span.windows() as u32).zip(weights.chunks_exact_mut(taps)) {
            let i = i.min(span.count - 1);
            let window = span.window(i);
            let lead = window.start % multiple;
            lanczos(&window, span.centre(i), span.stretch(), &mut exact);
            quantise(&exact, &mut weights[lead as usize..][..exact.len()]);
            starts.push(window.start - lead);
        }
        Self { starts, weights, taps }
    }

    /// Bytes that the axis allocates for windows of `taps` weights.
    pub(super) fn memory(span: &Span, taps: usize) -> u64 {
        let windows = span.windows() as u64;
        windows * (taps * size_of::<i16>() + size_of::<u32>()) as u64 + u64::from(span.most()) * 8
    }

    /// All weights, so many at a time.
    pub(super) fn weights(&self, many: usize) -> std::slice::ChunksExact<'_, i16> {
        self.weights.chunks_exact(many)
    }

    /// The weights of window `i`.
    pub(super) fn weights_of(&self, i: u32) -> &[i16] {
        &self.weights[i as usize * self.taps..][..self.taps]
    }
}

/// sinc(x) · sinc(x / 3) within three lobes (Duchon 1979, with the window that gave it its name), for the cells of a
/// window around `centre`.
fn lanczos(window: &Range<u32>, centre: f64, stretch: f64, into: &mut Vec<f64>) {
    use std::f64::consts::PI;
    // From cell to cell both sines go on by the same angle.
    let at = |x: f64| [libm::sincos(x * PI), libm::sincos(x * PI / LOBES)];
    let mut sines = at((f64::from(window.start) + 0.5 - centre) / stretch);
    let steps = at(1.0 / stretch);
    into.clear();
    for cell in window.clone() {
        let x = (f64::from(cell) + 0.5 - centre) / stretch;
        into.push(if x.abs() < 1e-6 {
            1.0
        } else if x.abs() < LOBES {
            LOBES * sines[0].0 * sines[1].0 / (x * PI * (x * PI))
        } else {
            0.0
        });
        for ((sine, cosine), (by_sine, by_cosine)) in sines.iter_mut().zip(steps) {
            (*sine, *cosine) = (*sine * by_cosine + *cosine * by_sine, *cosine * by_cosine - *sine * by_sine);
        }
    }
}

/// Brings weights to integers whose sum is exactly one, so that flat areas stay as they are.
fn quantise(exact: &[f64], into: &mut [i16]) {
    let one = 1i32 << WEIGHT_BITS;
    let sum: f64 = exact.iter().sum();
    let to_one = f64::from(one) / sum;
    let (mut total, mut largest) = (0, 0);
    for (i, weight) in exact.iter().enumerate() {
        // Half up of a value whose sign varies: floor(x + ½), the same on every machine.
        into[i] = (weight * to_one + 0.5).floor() as i16;
        total += i32::from(into[i]);
        largest = if into[i] >= into[largest] { i } else { largest };
    }
    // Spread what rounding left over the largest weights, one unit each.
    let mut left = total - one;
    let near = left.unsigned_abs() as usize;
    let start = largest.saturating_sub(near / 2);
    while left != 0 {
        for weight in into[start..].iter_mut().take(near) {
            if left == 0 {
                break;
            }
            *weight -= left.signum() as i16;
            left -= left.signum();
        }
    }
}
