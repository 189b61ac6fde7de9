//! Decoding: pixel data → inflated → rows → samples.

mod expand;
mod inflate;
mod interlace;
mod unfilter;

use self::expand::Expander;
use self::inflate::Inflate;
use self::interlace::Interlaced;
use self::unfilter::unfilter;
use crate::chunks::{Chunks, PixelData};
use crate::error::Error;
use crate::frames::Frame;
use crate::header::Header;

/// Gives the rows of an image from the top.
///
/// ```
/// use edgepix_png::{Decoder, Error, Header};
///
/// /// How many rows there are before the file ends.
/// fn rows(file: &[u8]) -> Result<u32, Error> {
///     let header = Header::read(file)?;
///     let mut decoder = Decoder::new(file, &header);
///     let mut row = vec![0; header.width as usize * header.channels()];
///     Ok((0..header.height).take_while(|_| decoder.read_row(&mut row).is_ok()).count() as u32)
/// }
/// ```
#[derive(Debug)]
pub struct Decoder<'a> {
    /// Of the image that is decoded, which may be a part of the canvas.
    width: u32,
    height: u32,
    pixel_bits: usize,
    rows: Rows<'a>,
    /// An interlaced picture, once a row of it was asked for.
    whole: Option<Interlaced>,
    interlaced: bool,
    expander: Expander,
}

impl<'a> Decoder<'a> {
    /// Starts with the default image of a file whose header was read.
    pub fn new(file: &'a [u8], header: &Header) -> Self {
        let mut chunks = Chunks::new(file);
        let first = chunks.find(|chunk| chunk.kind == *b"IDAT");
        let data = first.map_or(PixelData::none(), |first| PixelData::new(first, chunks));
        Self::of(file, header, (header.width, header.height), data)
    }

    /// Starts with a frame of a file whose header was read.
    pub fn of_frame(file: &'a [u8], header: &Header, frame: &Frame<'a>) -> Self {
        Self::of(file, header, (frame.width, frame.height), frame.data)
    }

    fn of(file: &[u8], header: &Header, (width, height): (u32, u32), data: PixelData<'a>) -> Self {
        Self {
            width,
            height,
            pixel_bits: header.pixel_bits(),
            rows: Rows {
                inflate: Inflate::new(data, filtered_bytes(header, width, height)),
                row: Vec::new(),
                above: Vec::new(),
            },
            whole: None,
            interlaced: header.interlaced,
            expander: Expander::new(file, header),
        }
    }

    /// Reads the next row as samples of 8 bits: [`Header::channels`] a pixel, those of 16 bits rounded.
    ///
    /// # Errors
    ///
    /// Where the file ends before, or is damaged. There are no further rows then.
    ///
    /// # Panics
    ///
    /// Where `row` has another length than the image's rows.
    pub fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        self.read(row)
    }

    /// Reads the next row as samples of 16 bits.
    ///
    /// # Errors
    ///
    /// As [`read_row`](Self::read_row).
    ///
    /// # Panics
    ///
    /// As [`read_row`](Self::read_row).
    pub fn read_row_16(&mut self, row: &mut [u16]) -> Result<(), Error> {
        self.read(row)
    }

    fn read<S: expand::Sample>(&mut self, row: &mut [S]) -> Result<(), Error> {
        assert_eq!(row.len(), self.width as usize * self.expander.channels(), "the length of a row");
        if self.interlaced && self.whole.is_none() {
            let mut whole = Interlaced::new((self.width, self.height), self.pixel_bits)?;
            self.rows.reserve(row_bytes(self.width, self.pixel_bits)?);
            whole.read(&mut self.rows);
            self.whole = Some(whole);
        }
        let stored = match &mut self.whole {
            Some(whole) => whole.next_row()?,
            None => self.rows.next_row(self.width, self.pixel_bits)?,
        };
        self.expander.expand(stored, row);
        Ok(())
    }
}

/// Whether all of the default image is there, its rows have filters that exist, and its checksum is right.
pub(crate) fn is_whole(file: &[u8], header: &Header) -> bool {
    let mut chunks = Chunks::new(file);
    let Some(first) = chunks.find(|chunk| chunk.kind == *b"IDAT") else { return false };
    let bytes = filtered_bytes(header, header.width, header.height);
    let mut inflate = Inflate::checked(PixelData::new(first, chunks), bytes);
    let mut rows = |width: u32, height: u32| {
        let Ok(bytes) = row_bytes(width, header.pixel_bits()) else { return false };
        let mut row = vec![0; bytes + 1];
        (0..height).all(|_| inflate.read(&mut row).is_ok() && row[0] <= unfilter::LAST)
    };
    let is_there = if header.interlaced {
        interlace::PASSES.iter().all(|pass| match pass.columns(header.width) {
            0 => true,
            columns => rows(columns, pass.rows(header.height)),
        })
    } else {
        rows(header.width, header.height)
    };
    is_there && inflate.is_at_end()
}

/// Peak bytes of heap that looking for that takes.
pub(crate) fn memory_of_check(header: &Header) -> u64 {
    header.row_bytes(header.width) + 1 + inflate::memory(filtered_bytes(header, header.width, header.height))
}

/// Peak bytes of heap that a decoder of an image of this size takes.
pub(crate) fn memory(header: &Header, width: u32, height: u32) -> u64 {
    let row = header.row_bytes(width);
    let whole = if header.interlaced { row.saturating_mul(u64::from(height)) } else { 0 };
    whole + row * 2 + expand::MEMORY + inflate::memory(filtered_bytes(header, width, height))
}

/// Bytes of an image's rows and their filters.
fn filtered_bytes(header: &Header, width: u32, height: u32) -> u64 {
    let bytes = |width: u32, height: u32| match width {
        0 => 0,
        _ => (header.row_bytes(width) + 1).saturating_mul(u64::from(height)),
    };
    if !header.interlaced {
        return bytes(width, height);
    }
    interlace::PASSES
        .iter()
        .map(|pass| bytes(pass.columns(width), pass.rows(height)))
        .fold(0, u64::saturating_add)
}

/// Rows of stored pixels, of any widths, as they come out of the inflater.
#[derive(Debug)]
struct Rows<'a> {
    inflate: Inflate<'a>,
    row: Vec<u8>,
    /// The one before, or nothing before the first.
    above: Vec<u8>,
}

impl Rows<'_> {
    /// The next row, without its filter.
    fn next_row(&mut self, width: u32, pixel_bits: usize) -> Result<&[u8], Error> {
        let Self { inflate, row, above } = self;
        let bytes = row_bytes(width, pixel_bits)?;
        std::mem::swap(row, above);
        // Nothing but zeros stands above the first row.
        above.resize(bytes, 0);
        row.resize(bytes, 0);
        let mut filter = [0];
        inflate.read(&mut filter)?;
        inflate.read(row)?;
        unfilter(filter[0], pixel_bits.div_ceil(8), above, row)?;
        Ok(row)
    }

    /// Makes room for rows of so many bytes, so that they need not grow.
    fn reserve(&mut self, bytes: usize) {
        self.row.reserve_exact(bytes);
        self.above.reserve_exact(bytes);
    }

    /// Begins a picture of its own: there is no row above the next one.
    fn begin(&mut self) {
        self.row.clear();
        self.above.clear();
    }
}

/// Bytes of a row of stored pixels.
fn row_bytes(width: u32, pixel_bits: usize) -> Result<usize, Error> {
    let bytes = (u64::from(width) * pixel_bits as u64).div_ceil(8);
    usize::try_from(bytes).map_err(|_| Error::Damaged("The PNG's rows are too long."))
}
