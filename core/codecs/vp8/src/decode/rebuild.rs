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
use crate::transform::{Lanes, inverse, inverse_few, inverse_y2};

/// What is added to the prediction, eight blocks side by side: luma's, luma's, both planes' of chroma. `None` where that is
/// nothing.
pub(crate) struct Residual([Option<Lanes>; 3]);

impl Residual {
    pub(crate) const NONE: Self = Residual([None; 3]);

    /// `padded`: which blocks end with zeros that are written. Products of levels and steps have 16 bits, as in libwebp.
    pub(crate) fn new(levels: &Levels, padded: u32, steps: &Steps) -> Self {
        let mut coefficients = [[[0i16; 8]; 16]; 3];
        let mut is_some = [false; 3];
        if levels.is_present(Y2_BLOCK) {
            let mut y2 = [0; 16];
            for (n, &level) in levels.blocks[Y2_BLOCK].iter().enumerate() {
                y2[ZIGZAG[n]] = i32::from(level.wrapping_mul(steps.y2[n.min(1)]));
            }
            for (block, first) in inverse_y2(&y2).into_iter().enumerate() {
                coefficients[block / 8][0][block % 8] = first as i16;
                is_some[block / 8] |= first as i16 != 0;
            }
        }
        for block in (0..24).filter(|&block| levels.is_present(block)) {
            let steps = if block < 16 { steps.luma } else { steps.chroma };
            let lanes = &mut coefficients[block / 8];
            let mut last = 0;
            for (n, &level) in levels.blocks[block].iter().enumerate().filter(|(_, level)| **level != 0) {
                lanes[ZIGZAG[n]][block % 8] = level.wrapping_mul(steps[n.min(1)]);
                last = n;
            }
            // A first coefficient does not count where its product is 0.
            is_some[block / 8] |= last > 0 || lanes[0][block % 8] != 0 || padded >> block & 1 != 0;
        }
        Residual(std::array::from_fn(|group| {
            is_some[group].then(|| {
                let lanes = cast(coefficients[group]);
                let mut samples = inverse(&lanes);
                if may_overflow(&lanes) {
                    widen(&mut samples, &coefficients[group], levels, padded, group);
                }
                samples
            })
        }))
    }

    /// Whether anything counts: then edges inside of the macroblock are filtered.
    pub(crate) fn is_some(&self) -> bool {
        self.0.iter().any(Option::is_some)
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

/// Whether a transform of the three lowest coefficients alone may not fit 16 bits.
#[inline(always)]
fn may_overflow(coefficients: &Lanes) -> bool {
    // Sizes, those of negative numbers less by 1.
    let [a, b, c] = [0, 1, 4].map(|i| coefficients[i] ^ (coefficients[i] >> 15));
    let sizes: i16x8 = a | b | c;
    sizes.simd_gt(i16x8::splat(LARGE)).any()
}

/// Three coefficients of this size add up to less than 3.7 times as much.
const LARGE: i16 = 8191;

/// Sums of 16 bits wrap around in libwebp as well, but for blocks of few levels, which it transforms in wider numbers: up to
/// three levels of luma, and up to one in each block of a plane of chroma. Proper frames have neither.
#[cold]
#[inline(never)]
fn widen(samples: &mut Lanes, coefficients: &[[i16; 8]; 16], levels: &Levels, padded: u32, group: usize) {
    let mut lanes: [[i16; 8]; 16] = cast(*samples);
    for lane in 0..8 {
        let block = 8 * group + lane;
        let (few, blocks) = if group < 2 { (3, block..block + 1) } else { (1, block & !3..(block & !3) + 4) };
        let mut all = blocks.map(|block| (padded >> block & 1, &levels.blocks[block][few..]));
        if all.all(|(padded, behind)| padded == 0 && behind.iter().all(|&level| level == 0)) {
            let few = [0, 1, 4].map(|i| coefficients[i][lane].into());
            for (i, row) in lanes.iter_mut().enumerate() {
                row[lane] = inverse_few(few, i / 4, i % 4);
            }
        }
    }
    *samples = cast(lanes);
}

#[cfg(test)]
mod tests {
    use super::Residual;
    use crate::decode::Decoder;
    use crate::decode::steps::Steps;
    use crate::encode::{BoolEncoder, Writer, tag, write_modes};
    use crate::levels::{Flags, Levels, Y2_BLOCK};
    use crate::modes::{Luma, Modes, Neighbours};
    use crate::parameters::{Filter, Parameters};
    use crate::tables::{DC, DEFAULT_TOKENS, HORIZONTAL};

    const WHOLE: Luma = Luma::Whole(DC as u8);
    const SUBBLOCKS: Luma = Luma::Subblocks([0; 16]);
    /// The first block of Cb.
    const BLUE: usize = 16;

    /// A level: its block, its position and what it is.
    type Level = (usize, usize, i16);

    /// The planes of macroblocks side by side. Each has a prediction of luma, and levels.
    fn decode(index: u8, filter: u8, macroblocks: &[(Luma, &[Level])]) -> [Vec<Vec<u8>>; 3] {
        let parameters = Parameters {
            colours: 0,
            segments: None,
            filter: Filter { is_simple: false, level: filter, sharpness: 0, deltas: None },
            partitions_log2: 0,
            index,
            index_deltas: [0; 5],
            keeps_probabilities: true,
            probabilities: DEFAULT_TOKENS,
            skip: Some(128),
        };
        let mut first = BoolEncoder::new(Vec::new());
        let mut tokens = BoolEncoder::new(Vec::new());
        parameters.write(&mut first);
        let (mut around, mut left) = (Neighbours::new(macroblocks.len()), Flags::default());
        for (x, &(luma, told)) in macroblocks.iter().enumerate() {
            let has_y2 = matches!(luma, Luma::Whole(_));
            let mut levels = Levels { has_y2, ..Levels::NONE };
            for &(block, n, level) in told {
                levels.blocks[block][n] = level;
                levels.present |= 1 << block;
            }
            let modes = Modes { segment: 0, skipped: told.is_empty(), luma, chroma: DC as u8 };
            write_modes(&modes, &parameters, x, &mut around, &mut first);
            let probabilities = &parameters.probabilities;
            levels.walk(&mut Flags::default(), &mut left, &mut Writer { bools: &mut tokens, probabilities });
        }
        let first = first.finish();
        let frame = [&tag(0, [16 * macroblocks.len() as u16, 16], first.len())[..], &first, &tokens.finish()]
            .concat();
        let mut decoder = Decoder::new(&frame).expect("a header");
        let rows = decoder.next_rows().expect("rows");
        let chroma = |plane: usize| (0..8).map(|y| rows.chroma(y)[plane].to_vec()).collect();
        [(0..16).map(|y| rows.luma(y).to_vec()).collect(), chroma(0), chroma(1)]
    }

    #[test]
    fn products_have_16_bits() {
        // 209 steps of 314 are 65536 + 90. A sixty-fourth of that is added.
        let planes = decode(127, 0, &[(WHOLE, &[(Y2_BLOCK, 0, 209)])]);
        assert_eq!(planes[0], [[129; 16]; 16]);
        // So are 418 steps of 157, which are 65536 + 90 as well, of which an eighth is added.
        let planes = decode(127, 0, &[(SUBBLOCKS, &[(0, 0, 418)])]);
        assert_eq!(planes[0][0][..4], [139; 4]);
    }

    #[test]
    fn sums_of_few_levels_have_more() {
        // The first coefficient is 217 steps of 151.
        let luma = |levels: &[_]| decode(125, 0, &[(SUBBLOCKS, levels)])[0][0][..4].to_vec();
        assert_eq!(luma(&[(0, 0, 217)]), [255; 4]);
        // 100 steps of 157 and 284.
        let luma = |levels: &[_]| decode(127, 0, &[(SUBBLOCKS, levels)])[0][0][..4].to_vec();
        let few = [(0, 0, 100), (0, 1, 100)];
        assert_eq!(luma(&few), [255, 255, 169, 0]);
        // The same with a level behind them: 284 more, and the sum on the left wraps around.
        assert_eq!(luma(&[&few[..], &[(0, 3, 1)]].concat()), [0, 255, 205, 0]);
        // The same with zeros that are written behind them.
        let mut levels = Levels { present: 1, ..Levels::NONE };
        levels.blocks[0][..2].copy_from_slice(&[100, 100]);
        let steps = Steps { luma: [157, 284], y2: [8; 2], chroma: [4; 2] };
        let sample = |padded| {
            let Residual([Some(lanes), ..]) = Residual::new(&levels, padded, &steps) else { return None };
            Some(lanes[0].to_array()[0])
        };
        // The sum is 15704 + 37106 − 65536, of which an eighth is taken.
        assert_eq!([sample(0), sample(1)], [Some(255), Some(-1591)]);
        // 381 steps of 86.
        let blue = |levels: &[_]| decode(92, 0, &[(WHOLE, levels)])[1][0][..4].to_vec();
        assert_eq!(blue(&[(BLUE, 0, 381)]), [255; 4]);
        // The same with another kind of level in the plane, and in the other plane.
        assert_eq!(blue(&[(BLUE, 0, 381), (BLUE + 1, 1, 1)]), [0; 4]);
        assert_eq!(blue(&[(BLUE, 0, 381), (BLUE + 4, 1, 1)]), [255; 4]);
    }

    #[test]
    fn products_of_0_do_not_count_for_the_filter() {
        // Rows that differ, and the same rows again.
        let rough: &[_] = &[(3, 0, 3), (7, 0, -2), (11, 0, 2), (15, 0, -3)];
        let second = |index, level: &[_]| {
            let [luma, ..] = decode(index, 40, &[(SUBBLOCKS, rough), (Luma::Whole(HORIZONTAL as u8), level)]);
            luma.into_iter().map(|row| row[24..].to_vec()).collect::<Vec<_>>()
        };
        // 1024 steps of 64 are 65536, for chroma and for Y2.
        assert_eq!(second(69, &[(BLUE, 0, 1024)]), second(69, &[]));
        assert_eq!(second(35, &[(Y2_BLOCK, 0, 1024)]), second(35, &[]));
        assert_ne!(second(69, &[(BLUE, 0, 1)]), second(69, &[]));
        // Behind the first one a level counts, whatever its product.
        assert_ne!(second(57, &[(BLUE, 1, 1024)]), second(57, &[]));
    }
}
