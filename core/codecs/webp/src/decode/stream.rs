//! A stream behind its header (RFC 9649, section 3.8): transforms, then the picture.

use crate::cache::ColourCache;
use crate::decode::bits::BitReader;
use crate::decode::error::DecodeError;
use crate::decode::groups::{Groups, Tiles};
use crate::decode::memory::groups_memory;
use crate::decode::palette::Palette;
use crate::decode::pixels::decode_pixels;
use crate::decode::undo::{TileMap, Undo, undo};
use crate::transform::{COLOUR_INDEXING, CROSS_COLOUR, PREDICTOR};

/// The largest colour cache.
const MAX_CACHE_BITS: u32 = 11;

/// Decodes the pixels of a picture, and tells how many rows there are: at least half.
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
            PREDICTOR => Undo::Predictor(TileMap::read(&mut bits, &mut argb, narrow, height, |mode| {
                (mode >> 8) as u8
            })?),
            CROSS_COLOUR => {
                Undo::Cross(TileMap::read(&mut bits, &mut argb, narrow, height, |factors| factors)?)
            }
            COLOUR_INDEXING => {
                let mut differences = vec![0; bits.bits(8) as usize + 1];
                let count = differences.len();
                read_small(&mut bits, &mut differences, count)?;
                let palette = Palette::new(differences, narrow);
                narrow = palette.packed_width;
                Undo::Palette(palette)
            }
            _ => Undo::Green,
        });
    }

    let cache = read_cache(&mut bits)?;
    let groups = if bits.bit() {
        let map = TileMap::read(&mut bits, &mut argb, narrow, height, |group| (group >> 8) as u16)?;
        let known = map.bytes() + transforms.iter().map(Undo::tile_bytes).sum::<u64>();
        let room = groups_memory(width as u64, height as u64, known);
        let tiles = Tiles { groups: map.elements, bits: map.bits, across: map.across };
        Groups::read(&mut bits, cache.len(), tiles, room)?
    } else {
        Groups::read_one(&mut bits, cache.len())?
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
    argb[width * rows..].fill(0);
    Ok((argb, rows))
}

/// Reads how large the colour cache is (section 3.6.3).
fn read_cache(bits: &mut BitReader<'_>) -> Result<ColourCache, DecodeError> {
    let cache_bits = if bits.bit() { bits.bits(4) } else { return Ok(ColourCache::new(0)) };
    if !(1..=MAX_CACHE_BITS).contains(&cache_bits) {
        return Err(DecodeError::Damaged("a colour cache of a wrong size"));
    }
    Ok(ColourCache::new(cache_bits))
}

/// Reads a small image that a transform or the groups need: one group.
pub(crate) fn read_small(
    bits: &mut BitReader<'_>,
    argb: &mut [u32],
    width: usize,
) -> Result<(), DecodeError> {
    let cache = read_cache(bits)?;
    let groups = Groups::read_one(bits, cache.len())?;
    decode_pixels(bits, argb, width, &groups, cache)
        .map_err(|_| DecodeError::Damaged("the data ends before the pixels"))
}
