//! The encoder: rows in, a frame out.

use crate::edges::Edges;
use crate::effort::Effort;
use crate::encode::bool_encoder::TAIL;
use crate::encode::budget::{self, Budget, OWN_BYTES};
use crate::encode::chroma;
use crate::encode::first_partition::{FrameParameters, TAG, tag};
use crate::encode::level_store::LevelStore;
use crate::encode::luma::{self, Surroundings};
use crate::encode::modes::{self, ModeStore, SubblockModeCosts};
use crate::encode::prices::{Prices, Search};
use crate::encode::quantiser::Quantisers;
use crate::encode::segment;
use crate::encode::token_costs::TokenCosts;
use crate::encode::token_counts::TokenCounts;
use crate::encode::token_writer::{MAX_MACROBLOCK_BYTES, TokenWriter};
use crate::encode::yuv::MacroblockRow;
use crate::error::EncodeError;
use crate::levels::{Flags, Levels, Y2_BLOCK};
use crate::modes::Modes;
use crate::pixel_layout::PixelLayout;
use crate::tables::{DEFAULT_TOKENS, INDEX};

/// The longest side of a frame, in pixels.
pub const MAX_SIDE: u32 = (1 << 14) - 1;

/// Encodes a picture row by row.
///
/// ```
/// use edgepix_vp8::{Encoder, PixelLayout};
///
/// let mut encoder = Encoder::new(64, 48, PixelLayout::Rgb, 80)?;
/// for y in 0..48 {
///     encoder.write_row(&[5 * y; 64 * 3])?;
/// }
/// let frame = encoder.finish()?;
/// assert!(frame.len() as u64 <= Encoder::memory(64, 48, PixelLayout::Rgb, 80));
/// # Ok::<(), edgepix_vp8::EncodeError>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    parameters: FrameParameters,
    layout: PixelLayout,
    budget: Budget,
    search: Search,
    macroblock_row: MacroblockRow,
    edges: Edges,
    /// By segment, and what leaves macroblocks as predicted.
    quantisers: Box<[Quantisers; 5]>,
    token_costs: Box<TokenCosts>,
    mode_costs: Box<SubblockModeCosts>,
    counts: Box<TokenCounts>,
    modes: ModeStore,
    /// What they cost so far, in 256ths of a bit.
    mode_bits: u64,
    levels: LevelStore,
    /// There from the moment when the store of levels was full.
    writer: Option<Box<TokenWriter>>,
    /// Levels of the macroblock, predicted as a whole and by its 4×4 blocks.
    candidates: Box<[Levels; 2]>,
    /// Rows and macroblocks taken.
    rows: usize,
    macroblocks: usize,
}

const _: () = {
    let boxes = size_of::<TokenCounts>() + 2 * size_of::<TokenCosts>() + size_of::<SubblockModeCosts>();
    let own = size_of::<Encoder>() + 5 * size_of::<Quantisers>() + 2 * size_of::<Levels>();
    assert!((boxes + own) as u64 + 4096 <= OWN_BYTES);
};

impl Encoder {
    /// An encoder of a frame of `width` × `height` pixels, of a `quality` of 1 to 100 on the scale of libwebp.
    ///
    /// # Errors
    ///
    /// If a side is 0 or above [`MAX_SIDE`], or the quality is out of range.
    pub fn new(width: u32, height: u32, layout: PixelLayout, quality: u8) -> Result<Self, EncodeError> {
        let out_of_range = EncodeError::SideOutOfRange { width, height };
        let side = |side: u32| match side {
            1..=MAX_SIDE => Ok(side as u16),
            _ => Err(out_of_range),
        };
        let (width, height) = (side(width)?, side(height)?);
        if !(1..=100).contains(&quality) {
            return Err(EncodeError::QualityOutOfRange(quality));
        }
        let budget = Budget::new(width.into(), height.into(), layout, quality);
        let indices = segment::indices(INDEX[usize::from(quality)]);
        let [a, b, c, d] = indices.map(Quantisers::new);
        Ok(Encoder {
            parameters: FrameParameters {
                width,
                height,
                indices,
                levels: indices.map(segment::filter_level),
            },
            layout,
            budget,
            search: Search::new(Effort::Balanced),
            macroblock_row: MacroblockRow::new(width.into(), layout),
            edges: Edges::new(usize::from(width).div_ceil(16)),
            quantisers: Box::new([a, b, c, d, Quantisers::nothing(indices[3])]),
            token_costs: TokenCosts::new(&DEFAULT_TOKENS),
            mode_costs: modes::subblock_mode_costs(),
            counts: Box::new(TokenCounts::NONE),
            modes: ModeStore::new(budget.macroblocks),
            mode_bits: 0,
            levels: LevelStore::new(budget.chunks, budget.chunk_size),
            writer: None,
            candidates: Box::new([Levels::NONE, Levels::NONE]),
            rows: 0,
            macroblocks: 0,
        })
    }

    /// With another effort than [`Effort::Balanced`], for the rows that follow.
    #[must_use]
    pub fn effort(self, effort: Effort) -> Self {
        Encoder { search: Search::new(effort), ..self }
    }

    /// The most heap bytes that an encoder holds at any time, itself and the frame included, whatever the picture.
    /// The arguments are those of [`new`](Self::new); what is above their range counts as its end.
    pub fn memory(width: u32, height: u32, layout: PixelLayout, quality: u8) -> u64 {
        let side = |side: u32| side.min(MAX_SIDE) as usize;
        Budget::new(side(width), side(height), layout, quality.min(100)).memory()
    }

    /// About the instructions that encoding takes for the slowest content, the coding of alpha beside it included: with
    /// [`Effort::Balanced`], 2300 a pixel. Sides above [`MAX_SIDE`] count as that.
    pub fn work(width: u32, height: u32, effort: Effort) -> u64 {
        budget::work(width.min(MAX_SIDE), height.min(MAX_SIDE), effort)
    }

    /// Takes the next row: width × channels bytes.
    ///
    /// # Errors
    ///
    /// If `row` has another length, or all rows have been written.
    pub fn write_row(&mut self, row: &[u8]) -> Result<(), EncodeError> {
        let (width, height) = self.size();
        check_length(row, width * self.layout.channels())?;
        if self.rows == height {
            return Err(EncodeError::TooManyRows);
        }
        self.macroblock_row.put(self.rows % 16, row);
        self.rows += 1;
        if self.rows == height || self.rows.is_multiple_of(16) {
            self.macroblock_row.complete((self.rows - 1) % 16 + 1);
            self.push_row((self.rows - 1) / 16);
        }
        Ok(())
    }

    /// Takes the next 16 rows, or what is left, as Y, Cb and Cr of full range (ITU-T T.871) instead of rows of RGB: the
    /// rows of each component, one after the other without padding, those of the latter half as many and half as
    /// wide, rounded up.
    ///
    /// # Errors
    ///
    /// If the lengths are others, if all rows have been written, or if a row of macroblocks has been begun by
    /// [`write_row`](Self::write_row).
    pub fn write_planes(&mut self, planes: [&[u8]; 3]) -> Result<(), EncodeError> {
        let (width, height) = self.size();
        if self.rows == height {
            return Err(EncodeError::TooManyRows);
        }
        if !self.rows.is_multiple_of(16) {
            return Err(EncodeError::PlanesBetweenRows);
        }
        let rows = (height - self.rows).min(16);
        let chroma = width.div_ceil(2) * rows.div_ceil(2);
        for (plane, expected) in planes.into_iter().zip([width * rows, chroma, chroma]) {
            check_length(plane, expected)?;
        }
        self.macroblock_row.put_planes(planes, rows);
        self.rows += rows;
        self.push_row((self.rows - 1) / 16);
        Ok(())
    }

    /// Returns the payload of a `VP8 ` chunk.
    ///
    /// # Errors
    ///
    /// If rows are missing.
    pub fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        let (_, height) = self.size();
        if self.rows < height {
            return Err(EncodeError::RowsMissing { missing: height - self.rows });
        }
        // What is not needed any more makes room for the frame.
        self.macroblock_row = MacroblockRow::new(1, PixelLayout::Grey);
        let across = self.edges.above.len();
        let mut writer = self.writer.take().unwrap_or_else(|| {
            let probabilities = self.counts.probabilities();
            let most = self.counts.most_bytes(&probabilities) as usize + self.budget.first();
            Box::new(TokenWriter::new(Vec::with_capacity(most), probabilities, across))
        });
        self.levels.drain(|levels| writer.put(levels));
        let (mut out, probabilities) = writer.finish();
        // In front of the tokens.
        let first = Vec::with_capacity(self.budget.first());
        let first = self.parameters.write(&probabilities, &self.modes, across, first);
        let (tokens, front) = (out.len(), TAG + first.len());
        out.resize(front + tokens, 0);
        out.copy_within(..tokens, front);
        let size = [self.parameters.width, self.parameters.height];
        out[..TAG].copy_from_slice(&tag(0, size, first.len()));
        out[TAG..front].copy_from_slice(&first);
        Ok(out)
    }

    /// Width and height in pixels.
    fn size(&self) -> (usize, usize) {
        (self.parameters.width.into(), self.parameters.height.into())
    }

    /// Codes a row of macroblocks.
    fn push_row(&mut self, y: usize) {
        if y > 0 {
            self.token_costs.set(&self.counts.probabilities());
        }
        for x in 0..self.edges.above.len() {
            self.push_macroblock(x, y);
        }
        self.edges.left = Flags::default();
    }

    fn push_macroblock(&mut self, x: usize, y: usize) {
        let samples = self.macroblock_row.luma_at(x);
        let huge = self.budget.is_huge();
        let segment = if huge { segment::MIDDLE } else { segment::of(&samples) };
        let room = self
            .writer
            .as_ref()
            .is_none_or(|writer| writer.len() + MAX_MACROBLOCK_BYTES + TAIL <= self.budget.tokens);
        let quantisers = &self.quantisers[if room { usize::from(segment) } else { 4 }];
        let prices = Prices {
            tokens: &self.token_costs,
            subblock_modes: &self.mode_costs,
            quantisers,
            search: self.search,
        };
        let around = Surroundings {
            square: self.edges.luma(x, y),
            beyond: self.edges.beyond(x, y),
            modes: [self.edges.modes.above[x], self.edges.modes.left],
            above: &self.edges.above[x],
            left: &self.edges.left,
        };
        let allowance = self.mode_allowance();
        let modes = if allowance < 4096 { 1 } else { 4 };
        let mut choice = luma::whole(&samples, &around, &prices, modes, &mut self.candidates);
        let [levels, other] = &mut *self.candidates;
        let blocks = (levels.present & 0xFFFF).count_ones();
        if room
            && blocks >= prices.search.least_blocks
            && let Some(better) = luma::by_subblocks(&samples, &around, &prices, choice.score, other)
            && u64::from(better.mode_bits) + 2048 <= allowance
        {
            choice = better;
            std::mem::swap(levels, other);
        }
        let mut chroma = 0;
        let mut planes = [[[128; 8]; 8]; 2];
        if self.layout != PixelLayout::Grey {
            let around = self.edges.chroma(x, y);
            (chroma, planes) = chroma::code_planes(
                &self.macroblock_row.chroma_at(x),
                &around,
                [&self.edges.above[x], &self.edges.left],
                &prices,
                modes,
                levels,
            );
        }
        if huge && levels.present == 0 {
            // A block without levels is cheaper here than a flag.
            levels.present = if levels.has_y2 { 1 << Y2_BLOCK } else { 1 };
        }
        let skipped = levels.present == 0;
        self.mode_bits += u64::from(choice.mode_bits + modes::cost_of_chroma(chroma.into()));
        self.mode_bits += if huge { 0 } else { 3 * 256 };
        self.macroblocks += 1;
        self.edges.put(x, &choice.rebuilt, &planes);
        self.edges.modes.put(x, &choice.luma.subblock_modes());
        self.modes.push(&Modes { segment, skipped, luma: choice.luma, chroma });
        levels.walk(&mut self.edges.above[x], &mut self.edges.left, &mut *self.counts);
        match &mut self.writer {
            Some(writer) => writer.put(levels),
            None => {
                self.levels.push(levels);
                if self.levels.is_full() {
                    self.flush();
                }
            }
        }
    }

    /// What modes may cost until the next macroblock, so that all have their share: in 256ths of a bit.
    fn mode_allowance(&self) -> u64 {
        let all = self.budget.modes as u64 * 8 * 256;
        // An eighth of all may be taken in advance.
        let share = all / 8 * 7 / self.budget.macroblocks as u64 * (self.macroblocks as u64 + 1);
        (share + all / 8).saturating_sub(self.mode_bits)
    }

    /// Fixes probabilities, and empties the store into the frame.
    #[cold]
    fn flush(&mut self) {
        let out = Vec::with_capacity(self.budget.tokens.saturating_add(self.budget.first()));
        let mut writer = Box::new(TokenWriter::new(out, self.counts.probabilities(), self.edges.above.len()));
        self.levels.drain(|levels| writer.put(levels));
        self.writer = Some(writer);
    }
}

fn check_length(samples: &[u8], expected: usize) -> Result<(), EncodeError> {
    let found = samples.len();
    if found == expected { Ok(()) } else { Err(EncodeError::WrongLength { expected, found }) }
}
