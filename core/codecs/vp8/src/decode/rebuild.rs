//! From modes and levels to samples (RFC 6386 sections 12 and 14).

use bytemuck::cast;
use wide::i16x8;

use crate::decode::steps::Steps;
use crate::edges::{Edges, Planes};
use crate::lanes::{add, load_lanes, store_lanes};
use crate::levels::{Levels, Y2_BLOCK};
use crate::modes::Luma;
use crate::predict::{EdgeSamples, predict_one};
use crate::tables::ZIGZAG;
use crate::transform::{Lanes, inverse, inverse_y2};

/// What is added to the prediction, eight blocks side by side: luma's, luma's, both planes' of chroma. `None` where that is
/// nothing.
pub(crate) struct Residual([Option<Lanes>; 3]);

impl Residual {
    pub(crate) const NONE: Self = Residual([None; 3]);

    pub(crate) fn new(levels: &Levels, steps: &Steps) -> Self {
        let mut coefficients = [[[0i16; 8]; 16]; 3];
        let mut is_some = [false; 3];
        if levels.is_present(Y2_BLOCK) {
            let mut y2 = [0; 16];
            for (n, &level) in levels.blocks[Y2_BLOCK].iter().enumerate() {
                y2[ZIGZAG[n]] = i32::from(level) * i32::from(steps.y2[n.min(1)]);
            }
            for (block, first) in inverse_y2(&y2).into_iter().enumerate() {
                coefficients[block / 8][0][block % 8] = first as i16;
            }
            is_some = [true, true, false];
        }
        for block in (0..24).filter(|&block| levels.is_present(block)) {
            let steps = if block < 16 { steps.luma } else { steps.chroma };
            is_some[block / 8] = true;
            let lanes = &mut coefficients[block / 8];
            for (n, &level) in levels.blocks[block].iter().enumerate().filter(|(_, level)| **level != 0) {
                lanes[ZIGZAG[n]][block % 8] = level.wrapping_mul(steps[n.min(1)]);
            }
        }
        Residual(std::array::from_fn(|i| is_some[i].then(|| inverse(&cast(coefficients[i])))))
    }

    /// Rebuilds luma at the macroblock x, y.
    pub(crate) fn luma(&self, luma: &Luma, edges: &Edges, x: usize, y: usize) -> [[u8; 16]; 16] {
        let around = edges.luma(x, y);
        match luma {
            Luma::Whole(mode) => {
                let mut square = [[0; 16]; 16];
                around.predict(usize::from(*mode), &mut square);
                for half in 0..2 {
                    if let Some(residual) = &self.0[half] {
                        let mut lanes = [[0; 8]; 16];
                        load_lanes(&square, 8 * half, 0, &mut lanes);
                        store_lanes(&mut square, 8 * half, 0, &add(&cast(lanes), residual));
                    }
                }
                square
            }
            Luma::Subblocks(modes) => self.subblocks(modes, &around, edges.beyond(x, y)),
        }
    }

    fn subblocks(&self, modes: &[u8; 16], around: &EdgeSamples<16>, beyond: [u8; 4]) -> [[u8; 16]; 16] {
        let residual = [0, 1].map(|half| self.0[half].map(cast::<Lanes, [[i16; 8]; 16]>));
        // The sample at x, y is in row y + 1, column x + 1.
        let mut canvas = [[0u8; 21]; 17];
        canvas[0][0] = around.corner;
        canvas[0][1..17].copy_from_slice(&around.above);
        for (row, &left) in canvas[1..].iter_mut().zip(&around.left) {
            row[0] = left;
        }
        for y in [0, 4, 8, 12] {
            canvas[y][17..21].copy_from_slice(&beyond);
        }
        for (i, &mode) in modes.iter().enumerate() {
            let (x, y) = (i % 4 * 4, i / 4 * 4);
            let mut edge = [0; 13];
            for j in 0..4 {
                edge[3 - j] = canvas[y + 1 + j][x];
            }
            edge[4..13].copy_from_slice(&canvas[y][x..x + 9]);
            let mut block = predict_one(&edge, usize::from(mode));
            if let Some(lanes) = &residual[i / 8] {
                for (sample, all) in block.iter_mut().zip(lanes) {
                    *sample = (i16::from(*sample) + all[i % 8]).clamp(0, 255) as u8;
                }
            }
            for row in 0..4 {
                for column in 0..4 {
                    canvas[y + 1 + row][x + 1 + column] = block[4 * column + row];
                }
            }
        }
        std::array::from_fn(|y| std::array::from_fn(|x| canvas[y + 1][x + 1]))
    }

    /// Rebuilds chroma at the macroblock x, y.
    pub(crate) fn chroma(&self, mode: u8, edges: &Edges, x: usize, y: usize) -> Planes {
        let mut planes = [[[0; 8]; 8]; 2];
        for (plane, around) in planes.iter_mut().zip(edges.chroma(x, y)) {
            around.predict(usize::from(mode), plane);
        }
        if let Some(residual) = &self.0[2] {
            let mut lanes = [[0; 8]; 16];
            for (i, plane) in planes.iter().enumerate() {
                load_lanes(plane, 0, 4 * i, &mut lanes);
            }
            let sums = add(&cast::<_, [i16x8; 16]>(lanes), residual);
            for (i, plane) in planes.iter_mut().enumerate() {
                store_lanes(plane, 0, 4 * i, &sums);
            }
        }
        planes
    }
}
