//! How interleaved pixels are laid out.

/// The channels of interleaved pixels, 8 bits each.
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
