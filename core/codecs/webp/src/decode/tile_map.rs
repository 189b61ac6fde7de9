//! What is known of each tile of a picture.

use std::ops::Range;

/// An element for each tile, row by row.
#[derive(Debug)]
pub(crate) struct TileMap<T> {
    pub(crate) elements: Vec<T>,
    /// The side of a tile in pixels is 2 to this power.
    pub(crate) bits: u32,
    /// Tiles across.
    pub(crate) across: usize,
}

impl<T> TileMap<T> {
    /// Bytes of the elements.
    pub(crate) fn bytes(&self) -> u64 {
        size_of_val(self.elements.as_slice()) as u64
    }

    /// The tiles that row `y` passes, each with the pixels it covers.
    pub(crate) fn row(&self, y: usize, width: usize) -> impl Iterator<Item = (&T, Range<usize>)> {
        let elements = &self.elements[(y >> self.bits) * self.across..][..self.across];
        let tile = 1 << self.bits;
        elements
            .iter()
            .zip((0..width).step_by(tile))
            .map(move |(element, start)| (element, start..(start + tile).min(width)))
    }
}
