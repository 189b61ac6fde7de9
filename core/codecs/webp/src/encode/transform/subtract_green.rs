//! Subtract green (RFC 9649, section 3.5.3).

/// Subtracts green from red and blue.
pub(crate) fn apply(argb: &mut [u32]) {
    argb.iter_mut().for_each(|pixel| *pixel = of(*pixel));
}

/// The same for one pixel.
#[inline(always)]
pub(crate) fn of(pixel: u32) -> u32 {
    let green = pixel >> 8 & 0xFF;
    let red_blue = (pixel & 0x00FF_00FF | 0xFF00_FF00).wrapping_sub(green << 16 | green) & 0x00FF_00FF;
    pixel & 0xFF00_FF00 | red_blue
}
