//! Stored rows → filtered rows → deflated.

use super::file::File;
use super::filter::Filters;
use super::stored::Stored;
use super::{Effort, Parameters};
use crate::deflate::{self, Deflate};

#[derive(Debug)]
pub(super) struct Stream {
    filters: Filters,
    deflate: Deflate,
}

/// Peak bytes of heap of a [`Stream`] of rows of so many bytes.
pub(super) fn memory(row: u64, effort: Effort) -> u64 {
    super::filter::memory(row) + deflate::memory(effort)
}

impl Stream {
    /// Starts the pixels' data in the file.
    pub(super) fn new(parameters: &Parameters, stored: Stored, file: &mut File) -> Self {
        let row = stored.row_bytes(parameters.width);
        Self {
            filters: Filters::new(row, stored, parameters.effort),
            deflate: Deflate::new(parameters.effort, file),
        }
    }

    pub(super) fn write_row(&mut self, row: &[u8], file: &mut File) {
        let filtered = self.filters.filter(row);
        self.deflate.write(filtered, file);
    }

    pub(super) fn finish(self, file: &mut File) {
        self.deflate.finish(file);
    }
}
