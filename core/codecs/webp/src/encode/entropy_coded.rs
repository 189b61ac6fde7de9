//! Entropy-coded images (RFC 9649, section 3.7): prefix codes, then the pixels.

use crate::backward_reference::{Prefix, distance_code};
use crate::colour_cache::ColourCache;
use crate::encode::bit_writer::BitWriter;
use crate::encode::code_lengths::write_code;
use crate::encode::groups::{Cursor, TileGroups};
use crate::encode::histogram::Histogram;
use crate::encode::huffman::{Code, canonical, code_lengths};
use crate::encode::tokens::{Match, Tokens};
use crate::prefix_code::{CODES, LENGTHS, LITERALS, MAX_CODE_LENGTH};

/// The five codes of a group.
pub(crate) struct GroupCodes {
    codes: [Vec<Code>; CODES],
}

impl GroupCodes {
    /// Writes the best codes. Returns them, and the bits that the pixels will take.
    pub(crate) fn write(writer: &mut BitWriter, histogram: &Histogram) -> (Self, u64) {
        let mut bits = histogram.extra_bits();
        let codes = histogram.alphabets().map(|counts| {
            let lengths = code_lengths(counts, MAX_CODE_LENGTH);
            write_code(writer, &lengths);
            let codes = canonical(&lengths);
            let sizes =
                counts.iter().zip(&codes).map(|(&count, code)| u64::from(count) * u64::from(code.length));
            bits += sizes.sum::<u64>();
            codes
        });
        (GroupCodes { codes }, bits)
    }

    #[inline(always)]
    fn put(writer: &mut BitWriter, code: Code) {
        writer.put(u32::from(code.bits), u32::from(code.length));
    }

    #[inline(always)]
    fn literal(&self, writer: &mut BitWriter, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        let [greens, reds, blues, alphas, _] = &self.codes;
        let pair = |first: Code, second: Code| {
            (
                u32::from(first.bits) | u32::from(second.bits) << first.length,
                u32::from(first.length + second.length),
            )
        };
        let (bits, count) = pair(greens[green], reds[red]);
        writer.put(bits, count);
        let (bits, count) = pair(blues[blue], alphas[alpha]);
        writer.put(bits, count);
    }

    #[inline(always)]
    fn cached(&self, writer: &mut BitWriter, index: usize) {
        Self::put(writer, self.codes[0][LITERALS + LENGTHS + index]);
    }

    #[inline(always)]
    fn copy(&self, writer: &mut BitWriter, found: Match, width: usize) {
        let length = Prefix::of(found.length as u32);
        Self::put(writer, self.codes[0][LITERALS + length.symbol]);
        writer.put(length.extra, length.extra_bits);
        let distance = Prefix::of(distance_code(found.distance, width));
        Self::put(writer, self.codes[CODES - 1][distance.symbol]);
        writer.put(distance.extra, distance.extra_bits);
    }
}

/// Writes a small image that a transform or the groups need: one group, no cache, no references.
pub(crate) fn write_small(writer: &mut BitWriter, argb: &[u32]) {
    let mut histogram = Histogram::new(0);
    argb.iter().for_each(|&pixel| histogram.add_literal(pixel));
    writer.put(0, 1);
    let (group, _) = GroupCodes::write(writer, &histogram);
    argb.iter().for_each(|&pixel| group.literal(writer, pixel));
}

/// Roughly what [`write_small`] takes.
pub(crate) fn small_cost(argb: &[u32]) -> u64 {
    let mut histogram = Histogram::new(0);
    argb.iter().for_each(|&pixel| histogram.add_literal(pixel));
    histogram.cost()
}

/// A main image, ready to be counted and written.
pub(crate) struct EntropyCodedImage<'a> {
    pub(crate) argb: &'a [u32],
    pub(crate) width: usize,
    pub(crate) tokens: &'a Tokens,
    pub(crate) cache_bits: u32,
}

impl EntropyCodedImage<'_> {
    /// Counts the symbols of each group.
    pub(crate) fn histograms(&self, groups: &TileGroups) -> Vec<Histogram> {
        struct Counter<'a> {
            histograms: Vec<Histogram>,
            cache: ColourCache,
            cursor: Cursor<'a>,
        }
        let histograms = vec![Histogram::new(self.cache_bits); groups.count];
        let mut counter =
            Counter { histograms, cache: ColourCache::new(self.cache_bits), cursor: groups.cursor() };
        self.tokens.walk(
            self.argb.len(),
            &mut counter,
            |counter, at| {
                let histogram = &mut counter.histograms[counter.cursor.at(at)];
                match counter.cache.find_or_insert(self.argb[at]) {
                    Some(index) => histogram.add_cached(index),
                    None => histogram.add_literal(self.argb[at]),
                }
            },
            |counter, at, found| {
                counter.histograms[counter.cursor.at(at)].add_match(found, self.width);
                counter.cache.insert_all(&self.argb[at..at + found.length]);
            },
        );
        counter.histograms
    }

    /// Writes the pixels.
    pub(crate) fn write(&self, writer: BitWriter, groups: &TileGroups, codes: &[GroupCodes]) -> BitWriter {
        struct Output<'a> {
            writer: BitWriter,
            cache: ColourCache,
            cursor: Cursor<'a>,
        }
        let mut output = Output { writer, cache: ColourCache::new(self.cache_bits), cursor: groups.cursor() };
        self.tokens.walk(
            self.argb.len(),
            &mut output,
            |output, at| {
                let group = &codes[output.cursor.at(at)];
                match output.cache.find_or_insert(self.argb[at]) {
                    Some(index) => group.cached(&mut output.writer, index),
                    None => group.literal(&mut output.writer, self.argb[at]),
                }
            },
            |output, at, found| {
                codes[output.cursor.at(at)].copy(&mut output.writer, found, self.width);
                output.cache.insert_all(&self.argb[at..at + found.length]);
            },
        );
        output.writer
    }
}
