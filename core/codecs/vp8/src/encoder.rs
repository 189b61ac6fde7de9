//! The encoder: rows in, a frame out.

use crate::bools::TAIL;
use crate::chroma;
use crate::cost::{Costs, Counts};
use crate::frame::Frame;
use crate::header::{Header, TAG};
use crate::luma::{self, Prices, Surroundings};
use crate::memory::Plan;
use crate::mode::{self, Modes, PartCosts};
use crate::quantise::Quantisers;
use crate::segment;
use crate::tables::{DEFAULT_TOKENS, INDEX};
use crate::tokens::{self, Coder, Flags, Levels, PLACE_OF_MEANS, Store, WORST};
use crate::yuv::Strip;

/// What the rows given to an [`Encoder`] are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// A byte of luminance.
    Grey,
    /// A byte each of red, green and blue.
    Rgb,
    /// The same and a byte of alpha, which is ignored.
    Rgba,
}

impl Pixels {
    /// Bytes of a pixel.
    pub fn channels(self) -> usize {
        match self {
            Pixels::Grey => 1,
            Pixels::Rgb => 3,
            Pixels::Rgba => 4,
        }
    }
}

/// Encodes a picture row by row.
#[derive(Debug)]
pub struct Encoder {
    header: Header,
    pixels: Pixels,
    plan: Plan,
    strip: Strip,
    frame: Frame,
    /// By segment, and what leaves macroblocks as predicted.
    quantisers: Box<[Quantisers; 5]>,
    costs: Box<Costs>,
    parts: Box<PartCosts>,
    counts: Box<Counts>,
    modes: mode::Store,
    /// What they cost so far, in 256ths of a bit.
    mode_bits: u64,
    store: Store,
    /// There from the moment when the store was full.
    coder: Option<Box<Coder>>,
    /// Of the macroblock, in two ways.
    levels: Box<[Levels; 2]>,
    /// Rows and macroblocks taken.
    rows: usize,
    macroblocks: usize,
}

impl Encoder {
    /// `width`, `height`: 1 to 16383. `quality`: 1 to 100, on the scale of libwebp.
    ///
    /// # Panics
    ///
    /// If the size or the quality is out of range.
    pub fn new(width: u32, height: u32, pixels: Pixels, quality: u8) -> Self {
        let side = |side: u32| {
            u16::try_from(side).ok().filter(|side| (1..1 << 14).contains(side)).expect("a side of 1 to 16383")
        };
        let (width, height) = (side(width), side(height));
        assert!((1..=100).contains(&quality), "a quality of 1 to 100");
        let plan = Plan::new(width.into(), height.into(), pixels, quality);
        let indices = segment::indices(INDEX[usize::from(quality)]);
        let [a, b, c, d] = indices.map(Quantisers::new);
        Encoder {
            header: Header { width, height, indices, levels: indices.map(segment::filter_level) },
            pixels,
            plan,
            strip: Strip::new(width.into(), pixels),
            frame: Frame::new(usize::from(width).div_ceil(16)),
            quantisers: Box::new([a, b, c, d, Quantisers::nothing(indices[3])]),
            costs: Costs::new(&DEFAULT_TOKENS),
            parts: mode::part_costs(),
            counts: Box::new(Counts::NONE),
            modes: mode::Store::new(plan.macroblocks),
            mode_bits: 0,
            store: Store::new(plan.chunks, plan.chunk_size),
            coder: None,
            levels: Box::new([Levels::NONE, Levels::NONE]),
            rows: 0,
            macroblocks: 0,
        }
    }

    /// The most heap bytes that an encoder holds at any time, itself and the frame included, whatever the picture.
    /// The arguments are those of [`new`](Self::new).
    pub fn memory(width: u32, height: u32, pixels: Pixels, quality: u8) -> u64 {
        Plan::new(width as usize, height as usize, pixels, quality.min(100)).memory()
    }

    /// Takes the next row: width × channels bytes.
    ///
    /// # Panics
    ///
    /// If `row` has another length, or all rows have been written.
    pub fn write_row(&mut self, row: &[u8]) {
        let height = usize::from(self.header.height);
        assert_eq!(row.len(), usize::from(self.header.width) * self.pixels.channels(), "length of a row");
        assert!(self.rows < height, "rows are left");
        self.strip.put(self.rows % 16, row);
        self.rows += 1;
        if self.rows == height || self.rows.is_multiple_of(16) {
            self.strip.complete((self.rows - 1) % 16 + 1);
            self.push_row((self.rows - 1) / 16);
        }
    }

    /// Takes the next 16 rows, or what is left, as Y, Cb and Cr of full range (ITU-T T.871) instead of rows of RGB: the
    /// rows of each component, one after the other without padding, those of the latter half as many and half as
    /// wide, rounded up.
    ///
    /// # Panics
    ///
    /// If the lengths are others, if all rows have been written, or if single rows have been written before.
    pub fn write_planes(&mut self, planes: [&[u8]; 3]) {
        let height = usize::from(self.header.height);
        assert!(self.rows < height && self.rows.is_multiple_of(16), "whole rows of macroblocks are left");
        let rows = (height - self.rows).min(16);
        self.strip.put_planes(planes, rows);
        self.rows += rows;
        self.push_row((self.rows - 1) / 16);
    }

    /// Returns the payload of a `VP8 ` chunk.
    ///
    /// # Panics
    ///
    /// If rows are missing.
    pub fn finish(mut self) -> Vec<u8> {
        assert_eq!(self.rows, usize::from(self.header.height), "rows written");
        self.strip = Strip::new(1, Pixels::Grey);
        let across = self.frame.above.len();
        let mut coder = self.coder.take().unwrap_or_else(|| {
            let probabilities = self.counts.probabilities();
            let most = self.counts.most_bytes(&probabilities) as usize + self.plan.first();
            Box::new(Coder::new(Vec::with_capacity(most), probabilities, across))
        });
        self.store.drain(|levels| coder.put(levels));
        let (mut out, probabilities) = coder.finish();
        // In front of the tokens.
        let first = Vec::with_capacity(self.plan.first());
        let first = self.header.write(&probabilities, &self.modes, across, first);
        let (tokens, front) = (out.len(), TAG + first.len());
        out.resize(front + tokens, 0);
        out.copy_within(..tokens, front);
        out[..TAG].copy_from_slice(&self.header.tag(first.len()));
        out[TAG..front].copy_from_slice(&first);
        out
    }

    /// Codes a row of macroblocks.
    fn push_row(&mut self, y: usize) {
        if y > 0 {
            self.costs.set(&self.counts.probabilities());
        }
        for x in 0..self.frame.above.len() {
            self.push_macroblock(x, y);
        }
        self.frame.left = Flags::default();
    }

    fn push_macroblock(&mut self, x: usize, y: usize) {
        let samples = self.strip.luma_at(x);
        let huge = self.plan.is_huge();
        let segment = if huge { segment::MIDDLE } else { segment::of(&samples) };
        let room = self.coder.as_ref().is_none_or(|coder| coder.len() + WORST + TAIL <= self.plan.tokens);
        let quantisers = &self.quantisers[if room { usize::from(segment) } else { 4 }];
        let prices = Prices { costs: &self.costs, parts: &self.parts, quantisers };
        let around = Surroundings {
            square: self.frame.luma(x, y),
            beyond: self.frame.beyond(x, y),
            modes: [self.frame.modes.above[x], self.frame.modes.left],
            above: &self.frame.above[x],
            left: &self.frame.left,
        };
        let allowance = self.mode_allowance();
        let modes = if allowance < 4096 { 1 } else { 4 };
        let [levels, other] = &mut *self.levels;
        let mut choice = luma::whole(&samples, &around, &prices, modes, levels);
        if room
            && let Some(better) = luma::parts(&samples, &around, &prices, choice.score, other)
            && u64::from(better.mode_bits) + 2048 <= allowance
        {
            choice = better;
            std::mem::swap(levels, other);
        }
        let mut chroma = 0;
        let mut planes = [[[128; 8]; 8]; 2];
        if self.pixels != Pixels::Grey {
            let around = self.frame.chroma(x, y);
            (chroma, planes) = chroma::code_planes(&self.strip.chroma_at(x), &around, &prices, modes, levels);
        }
        if huge && levels.present == 0 {
            // A block without levels is cheaper here than a flag.
            levels.present = if levels.has_means { 1 << PLACE_OF_MEANS } else { 1 };
        }
        let skipped = levels.present == 0;
        self.mode_bits += u64::from(choice.mode_bits + mode::cost_of_chroma(chroma.into()));
        self.mode_bits += if huge { 0 } else { 3 * 256 };
        self.macroblocks += 1;
        self.frame.put(x, &choice.rebuilt, &planes);
        self.frame.modes.put(x, &choice.luma.parts());
        self.modes.push(&Modes { segment, skipped, luma: choice.luma, chroma });
        tokens::count(levels, &mut self.frame.above[x], &mut self.frame.left, &mut self.counts);
        match &mut self.coder {
            Some(coder) => coder.put(levels),
            None => {
                self.store.push(levels);
                if self.store.is_full() {
                    self.flush();
                }
            }
        }
    }

    /// What modes may cost until the next macroblock, so that all have their share: in 256ths of a bit.
    fn mode_allowance(&self) -> u64 {
        let all = self.plan.modes as u64 * 8 * 256;
        // An eighth of all may be taken in advance.
        let share = all / 8 * 7 / self.plan.macroblocks as u64 * (self.macroblocks as u64 + 1);
        (share + all / 8).saturating_sub(self.mode_bits)
    }

    /// Fixes probabilities, and empties the store into the frame.
    #[cold]
    fn flush(&mut self) {
        let out = Vec::with_capacity(self.plan.tokens.saturating_add(self.plan.first()));
        let mut coder = Box::new(Coder::new(out, self.counts.probabilities(), self.frame.above.len()));
        self.store.drain(|levels| coder.put(levels));
        self.coder = Some(coder);
    }
}
