//! Writes the file, from the moment when its tables are known.

use super::bit_writer::Counter;
use super::block_stream::{BlockStream, Counts, Cursor};
use super::cost::Budget;
use super::entropy_coder::{Codes, EntropyCoder};
use super::headers::{HEADERS, Headers, Spectrum, write_tables};
use super::parameters::Pixels;
use crate::marker::{EOI, SOF0};

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
        coder.code(blocks.blocks(), &codes);
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
        let mut file = Vec::with_capacity(size + headers.metadata.bytes());
        headers.write_start(SOF0, &mut file);
        let [luma, chroma] = &codes;
        let tables = [(0x00, &luma.dc), (0x10, &luma.ac.table), (0x01, &chroma.dc), (0x11, &chroma.ac.table)];
        let used = if headers.parameters.pixels == Pixels::Grey { 2 } else { 4 };
        write_tables(&tables[..used], &mut file);
        headers.write_scan(None, Spectrum { first: 0, last: 63, bits: 0 }, &mut file);
        let coder = EntropyCoder::new(file, &headers.parameters, limited);
        Box::new(FileWriter { codes, coder })
    }

    pub(super) fn code(&mut self, blocks: Cursor<'_>) {
        self.coder.code(blocks, &self.codes);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut file = self.coder.finish();
        file.extend([0xFF, EOI]);
        file
    }
}
