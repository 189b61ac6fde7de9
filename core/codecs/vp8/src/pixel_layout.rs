//! How interleaved pixels are laid out.

/// The channels of interleaved pixels, 8 bits each.
///
/// ```
/// use edgepix_vp8::PixelLayout;
///
/// assert_eq!(PixelLayout::Rgba.channels(), 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelLayout {
    /// One byte: grey.
    Grey,
    /// Three bytes: red, green, blue.
    Rgb,
    /// Four bytes: red, green, blue, alpha (not premultiplied).
    Rgba,
}

impl PixelLayout {
    /// Bytes of a pixel.
    pub fn channels(self) -> usize {
        match self {
            PixelLayout::Grey => 1,
            PixelLayout::Rgb => 3,
            PixelLayout::Rgba => 4,
        }
    }
}
