//! Reads entropy-coded bits (T.81 F.2.2.5), up to the next marker.

use crate::segments::find_marker;

/// A 64-bit reservoir over entropy-coded bytes. Behind the last bit it delivers zeros, and says so.
///
/// It is small and `Copy`: hot loops work on a local copy, which stays in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitReader<'a> {
    /// Bytes not yet in the reservoir. A marker in front stops the refill.
    rest: &'a [u8],
    /// The first of them, fetched ahead: a refill need not wait for memory. [`NONE`] where there are less than eight.
    next: u64,
    /// The next bit is the highest. Bits below `count` are zero, or already those that come next.
    reservoir: u64,
    /// Valid bits in the reservoir, at most 63.
    count: u32,
    /// Zero bits put in for want of data, since the beginning or the last marker.
    padding: u32,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        BitReader { rest: bytes, next: first_word(bytes), reservoir: 0, count: 0, padding: 0 }
    }

    /// Makes at least 56 bits available. It does not ask whether they are needed: that branch would be mispredicted
    /// too often.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        if contains_ff(self.next) {
            *self = self.refill_bytewise();
            return;
        }
        self.reservoir |= self.next >> self.count;
        self.rest = &self.rest[(!self.count as usize & 63) / 8..];
        self.next = first_word(self.rest);
        self.count |= 56;
    }

    /// Makes at least 32 bits available: one Huffman code (16) and its value (15).
    #[inline(always)]
    pub(crate) fn refill_for_symbol(&mut self) {
        if self.count < 32 {
            self.refill();
        }
    }

    /// The next `n` bits (1 to 32), which are available.
    #[inline(always)]
    pub(crate) fn peek(&self, n: u32) -> u32 {
        (self.reservoir >> (64 - n)) as u32
    }

    #[inline(always)]
    pub(crate) fn consume(&mut self, n: u32) {
        debug_assert!(n <= self.count);
        self.reservoir <<= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// The bits that are available, to read ahead.
    #[inline(always)]
    pub(crate) fn ahead(&self) -> Ahead {
        Ahead(self.reservoir)
    }

    /// Continues where `ahead` stands, which has consumed as many bits as the lower six bits of `n` say.
    #[inline(always)]
    pub(crate) fn advance(&mut self, ahead: Ahead, n: u32) {
        self.reservoir = ahead.0;
        self.count = self.count.wrapping_sub(n & 63);
    }

    /// Reads `n` bits (0 to 16) that are available.
    #[inline(always)]
    pub(crate) fn take(&mut self, n: u32) -> u32 {
        let value = ((self.reservoir >> 32) >> (32 - n)) as u32;
        self.consume(n);
        value
    }

    /// Reads one bit, refilling where necessary.
    #[inline(always)]
    pub(crate) fn bit(&mut self) -> bool {
        self.refill_for_symbol();
        self.take(1) != 0
    }

    /// Drops `n` bits, refilling where necessary.
    #[inline(always)]
    pub(crate) fn skip(&mut self, mut n: u32) {
        while n > 0 {
            self.refill_for_symbol();
            let step = n.min(32);
            self.consume(step);
            n -= step;
        }
    }

    /// Whether bits have been read that the data does not hold.
    #[inline(always)]
    pub(crate) fn overrun(&self) -> bool {
        self.count < self.padding
    }

    /// Drops what is left before the next marker and returns its code. The marker itself stays next.
    pub(crate) fn seek_marker(&mut self) -> Option<u8> {
        let at = find_marker(self.rest);
        *self = BitReader::new(&self.rest[at.unwrap_or(self.rest.len())..]);
        self.rest.get(1).copied()
    }

    /// Drops the marker that [`seek_marker`](Self::seek_marker) has found.
    pub(crate) fn skip_marker(&mut self) {
        *self = BitReader::new(self.rest.get(2..).unwrap_or_default());
    }

    /// By value, so that the caller's copy need not live in memory.
    #[cold]
    #[inline(never)]
    fn refill_bytewise(mut self) -> Self {
        while self.count < 56 {
            let byte = match *self.rest {
                [0xFF, 0x00, ..] => {
                    self.rest = &self.rest[2..];
                    0xFF
                }
                // Fill, before a marker (T.81 B.1.1.2) or, as libjpeg has it, before a stuffed byte.
                [0xFF, 0xFF, ..] => {
                    self.rest = &self.rest[1..];
                    continue;
                }
                [] | [0xFF, ..] => {
                    self.padding += 8;
                    0x00
                }
                [byte, ..] => {
                    self.rest = &self.rest[1..];
                    byte
                }
            };
            self.reservoir |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self.next = first_word(self.rest);
        self
    }
}

/// Bits that are read without being counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead(u64);

impl Ahead {
    /// As [`BitReader::peek`].
    #[inline(always)]
    pub(crate) fn peek(self, n: u32) -> u32 {
        (self.0 >> (64 - n)) as u32
    }

    /// Drops as many bits as the lower six bits of `n` say: that is what a shift takes anyway.
    #[inline(always)]
    pub(crate) fn consume(&mut self, n: u32) {
        self.0 <<= n & 63;
    }
}

/// Stands for a word that cannot be taken as a whole.
const NONE: u64 = u64::MAX;

#[inline(always)]
fn first_word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(NONE, |word| from_be_bytes(*word))
}

/// WebAssembly has no instruction that swaps the bytes of an integer, but one for vectors.
#[inline(always)]
fn from_be_bytes(bytes: [u8; 8]) -> u64 {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    {
        use std::arch::wasm32::{i8x16_shuffle, u64x2_extract_lane, u64x2_splat};
        let both = u64x2_splat(u64::from_le_bytes(bytes));
        u64x2_extract_lane::<0>(i8x16_shuffle::<7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8>(
            both, both,
        ))
    }
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    u64::from_be_bytes(bytes)
}

#[inline(always)]
fn contains_ff(word: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    (!word).wrapping_sub(LOW) & word & HIGH != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bytes_are_one_byte_and_markers_end_the_data() {
        let mut bits = BitReader::new(&[0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9, 0x56]);
        let bytes = [0; 5].map(|_: u32| {
            bits.refill();
            bits.take(8)
        });
        assert_eq!(bytes, [0x12, 0xFF, 0x34, 0, 0]);
        assert!(bits.overrun());
        assert_eq!(bits.seek_marker(), Some(0xD9));
        bits.skip_marker();
        assert!(!bits.overrun());
        bits.refill();
        assert_eq!(bits.take(8), 0x56);
    }

    /// The fast refill takes whole words without 0xFF, the slow one single bytes: mixed, they must not lose a bit.
    #[test]
    fn any_sequence_of_reads_gives_the_same_bits() {
        let data: Vec<u8> = (0..400u32).map(|i| ((i * i * 7) >> 3) as u8).map(|b| b.min(0xFE)).collect();
        let mut stuffed = data.clone();
        for at in [370, 200, 90, 33, 5] {
            stuffed.splice(at..at + 1, [0xFF, 0x00]);
        }
        let mut plain = data;
        for at in [370, 200, 90, 33, 5] {
            plain[at] = 0xFF;
        }
        let bit = |i: usize| u32::from(plain[i / 8] >> (7 - i % 8) & 1);
        for step in 1..=16 {
            let mut bits = BitReader::new(&stuffed);
            for start in (0..plain.len() * 8 - step).step_by(step) {
                let expected = (start..start + step).fold(0, |value, i| value << 1 | bit(i));
                bits.refill();
                assert_eq!(bits.take(step as u32), expected, "{step} bits at {start}");
            }
            assert!(!bits.overrun());
        }
    }

    #[test]
    fn a_word_is_searched_for_ff_exactly() {
        for byte in 0..8 {
            assert!(contains_ff(0xFF << (8 * byte)));
            assert!(!contains_ff(0xFE << (8 * byte)));
            assert!(!contains_ff(0x80 << (8 * byte)));
        }
        assert!(!contains_ff(0x00FE_7F80_0102_FEFD));
    }
}
