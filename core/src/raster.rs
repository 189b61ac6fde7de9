//! Pixels in memory: how a row is laid out, and the whole picture that an encoder gets.

/// The channels of a row of 8-bit samples, interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Grey,
    Rgb,
    /// Not premultiplied.
    Rgba,
    /// 0 no ink … 255 full ink. Comes from decoders only.
    Cmyk,
}

impl Layout {
    pub(crate) const fn channels(self) -> usize {
        match self {
            Layout::Grey => 1,
            Layout::Rgb => 3,
            Layout::Rgba | Layout::Cmyk => 4,
        }
    }

    /// Bytes of a row of `width` pixels.
    pub(crate) const fn stride(self, width: u32) -> usize {
        width as usize * self.channels()
    }

    /// Bytes of a picture.
    pub(crate) const fn bytes(self, width: u32, height: u32) -> u64 {
        width as u64 * height as u64 * self.channels() as u64
    }
}

/// A whole picture, rows from the top without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    pub(crate) data: Vec<u8>,
}

impl Raster {
    /// A picture of one colour, given as a pixel of `layout`.
    pub(crate) fn filled(width: u32, height: u32, layout: Layout, pixel: &[u8]) -> Self {
        let length = layout.bytes(width, height) as usize;
        let data = if pixel.iter().all(|&sample| sample == 0) {
            vec![0; length]
        } else {
            let mut data = Vec::with_capacity(length);
            (0..length / pixel.len()).for_each(|_| data.extend_from_slice(pixel));
            data
        };
        Self { width, height, layout, data }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.data.chunks_exact(self.layout.stride(self.width))
    }
}
