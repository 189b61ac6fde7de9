//! What an effort means for lossless streams.

use edgepix_vp8::Effort;

use crate::encode::optimal::{MOST, Reach};

/// What an [`Effort`] means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tuning {
    /// Earlier positions that the first search compares.
    pub(crate) chain: usize,
    /// Sizes of the colour cache that are tried, in bits of its index.
    pub(crate) cache_bits: &'static [u32],
    /// Turns of the choice of groups.
    pub(crate) rounds: u32,
    /// How often references are chosen again by what symbols cost.
    pub(crate) passes: u32,
    /// How far these look.
    pub(crate) reach: Reach,
    /// Whether predictors are chosen by what residuals cost, or only by how large they are.
    pub(crate) priced_predictors: bool,
    /// Whether strategies are tried that seldom pay.
    pub(crate) thorough: bool,
}

impl Tuning {
    pub(crate) fn of(effort: Effort) -> Self {
        match effort {
            Effort::Fast => Tuning {
                chain: 12,
                cache_bits: &[0, 5, 10],
                rounds: 0,
                passes: 0,
                reach: Reach { near: 0, chain: 0, enough: 0 },
                priced_predictors: false,
                thorough: false,
            },
            Effort::Small => Tuning {
                chain: 16,
                cache_bits: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
                rounds: 3,
                passes: 3,
                reach: Reach { near: 24, chain: 64, enough: MOST },
                priced_predictors: true,
                thorough: true,
            },
            _ => Tuning {
                chain: 8,
                cache_bits: &[0, 3, 6, 10],
                rounds: 1,
                passes: 1,
                reach: Reach { near: 6, chain: 8, enough: 64 },
                priced_predictors: true,
                thorough: false,
            },
        }
    }
}
