//! Quantised coefficients of a macroblock, and the walk over its blocks (RFC 6386 section 13).

use crate::encode::tokens::{self, BoolSink};
use crate::tables::{CHROMA, LUMA, LUMA_AFTER_Y2, Y2};

/// Blocks of a macroblock: 16 of luma, 8 of chroma, and Y2, which holds the first coefficients of luma (section 13).
pub(crate) const BLOCKS: usize = 25;
pub(crate) const Y2_BLOCK: usize = 24;
/// The levels of a macroblock, each block in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    pub(crate) blocks: [[i16; 16]; BLOCKS],
    /// Which blocks have any.
    pub(crate) present: u32,
    /// Whether it has a block Y2: where its luma is predicted as a whole.
    pub(crate) has_y2: bool,
}

/// Which blocks around have levels: bits in the order of blocks at an edge (4 luma, 2 and 2 chroma, Y2).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags(pub(crate) [bool; 9]);

impl Levels {
    pub(crate) const NONE: Levels = Levels { blocks: [[0; 16]; BLOCKS], present: 0, has_y2: false };

    pub(crate) fn is_present(&self, block: usize) -> bool {
        self.present >> block & 1 != 0
    }

    /// Walks over the levels in the order of the file (RFC 6386 section 13), keeping the flags around.
    pub(crate) fn walk(&self, above: &mut Flags, left: &mut Flags, sink: &mut impl BoolSink) {
        if self.present == 0 {
            return self.skip(above, left);
        }
        for_each_block(self.has_y2, above, left, |block, plane, first, context| {
            if self.is_present(block) {
                tokens::walk(&self.blocks[block], first, plane, context, sink)
            } else {
                tokens::walk_none(first, plane, context, sink)
            }
        });
    }

    /// Keeps the flags around where there are no levels. That of Y2 stays where there is none (RFC 6386 section 13.3).
    pub(crate) fn skip(&self, above: &mut Flags, left: &mut Flags) {
        for flags in [above, left] {
            flags.0[..8].fill(false);
            flags.0[8] &= !self.has_y2;
        }
    }
}

/// Calls for each block of a macroblock in the order of the file: with its number, its plane, the position of its first
/// level, and how many of the blocks above and to the left have any. The call says whether this one has.
#[inline(always)]
pub(crate) fn for_each_block(
    has_y2: bool,
    above: &mut Flags,
    left: &mut Flags,
    mut call: impl FnMut(usize, usize, usize, usize) -> bool,
) {
    let mut block = |block: usize, plane: usize, up: usize, back: usize, first: usize| {
        let context = usize::from(above.0[up]) + usize::from(left.0[back]);
        let any = call(block, plane, first, context);
        (above.0[up], left.0[back]) = (any, any);
    };
    if has_y2 {
        block(Y2_BLOCK, Y2, 8, 8, 0);
    }
    let (plane, first) = if has_y2 { (LUMA_AFTER_Y2, 1) } else { (LUMA, 0) };
    for i in 0..16 {
        block(i, plane, i % 4, i / 4, first);
    }
    for i in 0..8 {
        let plane = 4 + i / 4 * 2;
        block(16 + i, CHROMA, plane + i % 2, plane + i / 2 % 2, 0);
    }
}
