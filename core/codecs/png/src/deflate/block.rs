//! A block: tokens and the prefix codes that suit them best (RFC 1951 section 3.2).

use super::bits::BitWriter;
use super::huffman::{code_lengths, codes};
use super::symbols::{
    DISTANCES, END, Histogram, LENGTH_SYMBOLS, LITERALS, MATCH, distance_extra, distance_symbol, length_extra,
};
use crate::encode::File;

/// The longest code of a symbol, and that of a code length.
const LIMIT: usize = 15;
const LIMIT_OF_LENGTHS: usize = 7;

/// Writes tokens as a block, with codes of their own or the fixed ones.
pub(super) fn write(
    tokens: &[u16],
    histogram: &Histogram,
    is_last: bool,
    file: &mut File,
    bits: &mut BitWriter,
) {
    let mut counts = histogram.clone();
    counts.literals[END] += 1;
    let own = Codes {
        literals: code_lengths(&counts.literals, LIMIT),
        distances: code_lengths(&counts.distances, LIMIT),
    };
    let header = Header::new(&own);
    let fixed = Codes::fixed();
    let is_fixed = fixed.bits(&counts) <= own.bits(&counts) + header.bits();
    bits.write(u32::from(is_last) | if is_fixed { 1 } else { 2 } << 1, 3, file);
    if is_fixed {
        fixed.write(tokens, file, bits);
    } else {
        header.write(file, bits);
        own.write(tokens, file, bits);
    }
}

/// Writes bytes as they are.
pub(super) fn write_stored(bytes: &[u8], file: &mut File, bits: &mut BitWriter) {
    for part in bytes.chunks(usize::from(u16::MAX)) {
        bits.write(0, 3, file);
        bits.align(file);
        let length = part.len() as u16;
        file.push(&length.to_le_bytes());
        file.push(&(!length).to_le_bytes());
        file.push(part);
    }
}

/// Lengths of codes.
struct Codes {
    literals: [u8; LITERALS],
    distances: [u8; DISTANCES],
}

impl Codes {
    /// RFC 1951 section 3.2.6.
    fn fixed() -> Self {
        let length = |symbol| match symbol {
            0..144 => 8,
            144..256 => 9,
            256..280 => 7,
            _ => 8,
        };
        Self { literals: std::array::from_fn(length), distances: [5; DISTANCES] }
    }

    /// Bits that symbols take, without those that follow.
    fn bits(&self, counts: &Histogram) -> u64 {
        let sum = |counts: &[u32], lengths: &[u8]| -> u64 {
            counts.iter().zip(lengths).map(|(count, length)| u64::from(count * u32::from(*length))).sum()
        };
        sum(&counts.literals, &self.literals) + sum(&counts.distances, &self.distances)
    }

    fn write(&self, tokens: &[u16], file: &mut File, bits: &mut BitWriter) {
        let literals = self.literal_codes();
        let distances = codes(&self.distances);
        let (mut code, mut count) = (0u32, 0u32);
        let lengths: [(u32, u32); 256] = std::array::from_fn(|length| {
            let symbol = usize::from(LENGTH_SYMBOLS[length]);
            let extra = length_extra(symbol);
            (code, count) = split(literals[symbol]);
            // What follows is the distance from the shortest of the symbol, which are its lowest bits.
            let rest = if extra == 0 { 0 } else { (length as u32) & ((1 << extra) - 1) };
            (code | rest << count, count + extra)
        });
        let mut tokens = tokens.iter();
        while let Some(&token) = tokens.next() {
            if token < MATCH {
                let (code, count) = split(literals[usize::from(token)]);
                bits.add(code, count);
                // Two more literals have room before bits are flushed.
                for _ in 0..2 {
                    match tokens.as_slice().first() {
                        Some(&token) if token < MATCH => {
                            let (code, count) = split(literals[usize::from(token)]);
                            bits.add(code, count);
                            tokens.next();
                        }
                        _ => break,
                    }
                }
            } else {
                let (code, count) = lengths[usize::from(token & 255)];
                bits.add(code, count);
                let distance = tokens.next().copied().unwrap_or_default();
                let symbol = distance_symbol(distance);
                let (code, count) = split(distances[symbol]);
                let extra = distance_extra(symbol);
                bits.add(code | (u32::from(distance) & ((1 << extra) - 1)) << count, count + extra);
            }
            bits.flush(file);
        }
        let (code, count) = split(literals[END]);
        bits.write(code, count, file);
    }

    fn literal_codes(&self) -> [u32; 288] {
        // The fixed code has two symbols that do not occur.
        let lengths: [u8; 288] = std::array::from_fn(|symbol| match self.literals.get(symbol) {
            Some(&length) => length,
            None if self.distances == [5; DISTANCES] => 8,
            None => 0,
        });
        codes(&lengths)
    }
}

/// A code and its length.
fn split(code: u32) -> (u32, u32) {
    (code & 0xffff, code >> 16)
}

/// The lengths of a block's codes as they are written (RFC 1951 section 3.2.7).
struct Header {
    literals: usize,
    distances: usize,
    /// Symbols of lengths, and the bits that follow above bit 8.
    symbols: [u16; LITERALS + DISTANCES],
    count: usize,
    lengths: [u8; 19],
    /// How many of the lengths' lengths are written.
    written: usize,
}

/// The order in which lengths of codes of lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Header {
    fn new(codes: &Codes) -> Self {
        let used = |lengths: &[u8], least| {
            lengths.iter().rposition(|&length| length > 0).map_or(least, |last| (last + 1).max(least))
        };
        let (literals, distances) = (used(&codes.literals, 257), used(&codes.distances, 1));
        let mut all = [0; LITERALS + DISTANCES];
        all[..literals].copy_from_slice(&codes.literals[..literals]);
        all[literals..literals + distances].copy_from_slice(&codes.distances[..distances]);
        let mut header = Self {
            literals,
            distances,
            symbols: [0; LITERALS + DISTANCES],
            count: 0,
            lengths: [0; 19],
            written: 4,
        };
        let mut counts = [0u32; 19];
        header.run_lengths(&all[..literals + distances], &mut counts);
        header.lengths = code_lengths(&counts, LIMIT_OF_LENGTHS);
        header.written =
            ORDER.iter().rposition(|&symbol| header.lengths[symbol] > 0).map_or(4, |last| (last + 1).max(4));
        header
    }

    fn run_lengths(&mut self, mut lengths: &[u8], counts: &mut [u32; 19]) {
        let mut put = |symbol: u16, rest: usize| {
            self.symbols[self.count] = symbol | (rest as u16) << 8;
            self.count += 1;
            counts[usize::from(symbol)] += 1;
        };
        while let Some(&length) = lengths.first() {
            let mut run = lengths.iter().take_while(|&&other| other == length).count();
            lengths = &lengths[run..];
            if length > 0 {
                put(length.into(), 0);
                run -= 1;
            }
            while run > 0 {
                let taken = match (length, run) {
                    (0, 11..) => {
                        put(18, run.min(138) - 11);
                        run.min(138)
                    }
                    (0, 3..) => {
                        put(17, run - 3);
                        run
                    }
                    (1.., 3..) => {
                        put(16, run.min(6) - 3);
                        run.min(6)
                    }
                    _ => {
                        put(length.into(), 0);
                        1
                    }
                };
                run -= taken;
            }
        }
    }

    fn bits(&self) -> u64 {
        let symbols = self.symbols[..self.count].iter().map(|&symbol| {
            let symbol = usize::from(symbol & 255);
            u64::from(self.lengths[symbol]) + u64::from(rest_bits(symbol))
        });
        14 + self.written as u64 * 3 + symbols.sum::<u64>()
    }

    fn write(&self, file: &mut File, bits: &mut BitWriter) {
        bits.add((self.literals - 257) as u32, 5);
        bits.add((self.distances - 1) as u32, 5);
        bits.write((self.written - 4) as u32, 4, file);
        for &symbol in &ORDER[..self.written] {
            bits.write(self.lengths[symbol].into(), 3, file);
        }
        let codes = codes(&self.lengths);
        for &symbol in &self.symbols[..self.count] {
            let (code, count) = split(codes[usize::from(symbol & 255)]);
            bits.add(code, count);
            bits.write(u32::from(symbol >> 8), rest_bits(usize::from(symbol & 255)), file);
        }
    }
}

/// Bits that follow the symbol of a length.
fn rest_bits(symbol: usize) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}
