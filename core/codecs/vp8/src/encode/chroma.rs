//! Chroma of a macroblock.

use bytemuck::cast;

use crate::edges::Planes;
use crate::encode::modes;
use crate::encode::prices::Prices;
use crate::encode::residual;
use crate::encode::satd;
use crate::encode::trellis::Place;
use crate::lanes::{load_lanes, store_lanes};
use crate::levels::{Flags, Levels};
use crate::predict::EdgeSamples;
use crate::tables::CHROMA;
use crate::transform::forward;

/// Chooses one of the first `modes` modes and codes both planes with it: returns the mode and what a decoder will see.
pub(crate) fn code_planes(
    planes: &Planes,
    around: &[EdgeSamples<8>; 2],
    flags: [&Flags; 2],
    prices: &Prices<'_>,
    modes: usize,
    levels: &mut Levels,
) -> (u8, Planes) {
    let mut order = [(u32::MAX, 0); 4];
    for (mode, place) in order.iter_mut().enumerate().take(modes) {
        let mut satd = 0;
        for i in 0..2 {
            let mut prediction = [[0; 8]; 8];
            around[i].predict(mode, &mut prediction);
            satd += satd::of_square(&planes[i], &prediction);
        }
        *place = (prices.estimate(satd) + modes::cost_of_chroma(mode), mode);
    }
    order.sort_unstable();
    let mut best = of_mode(planes, around, flags, prices, order[0].1);
    for &(_, mode) in &order[1..prices.search.chroma_modes.min(modes)] {
        let coded = of_mode(planes, around, flags, prices, mode);
        if coded.score < best.score {
            best = coded;
        }
    }
    for (block, found) in (16..).zip(best.blocks) {
        let present = found != [0; 16];
        levels.present |= u32::from(present) << block;
        levels.blocks[block] = found;
    }
    (best.mode, best.rebuilt)
}

/// Both planes, coded.
struct Coded {
    mode: u8,
    rebuilt: Planes,
    blocks: [[i16; 16]; 8],
    /// Only where several are compared.
    score: u64,
}

fn of_mode(
    planes: &Planes,
    around: &[EdgeSamples<8>; 2],
    [above, left]: [&Flags; 2],
    prices: &Prices<'_>,
    mode: usize,
) -> Coded {
    let mut lanes = [[[0; 8]; 16]; 2];
    for i in 0..2 {
        let mut prediction = [[0; 8]; 8];
        around[i].predict(mode, &mut prediction);
        load_lanes(&planes[i], 0, 4 * i, &mut lanes[0]);
        load_lanes(&prediction, 0, 4 * i, &mut lanes[1]);
    }
    let predicted = cast(lanes[1]);
    let quantiser = &prices.quantisers.chroma;
    let coefficients = forward(&residual::differences(&cast(lanes[0]), &predicted));
    let (found, _) = quantiser.levels(&coefficients);
    let (coefficients, mut found) = (cast(coefficients), cast(found));
    let (mut above, mut left) = (*above, *left);
    let compared = prices.search.chroma_modes > 1;
    let mut bits = modes::cost_of_chroma(mode);
    let mut blocks = [[0; 16]; 8];
    for (i, block) in blocks.iter_mut().enumerate() {
        let plane = 4 + i / 4 * 2;
        let flags = [&mut above.0[plane + i % 2], &mut left.0[plane + i / 2 % 2]];
        let context = usize::from(*flags[0]) + usize::from(*flags[1]);
        let place = Place { plane: CHROMA, context, first: 0 };
        *block = prices.levels(&coefficients, &mut found, i, quantiser, place);
        if compared {
            bits += prices.tokens.block(block, 0, CHROMA, context);
        }
        flags.into_iter().for_each(|flag| *flag = *block != [0; 16]);
    }
    let samples = residual::rebuild(&predicted, &quantiser.coefficients(&cast(found)));
    let mut rebuilt: Planes = [[[0; 8]; 8]; 2];
    let mut error = 0;
    for (i, plane) in rebuilt.iter_mut().enumerate() {
        store_lanes(plane, 0, 4 * i, &samples);
        if compared {
            error += residual::error(&planes[i], plane);
        }
    }
    Coded { mode: mode as u8, rebuilt, blocks, score: prices.score(error, bits) }
}
