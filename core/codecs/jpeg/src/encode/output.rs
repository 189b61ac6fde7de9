//! The file, from the moment when its tables are known.

use super::coder::{Coder, Codes, Counter};
use super::file::{self, Head};
use super::plan::Plan;
use super::stream::{Counts, Stream};
use crate::markers;

/// A file being written, its headers first.
#[derive(Debug)]
pub(super) struct Output {
    /// For luma and chroma.
    codes: [Codes; 2],
    coder: Coder<Vec<u8>>,
}

impl Output {
    /// Makes the tables for the blocks of a whole picture, and room for these.
    pub(super) fn for_all(head: &Head<'_>, plan: &Plan, counts: &[Counts; 2], blocks: &Stream) -> Box<Self> {
        let codes = counts.each_ref().map(Codes::new);
        // All but the zeros stuffed behind FF, of which there is one in some 256 bytes.
        let bits: u64 = counts.iter().zip(&codes).map(|(counts, codes)| codes.bits(counts)).sum();
        let bytes = (bits / 8) as usize + 1;
        if bytes.saturating_mul(4) <= plan.file {
            // Should there be many, room for twice as much is found beside it, and is planned for.
            return Output::with_size(file::HEADERS + bytes + bytes / 64, false, head, plan, codes);
        }
        // Else exactly as much as there is.
        let mut coder = plan.coder(Counter::default(), false);
        blocks.chunks().for_each(|chunk| coder.code(chunk, &codes));
        let size = file::HEADERS + coder.finish().bytes;
        let limited = size > plan.file;
        Output::with_size(size.min(plan.file), limited, head, plan, codes)
    }

    /// Makes the tables before all blocks are known, and room for the largest file there may be.
    pub(super) fn for_some(head: &Head<'_>, plan: &Plan, counts: &[Counts; 2]) -> Box<Self> {
        let codes = counts.each_ref().map(|counts| Codes::new(&counts.with_others()));
        Output::with_size(plan.file, true, head, plan, codes)
    }

    fn with_size(size: usize, limited: bool, head: &Head<'_>, plan: &Plan, codes: [Codes; 2]) -> Box<Self> {
        let mut file = Vec::with_capacity(size + head.metadata());
        head.write(&codes, &mut file);
        Box::new(Output { codes, coder: plan.coder(file, limited) })
    }

    pub(super) fn code(&mut self, chunk: &[u8]) {
        self.coder.code(chunk, &self.codes);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut file = self.coder.finish();
        file.extend([0xFF, markers::EOI]);
        file
    }
}
