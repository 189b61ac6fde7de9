//! Undoes the transforms (RFC 9649, section 3.5), the last one first, row by row.

use crate::decode::bits::BitReader;
use crate::decode::cross;
use crate::decode::error::DecodeError;
use crate::decode::palette::Palette;
use crate::decode::predictor;
use crate::decode::stream::read_small;

/// A transform that was applied.
#[derive(Debug)]
pub(crate) enum Undo {
    /// The mode of each tile.
    Predictor(TileMap<u8>),
    /// The factors of each tile, as they are written.
    Cross(TileMap<u32>),
    Green,
    Palette(Palette),
}

impl Undo {
    /// Bytes of what is known of tiles.
    pub(crate) fn tile_bytes(&self) -> u64 {
        match self {
            Undo::Predictor(modes) => modes.bytes(),
            Undo::Cross(factors) => factors.bytes(),
            Undo::Green | Undo::Palette(_) => 0,
        }
    }
}

/// What is known of each tile.
#[derive(Debug)]
pub(crate) struct TileMap<T> {
    pub(crate) elements: Vec<T>,
    /// The side of a tile is 2 to this power.
    pub(crate) bits: u32,
    pub(crate) across: usize,
}

impl<T> TileMap<T> {
    /// Reads the size of tiles, then an image that has a pixel for each. It is decoded to `scratch`, which has room for
    /// the whole picture.
    pub(crate) fn read(
        bits: &mut BitReader<'_>,
        scratch: &mut [u32],
        width: usize,
        height: usize,
        element: impl Fn(u32) -> T,
    ) -> Result<Self, DecodeError> {
        let tile_bits = 2 + bits.bits(3);
        let across = width.div_ceil(1 << tile_bits);
        let scratch = &mut scratch[..across * height.div_ceil(1 << tile_bits)];
        read_small(bits, scratch, across)?;
        let elements = scratch.iter().map(|&pixel| element(pixel)).collect();
        Ok(TileMap { elements, bits: tile_bits, across })
    }

    /// Bytes of the elements.
    pub(crate) fn bytes(&self) -> u64 {
        size_of_val(self.elements.as_slice()) as u64
    }

    /// The tiles that a row passes, each with the pixels it covers.
    pub(crate) fn row(&self, y: usize, width: usize) -> impl Iterator<Item = (&T, std::ops::Range<usize>)> {
        let elements = &self.elements[(y >> self.bits) * self.across..][..self.across];
        let tile = 1 << self.bits;
        elements
            .iter()
            .zip((0..width).step_by(tile))
            .map(move |(element, start)| (element, start..(start + tile).min(width)))
    }
}

/// Undoes the transforms of so many rows, which are `narrow` pixels wide and stand at the front.
pub(crate) fn undo(argb: &mut [u32], narrow: usize, rows: usize, transforms: &[Undo]) {
    let palette = transforms.iter().enumerate().find_map(|(at, transform)| match transform {
        Undo::Palette(palette) => Some((at, palette)),
        _ => None,
    });
    let Some((at, palette)) = palette else {
        return undo_rows(argb, narrow, rows, transforms);
    };
    undo_rows(argb, narrow, rows, &transforms[at + 1..]);
    palette.expand(argb, rows);
    undo_rows(argb, palette.width, rows, &transforms[..at]);
}

/// Transforms that keep the width.
fn undo_rows(argb: &mut [u32], width: usize, rows: usize, transforms: &[Undo]) {
    if transforms.is_empty() {
        return;
    }
    let predicts = transforms.iter().any(|transform| matches!(transform, Undo::Predictor(_)));
    // The row above as it was predicted, before anything else was undone, and a pixel more.
    let mut above = vec![0; if predicts { width + 1 } else { 0 }];
    for (y, row) in argb.chunks_exact_mut(width).take(rows).enumerate() {
        for transform in transforms.iter().rev() {
            match transform {
                Undo::Predictor(modes) => {
                    predictor::undo(row, &mut above, y, modes);
                    above[..width].copy_from_slice(row);
                }
                Undo::Cross(factors) => {
                    for (&factors, tile) in factors.row(y, width) {
                        cross::undo(&mut row[tile], factors);
                    }
                }
                Undo::Green => add_green(row),
                Undo::Palette(_) => {}
            }
        }
    }
}

/// Section 3.5.3.
fn add_green(row: &mut [u32]) {
    for pixel in row {
        let green = *pixel >> 8 & 0xFF;
        let red_blue = (*pixel & 0x00FF_00FF) + (green << 16 | green);
        *pixel = *pixel & 0xFF00_FF00 | red_blue & 0x00FF_00FF;
    }
}
