use super::*;
use crate::zigzag::ZIGZAG;
use fastrand::Rng;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

const SIDES: [usize; 7] = [1, 2, 3, 4, 5, 6, 8];

#[test]
fn samples_are_within_one_of_exact_arithmetic() {
    for (width, height) in sizes() {
        let basis = [basis(width), basis(height)];
        let mut random = Random(Rng::with_seed(1));
        for round in 0..2000 {
            let coefficients = if round < 1500 { random.usual(round % 64) } else { random.strong() };
            let samples = apply(width, height, &coefficients);
            for (y, row) in samples.iter().enumerate().take(height) {
                for (x, &sample) in row.iter().enumerate().take(width) {
                    let error = (f64::from(sample) - exact(&coefficients, &basis, x, y)).abs();
                    assert!(error < 1.0, "{width}×{height} ({x}, {y}): {error}");
                }
            }
        }
    }
}

/// Whatever comes in, however broken its file: all vector code is to give these bits.
#[test]
fn vectors_compute_what_scalars_do() {
    for (width, height) in sizes() {
        let mut random = Random(Rng::with_seed(2));
        for round in 0..3000 {
            let coefficients = match round % 3 {
                0 => random.usual(round % 64),
                1 => random.strong(),
                _ => random.wild(),
            };
            let samples = apply(width, height, &coefficients);
            assert_eq!(samples, scalar(width, height, &coefficients), "{width}×{height}: {coefficients:?}");
        }
        for extreme in [i16::MIN, i16::MAX] {
            let coefficients = [extreme; 64];
            assert_eq!(apply(width, height, &coefficients), scalar(width, height, &coefficients));
        }
    }
}

#[test]
fn flat_blocks_need_no_transform() {
    for (width, height) in sizes() {
        let transform = Transform::new(width, height);
        for dc in i16::MIN..=i16::MAX {
            let mut block = [0; 64];
            let [mut short, mut long] = [[0; 64]; 2];
            for (last, out) in [(0, &mut short), (63, &mut long)] {
                block[0] = dc;
                transform.apply(&mut block, &[1; 64], last, out, 8);
            }
            assert_eq!(short, long, "{width}×{height}: {dc}");
        }
    }
}

#[test]
fn no_sample_is_written_outside() {
    for (width, height) in sizes() {
        let transform = Transform::new(width, height);
        let stride = width + 3;
        for last in [0, 63] {
            // Not a byte longer than the last row.
            let mut out = vec![7; stride * (height - 1) + width];
            transform.apply(&mut [0; 64], &[1; 64], last, &mut out, stride);
            for (i, &sample) in out.iter().enumerate() {
                assert_eq!(sample, if i % stride < width { 128 } else { 7 }, "{width}×{height}: {i}");
            }
        }
    }
}

#[test]
fn each_coefficient_of_a_corner_has_a_place_of_its_own() {
    for (width, height) in sizes() {
        let places = Transform::new(width, height).places;
        assert_eq!(places[0], 0);
        let mut taken = [false; 64];
        for (&place, &natural) in places.iter().zip(&ZIGZAG) {
            if usize::from(natural) % 8 < width && usize::from(natural) / 8 < height {
                assert!(!std::mem::replace(&mut taken[usize::from(place)], true), "{width}×{height}");
            }
        }
    }
}

/// All sizes that a geometry asks for.
fn sizes() -> impl Iterator<Item = (usize, usize)> {
    let all = SIDES.into_iter().flat_map(|width| SIDES.map(|height| (width, height)));
    all.filter(|&(width, height)| [1, 2, 4].iter().any(|n| width == n * height || height == n * width))
}

/// Transforms coefficients in natural order, those outside the corner included.
fn apply(width: usize, height: usize, coefficients: &[i16; 64]) -> [[u8; 8]; 8] {
    let transform = Transform::new(width, height);
    let mut block = [0; 64];
    for (zigzag, &natural) in ZIGZAG.iter().enumerate() {
        block[usize::from(transform.places[zigzag])] = coefficients[usize::from(natural)];
    }
    let last = ZIGZAG.iter().rposition(|&natural| coefficients[usize::from(natural)] != 0).unwrap_or(0);
    let mut samples = [[0; 8]; 8];
    transform.apply(&mut block, &[1; 64], last, samples.as_flattened_mut(), 8);
    assert_eq!(block, [0; 64], "{width}×{height}");
    samples
}

fn scalar(width: usize, height: usize, coefficients: &[i16; 64]) -> [[u8; 8]; 8] {
    let mut samples = [[0; 8]; 8];
    scalar::transform(width, height, coefficients, samples.as_flattened_mut(), 8);
    samples
}

/// The formula of T.81 A.3.3 for fewer samples: for each of them, the weights of the coefficients.
fn basis(points: usize) -> [[f64; 8]; 8] {
    std::array::from_fn(|x| {
        std::array::from_fn(|u| {
            let scale = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            let angle = ((2 * x + 1) * u) as f64 * PI / (2 * points) as f64;
            if u < points { scale / 2.0 * angle.cos() } else { 0.0 }
        })
    })
}

/// Level-shifted and limited.
fn exact(coefficients: &[i16; 64], [across, down]: &[[[f64; 8]; 8]; 2], x: usize, y: usize) -> f64 {
    let mut sum = 128.0;
    for (row, &down) in coefficients.chunks_exact(8).zip(&down[y]) {
        for (&coefficient, &across) in row.iter().zip(&across[x]) {
            sum += f64::from(coefficient) * across * down;
        }
    }
    sum.clamp(0.0, 255.0)
}

/// Coefficients in natural order.
struct Random(Rng);

impl Random {
    /// A DC value, and more or fewer others.
    fn usual(&mut self, count: usize) -> [i16; 64] {
        let mut coefficients = [0; 64];
        coefficients[0] = self.within(1000);
        for &natural in &ZIGZAG[1..=count] {
            coefficients[usize::from(natural)] = self.within(100);
        }
        coefficients
    }

    /// Those of a block of black and white samples.
    fn strong(&mut self) -> [i16; 64] {
        let samples: [f64; 64] = std::array::from_fn(|_| if self.0.bool() { -128.0 } else { 127.0 });
        let basis = basis(8);
        std::array::from_fn(|i| {
            let term =
                |(place, sample): (usize, &f64)| sample * basis[place % 8][i % 8] * basis[place / 8][i / 8];
            samples.iter().enumerate().map(term).sum::<f64>().round() as i16
        })
    }

    /// Anything, and often the largest.
    fn wild(&mut self) -> [i16; 64] {
        std::array::from_fn(|_| match self.within(3) {
            -3 => i16::MIN,
            3 => i16::MAX,
            _ => self.within(i16::MAX),
        })
    }

    fn within(&mut self, limit: i16) -> i16 {
        self.0.i16(-limit..=limit)
    }
}
