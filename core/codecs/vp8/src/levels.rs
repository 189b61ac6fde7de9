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
    let (plane, first) = if has_y2 { (LUMA_AFTER_Y2, 1) } else { (LUMA, 0) };
    for &[block, up, back] in &ORDER[usize::from(!has_y2)..] {
        let (plane, first) = match usize::from(block) {
            Y2_BLOCK => (Y2, 0),
            16.. => (CHROMA, 0),
            _ => (plane, first),
        };
        let (up, back) = (&mut above.0[usize::from(up)], &mut left.0[usize::from(back)]);
        let any = call(block.into(), plane, first, usize::from(*up) + usize::from(*back));
        (*up, *back) = (any, any);
    }
}

/// The blocks in the order of the file, each with the places of its flags above and to the left.
const ORDER: [[u8; 3]; BLOCKS] = {
    let mut order = [[Y2_BLOCK as u8, 8, 8]; BLOCKS];
    let mut i = 0;
    while i < 24 {
        let (plane, across) = if i < 16 { (0, 4) } else { (4 + (i - 16) / 4 * 2, 2) };
        order[1 + i as usize] = [i, plane + i % across, plane + i / across % across];
        i += 1;
    }
    order
};
