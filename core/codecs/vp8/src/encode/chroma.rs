//! Chroma of a macroblock.

use bytemuck::cast;

use crate::encode::levels::Levels;
use crate::encode::modes;
use crate::encode::prices::Prices;
use crate::encode::quantiser::zigzag;
use crate::encode::residual::{self, load_lanes};
use crate::encode::satd;
use crate::predict::EdgeSamples;
use crate::transform::forward;

/// Both planes of a macroblock.
pub(crate) type Planes = [[[u8; 8]; 8]; 2];

/// Chooses one of the first `modes` modes and codes both planes with it: returns the mode and what a decoder will see.
pub(crate) fn code_planes(
    planes: &Planes,
    around: &[EdgeSamples<8>; 2],
    prices: &Prices<'_>,
    modes: usize,
    levels: &mut Levels,
) -> (u8, Planes) {
    let mut predictions: Planes = [[[0; 8]; 8]; 2];
    let mut best = (u32::MAX, 0);
    for mode in 0..modes {
        let mut satd = 0;
        for i in 0..2 {
            around[i].predict(mode, &mut predictions[i]);
            satd += satd::of_square(&planes[i], &predictions[i]);
        }
        best = best.min((prices.estimate(satd) + modes::cost_of_chroma(mode), mode));
    }
    let mut lanes = [[[0; 8]; 16]; 2];
    for i in 0..2 {
        around[i].predict(best.1, &mut predictions[i]);
        load_lanes(&planes[i], 0, 4 * i, &mut lanes[0]);
        load_lanes(&predictions[i], 0, 4 * i, &mut lanes[1]);
    }
    let predicted = cast(lanes[1]);
    let quantiser = &prices.quantisers.chroma;
    let (found, _) = quantiser.levels(&forward(&residual::differences(&cast(lanes[0]), &predicted)));
    let blocks = residual::rebuild(&predicted, &quantiser.coefficients(&found));
    let found = cast(found);
    let mut rebuilt: Planes = [[[0; 8]; 8]; 2];
    for (i, plane) in rebuilt.iter_mut().enumerate() {
        residual::store_lanes(plane, 0, 4 * i, &blocks);
    }
    for block in 0..8 {
        let block_levels = zigzag(&residual::lane(&found, block));
        let present = block_levels != [0; 16];
        levels.present |= u32::from(present) << (16 + block);
        levels.blocks[16 + block] = block_levels;
    }
    (best.1 as u8, rebuilt)
}
