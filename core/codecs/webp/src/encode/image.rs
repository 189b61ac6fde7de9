//! What is encoded: interleaved 8-bit pixels.

use edgepix_vp8::PixelLayout;

use crate::encode::source::PixelSource;
use crate::error::EncodeError;
use crate::header::MAX_SIDE;

/// Pixels of a size that can be encoded.
///
/// ```
/// use edgepix_webp::{EncodeError, Image, PixelLayout};
///
/// let pixels = [255, 0, 0, 128].repeat(8 * 8);
/// assert!(Image::new(&pixels, 8, 8, PixelLayout::Rgba)?.has_transparency());
/// assert!(Image::new(&pixels, 0, 8, PixelLayout::Rgba).is_err());
/// # Ok::<(), EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
    layout: PixelLayout,
}

impl<'a> Image<'a> {
    /// An image of `width` × `height` pixels, row by row without padding.
    ///
    /// # Errors
    ///
    /// If a side is 0 or above [`MAX_SIDE`], or `pixels` has not as many bytes as size and layout ask for.
    pub fn new(pixels: &'a [u8], width: u32, height: u32, layout: PixelLayout) -> Result<Self, EncodeError> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(EncodeError::SideOutOfRange { width, height, max: MAX_SIDE });
        }
        let expected = u64::from(width) * u64::from(height) * layout.channels() as u64;
        let found = pixels.len() as u64;
        if found != expected {
            return Err(EncodeError::WrongLength { expected, found });
        }
        Ok(Image { pixels, width, height, layout })
    }

    /// Pixels across, 1 to [`MAX_SIDE`].
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down, 1 to [`MAX_SIDE`].
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How the pixels are laid out.
    pub fn layout(&self) -> PixelLayout {
        self.layout
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &'a [u8] {
        self.pixels
    }

    /// Whether any pixel is not opaque.
    pub fn has_transparency(&self) -> bool {
        self.layout == PixelLayout::Rgba && self.pixels.chunks_exact(4).any(|pixel| pixel[3] != 255)
    }
}

impl PixelSource for Image<'_> {
    fn fill(&self, argb: &mut [u32]) {
        match self.layout {
            PixelLayout::Grey => {
                for (pixel, &grey) in argb.iter_mut().zip(self.pixels) {
                    *pixel = u32::from_le_bytes([grey, grey, grey, 255]);
                }
            }
            PixelLayout::Rgb => {
                for (pixel, &[red, green, blue]) in argb.iter_mut().zip(self.pixels.as_chunks().0) {
                    *pixel = u32::from_le_bytes([blue, green, red, 255]);
                }
            }
            PixelLayout::Rgba => {
                for (pixel, &[red, green, blue, alpha]) in argb.iter_mut().zip(self.pixels.as_chunks().0) {
                    *pixel = u32::from_le_bytes([blue, green, red, alpha]);
                }
            }
        }
    }

    fn channels(&self) -> u64 {
        self.layout.channels() as u64
    }

    fn is_grey(&self) -> bool {
        self.layout == PixelLayout::Grey
    }

    fn is_filtered(&self) -> bool {
        false
    }
}
