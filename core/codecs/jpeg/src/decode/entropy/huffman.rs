//! Huffman tables (T.81 Annex C, F.2.2.3) that decode a code and the value behind it in one look-up.

use crate::decode::definitions::HuffmanCodes;
use crate::decode::entropy::bits::BitReader;

/// Bits of a look-up. Nearly all codes with their values are at most this long.
pub(crate) const LOOKUP_BITS: u32 = 10;
pub(crate) const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;

/// So many symbols can be looked up after a refill, which gives 56 bits: the last one, too, may have the longest code.
pub(crate) const LOOK_UPS_PER_REFILL: u32 = (56 - 16) / LOOKUP_BITS + 1;

/// One decoded symbol, in one word:
///
/// | bits | meaning |
/// | --- | --- |
/// | 31..17 | the value, where its bits fitted into the look-up; else 0 |
/// | 16 | `FAR`: it ends the block, or its code or value is too long for the look-up |
/// | 15..10 | AC: by how much the index advances; for EOBn, n |
/// | 9..6 | size: value bits still to be read |
/// | 5..0 | bits used up by the look-up; 0: not a code of at most `LOOKUP_BITS` |
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol(u32);

/// Added to the advance of rare symbols (ends, long codes, long values), so that the index lies behind every block. The one
/// comparison that each coefficient needs anyway then finds them too.
const FAR: u32 = 64;

impl Symbol {
    const UNKNOWN: Symbol = Symbol(FAR << 10);

    fn new(symbol: u8, length: u32) -> Self {
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        let leap = match (run, size) {
            (15, 0) => 16,
            (_, 0) => FAR + run,
            _ => FAR + run + 1,
        };
        Symbol(leap << 10 | size << 6 | length)
    }

    fn with_value(self, value: i32, length: u32) -> Self {
        Symbol((value as u32) << 17 | (self.0 & 0xFC00) | length)
    }

    /// The value, or 0 where it must still be read. ZRL stands for 15 zeros and the value 0.
    #[inline(always)]
    pub(crate) fn value(self) -> i32 {
        self.0 as i32 >> 17
    }

    /// The advance of a symbol whose value is known; with `FAR` added, that of any other.
    #[inline(always)]
    pub(crate) fn leap(self) -> usize {
        (self.0 >> 10 & 127) as usize
    }

    /// From the index of the coefficient before to that of the one that has the value.
    #[inline(always)]
    pub(crate) fn advance(self) -> usize {
        (self.0 >> 10 & 63) as usize
    }

    /// EOBn's n; 0 is the end of the block.
    #[inline(always)]
    pub(crate) fn end(self) -> Option<u32> {
        (self.leap() >= FAR as usize && self.size() == 0).then_some(self.advance() as u32)
    }

    #[inline(always)]
    pub(crate) fn size(self) -> u32 {
        self.0 >> 6 & 15
    }

    /// Whether its code is too long for the look-up, or none at all.
    #[inline(always)]
    pub(crate) fn is_unknown(self) -> bool {
        self.length() == 0
    }

    /// Whether it advances, and its value is known.
    pub(crate) fn is_whole(self) -> bool {
        self.leap() < FAR as usize
    }

    /// Bits that the look-up has used up.
    #[inline(always)]
    pub(crate) fn length(self) -> u32 {
        self.0 & 63
    }
}

/// A decoding table for DC or AC symbols. Never reallocated: see [`DecodeTable::BYTES`].
#[derive(Debug)]
pub(crate) struct DecodeTable {
    lookup: Box<[Symbol; LOOKUP_SIZE]>,
    /// For each length, the end (exclusive) of its codes, left-aligned in 16 bits.
    ends: [u32; 17],
    /// For each length, what is added to a code (wrapping) to get the index of its symbol.
    offsets: [u32; 17],
    symbols: [u8; 256],
}

impl DecodeTable {
    /// Heap bytes of a table.
    pub(crate) const BYTES: u64 = (LOOKUP_SIZE * size_of::<Symbol>()) as u64;

    /// A table without codes.
    pub(crate) fn empty() -> Self {
        let lookup = vec![Symbol::UNKNOWN; LOOKUP_SIZE].into_boxed_slice();
        DecodeTable {
            lookup: lookup.try_into().expect("has that length"),
            ends: [0; 17],
            offsets: [0; 17],
            symbols: [0; 256],
        }
    }

    /// Replaces the codes. More of them than their bits can tell apart leave the table without any.
    #[inline(never)]
    pub(crate) fn load(&mut self, codes: HuffmanCodes<'_>) {
        let (counts, symbols) = (codes.counts(), codes.symbols());
        self.lookup.fill(Symbol::UNKNOWN);
        self.symbols[..symbols.len()].copy_from_slice(symbols);
        let mut code = 0u32;
        let mut index = 0u32;
        for (length, &count) in (1u32..).zip(counts) {
            let count = u32::from(count);
            if code + count > 1 << length {
                // That is an error only where a scan uses it, as with libjpeg.
                self.lookup.fill(Symbol::UNKNOWN);
                self.ends.fill(0);
                return;
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
    }

    /// Whether it has no codes.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends[16] == 0
    }

    /// The next symbol; its value's bits are left in the reader unless [`Symbol::value`] has it.
    ///
    /// Afterwards at least 16 bits are available. `None`: no such code.
    #[inline(always)]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> Option<Symbol> {
        bits.refill_for_symbol();
        let mut symbol = self.look_up(bits);
        if symbol.is_unknown() {
            symbol = self.long_code(bits.peek(16))?;
        }
        bits.consume(symbol.length());
        Some(symbol)
    }

    /// The symbol of a short code, or one that [is unknown](Symbol::is_unknown). `LOOKUP_BITS` must be available.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: &BitReader<'_>) -> Symbol {
        self.lookup[bits.peek(LOOKUP_BITS) as usize]
    }

    /// The symbol that begins the lower `count` bits of `bits`, or one that [is unknown](Symbol::is_unknown).
    pub(crate) fn find(&self, bits: u32, count: u32) -> Symbol {
        self.lookup[(bits >> (count - LOOKUP_BITS)) as usize & (LOOKUP_SIZE - 1)]
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

    /// The symbol whose code, too long for the look-up, the 16 bits in `code` begin with.
    #[cold]
    #[inline(never)]
    pub(crate) fn long_code(&self, code: u32) -> Option<Symbol> {
        let length = (LOOKUP_BITS + 1..=16).find(|&length| code < self.ends[length as usize])?;
        let index = (code >> (16 - length)).wrapping_add(self.offsets[length as usize]);
        let symbol = self.symbols[(index & 0xFF) as usize];
        Some(Symbol::new(symbol, length))
    }
}

/// The value of a symbol just decoded, read from the bits where the look-up had no room for it.
#[inline(always)]
pub(crate) fn value_of(symbol: Symbol, bits: &mut BitReader<'_>) -> i32 {
    match symbol.value() {
        0 => extend(bits.take(symbol.size()), symbol.size()),
        value => value,
    }
}

/// EXTEND of T.81 F.2.2.1: the signed value that `size` bits stand for.
#[inline(always)]
fn extend(bits: u32, size: u32) -> i32 {
    let negative = bits < (1 << size) / 2;
    bits as i32 - if negative { (1 << size) - 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::definitions::{Definition, huffman};
    use crate::decode::entropy::annex_k;

    #[test]
    fn values_are_extended_as_the_standard_says() {
        assert_eq!([extend(0, 1), extend(1, 1)], [-1, 1]);
        assert_eq!([extend(0, 3), extend(3, 3), extend(4, 3), extend(7, 3)], [-7, -4, 4, 7]);
        assert_eq!(extend(0, 15), -32767);
    }

    #[test]
    fn every_code_of_a_table_is_found() {
        let mut table = DecodeTable::empty();
        table.load(annex_k::AC_CHROMINANCE);
        let mut code = 0u32;
        let mut symbols = annex_k::AC_CHROMINANCE.symbols().iter();
        for (length, &count) in (1..).zip(annex_k::AC_CHROMINANCE.counts()) {
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
                assert_eq!(
                    found.advance(),
                    usize::from(symbol >> 4) + usize::from(*symbol & 15 != 0 || *symbol == 0xF0)
                );
                assert_eq!(found.end().is_some(), *symbol == 0);
                assert_eq!(value_of(found, &mut bits), (1 << (symbol & 15)) - 1);
                code += 1;
            }
            code <<= 1;
        }
        let mut ones = BitReader::new(&[0xFF, 0x00, 0xFF, 0x00, 0xFF, 0x00]);
        assert!(table.decode(&mut ones).is_none());
    }

    #[test]
    fn more_codes_than_fit_leave_none() {
        let (mut payload, mut table) = (vec![0; 17], DecodeTable::empty());
        table.load(annex_k::DC_LUMINANCE);
        payload[2] = 5;
        payload.extend([1, 2, 3, 4, 5]);
        let Ok((Definition::Dc(0, codes), [])) = huffman(&payload) else { panic!("a table of five codes") };
        table.load(codes);
        assert!(table.is_empty());
        assert!(table.decode(&mut BitReader::new(&[0; 8])).is_none());
        assert!(table.decode(&mut BitReader::new(&[0xFE; 8])).is_none());
    }

    #[test]
    fn a_table_without_all_its_symbols_is_refused() {
        let mut payload = vec![0; 17 + 199];
        payload[8] = 200;
        assert!(huffman(&payload).is_err());
        payload.push(0);
        assert!(huffman(&payload).is_ok());
    }
}
