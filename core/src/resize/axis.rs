//! Filter weights: which source samples a result sample is made of, and with what share.

/// Fraction bits of a weight.
pub(super) const WEIGHT_BITS: u32 = 14;
/// Lanczos3 reaches this many lobes to either side.
pub(super) const LOBES: f64 = 3.0;

/// The weights along one axis.
pub(super) struct Axis {
    pub(super) windows: Vec<Window>,
    /// The windows' weights, one window after the other.
    weights: Vec<i16>,
}

/// The source samples that one result sample is made of. From one window to the next neither start nor end goes back.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: u32,
    pub(super) length: u32,
    /// Where its weights begin.
    weights: u32,
}

impl Axis {
    /// Brings `length` samples from `start` on to `count`, looking at no more than the `bound` samples there are.
    pub(super) fn new(start: f64, length: f64, bound: u32, count: u32) -> Self {
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
            quantise(&exact, &mut weights);
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
    pub(super) fn depth(&self) -> u32 {
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

    /// The weights of a window's samples.
    pub(super) fn weights(&self, window: &Window) -> &[i16] {
        &self.weights[window.weights as usize..][..window.length as usize]
    }

    /// The weight of source sample `y` in window `j`; zero where it is outside.
    pub(super) fn weight(&self, j: u32, y: u32) -> i16 {
        let window = &self.windows[j as usize];
        y.checked_sub(window.start).and_then(|at| self.weights(window).get(at as usize).copied()).unwrap_or(0)
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
fn quantise(exact: &[f64], into: &mut Vec<i16>) {
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
