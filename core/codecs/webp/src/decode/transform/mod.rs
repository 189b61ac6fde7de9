//! Inverse transforms (RFC 9649, section 3.5): the last one first, row by row.

pub(crate) mod colour_table;
mod cross_colour;
mod predictor;

use crate::decode::tile_map::TileMap;
use crate::decode::transform::colour_table::ColourTable;

/// A transform that was applied.
#[derive(Debug)]
pub(crate) enum InverseTransform {
    /// The mode of each tile.
    Predictor(TileMap<u8>),
    /// The factors of each tile, as they are written.
    CrossColour(TileMap<u32>),
    AddGreen,
    ColourTable(ColourTable),
}

impl InverseTransform {
    /// Bytes of the map of tiles.
    pub(crate) fn tile_bytes(&self) -> u64 {
        match self {
            InverseTransform::Predictor(modes) => modes.bytes(),
            InverseTransform::CrossColour(factors) => factors.bytes(),
            InverseTransform::AddGreen | InverseTransform::ColourTable(_) => 0,
        }
    }
}

/// Undoes the transforms of so many rows, which are `narrow` pixels wide, at the front of the slice.
pub(crate) fn undo(argb: &mut [u32], narrow: usize, rows: usize, transforms: &[InverseTransform]) {
    let table = transforms.iter().enumerate().find_map(|(at, transform)| match transform {
        InverseTransform::ColourTable(table) => Some((at, table)),
        _ => None,
    });
    let Some((at, table)) = table else {
        return undo_rows(argb, narrow, rows, transforms);
    };
    undo_rows(argb, narrow, rows, &transforms[at + 1..]);
    table.expand(argb, rows);
    undo_rows(argb, table.width, rows, &transforms[..at]);
}

/// Transforms that keep the width.
fn undo_rows(argb: &mut [u32], width: usize, rows: usize, transforms: &[InverseTransform]) {
    if transforms.is_empty() {
        return;
    }
    let predicts = transforms.iter().any(|transform| matches!(transform, InverseTransform::Predictor(_)));
    // The row above as it was before the other transforms were undone, and a pixel more.
    let mut above = vec![0; if predicts { width + 1 } else { 0 }];
    for (y, row) in argb.chunks_exact_mut(width).take(rows).enumerate() {
        for transform in transforms.iter().rev() {
            match transform {
                InverseTransform::Predictor(modes) => {
                    predictor::undo(row, &mut above, y, modes);
                    above[..width].copy_from_slice(row);
                }
                InverseTransform::CrossColour(factors) => {
                    for (&factors, tile) in factors.row(y, width) {
                        cross_colour::undo(&mut row[tile], factors);
                    }
                }
                InverseTransform::AddGreen => add_green(row),
                InverseTransform::ColourTable(_) => {}
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
