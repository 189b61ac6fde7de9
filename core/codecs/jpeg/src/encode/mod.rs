//! The encoder: rows in, a baseline file out (T.81 F.1).
//!
//! Rows become `colour` → `strip` → `fdct` → `quantise` → `stream`, a row of MCUs at a time. When all blocks are
//! counted, `huffman` makes the tables and `coder` writes the data of the `output` behind the headers of `file`. `plan` says what
//! memory all of it takes.

mod coder;
mod colour;
mod fdct;
mod file;
mod huffman;
mod output;
mod plan;
mod quantise;
mod stream;
mod strip;

use bytemuck::cast;

use file::Head;
use output::Output;
use plan::Plan;
use quantise::Quantiser;
use stream::{Counts, Stream};
use strip::Strip;

/// What the rows given to an [`Encoder`] are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// A byte of luminance.
    Grey,
    /// A byte each of red, green and blue.
    Rgb,
}

impl Pixels {
    /// Bytes of a pixel.
    pub fn channels(self) -> usize {
        match self {
            Pixels::Grey => 1,
            Pixels::Rgb => 3,
        }
    }
}

/// How many samples of colour difference a file holds. Grey files hold none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsampling {
    /// One for 2×2 pixels: for photos.
    S420,
    /// One for each pixel: for text and drawings, and where subsampling would be the largest loss left.
    S444,
}

/// Encodes a picture row by row.
#[derive(Debug)]
pub struct Encoder<'m> {
    head: Head<'m>,
    plan: Plan,
    strip: Strip,
    quantiser: Quantiser,
    stream: Stream,
    /// Of luma and chroma.
    counts: Box<[Counts; 2]>,
    /// There from the moment when the stream was full.
    output: Option<Box<Output>>,
    /// The DC value of each component's last block.
    dc: [i32; 3],
    /// Rows taken.
    rows: usize,
}

impl<'m> Encoder<'m> {
    /// `width`, `height`: 1 to 65535. `quality`: 1 to 100, on libjpeg's scale.
    ///
    /// # Panics
    ///
    /// If the size or the quality is out of range.
    pub fn new(width: u32, height: u32, pixels: Pixels, quality: u8, subsampling: Subsampling) -> Self {
        let side =
            |side: u32| u16::try_from(side).ok().filter(|&side| side > 0).expect("a side of 1 to 65535");
        let (width, height) = (side(width), side(height));
        assert!((1..=100).contains(&quality), "a quality of 1 to 100");
        let steps = quantise::steps(quality);
        let plan = Plan::new(width.into(), height.into(), pixels, quality, subsampling);
        Encoder {
            head: Head { width, height, pixels, subsampling, steps, exif: &[], xmp: &[] },
            plan,
            strip: Strip::new(width.into(), pixels, subsampling),
            quantiser: Quantiser::new(&steps),
            stream: Stream::new(plan.chunks, plan.chunk_size),
            counts: Box::new([Counts::NONE; 2]),
            output: None,
            dc: [0; 3],
            rows: 0,
        }
    }

    /// Adds an EXIF payload (TIFF bytes). One too long for a segment, of more than 65527 bytes, is left out.
    #[must_use]
    pub fn exif(mut self, tiff: &'m [u8]) -> Self {
        self.head.exif = tiff;
        self
    }

    /// Adds an XMP packet. One too long for a segment, of more than 65504 bytes, is left out.
    #[must_use]
    pub fn xmp(mut self, packet: &'m [u8]) -> Self {
        self.head.xmp = packet;
        self
    }

    /// The most heap bytes that an encoder holds at any time, itself and the file included, whatever the picture.
    /// Metadata comes on top: its length and 64 bytes. The arguments are those of [`new`](Self::new).
    pub fn memory(width: u32, height: u32, pixels: Pixels, quality: u8, subsampling: Subsampling) -> u64 {
        Plan::new(width as usize, height as usize, pixels, quality, subsampling).memory()
    }

    /// Takes the next row: width × channels bytes.
    ///
    /// # Panics
    ///
    /// If `row` has another length, or all rows have been written.
    pub fn write_row(&mut self, row: &[u8]) {
        let height = usize::from(self.head.height);
        assert_eq!(row.len(), usize::from(self.head.width) * self.head.pixels.channels(), "length of a row");
        assert!(self.rows < height, "rows are left");
        let last = self.rows + 1 == height;
        self.strip.put(self.rows, row, last);
        self.rows += 1;
        if last || self.rows.is_multiple_of(self.strip.mcu_rows()) {
            self.strip.complete();
            self.push_mcu_row();
        }
    }

    /// Pixel rows in a row of MCUs.
    pub fn mcu_rows(&self) -> usize {
        self.strip.mcu_rows()
    }

    /// Takes the next row of MCUs as Y, Cb and Cr (ITU-T T.871) instead of rows of RGB: the rows of each component,
    /// one after the other without padding. Of luma they are [`mcu_rows`](Self::mcu_rows), or what is left of the picture;
    /// of the others as many, or half as many, rounded up, in rows half as wide, rounded up.
    ///
    /// # Panics
    ///
    /// If the lengths are others, if all rows have been written, or if single rows have been written before.
    pub fn write_planes(&mut self, planes: [&[u8]; 3]) {
        let (width, height) = (usize::from(self.head.width), usize::from(self.head.height));
        assert!(
            self.rows < height && self.rows.is_multiple_of(self.strip.mcu_rows()),
            "whole rows of MCUs are left"
        );
        let rows = self.strip.mcu_rows().min(height - self.rows);
        self.strip.put_planes(planes, width, rows);
        self.rows += rows;
        self.strip.complete();
        self.push_mcu_row();
    }

    /// Returns the file.
    ///
    /// # Panics
    ///
    /// If rows are missing.
    pub fn finish(mut self) -> Vec<u8> {
        assert_eq!(self.rows, usize::from(self.head.height), "rows written");
        self.strip = Strip::default();
        let all = || Output::for_all(&self.head, &self.plan, &self.counts, &self.stream);
        let mut output = self.output.take().unwrap_or_else(all);
        self.stream.drain(|chunk| output.code(chunk));
        output.finish()
    }

    /// Transforms the blocks of the strip.
    fn push_mcu_row(&mut self) {
        let luma = self.strip.planes[0].side;
        let mcu_y = (self.rows - 1) / self.strip.mcu_rows();
        let blocks = |pixels: u16, side: usize| (usize::from(pixels) * side).div_ceil(8 * luma);
        for mcu_x in 0..self.plan.mcus_across {
            for (component, plane) in self.strip.planes.iter().enumerate() {
                let side = plane.side;
                let (across, down) = (blocks(self.head.width, side), blocks(self.head.height, side));
                let counts = &mut self.counts[component.min(1)];
                for i in 0..side * side {
                    let (x, y) = (mcu_x * side + i % side, i / side);
                    // Outside of the picture: what costs least.
                    let (mut block, mut not_zero, mut difference) = ([0; 64], 0, 0);
                    if x < across && mcu_y * side + y < down {
                        let samples = &plane.samples[8 * (y * plane.stride + x)..];
                        let rows = self.quantiser.divide(fdct::transform(samples, plane.stride));
                        (block, not_zero) = (cast(rows), stream::not_zero(rows));
                        difference = i32::from(block[0]) - self.dc[component];
                        self.dc[component] += difference;
                    }
                    self.stream.push(difference, &block, not_zero, counts);
                }
            }
            if self.stream.is_full() {
                self.flush();
            }
        }
    }

    /// Empties the stream into the file, beginning it if need be.
    #[cold]
    fn flush(&mut self) {
        let mut output =
            self.output.take().unwrap_or_else(|| Output::for_some(&self.head, &self.plan, &self.counts));
        self.stream.drain(|chunk| output.code(chunk));
        self.output = Some(output);
    }
}
