//! Interleaved pixels as a source of ARGB.

use crate::Layout;
use crate::encoder::Source;

/// The pixels of a caller.
#[derive(Debug)]
pub(crate) struct Pixels<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) layout: Layout,
}

impl Pixels<'_> {
    /// Whether any pixel is not opaque.
    pub(crate) fn has_alpha(&self) -> bool {
        self.layout == Layout::Rgba && self.bytes.chunks_exact(4).any(|pixel| pixel[3] != 255)
    }
}

impl Source for Pixels<'_> {
    fn fill(&self, argb: &mut [u32]) {
        match self.layout {
            Layout::Grey => {
                for (pixel, &grey) in argb.iter_mut().zip(self.bytes) {
                    *pixel = u32::from_le_bytes([grey, grey, grey, 255]);
                }
            }
            Layout::Rgb => {
                for (pixel, &[red, green, blue]) in argb.iter_mut().zip(self.bytes.as_chunks().0) {
                    *pixel = u32::from_le_bytes([blue, green, red, 255]);
                }
            }
            Layout::Rgba => {
                for (pixel, &[red, green, blue, alpha]) in argb.iter_mut().zip(self.bytes.as_chunks().0) {
                    *pixel = u32::from_le_bytes([blue, green, red, alpha]);
                }
            }
        }
    }

    fn channels(&self) -> u64 {
        self.layout.channels() as u64
    }

    fn is_grey(&self) -> bool {
        self.layout == Layout::Grey
    }

    fn is_filtered(&self) -> bool {
        false
    }
}
