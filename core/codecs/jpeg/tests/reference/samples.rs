//! From coefficients to samples: the definition of the inverse DCT, for as many samples as wanted.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::Reference;

/// A rectangle of exact samples, row after row.
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) samples: Vec<f64>,
}

impl Plane {
    pub(crate) fn at(&self, x: usize, y: usize) -> f64 {
        self.samples[y * self.width + x]
    }
}

impl Reference {
    /// A component, with so many samples a block across and down, made of as many of its lowest frequencies.
    pub(crate) fn plane(&self, index: usize, across: usize, down: usize) -> Plane {
        let component = &self.components[index];
        let side = |file: usize, factor: usize, largest: usize, samples: usize| {
            (file * factor * samples).div_ceil(8 * largest)
        };
        let width = side(self.width, component.horizontal, self.largest.0, across);
        let height = side(self.height, component.vertical, self.largest.1, down);
        let mut samples = vec![0.0; width * height];
        let steps = component.steps.expect("a quantisation table");
        let order = zigzag();
        let weights = (basis(across), basis(down));
        let (blocks_across, blocks_down) = self.own_blocks(index);
        for block_y in 0..blocks_down {
            for block_x in 0..blocks_across {
                let block = &component.blocks[block_y * component.stride + block_x];
                let mut coefficients = [[0.0; 8]; 8];
                for ((&(row, column), &value), &step) in order.iter().zip(block).zip(&steps) {
                    coefficients[row][column] = f64::from(value) * f64::from(step);
                }
                let values = inverse(&coefficients, &weights, across, down);
                for (y, row) in values.iter().enumerate().take(down.min(height - block_y * down)) {
                    let here = (block_y * down + y) * width;
                    for (x, &value) in row.iter().enumerate().take(across.min(width - block_x * across)) {
                        samples[here + block_x * across + x] = value;
                    }
                }
            }
        }
        Plane { width, height, samples }
    }
}

/// The samples of a block, level-shifted and limited.
fn inverse(
    coefficients: &[[f64; 8]; 8],
    (horizontal, vertical): &([[f64; 8]; 8], [[f64; 8]; 8]),
    across: usize,
    down: usize,
) -> [[f64; 8]; 8] {
    let mut columns = [[0.0; 8]; 8];
    for y in 0..down {
        for v in 0..down {
            for u in 0..across {
                columns[y][u] += vertical[y][v] * coefficients[v][u];
            }
        }
    }
    let mut samples = [[0.0; 8]; 8];
    for y in 0..down {
        for x in 0..across {
            let sum: f64 = (0..across).map(|u| horizontal[x][u] * columns[y][u]).sum();
            samples[y][x] = (128.0 + sum).clamp(0.0, 255.0);
        }
    }
    samples
}

/// For each of so many points, the weight of each frequency. For 8 points this is the formula of T.81 A.3.3; for fewer,
/// it is the same with the shorter transform's cosines, and a mean stays what it is.
fn basis(points: usize) -> [[f64; 8]; 8] {
    std::array::from_fn(|x| {
        std::array::from_fn(|u| match u {
            _ if u >= points || x >= points => 0.0,
            0 => FRAC_1_SQRT_2 / 2.0,
            _ => ((2 * x + 1) as f64 * u as f64 * PI / (2 * points) as f64).cos() / 2.0,
        })
    })
}

/// Row and column of each coefficient in the order of the file: along the diagonals, up and down in turn.
fn zigzag() -> [(usize, usize); 64] {
    let mut places: Vec<(usize, usize)> = (0..64).map(|i| (i / 8, i % 8)).collect();
    places.sort_by_key(|&(row, column)| {
        let diagonal = row + column;
        (diagonal, if diagonal % 2 == 0 { column } else { row })
    });
    places.try_into().expect("64 places")
}
