//! Undoes the colour transform (RFC 9649, section 3.5.2).

/// Adds to red and blue their predictions from green, and then from red. The factors are the channels of a pixel.
pub(crate) fn undo(pixels: &mut [u32], factors: u32) {
    let [green_to_red, green_to_blue, red_to_blue, _] =
        factors.to_le_bytes().map(|factor| i32::from(factor as i8));
    for pixel in pixels {
        let argb = *pixel;
        let green = i32::from((argb >> 8) as i8);
        let red = (argb >> 16).wrapping_add(((green_to_red * green) >> 5) as u32) & 0xFF;
        let blue = argb
            .wrapping_add(((green_to_blue * green) >> 5) as u32)
            .wrapping_add(((red_to_blue * i32::from(red as i8)) >> 5) as u32)
            & 0xFF;
        *pixel = argb & 0xFF00_FF00 | red << 16 | blue;
    }
}
