//! What decisions are made by: errors and bits weighed together.

use crate::effort::Effort;
use crate::encode::modes::SubblockModeCosts;
use crate::encode::quantiser::{Quantiser, Quantisers, zigzag};
use crate::encode::residual;
use crate::encode::token_costs::TokenCosts;
use crate::encode::trellis::{self, Place};
use crate::tables::ZIGZAG;

/// What a bit is worth in errors of coefficients where levels are chosen by it. These errors are four times those in
/// samples; but half is right, as detail that is left out looks worse than its squared error says.
const TRELLIS_LAMBDA: u64 = 2;

/// What decisions are made by.
pub(crate) struct Prices<'p> {
    pub(crate) tokens: &'p TokenCosts,
    pub(crate) subblock_modes: &'p SubblockModeCosts,
    pub(crate) quantisers: &'p Quantisers,
    pub(crate) search: Search,
}

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// Of the modes of a whole macroblock, how many of the likeliest are coded.
    pub(crate) whole_modes: usize,
    /// Of those of a 4×4 block.
    pub(crate) subblock_modes: usize,
    /// The rarest of these are considered too where the others leave levels whose sizes have a larger sum.
    pub(crate) settled: i16,
    /// Of those of chroma.
    pub(crate) chroma_modes: usize,
    /// With fewer blocks of luma with levels, a macroblock is not predicted by 4×4 blocks.
    pub(crate) least_blocks: u32,
    /// Whether levels are chosen by what they cost.
    pub(crate) trellis: bool,
}

impl Search {
    pub(crate) const fn new(effort: Effort) -> Self {
        let balanced = Search {
            whole_modes: 1,
            subblock_modes: 2,
            settled: 0,
            chroma_modes: 1,
            least_blocks: 0,
            trellis: false,
        };
        match effort {
            Effort::Fast => Search { subblock_modes: 1, settled: i16::MAX, least_blocks: 9, ..balanced },
            Effort::Balanced => balanced,
            Effort::Small => Search {
                whole_modes: 4,
                subblock_modes: 4,
                settled: -1,
                chroma_modes: 4,
                trellis: true,
                ..balanced
            },
        }
    }
}

impl Prices<'_> {
    /// Levels of one of eight blocks in the order of the file, chosen by what they cost where that is wanted: then
    /// they are put back, too.
    #[inline(always)]
    pub(crate) fn levels(
        &self,
        coefficients: &[[i16; 8]; 16],
        levels: &mut [[i16; 8]; 16],
        lane: usize,
        quantiser: &Quantiser,
        place: Place,
    ) -> [i16; 16] {
        if !self.search.trellis {
            return zigzag(&residual::lane(levels, lane));
        }
        let lambda = u64::from(self.quantisers.lambda) * TRELLIS_LAMBDA;
        let found =
            trellis::levels(&residual::lane(coefficients, lane), quantiser, self.tokens, place, lambda);
        for (&level, at) in found.iter().zip(ZIGZAG) {
            levels[at][lane] = level;
        }
        found
    }

    /// An error and 256ths of a bit in one number.
    #[inline(always)]
    pub(crate) fn score(&self, error: u32, bits: u32) -> u64 {
        (u64::from(error) << 16) + u64::from(self.quantisers.lambda) * u64::from(bits)
    }

    /// About the bits of differences with this sum of Hadamard coefficients, in 256ths.
    #[inline(always)]
    pub(crate) fn estimate(&self, satd: u32) -> u32 {
        ((u64::from(satd) * u64::from(self.quantisers.per_satd)) >> 8) as u32
    }
}
