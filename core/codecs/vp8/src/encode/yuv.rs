//! Rows of pixels into a row of macroblocks: BT.601 with limited range, and chroma for 2×2 pixels.
//!
//! Colours are averaged as light, not as samples: else what is small and bright becomes too dark, red letters on black
//! most of all. `chroma_edges` then corrects luma where chroma changes.

use crate::edges::Planes;
use crate::encode::chroma_edges::ChromaEdges;
use crate::pixel_layout::PixelLayout;

/// Fixed-point bits of the formulas.
const BITS: u32 = 16;

/// A row of macroblocks, filled up to whole ones by repeating the last column and the last row.
#[derive(Debug)]
pub(crate) struct MacroblockRow {
    /// Luma of 16 rows, then twice chroma of 8 rows; the latter not for grey.
    pub(crate) luma: Vec<u8>,
    pub(crate) chroma: [Vec<u8>; 2],
    /// Sums of squares of red, green and blue of 2×2 pixels, of which the first row has been taken.
    sums: Vec<[u32; 3]>,
    chroma_edges: ChromaEdges,
    width: usize,
    /// Macroblocks in a row.
    across: usize,
    pixels: PixelLayout,
}

impl MacroblockRow {
    pub(crate) fn new(width: usize, pixels: PixelLayout) -> Self {
        let across = width.div_ceil(16);
        let chroma = if pixels == PixelLayout::Grey { 0 } else { across };
        MacroblockRow {
            luma: vec![0; 256 * across],
            chroma: [vec![0; 64 * chroma], vec![0; 64 * chroma]],
            sums: vec![[0; 3]; 8 * chroma],
            chroma_edges: ChromaEdges::new(chroma, pixels.channels()),
            width,
            across,
            pixels,
        }
    }

    pub(crate) fn heap_bytes(width: usize, pixels: PixelLayout) -> u64 {
        let across = width.div_ceil(16) as u64;
        let colour = 2 * 64 + 8 * 12 + ChromaEdges::bytes_across(pixels.channels());
        across * if pixels == PixelLayout::Grey { 256 } else { 256 + colour }
    }

    /// Takes row `y` of the macroblocks.
    pub(crate) fn put(&mut self, y: usize, row: &[u8]) {
        let luma = &mut self.luma[16 * self.across * y..][..16 * self.across];
        match self.pixels {
            PixelLayout::Grey => luma.iter_mut().zip(row).for_each(|(out, &grey)| *out = limited_luma(grey)),
            PixelLayout::Rgb => rows::<3>(row, luma, &mut self.sums, y % 2 == 1),
            PixelLayout::Rgba => rows::<4>(row, luma, &mut self.sums, y % 2 == 1),
        }
        let last = luma[self.width - 1];
        luma[self.width..].fill(last);
        if self.pixels != PixelLayout::Grey {
            self.chroma_edges.put_row(y, row);
            if y % 2 == 1 {
                self.put_chroma(y / 2);
            }
        }
    }

    /// Takes all `rows` rows of the macroblocks as components of full range.
    pub(crate) fn put_planes(&mut self, planes: [&[u8]; 3], rows: usize) {
        let MacroblockRow { luma, chroma: [blue, red], width, across, .. } = self;
        let [of_luma, of_blue, of_red] = planes;
        put_plane(of_luma, *width, luma, 16 * *across, limited_luma);
        let cells = width.div_ceil(2);
        put_plane(of_blue, cells, blue, 8 * *across, limited_chroma);
        put_plane(of_red, cells, red, 8 * *across, limited_chroma);
        self.repeat_rows(rows);
        self.chroma_edges.keep(self.chroma.each_ref().map(|plane| &plane[..]), (rows - 1) / 2);
    }

    /// Fills up the macroblocks where the picture has ended, after `rows` rows.
    pub(crate) fn complete(&mut self, rows: usize) {
        if self.pixels != PixelLayout::Grey {
            if rows % 2 == 1 {
                self.sums.iter_mut().flatten().for_each(|sum| *sum *= 2);
                self.put_chroma(rows / 2);
            } else {
                // The chroma below is not known yet.
                let last = (rows - 1) / 2;
                self.correct(rows - 1, last, Some(last));
            }
            self.chroma_edges.keep(self.chroma.each_ref().map(|plane| &plane[..]), (rows - 1) / 2);
        }
        self.repeat_rows(rows);
    }

    fn repeat_rows(&mut self, rows: usize) {
        let stride = 16 * self.across;
        for y in rows..16 {
            self.luma.copy_within((rows - 1) * stride..rows * stride, y * stride);
        }
        let rows = rows.div_ceil(2);
        for plane in self.chroma.iter_mut().filter(|plane| !plane.is_empty()) {
            for y in rows..8 {
                plane.copy_within((rows - 1) * stride / 2..rows * stride / 2, y * stride / 2);
            }
        }
    }

    /// Luma of a macroblock.
    pub(crate) fn luma_at(&self, x: usize) -> [[u8; 16]; 16] {
        let rows = self.luma.as_chunks().0;
        let mut out = [[0; 16]; 16];
        for (y, row) in out.iter_mut().enumerate() {
            *row = rows[self.across * y + x];
        }
        out
    }

    /// Its chroma.
    pub(crate) fn chroma_at(&self, x: usize) -> Planes {
        self.chroma.each_ref().map(|plane| {
            let rows = plane.as_chunks::<8>().0;
            std::array::from_fn(|y| rows[self.across * y + x])
        })
    }

    fn put_chroma(&mut self, y: usize) {
        let (stride, width) = (8 * self.across, self.width.div_ceil(2));
        let [blue, red] = &mut self.chroma;
        let (blue, red) = (&mut blue[stride * y..][..stride], &mut red[stride * y..][..stride]);
        for ((blue, red), sums) in blue.iter_mut().zip(red.iter_mut()).zip(&self.sums[..width]) {
            // Four times the sample whose light is the mean.
            let [r, g, b] = sums.map(|sum| ((4 * sum) as f32).sqrt());
            let sample = |sum: f32| (sum + 128.5) as u8;
            *blue = sample((-9719.0 * r - 19081.0 * g + 28800.0 * b) / 262_144.0);
            *red = sample((28800.0 * r - 24116.0 * g - 4684.0 * b) / 262_144.0);
        }
        for row in [blue, red] {
            let last = row[width - 1];
            row[width..].fill(last);
        }
        if y > 0 {
            self.correct(2 * y - 1, y - 1, Some(y));
        }
        self.correct(2 * y, y, y.checked_sub(1));
    }

    /// Corrects luma of row `y` for what decoders make of these rows of chroma.
    fn correct(&mut self, y: usize, near: usize, other: Option<usize>) {
        let chroma = self.chroma.each_ref().map(|plane| &plane[..]);
        let luma = &mut self.luma[16 * self.across * y..][..16 * self.across];
        self.chroma_edges.correct(y, luma, chroma, near, other);
        let last = luma[self.width - 1];
        luma[self.width..].fill(last);
    }
}

/// A row of `N` channels into luma, and into sums for chroma. `add`: to those of the row above.
#[inline(always)]
fn rows<const N: usize>(row: &[u8], luma: &mut [u8], sums: &mut [[u32; 3]], add: bool) {
    for (out, pixel) in luma.iter_mut().zip(row.as_chunks::<N>().0) {
        let [r, g, b] = [0, 1, 2].map(|i| i32::from(pixel[i]));
        *out = ((16839 * r + 33059 * g + 6420 * b + (16 << BITS) + (1 << (BITS - 1))) >> BITS) as u8;
    }
    for (sums, pixels) in sums.iter_mut().zip(row.chunks(2 * N)) {
        // A last column by itself counts twice.
        let second = if pixels.len() > N { &pixels[N..] } else { pixels };
        for i in 0..3 {
            let square = |value: u8| u32::from(value) * u32::from(value);
            let sum = square(pixels[i]) + square(second[i]);
            sums[i] = if add { sums[i] + sum } else { sum };
        }
    }
}

/// Copies rows of samples, each brought to the limited range, and repeats their last one.
fn put_plane(samples: &[u8], width: usize, into: &mut [u8], stride: usize, limited: impl Fn(u8) -> u8) {
    for (row, out) in samples.chunks_exact(width).zip(into.chunks_exact_mut(stride)) {
        let (out, rest) = out.split_at_mut(width);
        out.iter_mut().zip(row).for_each(|(out, &sample)| *out = limited(sample));
        rest.fill(out[width - 1]);
    }
}

/// Luma of full range, or grey.
fn limited_luma(luma: u8) -> u8 {
    let all = 16839 + 33059 + 6420;
    ((all * i32::from(luma) + (16 << BITS) + (1 << (BITS - 1))) >> BITS) as u8
}

/// A colour difference of full range: 224/255 of what it is away from the middle.
fn limited_chroma(chroma: u8) -> u8 {
    ((57_569 * (i32::from(chroma) - 128) + (128 << BITS) + (1 << (BITS - 1))) >> BITS) as u8
}
