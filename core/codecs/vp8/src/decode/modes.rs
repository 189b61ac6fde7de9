//! Reads the modes of a macroblock (RFC 6386 sections 11.2 to 11.4, and 19.3).

use crate::decode::bool_decoder::BoolDecoder;
use crate::modes::{Luma, Modes, Neighbours};
use crate::parameters::Parameters;
use crate::tables::{CHROMA_MODES, LUMA_MODES, SUBBLOCK_MODES};

/// For each node of the tree of modes of 4×4 blocks, what follows a false and a true boolean: another node, or from
/// [`LEAF`] on a mode.
const SUBBLOCK_TREE: [[u8; 2]; 9] = [
    [LEAF, 1],
    [LEAF + 1, 2],
    [LEAF + 2, 3],
    [4, 6],
    [LEAF + 3, 5],
    [LEAF + 5, LEAF + 6],
    [LEAF + 4, 7],
    [LEAF + 7, 8],
    [LEAF + 8, LEAF + 9],
];
const LEAF: u8 = 16;

/// Reads the modes of the macroblock in column `x`.
pub(crate) fn read(
    bools: &mut BoolDecoder<'_>,
    parameters: &Parameters,
    x: usize,
    around: &Neighbours,
) -> Modes {
    let segment = parameters.segment_tree().map_or(0, |[root, low, high]| {
        let second = bools.bool_seldom(root);
        u8::from(second) << 1 | u8::from(bools.bool_seldom(if second { high } else { low }))
    });
    let skipped = parameters.skip.is_some_and(|skip| bools.bool_seldom(skip));
    let [root, first, low, high] = LUMA_MODES;
    let luma = if bools.bool_seldom(root) {
        let second = bools.bool_seldom(first);
        Luma::Whole(u8::from(second) << 1 | u8::from(bools.bool_seldom(if second { high } else { low })))
    } else {
        let mut modes = [0; 16];
        for i in 0..16 {
            let above = if i < 4 { around.above[x][i] } else { modes[i - 4] };
            let left = if i % 4 == 0 { around.left[i / 4] } else { modes[i - 1] };
            let probabilities = &SUBBLOCK_MODES[usize::from(above)][usize::from(left)];
            let mut node = 0;
            while node < LEAF {
                let node_of = SUBBLOCK_TREE[usize::from(node)];
                node = node_of[usize::from(bools.bool_seldom(probabilities[usize::from(node)]))];
            }
            modes[i] = node - LEAF;
        }
        Luma::Subblocks(modes)
    };
    let chroma = CHROMA_MODES.iter().take_while(|&&probability| bools.bool_seldom(probability)).count() as u8;
    Modes { segment, skipped, luma, chroma }
}
