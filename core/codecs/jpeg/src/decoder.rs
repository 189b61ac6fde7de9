//! Pixels: rows of components brought to one resolution and one colour model.

use crate::error::Error;
use crate::header::{Header, Scale};
use crate::layout::Layout;
use crate::mcus::{self, Mcus};

/// Decodes a picture row by row, at a scale.
#[derive(Debug)]
pub struct Decoder<'a> {
    mcus: Mcus<'a>,
    /// Rows handed out.
    rows: usize,
    /// Mean of the last row of the last row of MCUs, by channel.
    mean: [u8; 4],
}

/// What a decoder itself takes, as callers may box it. Types that hold pointers differ by machine; such bounds
/// are the same on all.
const DECODER_BYTES: u64 = 2560;
const _: () = assert!(size_of::<Decoder<'_>>() as u64 <= DECODER_BYTES);

/// The heap bytes of a boxed decoder.
pub(crate) fn heap_bytes(header: &Header, layout: &Layout) -> u64 {
    DECODER_BYTES + mcus::heap_bytes(header, layout)
}

impl<'a> Decoder<'a> {
    /// Reads the header, and all scans where there are several.
    ///
    /// All memory is allocated here: [`Header::memory`] tells how much.
    pub fn new(bytes: &'a [u8], scale: Scale) -> Result<Self, Error> {
        let mcus = Mcus::new(bytes, &|header| Layout::new(header, scale))?;
        Ok(Decoder { mcus, rows: 0, mean: [0; 4] })
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.mcus.header
    }

    /// Width and height of the delivered picture.
    pub fn size(&self) -> (u32, u32) {
        (self.mcus.layout.width as u32, self.mcus.layout.height as u32)
    }

    /// Writes the next row. `row` has width × channels bytes; the order of channels is red, green, blue, or
    /// cyan, magenta, yellow, black with 0 for no ink and 255 for full ink.
    ///
    /// Where the data ends early, but not before half of the rows, what is missing is filled with the mean
    /// colour of the last row there is.
    ///
    /// # Panics
    ///
    /// If `row` has another length, or all rows have been read.
    pub fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let channels = self.mcus.header.channels();
        assert_eq!(row.len(), self.mcus.layout.width * channels, "length of a row");
        assert!(self.rows < self.mcus.layout.height, "rows are left");
        let y = self.rows;
        while y < self.sound_rows() && self.mcus.done <= self.mcus.strip.mcu_row_needed(y, self.sound_rows())
        {
            self.mcus.next()?;
        }
        if y < self.sound_rows() {
            self.mcus.strip.write_row(y, self.mcus.sound, row);
            if (y + 1).is_multiple_of(self.mcus.layout.mcu_rows) {
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
        self.rows.min(self.sound_rows()) as u32
    }

    fn sound_rows(&self) -> usize {
        self.mcus.strip.rows_in(self.mcus.sound)
    }
}

/// The mean of each channel, rounded.
pub(crate) fn mean(row: &[u8], channels: usize) -> [u8; 4] {
    match channels {
        1 => mean_of::<1>(row),
        3 => mean_of::<3>(row),
        _ => mean_of::<4>(row),
    }
}

fn mean_of<const CHANNELS: usize>(row: &[u8]) -> [u8; 4] {
    let (pixels, _) = row.as_chunks::<CHANNELS>();
    let mut sums = [0u32; 4];
    for pixel in pixels {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(value);
        }
    }
    let count = pixels.len() as u32;
    sums.map(|sum| ((sum + count / 2) / count) as u8)
}
