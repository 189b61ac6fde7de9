//! Tokens in segments of a few thousand. Neighbours that are coded best with the same codes become a block.

use super::HISTORY;
use super::bits::BitWriter;
use super::block;
use super::symbols::{Histogram, MATCH, SHORTEST};
use crate::encode::File;

/// Tokens of a segment.
const SEGMENT: usize = 8192;
/// Segments that wait to be written.
const MOST: usize = 8;
/// Tokens that may wait: a parser goes on a little when a segment is full.
const TOKENS: usize = MOST * SEGMENT + SEGMENT + 64;
/// In 1/256 bit a byte: what costs more is stored. The codes that are written take a little more than ideal ones.
const NO_GAIN: u64 = 256 * 8 * 63 / 64;

pub(super) const MEMORY: u64 = TOKENS as u64 * 2 + ((MOST + 1) * size_of::<Segment>()) as u64;

#[derive(Debug)]
pub(super) struct Segments {
    /// Tokens of all segments that wait, and of the open one.
    tokens: Vec<u16>,
    waiting: Vec<Segment>,
    /// Where the tokens of the open segment begin.
    open: usize,
    /// Where its bytes begin in the window, as long as they are there.
    start: Option<usize>,
    /// What a literal of the last segment cost, in sixteenths of a bit.
    literal_cost: u32,
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
    pub(super) fn new() -> Self {
        Self {
            tokens: Vec::with_capacity(TOKENS),
            waiting: Vec::with_capacity(MOST + 1),
            open: 0,
            start: Some(0),
            literal_cost: 6 * 16,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.tokens.len() - self.open >= SEGMENT
    }

    /// What a literal costs nowadays, in sixteenths of a bit.
    pub(super) fn literal_cost(&self) -> u32 {
        self.literal_cost
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

    /// Ends the open segment. `parsed`: the window up to its end.
    pub(super) fn end(&mut self, parsed: &[u8], file: &mut File, bits: &mut BitWriter) {
        let tokens = self.tokens.len() - self.open;
        if tokens == 0 {
            return;
        }
        let mut histogram = Histogram::EMPTY;
        histogram.count(&self.tokens[self.open..]);
        self.literal_cost = literal_cost(&histogram);
        let segment = Segment { tokens, cost: cost(&histogram), histogram };
        let bytes = self.start.and_then(|start| parsed.get(start..));
        self.start = Some(parsed.len());
        // Where bytes are gone, there were four and more for each token, which are shorter whatever their code.
        if let Some(bytes) = bytes
            && segment.cost + segment.histogram.extra_bits() * 256 > bytes.len() as u64 * NO_GAIN
        {
            self.tokens.truncate(self.open);
            self.write(false, false, file, bits);
            block::write_stored(bytes, file, bits);
            return;
        }
        self.open = self.tokens.len();
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
            let tokens = &self.tokens[written..written + segment.tokens];
            block::write(tokens, &segment.histogram, is_end && i + 1 == count, file, bits);
            written += segment.tokens;
        }
        self.tokens.copy_within(written.., 0);
        self.tokens.truncate(self.tokens.len() - written);
        self.open = self.tokens.len();
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

fn literal_cost(histogram: &Histogram) -> u32 {
    let all: u32 = histogram.literals.iter().sum();
    let literals = &histogram.literals[..256];
    let total: u64 =
        literals.iter().map(|&count| u64::from(count) * u64::from(log2(all) - log2(count))).sum();
    let count: u32 = literals.iter().sum();
    // So rare that they hardly matter.
    if count < 32 { 8 * 16 } else { (total / 16 / u64::from(count)) as u32 }
}

/// What an ideal code of the symbols takes, in 1/256 bit.
pub(super) fn entropy(counts: &[u32]) -> u64 {
    let total = counts.iter().sum::<u32>();
    let log = log2(total);
    counts.iter().map(|&count| u64::from(count) * u64::from(log - log2(count))).sum()
}

/// The binary logarithm in 1/256, rounded down; 0 of 0.
#[inline]
pub(super) fn log2(value: u32) -> u32 {
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
