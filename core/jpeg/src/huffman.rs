//! Huffman tables (T.81 Annex C, F.2.2.3) that decode a code and the value behind it in one look.

use crate::bits::BitReader;
use crate::error::Error;
use crate::standard::Standard;

/// Bits looked at in one go. Nearly all codes with their values are at most this long.
const LOOKUP_BITS: u32 = 10;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;

/// One decoded symbol, in one word:
///
/// | bits | meaning |
/// | --- | --- |
/// | 31..16 | the value (never 0), where its bits fitted into the look-up; else 0 |
/// | 15..12 | run: zero coefficients in front (AC), 0 for DC |
/// | 11..8 | size: value bits still to be read |
/// | 7..0 | bits used up by the look-up; 0: not a code of at most `LOOKUP_BITS` |
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol(u32);

impl Symbol {
    const NONE: Symbol = Symbol(0);

    fn new(symbol: u8, length: u32) -> Self {
        Symbol(u32::from(symbol >> 4) << 12 | u32::from(symbol & 15) << 8 | length)
    }

    fn with_value(self, value: i32, length: u32) -> Self {
        Symbol((value as u32) << 16 | (self.0 & 0xF000) | length)
    }

    /// The value, or 0 where it must still be read.
    #[inline(always)]
    pub(crate) fn value(self) -> i32 {
        self.0 as i32 >> 16
    }

    #[inline(always)]
    pub(crate) fn run(self) -> usize {
        (self.0 >> 12 & 15) as usize
    }

    #[inline(always)]
    pub(crate) fn size(self) -> u32 {
        self.0 >> 8 & 15
    }

    /// Whether it is EOB, EOBn or ZRL, which carry no value.
    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.0 & 0xFFFF_0F00 == 0
    }

    /// Bits that the look-up has used up.
    #[inline(always)]
    pub(crate) fn length(self) -> u32 {
        self.0 & 0xFF
    }
}

/// A decoding table for DC or AC symbols. Never reallocated: see [`Table::BYTES`].
#[derive(Debug)]
pub(crate) struct Table {
    lookup: Box<[Symbol; LOOKUP_SIZE]>,
    /// For each length, the end (exclusive) of its codes, left-aligned in 16 bits.
    ends: [u32; 17],
    /// For each length, what is added to a code (wrapping) to get the index of its symbol.
    offsets: [u32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// Heap bytes of a table.
    pub(crate) const BYTES: u64 = (LOOKUP_SIZE * size_of::<Symbol>()) as u64;

    /// A table without codes.
    pub(crate) fn empty() -> Self {
        let lookup = vec![Symbol::NONE; LOOKUP_SIZE].into_boxed_slice();
        Table {
            lookup: lookup.try_into().expect("has that length"),
            ends: [0; 17],
            offsets: [0; 17],
            symbols: [0; 256],
        }
    }

    pub(crate) fn load_standard(&mut self, table: &Standard) {
        self.load(&table.counts, table.symbols).expect("Annex K is sound");
    }

    /// Replaces the codes by those of a DHT segment: how many there are of 1 to 16 bits, and their symbols.
    pub(crate) fn load(&mut self, counts: &[u8; 16], symbols: &[u8]) -> Result<(), Error> {
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        if total > 256 || symbols.len() < total {
            return Err(Error::Damaged("Huffman table"));
        }
        self.lookup.fill(Symbol::NONE);
        self.symbols[..total].copy_from_slice(&symbols[..total]);
        let mut code = 0u32;
        let mut index = 0u32;
        for (length, &count) in (1u32..).zip(counts) {
            let count = u32::from(count);
            if code + count > 1 << length {
                return Err(Error::Damaged("Huffman table"));
            }
            self.offsets[length as usize] = index.wrapping_sub(code);
            for code in code..code + count {
                if length <= LOOKUP_BITS {
                    self.enter(code, length, symbols[index as usize]);
                }
                index += 1;
            }
            code += count;
            self.ends[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Ok(())
    }

    /// The next symbol; its value's bits are left in the reader unless [`Symbol::value`] has it.
    ///
    /// Afterwards at least 16 bits are available. `None`: no such code.
    #[inline(always)]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> Option<Symbol> {
        bits.refill();
        let symbol = self.lookup[bits.peek(LOOKUP_BITS) as usize];
        if symbol.length() != 0 {
            bits.consume(symbol.length());
            return Some(symbol);
        }
        let symbol = self.long_code(bits.peek(16))?;
        bits.consume(symbol.length());
        Some(symbol)
    }

    /// The symbol that begins `bits`, of which there are `count`; only short codes are found.
    pub(crate) fn find(&self, bits: u32, count: u32) -> Option<Symbol> {
        let symbol = self.lookup[(bits >> (count - LOOKUP_BITS)) as usize & (LOOKUP_SIZE - 1)];
        (symbol.length() != 0).then_some(symbol)
    }

    /// Fills the look-up for all that may follow a short code, values included where they fit.
    fn enter(&mut self, code: u32, length: u32, symbol: u8) {
        let free = LOOKUP_BITS - length;
        let first = (code << free) as usize;
        let bare = Symbol::new(symbol, length);
        let size = bare.size();
        for (tail, entry) in self.lookup[first..first + (1 << free)].iter_mut().enumerate() {
            *entry = if size == 0 || size > free {
                bare
            } else {
                bare.with_value(extend(tail as u32 >> (free - size), size), length + size)
            };
        }
    }

    #[cold]
    #[inline(never)]
    fn long_code(&self, code: u32) -> Option<Symbol> {
        let length = (LOOKUP_BITS + 1..=16).find(|&length| code < self.ends[length as usize])?;
        let index = (code >> (16 - length)).wrapping_add(self.offsets[length as usize]);
        let symbol = self.symbols[(index & 0xFF) as usize];
        Some(Symbol::new(symbol, length))
    }
}

/// The value of a symbol just decoded, read from the bits where the look-up had no room for it.
#[inline(always)]
pub(crate) fn value_of(symbol: Symbol, bits: &mut BitReader<'_>) -> i32 {
    if symbol.value() != 0 || symbol.size() == 0 {
        return symbol.value();
    }
    let size = symbol.size();
    extend(bits.take(size), size)
}

/// EXTEND of T.81 F.2.2.1: the signed value that `size` bits (at least 1) stand for.
#[inline(always)]
fn extend(bits: u32, size: u32) -> i32 {
    let negative = bits >> (size - 1) == 0;
    bits as i32 - if negative { (1 << size) - 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard;

    #[test]
    fn values_are_extended_as_the_standard_says() {
        assert_eq!([extend(0, 1), extend(1, 1)], [-1, 1]);
        assert_eq!([extend(0, 3), extend(3, 3), extend(4, 3), extend(7, 3)], [-7, -4, 4, 7]);
        assert_eq!(extend(0, 15), -32767);
    }

    #[test]
    fn every_code_of_a_table_is_found() {
        let mut table = Table::empty();
        table.load_standard(&standard::AC_CHROMINANCE);
        let mut code = 0u32;
        let mut symbols = standard::AC_CHROMINANCE.symbols.iter();
        for (length, &count) in (1..).zip(&standard::AC_CHROMINANCE.counts) {
            for _ in 0..count {
                // The code, followed by value bits of 1: the highest value of its size.
                let word = (code << (32 - length)) | (u32::MAX >> length);
                let bytes = word.to_be_bytes().map(|byte| [byte, 0]).concat();
                let stuffed: Vec<u8> = bytes
                    .chunks(2)
                    .flat_map(|pair| if pair[0] == 0xFF { pair.to_vec() } else { vec![pair[0]] })
                    .collect();
                let mut bits = BitReader::new(&stuffed);
                let found = table.decode(&mut bits).expect("a code");
                let symbol = symbols.next().expect("as many as are counted");
                assert_eq!(found.run(), usize::from(symbol >> 4));
                assert_eq!(value_of(found, &mut bits), (1 << (symbol & 15)) - 1);
                code += 1;
            }
            code <<= 1;
        }
        let mut ones = BitReader::new(&[0xFF, 0x00, 0xFF, 0x00, 0xFF, 0x00]);
        assert!(table.decode(&mut ones).is_none());
    }

    #[test]
    fn more_codes_than_fit_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::empty().load(&counts, &[1, 2, 3]).is_err());
        counts[0] = 0;
        counts[7] = 200;
        assert!(Table::empty().load(&counts, &[0; 199]).is_err());
        assert!(Table::empty().load(&counts, &[0; 200]).is_ok());
    }
}
