//! What both directions of the transforms share (RFC 9649, section 3.5).

/// Kinds of transforms as they are stored, in two bits.
pub(crate) const PREDICTOR: u32 = 0;
pub(crate) const CROSS_COLOUR: u32 = 1;
pub(crate) const SUBTRACT_GREEN: u32 = 2;
pub(crate) const COLOUR_INDEXING: u32 = 3;

/// What pixels without neighbours are predicted from: opaque black.
pub(crate) const BLACK: u32 = 0xFF00_0000;

/// How many indices share a pixel, as a power of two, if there are so many colours (section 3.5.4).
pub(crate) fn packing(colours: usize) -> u32 {
    match colours {
        0..=2 => 3,
        3..=4 => 2,
        5..=16 => 1,
        _ => 0,
    }
}

/// Adds each channel, modulo 256.
#[inline(always)]
pub(crate) fn add(a: u32, b: u32) -> u32 {
    let odd = (a & 0xFF00_FF00).wrapping_add(b & 0xFF00_FF00) & 0xFF00_FF00;
    let even = ((a & 0x00FF_00FF) + (b & 0x00FF_00FF)) & 0x00FF_00FF;
    odd | even
}

/// Subtracts each channel, modulo 256.
#[inline(always)]
pub(crate) fn subtract(a: u32, b: u32) -> u32 {
    let odd = (a | 0x00FF_00FF).wrapping_sub(b & 0xFF00_FF00) & 0xFF00_FF00;
    let even = (a | 0xFF00_FF00).wrapping_sub(b & 0x00FF_00FF) & 0x00FF_00FF;
    odd | even
}
