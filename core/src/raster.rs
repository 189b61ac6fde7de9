//! Pixels in memory: how a row is laid out, and the whole picture that an encoder gets.

use crate::Error;

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

/// What an encoder gets.
pub(crate) enum Picture<'a> {
    /// Interleaved pixels.
    Pixels(Raster),
    /// The same, of which there is only one row at a time.
    Rows(RowStream<'a>),
    /// Luma and two colour differences (ITU-T T.871, full range) that never were pixels, a strip at a time.
    Planes(StripStream<'a>),
}

/// Rows of a colour difference in a strip.
pub(crate) const CHROMA_ROWS: u32 = 8;

/// Strips of luma, Cb and Cr from the top, made while they are asked for. Of the latter there is a sample for each cell
/// of pixels, those at the right and the lower edge perhaps cut off. A strip has [`CHROMA_ROWS`] rows of cells, the last
/// one perhaps fewer; the rows of a component follow each other without padding.
pub(crate) struct StripStream<'a> {
    /// In pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Hands each strip on.
    pub(crate) make: Box<MakeStrips<'a>>,
}

/// Makes strips, and hands each on.
pub(crate) type MakeStrips<'a> = dyn FnOnce(TakeStrip) -> Result<(), Error> + 'a;

/// Takes a strip.
pub(crate) type TakeStrip<'t> = &'t mut dyn FnMut([&[u8]; 3]);

/// Rows of pixels from the top, made while they are asked for.
pub(crate) struct RowStream<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    /// Hands each row on.
    pub(crate) make: Box<Make<'a>>,
}

/// Makes rows, and hands each on.
pub(crate) type Make<'a> = dyn FnOnce(Take) -> Result<(), Error> + 'a;

/// Takes a row.
pub(crate) type Take<'t> = &'t mut dyn FnMut(&[u8]) -> Result<(), Error>;

impl From<Raster> for RowStream<'static> {
    /// The picture is gone when its last row has been taken.
    fn from(raster: Raster) -> Self {
        let Raster { width, height, layout, .. } = raster;
        RowStream {
            width,
            height,
            layout,
            make: Box::new(move |take: Take| raster.rows().try_for_each(take)),
        }
    }
}
