//! Entropy-coded images (RFC 9649, section 3.7): prefix codes, then the pixels.

use crate::backward_reference::{Prefix, distance_code};
use crate::colour_cache::ColourCache;
use crate::encode::bit_writer::BitWriter;
use crate::encode::code_lengths::write_code;
use crate::encode::groups::{Cursor, TileGroups};
use crate::encode::histogram::Histogram;
use crate::encode::huffman::{Code, canonical, code_lengths};
use crate::encode::prices::{LANES, Lanes, Prices};
use crate::encode::tokens::{Match, Tokens};
use crate::prefix_code::{CODES, LENGTHS, LITERALS, MAX_CODE_LENGTH};

/// The five codes of a group.
pub(crate) struct GroupCodes {
    lengths: [Vec<u8>; CODES],
    codes: [Vec<Code>; CODES],
    /// What the pixels take by them.
    pub(crate) bits: u64,
}

impl GroupCodes {
    /// Heap bytes of those of the largest histogram.
    pub(crate) const MEMORY: u64 = Histogram::SYMBOLS * (size_of::<Code>() as u64 + 1);

    /// The best codes.
    #[inline(never)]
    pub(crate) fn new(histogram: &Histogram) -> Self {
        let alphabets = histogram.alphabets();
        let lengths = alphabets.map(|counts| code_lengths(counts, MAX_CODE_LENGTH));
        let codes = lengths.each_ref().map(|lengths| canonical(lengths));
        let sizes = alphabets.iter().zip(&codes).flat_map(|(counts, codes)| {
            counts.iter().zip(codes).map(|(&count, code)| u64::from(count) * u64::from(code.length))
        });
        let bits = sizes.sum::<u64>() + histogram.extra_bits();
        GroupCodes { lengths, codes, bits }
    }

    /// Writes the codes themselves.
    #[inline(never)]
    pub(crate) fn describe(&self, writer: &mut BitWriter) {
        self.lengths.iter().for_each(|lengths| write_code(writer, lengths));
    }

    /// The code of a symbol of an alphabet, and how many bits it has.
    pub(crate) fn code(&self, alphabet: usize, symbol: usize) -> (u32, u32) {
        let Code { bits, length } = self.codes[alphabet][symbol];
        (bits.into(), length.into())
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

/// An image, ready to be counted and written.
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

    /// What the tiles of each band of so many pixels cost in all groups.
    pub(crate) fn price_bands(
        &self,
        prices: &Prices,
        band: usize,
        tile_bits: u32,
        ready: &mut dyn FnMut(&[[u32; LANES]]),
    ) {
        let mut pricer = Pricer {
            cache: ColourCache::new(self.cache_bits),
            costs: vec![[0; LANES]; self.width.div_ceil(1 << tile_bits)],
            tile_bits,
            width: self.width,
            row: 0,
            band: (0, band),
            ready,
        };
        self.tokens.walk(
            self.argb.len(),
            &mut pricer,
            |pricer, at| match pricer.cache.find_or_insert(self.argb[at]) {
                Some(index) => pricer.add(at, [prices.cached(index)]),
                None => pricer.add(at, prices.literal(self.argb[at])),
            },
            |pricer, at, found| {
                let length = Prefix::of(found.length as u32).symbol;
                let distance = Prefix::of(distance_code(found.distance, self.width)).symbol;
                pricer.add(at, [prices.length(length), prices.distance(distance)]);
                pricer.cache.insert_all(&self.argb[at..at + found.length]);
            },
        );
        // The last band, and those that the last copy covers.
        while pricer.band.0 < self.argb.len() {
            pricer.next_band();
        }
    }

    /// Writes the pixels.
    pub(crate) fn write(&self, writer: &mut BitWriter, groups: &TileGroups, codes: &[GroupCodes]) {
        struct Output<'a> {
            writer: &'a mut BitWriter,
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
                    Some(index) => group.cached(output.writer, index),
                    None => group.literal(output.writer, self.argb[at]),
                }
            },
            |output, at, found| {
                codes[output.cursor.at(at)].copy(output.writer, found, self.width);
                output.cache.insert_all(&self.argb[at..at + found.length]);
            },
        );
    }
}

/// Adds up the prices of a band's tiles.
struct Pricer<'a> {
    cache: ColourCache,
    costs: Vec<[u32; LANES]>,
    tile_bits: u32,
    width: usize,
    /// Where the row begins.
    row: usize,
    /// Where the band begins, and its pixels.
    band: (usize, usize),
    ready: &'a mut dyn FnMut(&[[u32; LANES]]),
}

impl Pricer<'_> {
    #[inline(always)]
    fn add<const COUNT: usize>(&mut self, at: usize, prices: [&Lanes; COUNT]) {
        while at - self.band.0 >= self.band.1 {
            self.next_band();
        }
        while at - self.row >= self.width {
            self.row += self.width;
        }
        let mut sum = [0; LANES];
        for lanes in prices {
            sum.iter_mut().zip(lanes).for_each(|(sum, price)| *sum += price);
        }
        let costs = &mut self.costs[(at - self.row) >> self.tile_bits];
        costs.iter_mut().zip(sum).for_each(|(cost, price)| *cost += u32::from(price));
    }

    fn next_band(&mut self) {
        (self.ready)(&self.costs);
        self.costs.fill([0; LANES]);
        self.band.0 += self.band.1;
    }
}
