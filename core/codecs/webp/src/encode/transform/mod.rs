//! The transforms (RFC 9649, section 3.5): reversible, and they make the pixels cheaper to code.

pub(crate) mod cross_colour;
pub(crate) mod palette;
pub(crate) mod predictor;
pub(crate) mod subtract_green;

use crate::encode::bit_writer::BitWriter;
use crate::encode::small_image::SmallImage;
use crate::encode::tile::TILE_BITS;
use crate::transform::{COLOUR_INDEXING, CROSS_COLOUR, PREDICTOR, SUBTRACT_GREEN};

/// A transform with its data.
pub(crate) enum Transform {
    /// So many colours.
    Palette(usize, SmallImage),
    SubtractGreen,
    Predictor(SmallImage),
    CrossColour(SmallImage),
}

impl Transform {
    /// Roughly what it takes in the stream.
    pub(crate) fn cost(&self) -> u64 {
        match self {
            Transform::Palette(_, image) | Transform::Predictor(image) | Transform::CrossColour(image) => {
                image.cost
            }
            Transform::SubtractGreen => 0,
        }
    }

    /// Writes its kind and its data.
    pub(crate) fn write(&self, writer: &mut BitWriter) {
        writer.put_seldom(1, 1);
        match self {
            Transform::Palette(colours, image) => {
                writer.put_seldom(COLOUR_INDEXING, 2);
                writer.put_seldom(*colours as u32 - 1, 8);
                image.write(writer);
            }
            Transform::SubtractGreen => writer.put_seldom(SUBTRACT_GREEN, 2),
            Transform::Predictor(tiles) => write_tiles(writer, PREDICTOR, tiles),
            Transform::CrossColour(tiles) => write_tiles(writer, CROSS_COLOUR, tiles),
        }
    }
}

fn write_tiles(writer: &mut BitWriter, kind: u32, tiles: &SmallImage) {
    writer.put_seldom(kind, 2);
    writer.put_seldom(TILE_BITS - 2, 3);
    tiles.write(writer);
}
