//! Writes the second partition: the tokens of all macroblocks.

use crate::encode::bool_encoder::BoolEncoder;
use crate::encode::tokens::BoolSink;
use crate::levels::{Flags, Levels};
use crate::tables::Probabilities;

/// More bytes than a macroblock ever takes in a frame, whatever the probabilities: 400 levels of up to 11 booleans
/// by probabilities of the picture and 12 others.
pub(crate) const MAX_MACROBLOCK_BYTES: usize = 400 * 24;

/// Writes macroblocks with given probabilities.
#[derive(Debug)]
pub(crate) struct TokenWriter {
    bools: BoolEncoder,
    probabilities: Probabilities,
    above: Vec<Flags>,
    left: Flags,
    x: usize,
}

impl TokenWriter {
    pub(crate) fn new(out: Vec<u8>, probabilities: Probabilities, across: usize) -> Self {
        let above = vec![Flags::default(); across];
        TokenWriter { bools: BoolEncoder::new(out), probabilities, above, left: Flags::default(), x: 0 }
    }

    /// Bytes written.
    pub(crate) fn len(&self) -> usize {
        self.bools.len()
    }

    pub(crate) fn put(&mut self, levels: &Levels) {
        let mut writer = Writer { bools: &mut self.bools, probabilities: &self.probabilities };
        levels.walk(&mut self.above[self.x], &mut self.left, &mut writer);
        self.x += 1;
        if self.x == self.above.len() {
            self.x = 0;
            self.left = Flags::default();
        }
    }

    pub(crate) fn finish(self) -> (Vec<u8>, Probabilities) {
        (self.bools.finish(), self.probabilities)
    }
}

/// Writes the booleans of one macroblock.
pub(crate) struct Writer<'c> {
    pub(crate) bools: &'c mut BoolEncoder,
    pub(crate) probabilities: &'c Probabilities,
}

impl BoolSink for Writer<'_> {
    #[inline(always)]
    fn adaptive(&mut self, [plane, band, context]: [usize; 3], node: usize, bit: bool) {
        self.bools.put(bit, self.probabilities[plane][band][context][node]);
    }

    #[inline(always)]
    fn fixed(&mut self, probability: u8, bit: bool) {
        self.bools.put(bit, probability);
    }
}
