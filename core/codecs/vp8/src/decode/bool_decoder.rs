//! The boolean entropy decoder (RFC 6386 section 7).

/// Bits that are taken in at a time, at most.
const WINDOW: i32 = 56;

/// Reads booleans, each by the probability that it is false. Behind the end of the data there are zeros, as a decoder
/// of VP8 must have it; [`overrun`](Self::overrun) says so.
///
/// ```
/// use edgepix_vp8::BoolDecoder;
///
/// let mut bools = BoolDecoder::new(&[0b1010_0000, 0, 0, 0]);
/// assert_eq!((bools.flag(), bools.flag()), (true, false));
/// assert!(!bools.overrun());
/// ```
#[derive(Clone, Debug)]
pub struct BoolDecoder<'a> {
    rest: &'a [u8],
    /// What is read next: the byte that is compared with the split, and `bits` bits below it.
    value: u64,
    /// 128 to 255 between calls.
    range: u32,
    /// Bits of `value` below the byte that is compared. Negative where the next bytes must be taken in.
    bits: i32,
    /// Bytes of zeros taken in behind the end of the data.
    padding: u64,
}

impl<'a> BoolDecoder<'a> {
    /// A decoder at the start of a partition.
    pub fn new(data: &'a [u8]) -> Self {
        BoolDecoder { rest: data, value: 0, range: 255, bits: -8, padding: 0 }
    }

    /// Reads a boolean that is false with a probability of `probability` / 256 (section 7.3).
    #[inline]
    pub fn bool(&mut self, probability: u8) -> bool {
        if self.bits < 0 {
            self.refill();
        }
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let place = u64::from(split) << self.bits;
        let bit = self.value >= place;
        if bit {
            self.range -= split;
            self.value -= place;
        } else {
            self.range = split;
        }
        // A range of at least 1 has at most 31 leading zeros, and less than 256 at least 24.
        let shift = self.range.leading_zeros() - 24;
        self.range <<= shift;
        self.bits -= shift as i32;
        bit
    }

    /// The same for what is read seldom, with less code.
    #[inline(never)]
    pub(crate) fn bool_seldom(&mut self, probability: u8) -> bool {
        self.bool(probability)
    }

    /// Reads a boolean of even chance: `L(1)` or a flag.
    pub fn flag(&mut self) -> bool {
        self.bool_seldom(128)
    }

    /// Reads an unsigned number of `bits` bits (at most 32), the highest first: `L(n)` (section 8).
    #[inline(never)]
    pub fn literal(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| value << 1 | u32::from(self.flag()))
    }

    /// Reads a magnitude of `bits` bits (at most 31), and then its sign (section 9.3).
    pub fn signed(&mut self, bits: u32) -> i32 {
        let magnitude = self.literal(bits) as i32;
        if self.flag() { -magnitude } else { magnitude }
    }

    /// Reads a flag, and an unsigned number of `bits` bits (at most 32) where it is set.
    #[inline(never)]
    pub fn optional(&mut self, bits: u32) -> Option<u32> {
        self.flag().then(|| self.literal(bits))
    }

    /// Reads a flag, and a magnitude of `bits` bits (at most 31) with its sign where it is set.
    #[inline(never)]
    pub fn optional_signed(&mut self, bits: u32) -> Option<i32> {
        self.flag().then(|| self.signed(bits))
    }

    /// Whether bytes behind the end of the data, taken as zeros, have taken part in what was read. An encoder may leave
    /// out zeros at the end, so that this is no damage by itself at the last booleans of a partition.
    pub fn overrun(&self) -> bool {
        self.padding * 8 > self.bits.max(0) as u64
    }

    /// Takes in bytes until `bits` is at least 40.
    #[inline]
    fn refill(&mut self) {
        if let Some(next) = self.rest.first_chunk::<8>() {
            let bytes = (WINDOW - 8 - self.bits) / 8;
            self.value = self.value << (8 * bytes) | u64::from_be_bytes(*next) >> (64 - 8 * bytes);
            self.rest = &self.rest[bytes as usize..];
            self.bits += 8 * bytes;
        } else {
            self.refill_bytewise();
        }
    }

    #[cold]
    fn refill_bytewise(&mut self) {
        while self.bits < WINDOW - 16 {
            let byte = match self.rest.split_first() {
                Some((&byte, rest)) => {
                    self.rest = rest;
                    byte
                }
                None => {
                    self.padding += 1;
                    0
                }
            };
            self.value = self.value << 8 | u64::from(byte);
            self.bits += 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BoolDecoder;

    #[test]
    fn the_end_of_the_data_is_told() {
        // Zeros of even chance take a bit each.
        let mut bools = BoolDecoder::new(&[0; 20]);
        for read in 0..200 {
            assert!(!bools.flag());
            // The byte that is compared is the one that follows the bits read before.
            assert_eq!(bools.overrun(), read >= 20 * 8 - 7, "{read}");
        }
        let mut nothing = BoolDecoder::new(&[]);
        assert!(!nothing.flag() && nothing.overrun());
    }

    #[test]
    fn numbers_are_those_of_their_bits() {
        let encode = |bits: &[bool]| {
            let mut bools = crate::encode::BoolEncoder::new(Vec::new());
            bits.iter().for_each(|&bit| bools.put(bit, 128));
            bools.finish()
        };
        let data = encode(&[true, false, true, true, true, false, true, true, true, false, true, true]);
        let mut bools = BoolDecoder::new(&data);
        assert_eq!(bools.literal(4), 0b1011);
        assert_eq!(bools.optional(3), Some(0b011));
        let mut bools = BoolDecoder::new(&data);
        assert_eq!(bools.signed(3), -0b101);
        assert_eq!(bools.optional_signed(2), Some(-0b01));
        // Zeros follow.
        assert_eq!(bools.optional_signed(3), Some(0b011));
        assert_eq!((bools.optional(5), bools.optional_signed(5)), (None, None));
    }
}
