//! The samples of one row of MCUs, made of rows of pixels or planes.

use super::colour;
use super::parameters::{Parameters, Pixels};
use crate::error::Error;

/// Samples of all components, padded to whole MCUs.
#[derive(Debug, Default)]
pub(super) struct McuRowSamples {
    pub(super) planes: Vec<Plane>,
    /// Two rows of Cb and two of Cr at full resolution, where they are subsampled.
    wide: Vec<u8>,
}

/// The samples of one component.
#[derive(Debug)]
pub(super) struct Plane {
    pub(super) samples: Vec<u8>,
    pub(super) stride: usize,
    /// Blocks in an MCU, across and down alike.
    pub(super) side: usize,
    /// Rows of samples filled.
    rows: usize,
}

impl McuRowSamples {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let luma = parameters.luma_side();
        let stride = stride(parameters);
        let plane = |side: usize| {
            let stride = stride * side / luma;
            Plane { samples: vec![0; stride * 8 * side], stride, side, rows: 0 }
        };
        let chroma = if parameters.pixels == Pixels::Rgb { 2 } else { 0 };
        let mut planes = Vec::with_capacity(3);
        planes.extend([luma, 1, 1][..=chroma].iter().map(|&side| plane(side)));
        McuRowSamples { planes, wide: vec![0; if luma == 2 { 4 * stride } else { 0 }] }
    }

    /// Heap bytes that [`new`](Self::new) allocates, at most.
    pub(super) fn heap_bytes(parameters: &Parameters) -> u64 {
        let rows = match (parameters.pixels, parameters.luma_side()) {
            (Pixels::Grey, _) => 8,
            (Pixels::Rgb, 1) => 8 * 3,
            (Pixels::Rgb, _) => 16 + 8 + 4,
        };
        rows * stride(parameters) as u64 + 3 * PLANE_BYTES
    }

    /// Takes pixel row `y` of the picture, which may be its `last`.
    pub(super) fn put(&mut self, y: usize, row: &[u8], last: bool) {
        match &mut self.planes[..] {
            [luma] => fill(row, luma.next_row()),
            [luma, cb, cr] if self.wide.is_empty() => {
                colour::split(row, luma.next_row(), cb.next_row(), cr.next_row());
            }
            [luma, cb, cr] => {
                let (wide_cb, wide_cr) = self.wide.split_at_mut(2 * luma.stride);
                let (upper_cb, lower_cb) = wide_cb.split_at_mut(luma.stride);
                let (upper_cr, lower_cr) = wide_cr.split_at_mut(luma.stride);
                if y.is_multiple_of(2) {
                    colour::split(row, luma.next_row(), upper_cb, upper_cr);
                    if last {
                        downsample(upper_cb, upper_cb, cb.next_row());
                        downsample(upper_cr, upper_cr, cr.next_row());
                    }
                } else {
                    colour::split(row, luma.next_row(), lower_cb, lower_cr);
                    downsample(upper_cb, lower_cb, cb.next_row());
                    downsample(upper_cr, lower_cr, cr.next_row());
                }
            }
            _ => {}
        }
    }

    /// Takes a row of MCUs as its components: of `rows` rows of `width` pixels.
    pub(super) fn put_planes(&mut self, planes: [&[u8]; 3], width: usize, rows: usize) -> Result<(), Error> {
        let luma = self.planes[0].side;
        // Pixels that share a sample are counted once.
        let cells = |plane: &Plane, pixels: usize| (pixels * plane.side).div_ceil(luma);
        let fits =
            |(plane, samples): (&Plane, &[u8])| samples.len() == cells(plane, width) * cells(plane, rows);
        if !self.planes.iter().zip(planes).all(fits) {
            return Err(Error::Misuse("the samples of a row of MCUs"));
        }
        for (plane, samples) in self.planes.iter_mut().zip(planes) {
            let width = cells(plane, width);
            samples.chunks_exact(width).for_each(|row| fill(row, plane.next_row()));
        }
        Ok(())
    }

    /// Repeats the last rows where the row of MCUs is not full, and begins the next.
    pub(super) fn complete(&mut self) {
        for plane in &mut self.planes {
            let (stride, rows) = (plane.stride, plane.rows);
            for row in rows..8 * plane.side {
                plane.samples.copy_within((rows - 1) * stride..rows * stride, row * stride);
            }
            plane.rows = 0;
        }
    }
}

/// What a `Plane` itself takes, on any machine.
const PLANE_BYTES: u64 = 64;

impl Plane {
    fn next_row(&mut self) -> &mut [u8] {
        self.rows += 1;
        &mut self.samples[(self.rows - 1) * self.stride..][..self.stride]
    }
}

/// Samples in a row of luma: whole MCUs of any kind, and whole chunks of the colour conversion.
fn stride(parameters: &Parameters) -> usize {
    usize::from(parameters.width).next_multiple_of(colour::CHUNK)
}

/// Copies a row and repeats its last sample.
fn fill(row: &[u8], out: &mut [u8]) {
    let (samples, rest) = out.split_at_mut(row.len());
    samples.copy_from_slice(row);
    rest.fill(row[row.len() - 1]);
}

/// The means of 2×2 samples. Halves are rounded down and up in turn, as in libjpeg, so that none is preferred.
fn downsample(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let rows = upper.as_chunks::<16>().0.iter().zip(lower.as_chunks::<16>().0);
    for ((upper, lower), out) in rows.zip(out.as_chunks_mut::<8>().0) {
        for (i, out) in out.iter_mut().enumerate() {
            let pair = |row: &[u8; 16]| u16::from(row[2 * i]) + u16::from(row[2 * i + 1]);
            *out = ((pair(upper) + pair(lower) + 1 + (i as u16 & 1)) >> 2) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::parameters::Subsampling;

    #[test]
    fn halves_are_rounded_down_and_up_in_turn() {
        let mut out = [0; 8];
        let upper = [3, 3, 3, 3, 0, 1, 0, 1, 9, 9, 9, 9, 7, 7, 7, 7];
        let lower = [4, 4, 4, 4, 0, 0, 0, 0, 9, 9, 9, 9, 7, 7, 7, 8];
        downsample(&upper, &lower, &mut out);
        assert_eq!(out, [3, 4, 0, 0, 9, 9, 7, 7]);
    }

    #[test]
    fn rows_and_columns_are_repeated_at_the_edges() {
        let parameters = Parameters::new(3, 2, Pixels::Grey, 80, Subsampling::S420).expect("in range");
        let mut samples = McuRowSamples::new(&parameters);
        samples.put(0, &[1, 2, 3], false);
        samples.put(1, &[4, 5, 6], true);
        samples.complete();
        let plane = &samples.planes[0];
        assert_eq!(plane.samples[..4], [1, 2, 3, 3]);
        assert_eq!(plane.samples[7 * plane.stride..][..8], [4, 5, 6, 6, 6, 6, 6, 6]);
    }
}
