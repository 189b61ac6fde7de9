//! Tokens in segments of a few thousand. Neighbours that are coded best with the same codes become a block.

use super::bits::BitWriter;
use super::block;
use super::costs::Costs;
use super::symbols::{Histogram, MATCH, SHORTEST};
use super::{HISTORY, Level};
use crate::encode::File;

/// Tokens of a segment.
const SEGMENT: usize = 8192;
/// Segments that wait to be written.
const MOST: usize = 8;
/// In 1/256 bit a byte: what costs more is stored. The codes that are written take a little more than ideal ones.
const NO_GAIN: u64 = 256 * 8 * 63 / 64;

/// Peak bytes of heap of [`Segments`].
pub(super) fn memory(level: Level) -> u64 {
    most_tokens(level) as u64 * 2 + (MOST as u64 + 1) * super::fixed::<Segment>()
}

/// Tokens that may wait, and those of a parser that goes on when a segment is full.
fn most_tokens(level: Level) -> usize {
    (MOST + 1) * SEGMENT + level.thoroughness().map_or(64, |thoroughness| thoroughness.batch)
}

#[derive(Debug)]
pub(super) struct Segments {
    /// Tokens of all segments that wait, and of the open one.
    tokens: Vec<u16>,
    waiting: Vec<Segment>,
    /// Where the tokens of the open segment begin.
    open: usize,
    /// Where its bytes begin in the window, as long as they are there.
    start: Option<usize>,
    /// What tokens of the last segment cost.
    costs: Costs,
}

#[derive(Debug)]
struct Segment {
    /// How many.
    tokens: usize,
    histogram: Histogram,
    /// In 1/256 bit, nearly.
    cost: u64,
}

impl Segments {
    pub(super) fn new(level: Level) -> Self {
        Self {
            tokens: Vec::with_capacity(most_tokens(level)),
            waiting: Vec::with_capacity(MOST + 1),
            open: 0,
            start: Some(0),
            costs: Costs::default(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.tokens.len() - self.open >= SEGMENT
    }

    /// What tokens cost nowadays.
    pub(super) fn costs(&self) -> &Costs {
        &self.costs
    }

    #[inline]
    pub(super) fn literal(&mut self, byte: u8) {
        self.tokens.push(byte.into());
    }

    #[inline]
    pub(super) fn repeat(&mut self, length: usize, distance: usize) {
        self.tokens.push(MATCH + (length - SHORTEST) as u16);
        self.tokens.push((distance - 1) as u16);
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        self.start = self.start.and_then(|start| start.checked_sub(HISTORY));
    }

    /// Ends what is open, in full segments, and at the end of the stream what is left too. `parsed`: the window up to its end.
    pub(super) fn end(&mut self, parsed: &[u8], is_end: bool, file: &mut File, bits: &mut BitWriter) {
        let least = if is_end { 1 } else { SEGMENT };
        while self.tokens.len() - self.open >= least {
            let (tokens, length) = self.first_of_open();
            let start = self.start;
            self.start = start.map(|start| start + length);
            self.end_one(tokens, start.and_then(|start| parsed.get(start..start + length)), file, bits);
        }
        let (_, length) = self.first_of_open();
        self.start = parsed.len().checked_sub(length);
    }

    /// How many of the open tokens become a segment, and how many bytes they stand for.
    fn first_of_open(&self) -> (usize, usize) {
        let open = &self.tokens[self.open..];
        let (mut tokens, mut length) = (0, 0);
        while tokens < open.len().min(SEGMENT) {
            let is_match = open[tokens] >= MATCH;
            length += if is_match { usize::from(open[tokens] - MATCH) + SHORTEST } else { 1 };
            tokens += 1 + usize::from(is_match);
        }
        (tokens, length)
    }

    /// Ends a segment of the first open tokens, which stand for these bytes, if they are still there.
    fn end_one(&mut self, tokens: usize, bytes: Option<&[u8]>, file: &mut File, bits: &mut BitWriter) {
        let mut histogram = Histogram::EMPTY;
        histogram.count(&self.tokens[self.open..self.open + tokens]);
        self.costs = Costs::of(&histogram);
        let segment = Segment { tokens, cost: cost(&histogram), histogram };
        // Where bytes are gone, there were four and more for each token, which are shorter whatever their code.
        if let Some(bytes) = bytes
            && segment.cost + segment.histogram.extra_bits() * 256 > bytes.len() as u64 * NO_GAIN
        {
            self.write(false, false, file, bits);
            self.tokens.drain(..tokens);
            if !file.count(bytes.len() as u64 * 8 * 256) {
                block::write_stored(bytes, file, bits);
            }
            return;
        }
        self.open += tokens;
        self.waiting.push(segment);
        if self.open >= MOST * SEGMENT {
            self.write(true, false, file, bits);
        }
    }

    /// Writes what waits, and ends the stream.
    pub(super) fn write_all(&mut self, file: &mut File, bits: &mut BitWriter) {
        if self.waiting.is_empty() {
            block::write(&[], &Histogram::EMPTY, true, file, bits);
        }
        self.write(false, true, file, bits);
    }

    /// Writes what waits, but for the last block where that may still grow.
    fn write(&mut self, may_grow: bool, is_end: bool, file: &mut File, bits: &mut BitWriter) {
        self.merge();
        let grows = |last: &Segment| may_grow && last.tokens <= MOST / 2 * SEGMENT;
        let kept = usize::from(self.waiting.last().is_some_and(grows));
        let count = self.waiting.len() - kept;
        let mut written = 0;
        for (i, segment) in self.waiting.drain(..count).enumerate() {
            if !file.count(segment.cost + segment.histogram.extra_bits() * 256) {
                let tokens = &self.tokens[written..written + segment.tokens];
                block::write(tokens, &segment.histogram, is_end && i + 1 == count, file, bits);
            }
            written += segment.tokens;
        }
        self.tokens.drain(..written);
        self.open -= written;
    }

    /// Joins the neighbours that gain most by it, as long as some do.
    fn merge(&mut self) {
        while self.waiting.len() > 1 {
            let (mut best, mut gain, mut joined) = (0, 0, None);
            for (i, pair) in self.waiting.windows(2).enumerate() {
                let mut histogram = pair[0].histogram.clone();
                histogram.add(&pair[1].histogram);
                let cost = cost(&histogram);
                let saved = (pair[0].cost + pair[1].cost).saturating_sub(cost);
                if saved > gain {
                    let tokens = pair[0].tokens + pair[1].tokens;
                    (best, gain, joined) = (i, saved, Some(Segment { tokens, histogram, cost }));
                }
            }
            let Some(joined) = joined else { return };
            self.waiting[best] = joined;
            self.waiting.remove(best + 1);
        }
    }
}

/// About what a block takes with codes of its own, in 1/256 bit; bits that follow symbols are left out.
fn cost(histogram: &Histogram) -> u64 {
    let header = |counts: &[u32]| counts.iter().filter(|&&count| count > 0).count() as u64 * 4 * 256;
    entropy(&histogram.literals)
        + entropy(&histogram.distances)
        + header(&histogram.literals)
        + header(&histogram.distances)
        + 60 * 256
}

/// What an ideal code of the symbols takes, in 1/256 bit.
fn entropy(counts: &[u32]) -> u64 {
    let total = counts.iter().sum::<u32>();
    let log = log2(total);
    counts.iter().map(|&count| u64::from(count) * u64::from(log - log2(count))).sum()
}

/// The binary logarithm in 1/256, rounded down; 0 of 0.
#[inline]
pub(crate) fn log2(value: u32) -> u32 {
    let Some(whole) = value.checked_ilog2() else { return 0 };
    // What stands behind the highest bit.
    let rest = if whole > 8 { value >> (whole - 8) } else { value << (8 - whole) } & 255;
    whole << 8 | u32::from(FRACTIONS[rest as usize])
}

/// The logarithms of 1 … 2.
static FRACTIONS: [u8; 256] = fractions();

const fn fractions() -> [u8; 256] {
    let mut fractions = [0; 256];
    let mut i = 0;
    while i < 256 {
        // In 1/32768, squared eight times: whether it passes 2 is the next binary place each time.
        let mut rest = (256 + i as u32) << 7;
        let mut place = 0;
        while place < 8 {
            rest = (rest * rest) >> 15;
            let passes = rest >> 16;
            fractions[i] = fractions[i] << 1 | passes as u8;
            rest >>= passes;
            place += 1;
        }
        i += 1;
    }
    fractions
}
