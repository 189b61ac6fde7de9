//! What makes decoding with an AC table fast.

use crate::decode::entropy::huffman::DecodeTable;
use crate::decode::entropy::pair_table::PairTable;
use crate::decode::entropy::skip_table::SkipTable;

/// Look-up tables made of an AC table.
#[derive(Debug)]
pub(crate) struct AcLookup {
    /// For coefficients that are kept.
    pub(crate) pairs: PairTable,
    /// For those that are not.
    pub(crate) skips: SkipTable,
}

impl AcLookup {
    /// Heap bytes of both.
    pub(crate) const BYTES: u64 = PairTable::BYTES + SkipTable::BYTES;

    /// `skipping`: whether so many coefficients will be skipped that making the table for it saves time.
    pub(crate) fn new(ac: &DecodeTable, skipping: bool) -> Self {
        let mut skips = SkipTable::empty();
        if skipping {
            skips.prepare(ac);
        }
        AcLookup { pairs: PairTable::new(ac), skips }
    }
}
