//! A stream behind its header (RFC 9649, section 3.8): transforms, then the picture.

use crate::decode::bit_reader::BitReader;
use crate::decode::estimate::groups_memory;
use crate::decode::groups::PrefixGroups;
use crate::decode::pixels::decode_pixels;
use crate::decode::small_image::{read_cache, read_small, read_tiles};
use crate::decode::transform::colour_table::ColourTable;
use crate::decode::transform::{InverseTransform, undo};
use crate::error::DecodeError;
use crate::transform::{COLOUR_INDEXING, CROSS_COLOUR, PREDICTOR};

/// Decodes the pixels of a picture. Returns those of the rows that are there, at least half, and the number of rows.
pub(crate) fn decode(
    mut bits: BitReader<'_>,
    width: usize,
    height: usize,
) -> Result<(Vec<u32>, usize), DecodeError> {
    let mut argb = vec![0; width * height];
    // Small images are decoded where the pixels will be. Colour indexing makes the picture narrower.
    let mut narrow = width;
    let mut transforms = Vec::with_capacity(4);
    let mut seen = [false; 4];
    while bits.bit() {
        let kind = bits.bits(2);
        if std::mem::replace(&mut seen[kind as usize], true) {
            return Err(DecodeError::Damaged("a transform comes twice"));
        }
        transforms.push(match kind {
            PREDICTOR => {
                InverseTransform::Predictor(read_tiles(&mut bits, &mut argb, narrow, height, |mode| {
                    (mode >> 8) as u8
                })?)
            }
            CROSS_COLOUR => {
                InverseTransform::CrossColour(read_tiles(&mut bits, &mut argb, narrow, height, |factors| {
                    factors
                })?)
            }
            COLOUR_INDEXING => {
                let mut differences = vec![0; bits.bits(8) as usize + 1];
                let count = differences.len();
                read_small(&mut bits, &mut differences, count)?;
                let table = ColourTable::new(differences, narrow);
                narrow = table.packed_width;
                InverseTransform::ColourTable(table)
            }
            _ => InverseTransform::AddGreen,
        });
    }

    let cache = read_cache(&mut bits)?;
    let groups = if bits.bit() {
        let tiles = read_tiles(&mut bits, &mut argb, narrow, height, |group| (group >> 8) as u16)?;
        let known = tiles.bytes() + transforms.iter().map(InverseTransform::tile_bytes).sum::<u64>();
        let mut room = groups_memory(width as u64, height as u64, known);
        PrefixGroups::read(&mut bits, cache.len(), tiles, &mut room)?
    } else {
        PrefixGroups::read_one(&mut bits, cache.len())?
    };
    let decoded = decode_pixels(&mut bits, &mut argb[..narrow * height], narrow, &groups, cache);
    drop(groups);
    let rows = match decoded {
        Ok(()) => height,
        Err(there) => there / narrow,
    };
    if 2 * rows < height {
        return Err(DecodeError::Damaged("the data ends before half of the rows"));
    }
    undo(&mut argb, narrow, rows, &transforms);
    argb.truncate(width * rows);
    Ok((argb, rows))
}
