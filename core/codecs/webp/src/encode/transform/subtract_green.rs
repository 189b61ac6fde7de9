//! Subtract green (RFC 9649, section 3.5.3).

/// Subtracts green from red and blue.
pub(crate) fn apply(argb: &mut [u32]) {
    for pixel in argb {
        let green = *pixel >> 8 & 0xFF;
        let red_blue = (*pixel & 0x00FF_00FF | 0xFF00_FF00).wrapping_sub(green << 16 | green) & 0x00FF_00FF;
        *pixel = *pixel & 0xFF00_FF00 | red_blue;
    }
}
