//! The small images that transforms and groups of prefix codes need: one group of codes each (RFC 9649, section 3.8.3).

use crate::colour_cache::{ColourCache, MAX_CACHE_BITS};
use crate::decode::bit_reader::BitReader;
use crate::decode::groups::PrefixGroups;
use crate::decode::pixels::decode_pixels;
use crate::decode::tile_map::TileMap;
use crate::error::DecodeError;

/// Reads how large the colour cache is (section 3.6.3).
#[inline(never)]
pub(crate) fn read_cache(bits: &mut BitReader<'_>) -> Result<ColourCache, DecodeError> {
    let cache_bits = if bits.bit() { bits.bits(4) } else { return Ok(ColourCache::new(0)) };
    if !(1..=MAX_CACHE_BITS).contains(&cache_bits) {
        return Err(DecodeError::Damaged("a colour cache of a wrong size"));
    }
    Ok(ColourCache::new(cache_bits))
}

/// Reads a small image.
pub(crate) fn read_small(
    bits: &mut BitReader<'_>,
    argb: &mut [u32],
    width: usize,
) -> Result<(), DecodeError> {
    let cache = read_cache(bits)?;
    let groups = PrefixGroups::read_one(bits, cache.len())?;
    decode_pixels(bits, argb, width, &groups, cache)
        .map_err(|_| DecodeError::Damaged("the data ends before the pixels"))
}

/// Reads the size of tiles, then an image that has a pixel for each. It is decoded to `scratch`, which has room for the
/// whole picture.
pub(crate) fn read_tiles<T>(
    bits: &mut BitReader<'_>,
    scratch: &mut [u32],
    width: usize,
    height: usize,
    element: impl Fn(u32) -> T,
) -> Result<TileMap<T>, DecodeError> {
    let tile_bits = 2 + bits.bits(3);
    let across = width.div_ceil(1 << tile_bits);
    let scratch = &mut scratch[..across * height.div_ceil(1 << tile_bits)];
    read_small(bits, scratch, across)?;
    let elements = scratch.iter().map(|&pixel| element(pixel)).collect();
    Ok(TileMap { elements, bits: tile_bits, across })
}
