//! The entropy image (RFC 9649, section 3.6.2.1): smooth and detailed tiles have prefix codes of their own.

use crate::encode::entropy::{BIT, log2};
use crate::encode::histogram::Histogram;
use crate::encode::tile::{TILE, TILE_BITS};

/// Classes that tiles are sorted into, before classes that gain nothing are merged.
pub(crate) const CLASSES: usize = 16;
/// With fewer literals, several groups of codes do not pay.
pub(crate) const SPLIT_LITERALS: u64 = 4096;
const ALPHA: u32 = 0xFF00_0000;

/// Which group each tile belongs to.
#[derive(Debug)]
pub(crate) struct TileGroups {
    /// An image with the index of each group in green; empty if there is one group.
    pub(crate) tiles: Vec<u32>,
    pub(crate) count: usize,
    width: usize,
}

impl TileGroups {
    /// One group.
    pub(crate) fn one(width: usize) -> Self {
        TileGroups { tiles: Vec::new(), count: 1, width }
    }

    /// Tiles by how far their values are from 0.
    pub(crate) fn by_activity(argb: &[u32], width: usize) -> Self {
        let (across, down) = (width.div_ceil(TILE), (argb.len() / width).div_ceil(TILE));
        let mut tiles = Vec::with_capacity(across * down);
        for band in argb.chunks(width * TILE) {
            for start in (0..width).step_by(TILE) {
                let end = (start + TILE).min(width);
                let mut sum = 0;
                for row in band.chunks_exact(width) {
                    for &pixel in &row[start..end] {
                        let sizes =
                            pixel.to_le_bytes().map(|channel| u32::from((channel as i8).unsigned_abs()));
                        sum += sizes[0] + sizes[1] + sizes[2] + sizes[3];
                    }
                }
                let pixels = (band.len() / width * (end - start)) as u32;
                // Half steps of the binary logarithm, from a quarter for each pixel.
                let class = log2(8 * sum / pixels + 1) * 2 / BIT;
                tiles.push(ALPHA | (class as u32).saturating_sub(1).min(CLASSES as u32 - 1) << 8);
            }
        }
        TileGroups { tiles, count: CLASSES, width }
    }

    /// A cursor over positions in rising order.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor { tiles: &self.tiles, width: self.width, across: self.width.div_ceil(TILE), start: 0, row: 0 }
    }

    /// Merges neighbouring classes as long as that makes the whole smaller. The histograms become those of the groups.
    pub(crate) fn merge(&mut self, histograms: &mut Vec<Histogram>) {
        let mut numbers = [0_u32; CLASSES];
        let mut merged: Vec<Histogram> = Vec::with_capacity(CLASSES);
        for (number, histogram) in numbers.iter_mut().zip(histograms.drain(..)) {
            if let Some(last) = merged.last_mut() {
                let mut both = last.clone();
                both.add(&histogram);
                if both.cost() > last.cost() + histogram.cost() {
                    merged.push(histogram);
                } else {
                    *last = both;
                }
            } else {
                merged.push(histogram);
            }
            *number = merged.len() as u32 - 1;
        }
        self.count = merged.len();
        *histograms = merged;
        for tile in &mut self.tiles {
            *tile = ALPHA | numbers[(*tile >> 8 & 0xFF) as usize] << 8;
        }
        if self.count == 1 {
            self.tiles = Vec::new();
        }
    }
}

/// Finds the groups of positions, none of which is before the last.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    tiles: &'a [u32],
    width: usize,
    across: usize,
    /// The first position of the row.
    start: usize,
    row: usize,
}

impl Cursor<'_> {
    #[inline(always)]
    pub(crate) fn at(&mut self, position: usize) -> usize {
        if self.tiles.is_empty() {
            return 0;
        }
        while position - self.start >= self.width {
            self.start += self.width;
            self.row += 1;
        }
        let tile = (self.row >> TILE_BITS) * self.across + ((position - self.start) >> TILE_BITS);
        (self.tiles[tile] >> 8 & 0xFF) as usize
    }
}
