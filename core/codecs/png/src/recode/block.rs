//! A block of a DEFLATE stream (RFC 1951 section 3.2.3), read and written again.

use super::bits::Bits;
use super::codes::{Decoder, LONGEST, LONGEST_OF_LENGTHS, best_lengths, codes};
use super::writer::BitWriter;

/// The order in which the lengths of the codes of lengths stand (section 3.2.7).
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const END: u16 = 256;
/// Symbols of literals and lengths, and of distances.
const LITERALS: usize = 286;
const DISTANCES: usize = 30;

/// A block whose header has been read.
#[derive(Debug)]
pub(super) struct Block {
    /// The codes that it has; of a stored block, the number of its bytes.
    has: Result<Codes, u32>,
}

/// The codes of a block.
#[derive(Debug)]
struct Codes {
    literals: [u8; 288],
    distances: [u8; 32],
    /// How they are told; fixed codes need not be.
    told: Option<Told>,
}

/// Lengths of codes as a block tells them.
#[derive(Debug)]
struct Told {
    /// How many literals' and distances' there are.
    counts: (usize, usize),
    /// Each symbol with what is behind it.
    symbols: Vec<(u8, u8)>,
    /// The lengths of their codes.
    lengths: [u8; 19],
}

/// How often symbols occur in a block.
struct Tally {
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
    /// Bits behind them.
    extra: u64,
}

/// A symbol of a block with the bits behind it, and how many these are.
#[derive(Clone, Copy)]
enum Symbol {
    Literal(u16, u32, u32),
    Distance(u16, u32, u32),
}

impl Block {
    /// Reads a block's header, up to its first symbol.
    pub(super) fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let has = match bits.take(2)? {
            0 => {
                bits.align();
                let (length, complement) = (bits.take(16)?, bits.take(16)?);
                if length != complement ^ 0xFFFF {
                    return None;
                }
                Err(length)
            }
            1 => Ok(Codes::fixed()),
            2 => Ok(Codes::read(bits)?),
            _ => return None,
        };
        Some(Block { has })
    }

    /// Reads the symbols and writes them again, with the codes that take least. `None` where they are broken, or take the
    /// file over `most` bytes.
    pub(super) fn write(
        self,
        bits: &mut Bits<'_>,
        is_last: bool,
        writer: &mut BitWriter,
        most: usize,
    ) -> Option<()> {
        let begin = *bits;
        let mut tally = Tally { literals: [0; LITERALS], distances: [0; DISTANCES], extra: 0 };
        self.symbols(bits, &mut |symbol| tally.count(symbol))?;
        let symbols: u32 = tally.literals.iter().sum();
        if symbols == 1 && !is_last {
            // Nothing but its end.
            return Some(());
        }
        let best = Codes::best(&tally);
        let mut chosen = (best.bits(&tally), &best);
        let fixed = Codes::fixed();
        for other in [Some(&fixed), self.has.as_ref().ok()].into_iter().flatten() {
            let bits = other.bits(&tally);
            if bits < chosen.0 {
                chosen = (bits, other);
            }
        }
        let stored = match self.has {
            Err(length) if length > 0 => Some(writer.stored_bits(length)).filter(|bits| *bits < chosen.0),
            _ => None,
        };
        let bytes = usize::try_from(stored.unwrap_or(chosen.0) / 8).ok()?;
        if writer.len().checked_add(bytes)?.checked_add(16)? > most {
            return None;
        }
        writer.put(is_last.into(), 1);
        let mut source = begin;
        match (stored, &self.has) {
            (Some(_), Err(length)) => {
                writer.put(0, 2);
                writer.align();
                writer.put(*length, 16);
                writer.put(*length ^ 0xFFFF, 16);
                for _ in 0..*length {
                    writer.put(source.take(8)?, 8);
                }
            }
            _ => {
                let writing = chosen.1.begin(writer);
                self.symbols(&mut source, &mut |symbol| writing.put(symbol, writer))?;
            }
        }
        Some(())
    }

    /// Gives all symbols to `take`, the end with them.
    fn symbols(&self, bits: &mut Bits<'_>, take: &mut dyn FnMut(Symbol)) -> Option<()> {
        let codes = match &self.has {
            Ok(codes) => codes,
            Err(length) => {
                for _ in 0..*length {
                    take(Symbol::Literal(bits.take(8)? as u16, 0, 0));
                }
                take(Symbol::Literal(END, 0, 0));
                return Some(());
            }
        };
        let (literals, distances) = (Decoder::new(&codes.literals), Decoder::new(&codes.distances));
        loop {
            let symbol = literals.read(bits)?;
            if usize::from(symbol) >= LITERALS {
                return None;
            }
            let count = length_bits(symbol);
            take(Symbol::Literal(symbol, bits.take(count)?, count));
            if symbol == END {
                return Some(());
            }
            if symbol > END {
                let symbol = distances.read(bits)?;
                if usize::from(symbol) >= DISTANCES {
                    return None;
                }
                let count = distance_bits(symbol);
                take(Symbol::Distance(symbol, bits.take(count)?, count));
            }
        }
    }
}

/// Bits behind a literal or a length (section 3.2.5).
fn length_bits(symbol: u16) -> u32 {
    if (265..285).contains(&symbol) { u32::from(symbol - 261) / 4 } else { 0 }
}

/// Bits behind a distance.
fn distance_bits(symbol: u16) -> u32 {
    (u32::from(symbol) / 2).saturating_sub(1)
}

impl Tally {
    fn count(&mut self, symbol: Symbol) {
        match symbol {
            Symbol::Literal(symbol, _, extra) => {
                self.literals[usize::from(symbol)] += 1;
                self.extra += u64::from(extra);
            }
            Symbol::Distance(symbol, _, extra) => {
                self.distances[usize::from(symbol)] += 1;
                self.extra += u64::from(extra);
            }
        }
    }
}

impl Codes {
    /// Section 3.2.6.
    fn fixed() -> Self {
        let literals = std::array::from_fn(|symbol| match symbol {
            0..144 => 8,
            144..256 => 9,
            256..280 => 7,
            _ => 8,
        });
        Codes { literals, distances: [5; 32], told: None }
    }

    /// Those that a block tells.
    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let counts = (bits.take(5)? as usize + 257, bits.take(5)? as usize + 1);
        let told_lengths = bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for &place in &ORDER[..told_lengths] {
            lengths[usize::from(place)] = bits.take(3)? as u8;
        }
        let decoder = Decoder::new(&lengths);
        let all = counts.0 + counts.1;
        let mut symbols = Vec::with_capacity(all);
        let mut codes = [0; 288 + 32];
        let mut next = 0;
        while next < all {
            let symbol = decoder.read(bits)? as u8;
            let behind = bits.take(repeat(symbol).0)?;
            let (value, times) = match symbol {
                16 => (*codes.get(next.checked_sub(1)?)?, behind as usize + 3),
                17.. => (0, behind as usize + repeat(symbol).1),
                _ => (symbol, 1),
            };
            codes.get_mut(next..next + times)?.fill(value);
            next += times;
            symbols.push((symbol, behind as u8));
        }
        if next != all || counts.0 > 288 || counts.1 > 32 {
            return None;
        }
        let (mut literals, mut distances) = ([0; 288], [0; 32]);
        literals[..counts.0].copy_from_slice(&codes[..counts.0]);
        distances[..counts.1].copy_from_slice(&codes[counts.0..all]);
        Some(Codes { literals, distances, told: Some(Told { counts, symbols, lengths }) })
    }

    /// The best for a block.
    fn best(tally: &Tally) -> Self {
        let (mut literals, mut distances) = ([0; 288], [0; 32]);
        best_lengths(&tally.literals, LONGEST, &mut literals[..LITERALS]);
        best_lengths(&tally.distances, LONGEST, &mut distances[..DISTANCES]);
        let used = |lengths: &[u8]| lengths.iter().rposition(|&length| length > 0).map_or(0, |last| last + 1);
        let counts = (used(&literals).max(257), used(&distances).max(1));
        let mut all = [0; LITERALS + DISTANCES];
        all[..counts.0].copy_from_slice(&literals[..counts.0]);
        all[counts.0..counts.0 + counts.1].copy_from_slice(&distances[..counts.1]);
        let told = Told::new(counts, &all[..counts.0 + counts.1]);
        Codes { literals, distances, told: Some(told) }
    }

    /// Bits of a block with these codes.
    fn bits(&self, tally: &Tally) -> u64 {
        let of = |counts: &[u32], lengths: &[u8]| -> u64 {
            counts.iter().zip(lengths).map(|(count, length)| u64::from(*count) * u64::from(*length)).sum()
        };
        let told = self.told.as_ref().map_or(0, Told::bits);
        3 + told + of(&tally.literals, &self.literals) + of(&tally.distances, &self.distances) + tally.extra
    }

    /// Writes the kind of the block, and what it tells.
    fn begin(&self, writer: &mut BitWriter) -> Writing<'_> {
        writer.put(if self.told.is_some() { 2 } else { 1 }, 2);
        if let Some(told) = &self.told {
            told.write(writer);
        }
        Writing { lengths: self, literals: codes(&self.literals), distances: codes(&self.distances) }
    }
}

/// Writes symbols.
struct Writing<'c> {
    lengths: &'c Codes,
    literals: [u16; 288],
    distances: [u16; 288],
}

impl Writing<'_> {
    fn put(&self, symbol: Symbol, writer: &mut BitWriter) {
        let (codes, lengths, symbol, bits, count) = match symbol {
            Symbol::Literal(symbol, bits, count) => {
                (&self.literals, &self.lengths.literals[..], symbol, bits, count)
            }
            Symbol::Distance(symbol, bits, count) => {
                (&self.distances, &self.lengths.distances[..], symbol, bits, count)
            }
        };
        let symbol = usize::from(symbol);
        writer.put(codes[symbol].into(), lengths[symbol].into());
        writer.put(bits, count);
    }
}

/// Of symbols that repeat a length: bits behind them, and the fewest times.
fn repeat(symbol: u8) -> (u32, usize) {
    match symbol {
        16 => (2, 3),
        17 => (3, 3),
        18 => (7, 11),
        _ => (0, 1),
    }
}

impl Told {
    fn new(counts: (usize, usize), all: &[u8]) -> Self {
        let mut symbols = Vec::with_capacity(all.len());
        for run in all.chunk_by(|a, b| a == b) {
            let (value, mut left) = (run[0], run.len());
            if value > 0 {
                symbols.push((value, 0));
                left -= 1;
            }
            while left > 0 {
                let (symbol, most) = match (value, left) {
                    (_, ..3) => (value, 1),
                    (0, ..11) => (17, 10),
                    (0, _) => (18, 138),
                    _ => (16, 6),
                };
                let times = left.min(most);
                symbols.push((symbol, (times - repeat(symbol).1) as u8));
                left -= times;
            }
        }
        let mut often = [0; 19];
        symbols.iter().for_each(|&(symbol, _)| often[usize::from(symbol)] += 1);
        let mut lengths = [0; 19];
        best_lengths(&often, LONGEST_OF_LENGTHS, &mut lengths);
        Told { counts, symbols, lengths }
    }

    /// How many lengths of codes of lengths are told.
    fn told_lengths(&self) -> usize {
        let last = ORDER.iter().rposition(|&place| self.lengths[usize::from(place)] > 0);
        last.map_or(4, |last| (last + 1).max(4))
    }

    fn bits(&self) -> u64 {
        let symbols = self
            .symbols
            .iter()
            .map(|&(symbol, _)| u64::from(self.lengths[usize::from(symbol)]) + u64::from(repeat(symbol).0));
        14 + 3 * self.told_lengths() as u64 + symbols.sum::<u64>()
    }

    fn write(&self, writer: &mut BitWriter) {
        writer.put(self.counts.0 as u32 - 257, 5);
        writer.put(self.counts.1 as u32 - 1, 5);
        writer.put(self.told_lengths() as u32 - 4, 4);
        for &place in &ORDER[..self.told_lengths()] {
            writer.put(self.lengths[usize::from(place)].into(), 3);
        }
        let codes = codes(&self.lengths);
        for &(symbol, behind) in &self.symbols {
            let index = usize::from(symbol);
            writer.put(codes[index].into(), self.lengths[index].into());
            writer.put(behind.into(), repeat(symbol).0);
        }
    }
}
