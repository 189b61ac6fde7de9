//! What decoders of stills share: handing out a row at a time, and going on where a file was cut short.

use super::Decoder;
use crate::Error;
use crate::rows::{Layout, Row, Take};

/// Reads rows of interleaved samples from the top, each as wide as the decoded picture.
pub(super) trait ReadRow<S> {
    /// The next row. Called at most as often as there are rows.
    fn read_row(&mut self, row: &mut [S]) -> Result<(), Error>;
}

/// A sample of 8 or of 16 bits.
pub(super) trait Sample: Copy + Default + Into<u64> {
    /// Of samples of this depth.
    fn from_mean(mean: u64) -> Self;

    fn row(samples: &[Self]) -> Row<'_>;
}

impl Sample for u8 {
    fn from_mean(mean: u64) -> Self {
        mean as u8
    }

    fn row(samples: &[Self]) -> Row<'_> {
        Row::Eight(samples)
    }
}

impl Sample for u16 {
    fn from_mean(mean: u64) -> Self {
        mean as u16
    }

    fn row(samples: &[Self]) -> Row<'_> {
        Row::Sixteen(samples)
    }
}

/// The decoder of a file with one frame.
pub(super) struct Still<R, S> {
    reader: R,
    row: Vec<S>,
    /// Rows that are left.
    left: u32,
    began: bool,
}

impl<R: ReadRow<S>, S: Sample> Still<R, S> {
    /// For `height` rows of `stride` samples.
    pub(super) fn new(reader: R, stride: usize, height: u32) -> Self {
        Self { reader, row: vec![S::default(); stride], left: height, began: false }
    }
}

impl<R: ReadRow<S>, S: Sample> Decoder for Still<R, S> {
    fn next_frame(&mut self) -> Result<bool, Error> {
        Ok(!std::mem::replace(&mut self.began, true))
    }

    fn read(&mut self, take: &mut Take<'_>) -> Result<bool, Error> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.reader.read_row(&mut self.row)?;
        take(S::row(&self.row))?;
        Ok(true)
    }
}

/// The rows of a picture that was cut short: what there was, and then the mean of the last row, where at least half
/// of the rows were there. Decoders that can go on after damage wrap their rows in this.
pub(super) struct Salvage<S> {
    height: u32,
    /// Rows handed out.
    read: u32,
    /// The mean pixel of the last good row, once the data has ended.
    fill: Option<[S; 4]>,
    last: Vec<S>,
    pub(super) layout: Layout,
}

impl<S: Sample> Salvage<S> {
    pub(super) fn new(width: u32, height: u32, layout: Layout) -> Self {
        Self { height, read: 0, fill: None, last: vec![S::default(); layout.stride(width)], layout }
    }

    /// Fills `row` by `next`, or with what stands in for it.
    pub(super) fn read(
        &mut self,
        row: &mut [S],
        next: impl FnOnce(&mut [S]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.fill.is_none() {
            match next(row) {
                Ok(()) => self.last.copy_from_slice(row),
                Err(error) if self.read * 2 < self.height => return Err(error),
                Err(_) => self.fill = Some(mean(&self.last, self.layout)),
            }
        }
        if let Some(pixel) = self.fill {
            let channels = self.layout.channels();
            row.chunks_exact_mut(channels).for_each(|to| to.copy_from_slice(&pixel[..channels]));
        }
        self.read += 1;
        Ok(())
    }
}

fn mean<S: Sample>(row: &[S], layout: Layout) -> [S; 4] {
    let channels = layout.channels();
    let count = (row.len() / channels).max(1) as u64;
    let mut pixel = [S::default(); 4];
    for (c, mean) in pixel.iter_mut().enumerate().take(channels) {
        let sum: u64 = row.iter().skip(c).step_by(channels).map(|&sample| sample.into()).sum();
        *mean = S::from_mean((sum + count / 2) / count);
    }
    pixel
}
