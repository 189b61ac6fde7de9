//! Small images that a transform or the groups need (RFC 9649, section 3.7.1): one group, no cache.

use crate::encode::bit_writer::BitWriter;
use crate::encode::entropy_coded::{EntropyCodedImage, GroupCodes};
use crate::encode::finder::Finder;
use crate::encode::greedy::{self, LiteralCosts};
use crate::encode::groups::TileGroups;
use crate::encode::histogram::Histogram;
use crate::encode::optimal::{self, Reach};
use crate::encode::prices::Prices;
use crate::encode::tokens::Tokens;

const REACH: Reach = Reach { near: 8, chain: 16, enough: 64 };

/// An image with its backward references and codes.
pub(crate) struct SmallImage {
    argb: Vec<u32>,
    width: usize,
    tokens: Tokens,
    codes: GroupCodes,
    /// Roughly what it takes in the stream.
    pub(crate) cost: u64,
}

impl SmallImage {
    /// `finder` was made for an image that is no smaller.
    pub(crate) fn new(argb: Vec<u32>, width: usize, finder: &mut Finder) -> Self {
        let mut literals = Histogram::new(0);
        argb.iter().for_each(|&pixel| literals.add_literal(pixel));
        let mut tokens = Tokens::new(argb.len());
        greedy::search(finder, &argb, width, &LiteralCosts::new(&literals), REACH.chain, &mut tokens);
        let one = TileGroups::one(width);
        let count = |tokens: &Tokens| coded(&argb, width, tokens).histograms(&one);
        let prices = Prices::new(&count(&tokens));
        optimal::parse(finder, (&argb, width), (&prices, &one), 0, REACH, &mut tokens);
        let histogram = &count(&tokens)[0];
        let (mut cost, mut codes) = (histogram.cost(), GroupCodes::new(histogram));
        // Without references there is a bound.
        let bound = GroupCodes::new(&literals);
        if bound.bits <= codes.bits {
            tokens.clear();
            (cost, codes) = (literals.cost(), bound);
        }
        SmallImage { argb, width, tokens, codes, cost }
    }

    pub(crate) fn write(&self, writer: &mut BitWriter) {
        writer.put_seldom(0, 1);
        self.codes.describe(writer);
        let codes = std::slice::from_ref(&self.codes);
        coded(&self.argb, self.width, &self.tokens).write(writer, &TileGroups::one(self.width), codes);
    }
}

fn coded<'a>(argb: &'a [u32], width: usize, tokens: &'a Tokens) -> EntropyCodedImage<'a> {
    EntropyCodedImage { argb, width, tokens, cache_bits: 0 }
}
