//! Rows of pixels and whole pictures: how they are laid out in memory.

/// The channels of interleaved samples.
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

    /// Samples of a row of `width` pixels.
    pub(crate) const fn stride(self, width: u32) -> usize {
        width as usize * self.channels()
    }

    /// Samples of a picture.
    pub(crate) const fn samples(self, width: u32, height: u32) -> u64 {
        width as u64 * height as u64 * self.channels() as u64
    }
}

/// A row on its way through the pipeline.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Row<'a> {
    /// Interleaved samples of 8 bits.
    Eight(&'a [u8]),
    /// Interleaved samples of 16 bits, 65535 for full intensity.
    Sixteen(&'a [u16]),
    /// A row of one plane: 0 luma, 1 Cb, 2 Cr (ITU-T T.871, full range).
    Plane(usize, &'a [u8]),
    /// Rows of the three planes that belong together, without padding: [`CHROMA_ROWS`] rows of Cb and of Cr, and the rows
    /// of luma that they colour; the last strip may have fewer.
    Strip([&'a [u8]; 3]),
}

/// Rows of a colour difference in a [strip](Row::Strip).
pub(crate) const CHROMA_ROWS: u32 = 8;

/// Takes rows.
pub(crate) type Take<'t> = dyn FnMut(Row<'_>) -> Result<(), crate::Error> + 't;

/// Which rows there are at a point of the pipeline, and how large the picture is that they make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rows: Rows,
}

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    Eight(Layout),
    Sixteen(Layout),
    /// Luma of the shape's size, and Cb and Cr of this one.
    Planes {
        chroma: (u32, u32),
    },
    /// The same in strips. A sample of Cb and Cr colours this many pixels across and down.
    Strips {
        chroma: (u32, u32),
        cell: u32,
    },
}

impl Shape {
    /// Bytes of the whole picture.
    pub(crate) fn bytes(&self) -> u64 {
        let Self { width, height, rows } = *self;
        match rows {
            Rows::Eight(layout) => layout.samples(width, height),
            Rows::Sixteen(layout) => layout.samples(width, height) * 2,
            Rows::Planes { chroma } | Rows::Strips { chroma, .. } => {
                u64::from(width) * u64::from(height) + u64::from(chroma.0) * u64::from(chroma.1) * 2
            }
        }
    }

    /// The layout that rows have, or would have if they were interleaved.
    pub(crate) fn layout(&self) -> Layout {
        match self.rows {
            Rows::Eight(layout) | Rows::Sixteen(layout) => layout,
            Rows::Planes { .. } | Rows::Strips { .. } => Layout::Rgb,
        }
    }
}

/// A whole picture of 8-bit samples, rows from the top without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "stages"), allow(unreachable_pub, reason = "public for benches and tests alone"))]
pub struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    pub(crate) data: Vec<u8>,
}

impl Picture {
    /// A picture of one colour, given as a pixel of `layout`.
    pub(crate) fn filled(width: u32, height: u32, layout: Layout, pixel: &[u8]) -> Self {
        let length = layout.samples(width, height) as usize;
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
