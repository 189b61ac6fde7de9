//! Tiles as the encoder uses them: of the same size in the transforms and in the entropy image.

/// The side of a tile in pixels is 2 to this power.
pub(crate) const TILE_BITS: u32 = 3;
/// The side of a tile, in pixels.
pub(crate) const TILE: usize = 1 << TILE_BITS;
