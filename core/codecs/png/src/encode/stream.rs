//! Stored rows → filtered rows → deflated.

use super::file::File;
use super::filter::{Choice, Filters};
use super::stored::Stored;
use super::{Effort, Parameters};
use crate::deflate::{self, Deflate, Level};

#[derive(Debug)]
pub(super) struct Stream {
    filters: Filters,
    deflate: Deflate,
}

/// Peak bytes of heap of a [`Stream`] of rows of so many bytes.
pub(super) fn memory(row: u64, effort: Effort) -> u64 {
    let level = match effort {
        Effort::Fast => Level::Greedy,
        // Any picture may turn out to have few colours.
        Effort::Balanced => Level::Quick,
        Effort::Small => Level::Thorough,
    };
    super::filter::memory(row) + deflate::memory(level) + deflate::fixed::<Stream>()
}

fn level(effort: Effort, stored: Stored) -> Level {
    match (effort, stored) {
        (Effort::Fast, _) => Level::Greedy,
        (Effort::Balanced, Stored::Palette(_) | Stored::Grey(1 | 2 | 4)) => Level::Quick,
        (Effort::Balanced, _) => Level::Lazy,
        (Effort::Small, _) => Level::Thorough,
    }
}

impl Stream {
    /// Starts the pixels' data in the file.
    pub(super) fn new(parameters: &Parameters, stored: Stored, choice: Choice, file: &mut File) -> Self {
        let row = stored.row_bytes(parameters.width);
        Self {
            filters: Filters::new(row, stored, choice),
            deflate: Deflate::new(level(parameters.effort, stored), file),
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

/// Bytes of rows that are tried with each choice, and rows that are tried together.
const TRIED: u64 = 3 << 20;
const BAND: u64 = 64;

/// The way to choose filters that makes a picture smallest, or bands of a large one. `write` writes a row of it.
pub(super) fn best_choice(
    parameters: &Parameters,
    stored: Stored,
    mut write: impl FnMut(u32, &mut Stream, &mut File),
) -> Choice {
    // Several pixels share a byte.
    if stored.pixel_bits() < 8 {
        return Choice::None;
    }
    let height = u64::from(parameters.height);
    let bytes = (stored.row_bytes(parameters.width) as u64 * height).max(1);
    // Of each so many rows the first ones.
    let period = (BAND * bytes).div_ceil(TRIED).max(BAND) as u32;
    let trial = parameters.effort(Effort::Balanced);
    let size = |choice: &Choice| {
        let mut file = File::measured();
        let mut stream = Stream::new(&trial, stored, *choice, &mut file);
        let rows = (0..parameters.height).filter(|y| u64::from(y % period) < BAND);
        rows.for_each(|y| write(y, &mut stream, &mut file));
        stream.finish(&mut file);
        file.counted()
    };
    Choice::ALL.into_iter().min_by_key(size).unwrap_or(Choice::None)
}
