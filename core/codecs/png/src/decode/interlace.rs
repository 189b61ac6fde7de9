//! Interlaced pictures: seven passes, each of which has its own pixels (Adam7, PNG section 8).

use super::{Rows, row_bytes};
use crate::error::Error;

/// Which pixels a pass has: from a first one, every so many, across and down.
#[derive(Clone, Copy)]
pub(super) struct Pass {
    first: (u32, u32),
    step: (u32, u32),
    /// How far to the left and above the pixel of an earlier pass stands that shows for one that never came.
    earlier: (u32, u32),
}

pub(super) const PASSES: [Pass; 7] = [
    Pass { first: (0, 0), step: (8, 8), earlier: (0, 0) },
    Pass { first: (4, 0), step: (8, 8), earlier: (4, 0) },
    Pass { first: (0, 4), step: (4, 8), earlier: (0, 4) },
    Pass { first: (2, 0), step: (4, 4), earlier: (2, 0) },
    Pass { first: (0, 2), step: (2, 4), earlier: (0, 2) },
    Pass { first: (1, 0), step: (2, 2), earlier: (1, 0) },
    Pass { first: (0, 1), step: (1, 2), earlier: (0, 1) },
];

impl Pass {
    /// Pixels across of a picture of this width.
    pub(super) fn columns(self, width: u32) -> u32 {
        width.saturating_sub(self.first.0).div_ceil(self.step.0)
    }

    /// Pixels down of a picture of this height.
    pub(super) fn rows(self, height: u32) -> u32 {
        height.saturating_sub(self.first.1).div_ceil(self.step.1)
    }
}

/// A whole picture of stored pixels.
#[derive(Debug)]
pub(super) struct Interlaced {
    size: (u32, u32),
    pixel_bits: usize,
    /// Bytes of a row.
    stride: usize,
    stored: Vec<u8>,
    /// Rows that can be shown: each row of the first pass stands for eight.
    covered: u32,
    next: u32,
    /// Why no more of them can be.
    fault: Option<Error>,
}

impl Interlaced {
    pub(super) fn new(size: (u32, u32), pixel_bits: usize) -> Result<Self, Error> {
        let stride = row_bytes(size.0, pixel_bits)?;
        let bytes = stride.checked_mul(size.1 as usize).ok_or(Error::Damaged("The PNG is too large."))?;
        Ok(Self { size, pixel_bits, stride, stored: vec![0; bytes], covered: 0, next: 0, fault: None })
    }

    /// Reads all passes, as far as they go. What never came shows the pixels around it, so that a file that was cut short
    /// shows all of the picture, only coarser.
    pub(super) fn read(&mut self, rows: &mut Rows<'_>) {
        let (width, height) = self.size;
        for (number, pass) in PASSES.into_iter().enumerate() {
            let columns = pass.columns(width);
            if columns == 0 {
                continue;
            }
            rows.begin();
            for row in 0..pass.rows(height) {
                let y = pass.first.1 + row * pass.step.1;
                if self.fault.is_none() {
                    match rows.next_row(columns, self.pixel_bits) {
                        Ok(stored) => {
                            self.place(pass, y, stored);
                            if number == 0 {
                                self.covered = (y + 8).min(height);
                            }
                            continue;
                        }
                        Err(error) => self.fault = Some(error),
                    }
                }
                self.repeat(pass, y);
            }
        }
    }

    pub(super) fn next_row(&mut self) -> Result<&[u8], Error> {
        if self.next >= self.covered {
            return Err(self.fault.unwrap_or(Error::Truncated));
        }
        let start = self.next as usize * self.stride;
        self.next += 1;
        Ok(&self.stored[start..start + self.stride])
    }

    /// Puts a pass's row where its pixels belong.
    fn place(&mut self, pass: Pass, y: u32, from: &[u8]) {
        let row = &mut self.stored[y as usize * self.stride..][..self.stride];
        let (first, step) = (pass.first.0 as usize, pass.step.0 as usize);
        match self.pixel_bits {
            bits @ (1 | 2 | 4) => {
                for i in 0..pass.columns(self.size.0) as usize {
                    put(row, bits, first + i * step, get(from, bits, i));
                }
            }
            8 => spaced::<1>(row, from, first, step),
            16 => spaced::<2>(row, from, first, step),
            24 => spaced::<3>(row, from, first, step),
            32 => spaced::<4>(row, from, first, step),
            48 => spaced::<6>(row, from, first, step),
            _ => spaced::<8>(row, from, first, step),
        }
    }

    /// Lets pixels of earlier passes stand for those of a pass's row.
    fn repeat(&mut self, pass: Pass, y: u32) {
        let (left, above) = (pass.earlier.0 as usize, pass.earlier.1 as usize);
        if (left, above) == (0, 0) {
            return;
        }
        let (source, target) = ((y as usize - above) * self.stride, y as usize * self.stride);
        for i in 0..pass.columns(self.size.0) as usize {
            let x = pass.first.0 as usize + i * pass.step.0 as usize;
            if self.pixel_bits < 8 {
                let pixel = get(&self.stored[source..], self.pixel_bits, x - left);
                put(&mut self.stored[target..], self.pixel_bits, x, pixel);
            } else {
                let bytes = self.pixel_bits / 8;
                let from = source + (x - left) * bytes;
                self.stored.copy_within(from..from + bytes, target + x * bytes);
            }
        }
    }
}

fn spaced<const N: usize>(row: &mut [u8], from: &[u8], first: usize, step: usize) {
    let pixels = row.as_chunks_mut::<N>().0.iter_mut().skip(first).step_by(step);
    pixels.zip(from.as_chunks::<N>().0).for_each(|(to, from)| *to = *from);
}

/// Pixel `x` of a row with several in a byte.
fn get(row: &[u8], bits: usize, x: usize) -> u8 {
    let at = x * bits;
    row[at / 8] << (at % 8) >> (8 - bits)
}

/// Sets pixel `x`, which was 0 or an earlier pixel.
fn put(row: &mut [u8], bits: usize, x: usize, pixel: u8) {
    let at = x * bits;
    let shift = 8 - bits - at % 8;
    let mask = ((1 << bits) - 1) << shift;
    row[at / 8] = row[at / 8] & !mask | pixel << shift;
}
