//! The transforms (RFC 9649, section 3.5): reversible, and they make the pixels cheaper to code.

pub(crate) mod cross_colour;
pub(crate) mod palette;
pub(crate) mod predictor;
pub(crate) mod subtract_green;

use crate::encode::bit_writer::BitWriter;
use crate::encode::entropy_coded::{small_cost, write_small};
use crate::encode::tile::TILE_BITS;
use crate::encode::transform::palette::Palette;
use crate::transform::{COLOUR_INDEXING, CROSS_COLOUR, PREDICTOR, SUBTRACT_GREEN};

/// A transform with its data.
pub(crate) enum Transform {
    Palette(Palette),
    SubtractGreen,
    Predictor(Vec<u32>),
    CrossColour(Vec<u32>),
}

impl Transform {
    /// Roughly what it takes in the stream.
    pub(crate) fn cost(&self) -> u64 {
        match self {
            Transform::Palette(palette) => small_cost(&palette.differences()),
            Transform::SubtractGreen => 0,
            Transform::Predictor(tiles) | Transform::CrossColour(tiles) => small_cost(tiles),
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
            Transform::SubtractGreen => writer.put(SUBTRACT_GREEN, 2),
            Transform::Predictor(tiles) => write_tiles(writer, PREDICTOR, tiles),
            Transform::CrossColour(tiles) => write_tiles(writer, CROSS_COLOUR, tiles),
        }
    }
}

fn write_tiles(writer: &mut BitWriter, kind: u32, tiles: &[u32]) {
    writer.put(kind, 2);
    writer.put(TILE_BITS - 2, 3);
    write_small(writer, tiles);
}
