//! RGB by curves and a matrix (ICC.1:2022 annex F.3).

use super::curve::Curve;
use super::encode::{ONE, fixed};
use super::matrix::{D50, Matrix, apply, inverse, pcs_to_srgb, times};
use super::memo::{Memo, Sample};

/// Red, green and blue to linear light, and from the device's linear colours to sRGB's.
#[derive(Clone, Copy)]
pub(crate) struct Shaper<'p> {
    curves: [Curve<'p>; 3],
    matrix: Matrix,
    /// The device's white is sRGB's, and its greys are sRGB's greys.
    neutral: bool,
}

/// How far from 1 the sum of a matrix's row may be when white is meant. Nine rounded numbers make less than a tenth of
/// it, the different D50s in use a third. It is a tenth of a code at most.
const WHITE: f64 = 0.001;

impl<'p> Shaper<'p> {
    /// `to_pcs`: the device's primaries, one a column. `None` where their white is not the PCS's.
    pub(super) fn new(to_pcs: &Matrix, curves: [Curve<'p>; 3]) -> Option<Self> {
        // What browsers take for a damaged profile, or one that is not adapted to the PCS's white (Firefox's qcms).
        const TOLERANCE: [f64; 3] = [0.02, 0.02, 0.04];
        let white = to_pcs.map(|row| row[0] + row[1] + row[2]);
        if (0..3).any(|i| (white[i] - D50[i]).abs() > TOLERANCE[i]) {
            return None;
        }
        let matrix = times(&pcs_to_srgb(), to_pcs);
        let sums = matrix.map(|row| row[0] + row[1] + row[2]);
        let white = sums.iter().all(|sum| (sum - 1.0).abs() <= WHITE);
        let matrix =
            if white { std::array::from_fn(|i| matrix[i].map(|cell| cell / sums[i])) } else { matrix };
        let equal = curves[1] == curves[0] && curves[2] == curves[0];
        Some(Self { curves, matrix, neutral: white && equal })
    }

    /// The colour of the device that comes nearest to one of sRGB: white is white, and greys are greys.
    #[cold]
    pub(super) fn device(&self, srgb: [u8; 3]) -> [u8; 3] {
        let linear = srgb.map(|code| Curve::SRGB.at(f64::from(code) / 255.0));
        let Some(inverse) = inverse(&self.matrix) else { return srgb };
        let wanted = apply(&inverse, linear);
        std::array::from_fn(|channel| {
            let distance =
                |code: u8| (self.curves[channel].at(f64::from(code) / 255.0) - wanted[channel]).abs();
            (0..=255).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or_default()
        })
    }

    /// The curve of greys, if they are neutral.
    pub(super) fn grey(&self) -> Option<Curve<'p>> {
        self.neutral.then_some(self.curves[0])
    }

    /// Whether the numbers are those of sRGB, but for rounding: no colour would become another by more than one code.
    pub(super) fn is_srgb(&self) -> bool {
        // Off the diagonal, one and a half of the darkest codes of sRGB, which are 0.0003 each; some programs round its
        // primaries as coarsely. On the diagonal the brightest code is 0.009.
        const NEAR: f64 = 0.00045;
        const NEAR_ONE: f64 = 0.001;
        let identity = self.matrix.iter().enumerate().all(|(row, cells)| {
            let rest = |above: fn(f64) -> f64| -> f64 {
                let others = cells.iter().enumerate().filter(|&(column, _)| column != row);
                others.map(|(_, &cell)| above(cell)).sum()
            };
            let (more, less) = (rest(|cell| cell.max(0.0)), rest(|cell| cell.min(0.0)));
            (cells[row] - 1.0).abs() <= NEAR_ONE && more <= NEAR && -less <= NEAR
        });
        let [red, green, blue] = &self.curves;
        identity
            && is_srgb_curve(|x| red.at(x))
            && (green == red || is_srgb_curve(|x| green.at(x)))
            && (blue == red || blue == green || is_srgb_curve(|x| blue.at(x)))
    }
}

/// Whether a curve is that of sRGB but for a quarter of a code.
#[cold]
pub(super) fn is_srgb_curve(linear: impl Fn(f64) -> f64) -> bool {
    const POINTS: u32 = 256;
    const NEAR: f64 = 0.25 / 255.0;
    let at = |point: u32| f64::from(point) / f64::from(POINTS - 1);
    (0..POINTS).map(at).all(|x| {
        let linear = linear(x);
        Curve::SRGB.at(x - NEAR) <= linear && (linear <= Curve::SRGB.at(x + NEAR) || x + NEAR > 1.0)
    })
}

/// Linear sRGB in fixed point of a pixel, at one depth of samples.
pub(crate) trait Linear<'p, T>: Sized {
    fn new(shaper: &Shaper<'p>) -> Self;
    /// Bytes on the heap.
    fn memory(shaper: &Shaper<'p>) -> u64;
    fn of(&mut self, pixel: [T; 3]) -> [i32; 3];
}

/// Of eight bits: what each value of a channel adds to red, green and blue.
pub(crate) struct Sums(Box<[[[i32; 4]; 256]; 3]>);

impl<'p> Linear<'p, u8> for Sums {
    fn new(shaper: &Shaper<'p>) -> Self {
        let mut sums = Box::new([[[0; 4]; 256]; 3]);
        for value in 0..=255u8 {
            let x = f64::from(value) / 255.0;
            let red = shaper.curves[0].at(x);
            let linear: [f64; 3] =
                std::array::from_fn(|c| if shaper.neutral { red } else { shaper.curves[c].at(x) });
            for (row, cells) in shaper.matrix.iter().enumerate() {
                for (channel, cell) in cells.iter().enumerate() {
                    sums[channel][usize::from(value)][row] = fixed(cell * linear[channel]);
                }
                if shaper.neutral {
                    // So that equal values make exactly a grey.
                    let [first, second, third] = sums.each_mut().map(|of| &mut of[usize::from(value)][row]);
                    *third = fixed(red) - *first - *second;
                }
            }
        }
        Self(sums)
    }

    fn memory(_: &Shaper<'p>) -> u64 {
        size_of::<[[[i32; 4]; 256]; 3]>() as u64
    }

    #[inline(always)]
    fn of(&mut self, pixel: [u8; 3]) -> [i32; 3] {
        let [red, green, blue] = &*self.0;
        let [r, g, b] =
            [&red[usize::from(pixel[0])], &green[usize::from(pixel[1])], &blue[usize::from(pixel[2])]];
        let sums: [i32; 4] = std::array::from_fn(|i| r[i] + g[i] + b[i]);
        [sums[0], sums[1], sums[2]]
    }
}

/// Of sixteen bits: values of the curves, times the matrix in fixed point.
pub(crate) struct Products<'p> {
    curves: [Curve<'p>; 3],
    matrix: [[i64; 3]; 3],
    linear: Memo<3>,
}

impl<'p> Linear<'p, u16> for Products<'p> {
    fn new(shaper: &Shaper<'p>) -> Self {
        let mut matrix = shaper.matrix.map(|row| row.map(|cell| i64::from(fixed(cell))));
        if shaper.neutral {
            for row in &mut matrix {
                row[2] = i64::from(ONE) - row[0] - row[1];
            }
        }
        Self { curves: shaper.curves, matrix, linear: Memo::new::<u16>(&shaper.curves) }
    }

    fn memory(shaper: &Shaper<'p>) -> u64 {
        Memo::memory::<u16>(&shaper.curves)
    }

    #[inline(always)]
    fn of(&mut self, pixel: [u16; 3]) -> [i32; 3] {
        const HALF: i64 = (ONE / 2) as i64;
        let Self { curves, matrix, linear } = self;
        let linear: [i64; 3] = std::array::from_fn(|channel| {
            linear.get(channel, pixel[channel], |x| fixed(curves[channel].at(x)) as u32).into()
        });
        matrix.map(|row| {
            let sum = row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
            ((sum + HALF) >> ONE.ilog2()) as i32
        })
    }
}

/// A [`Sample`] and how pixels of it become linear.
pub(crate) trait Depth<'p>: Sample {
    type Linear: Linear<'p, Self>;
}

impl<'p> Depth<'p> for u8 {
    type Linear = Sums;
}

impl<'p> Depth<'p> for u16 {
    type Linear = Products<'p>;
}
