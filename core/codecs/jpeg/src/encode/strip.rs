//! The samples of one row of MCUs, made of pixel rows.

use super::{Pixels, Subsampling, colour};

/// Samples of all components, padded to whole MCUs.
#[derive(Debug, Default)]
pub(super) struct Strip {
    pub(super) planes: Vec<Plane>,
    /// Pixel rows in a row of MCUs: 8 or 16.
    mcu_rows: usize,
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

impl Strip {
    pub(super) fn new(width: usize, pixels: Pixels, subsampling: Subsampling) -> Self {
        let luma = luma_side(pixels, subsampling);
        let stride = stride(width);
        let plane = |side: usize| {
            let stride = stride * side / luma;
            Plane { samples: vec![0; stride * 8 * side], stride, side, rows: 0 }
        };
        let chroma = if pixels == Pixels::Rgb { 2 } else { 0 };
        let mut planes = Vec::with_capacity(3);
        planes.extend([luma, 1, 1][..=chroma].iter().map(|&side| plane(side)));
        Strip { planes, mcu_rows: 8 * luma, wide: vec![0; if luma == 2 { 4 * stride } else { 0 }] }
    }

    /// Heap bytes that [`new`](Self::new) allocates, at most.
    pub(super) fn heap_bytes(width: usize, pixels: Pixels, subsampling: Subsampling) -> u64 {
        let rows = match (pixels, luma_side(pixels, subsampling)) {
            (Pixels::Grey, _) => 8,
            (Pixels::Rgb, 1) => 8 * 3,
            (Pixels::Rgb, _) => 16 + 8 + 4,
        };
        rows * stride(width) as u64 + 3 * PLANE_BYTES
    }

    /// Pixel rows in a row of MCUs.
    pub(super) fn mcu_rows(&self) -> usize {
        self.mcu_rows
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

    /// Takes the rows of a row of MCUs of components: of `rows` rows of `width` pixels.
    pub(super) fn put_planes(&mut self, planes: [&[u8]; 3], width: usize, rows: usize) {
        let luma = self.planes[0].side;
        for (plane, samples) in self.planes.iter_mut().zip(planes) {
            let cells = |pixels: usize| (pixels * plane.side).div_ceil(luma);
            assert_eq!(samples.len(), cells(width) * cells(rows), "samples of a row of MCUs");
            samples.chunks_exact(cells(width)).for_each(|row| fill(row, plane.next_row()));
        }
    }

    /// Repeats the last rows where the strip is not full, and begins the next.
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

/// Luma blocks in an MCU, across and down alike.
pub(super) fn luma_side(pixels: Pixels, subsampling: Subsampling) -> usize {
    if pixels == Pixels::Rgb && subsampling == Subsampling::S420 { 2 } else { 1 }
}

/// Whole MCUs of any kind, and whole chunks of the colour conversion.
fn stride(width: usize) -> usize {
    width.next_multiple_of(colour::CHUNK)
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
        let mut strip = Strip::new(3, Pixels::Grey, Subsampling::S420);
        strip.put(0, &[1, 2, 3], false);
        strip.put(1, &[4, 5, 6], true);
        strip.complete();
        let plane = &strip.planes[0];
        assert_eq!(plane.samples[..4], [1, 2, 3, 3]);
        assert_eq!(plane.samples[7 * plane.stride..][..8], [4, 5, 6, 6, 6, 6, 6, 6]);
    }
}
