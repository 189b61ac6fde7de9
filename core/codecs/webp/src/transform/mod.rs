//! The transforms (RFC 9649, section 3.5): what makes the pixels cheaper to code, and can be undone.

pub(crate) mod cross;
pub(crate) mod green;
pub(crate) mod palette;
pub(crate) mod predictor;

use crate::bits::BitWriter;
use crate::image::{small_cost, write_small};
use crate::transform::palette::Palette;

/// The kinds as they are written, two bits.
pub(crate) const PREDICTOR: u32 = 0;
pub(crate) const CROSS_COLOUR: u32 = 1;
const SUBTRACT_GREEN: u32 = 2;
pub(crate) const COLOUR_INDEXING: u32 = 3;

/// The side of a tile is 2 to this power, in all transforms that have tiles.
pub(crate) const TILE_BITS: u32 = 4;
pub(crate) const TILE: usize = 1 << TILE_BITS;

/// A transform with its data.
pub(crate) enum Transform {
    Palette(Palette),
    Green,
    Predictor(Vec<u32>),
    Cross(Vec<u32>),
}

impl Transform {
    /// Roughly what it takes in the stream.
    pub(crate) fn cost(&self) -> u64 {
        match self {
            Transform::Palette(palette) => small_cost(&palette.differences()),
            Transform::Green => 0,
            Transform::Predictor(tiles) | Transform::Cross(tiles) => small_cost(tiles),
        }
    }

    /// Writes its kind and its data.
    pub(crate) fn write(&self, writer: &mut BitWriter) {
        writer.put(1, 1);
        match self {
            Transform::Palette(palette) => {
                writer.put(COLOUR_INDEXING, 2);
                writer.put(palette.len() as u32 - 1, 8);
                write_small(writer, &palette.differences());
            }
            Transform::Green => writer.put(SUBTRACT_GREEN, 2),
            Transform::Predictor(tiles) => write_tiles(writer, PREDICTOR, tiles),
            Transform::Cross(tiles) => write_tiles(writer, CROSS_COLOUR, tiles),
        }
    }
}

fn write_tiles(writer: &mut BitWriter, kind: u32, tiles: &[u32]) {
    writer.put(kind, 2);
    writer.put(TILE_BITS - 2, 3);
    write_small(writer, tiles);
}

/// Subtracts each channel, modulo 256.
#[inline(always)]
pub(crate) fn subtract(a: u32, b: u32) -> u32 {
    let odd = (a | 0x00FF_00FF).wrapping_sub(b & 0xFF00_FF00) & 0xFF00_FF00;
    let even = (a | 0xFF00_FF00).wrapping_sub(b & 0x00FF_00FF) & 0x00FF_00FF;
    odd | even
}
