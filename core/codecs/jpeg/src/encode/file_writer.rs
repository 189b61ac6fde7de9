//! Writes the file, from the moment when its tables are known.

use super::block_stream::{BlockStream, Counts};
use super::cost::Budget;
use super::entropy_coder::{Codes, Counter, EntropyCoder};
use super::headers::{HEADERS, Headers};
use crate::marker::EOI;

/// A file being written, its headers first.
#[derive(Debug)]
pub(super) struct FileWriter {
    /// For luma and chroma.
    codes: [Codes; 2],
    coder: EntropyCoder<Vec<u8>>,
}

impl FileWriter {
    /// Makes the tables for the blocks of a whole picture, and room for these.
    pub(super) fn for_all(
        headers: &Headers<'_>,
        budget: &Budget,
        counts: &[Counts; 2],
        blocks: &BlockStream,
    ) -> Box<Self> {
        let codes = counts.each_ref().map(Codes::new);
        // All but the zeros stuffed behind FF, of which there is one in some 256 bytes.
        let bits: u64 = counts.iter().zip(&codes).map(|(counts, codes)| codes.bits(counts)).sum();
        let bytes = (bits / 8) as usize + 1;
        if bytes.saturating_mul(4) <= budget.file {
            // Should there be more, the vector grows to twice its size beside the old one, which is planned for.
            return FileWriter::with_size(HEADERS + bytes + bytes / 64, false, headers, codes);
        }
        // A large file gets exactly the room that it needs.
        let mut coder = EntropyCoder::new(Counter::default(), &headers.parameters, false);
        blocks.chunks().for_each(|chunk| coder.code(chunk, &codes));
        let size = HEADERS + coder.finish().bytes;
        let limited = size > budget.file;
        FileWriter::with_size(size.min(budget.file), limited, headers, codes)
    }

    /// Makes the tables before all blocks are known, and room for the largest file there may be.
    pub(super) fn for_some(headers: &Headers<'_>, budget: &Budget, counts: &[Counts; 2]) -> Box<Self> {
        let codes = counts.each_ref().map(|counts| Codes::new(&counts.with_others()));
        FileWriter::with_size(budget.file, true, headers, codes)
    }

    fn with_size(size: usize, limited: bool, headers: &Headers<'_>, codes: [Codes; 2]) -> Box<Self> {
        let mut file = Vec::with_capacity(size + headers.metadata());
        headers.write(&codes, &mut file);
        let coder = EntropyCoder::new(file, &headers.parameters, limited);
        Box::new(FileWriter { codes, coder })
    }

    pub(super) fn code(&mut self, chunk: &[u8]) {
        self.coder.code(chunk, &self.codes);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut file = self.coder.finish();
        file.extend([0xFF, EOI]);
        file
    }
}
