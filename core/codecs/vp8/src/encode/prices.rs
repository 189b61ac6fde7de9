//! What decisions are made by: errors and bits weighed together.

use crate::encode::modes::SubblockModeCosts;
use crate::encode::quantiser::Quantisers;
use crate::encode::token_costs::TokenCosts;

/// What decisions are made by.
pub(crate) struct Prices<'p> {
    pub(crate) tokens: &'p TokenCosts,
    pub(crate) subblock_modes: &'p SubblockModeCosts,
    pub(crate) quantisers: &'p Quantisers,
}

impl Prices<'_> {
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
