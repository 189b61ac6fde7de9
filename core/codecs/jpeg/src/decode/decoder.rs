//! Pixels: rows of components brought to one resolution and one colour model.

use crate::decode::cost::DECODER_BYTES;
use crate::decode::geometry::Geometry;
use crate::decode::header::{Header, read_header};
use crate::decode::mcu_rows::McuRows;
use crate::decode::samples::mean;
use crate::decode::scale::Scale;
use crate::error::Error;

/// Decodes a picture row by row, at a scale.
///
/// ```
/// use edgepix_jpeg::{Decoder, Scale};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let mut decoder = Decoder::open(&jpeg, Scale::HALF)?;
/// let (width, height) = decoder.size();
/// // It is stored upright; EXIF turns it.
/// assert_eq!((width, height), (135, 240));
/// let mut row = vec![0; width as usize * decoder.header().channels()];
/// for _ in 0..height {
///     decoder.read_row(&mut row)?;
/// }
/// assert_eq!(decoder.rows_decoded(), height);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Decoder<'a> {
    mcu_rows: McuRows<'a>,
    /// Rows delivered.
    rows: usize,
    /// Mean of the last row of the last row of MCUs, by channel.
    mean: [u8; 4],
}

const _: () = assert!(size_of::<Decoder<'_>>() as u64 <= DECODER_BYTES);

impl<'a> Decoder<'a> {
    /// Begins at the first scan of a file whose header is read already, and decodes all scans where there are several.
    ///
    /// `bytes` are those that the header was [read](read_header) from, or more of the same file. Those of another file
    /// end in an error or in wrong pixels.
    ///
    /// All memory is allocated here: [`Header::memory`] tells how much.
    pub fn new(bytes: &'a [u8], header: &Header, scale: Scale) -> Result<Self, Error> {
        let geometry = Geometry::new(&header.frame, scale);
        let mcu_rows = McuRows::new(bytes, header.clone(), geometry)?;
        Ok(Decoder { mcu_rows, rows: 0, mean: [0; 4] })
    }

    /// Reads the header, then as [`new`](Self::new).
    pub fn open(bytes: &'a [u8], scale: Scale) -> Result<Self, Error> {
        Decoder::new(bytes, &read_header(bytes)?, scale)
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.mcu_rows.header
    }

    /// Width and height of the delivered picture.
    pub fn size(&self) -> (u32, u32) {
        (self.mcu_rows.geometry.width as u32, self.mcu_rows.geometry.height as u32)
    }

    /// Writes the next row. `row` has width × channels bytes; the order of channels is red, green, blue, or
    /// cyan, magenta, yellow, black with 0 for no ink and 255 for full ink.
    ///
    /// Where the data ends early, but not before half of the rows, what is missing is filled with the mean
    /// colour of the last row there is.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where less than half of the rows are there, [`Error::Misuse`] if `row` has another length or
    /// all rows have been read.
    pub fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let channels = self.mcu_rows.header.channels();
        if row.len() != self.mcu_rows.geometry.width * channels {
            return Err(Error::Misuse("a row of width × channels bytes"));
        }
        if self.rows == self.mcu_rows.geometry.height {
            return Err(Error::Misuse("as many calls as there are rows"));
        }
        let y = self.rows;
        while y < self.intact_rows() && self.is_waiting_for(y) {
            self.mcu_rows.next()?;
        }
        if y < self.intact_rows() {
            self.mcu_rows.samples.write_row(y, self.mcu_rows.intact, row);
            if (y + 1).is_multiple_of(self.mcu_rows.geometry.mcu_rows) {
                self.mean = mean(row, channels);
            }
        } else {
            row.chunks_exact_mut(channels).for_each(|pixel| pixel.copy_from_slice(&self.mean[..channels]));
        }
        self.rows += 1;
        Ok(())
    }

    /// How many of the rows read so far the data really held; those behind them are filled.
    pub fn rows_decoded(&self) -> u32 {
        self.rows.min(self.intact_rows()) as u32
    }

    /// Rows of pixels that the data holds, as far as is known.
    fn intact_rows(&self) -> usize {
        self.mcu_rows.samples.rows_in(self.mcu_rows.intact)
    }

    /// Whether row `y` needs a row of MCUs that is not decoded yet.
    fn is_waiting_for(&self, y: usize) -> bool {
        self.mcu_rows.done <= self.mcu_rows.samples.mcu_row_needed(y, self.intact_rows())
    }
}
