//! The boolean entropy decoder (RFC 6386 section 7).

/// Bytes that are taken in at a time.
const WINDOW: usize = 7;

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
    /// Whether zeros behind the end of the data were taken in.
    overrun: bool,
}

impl<'a> BoolDecoder<'a> {
    /// A decoder at the start of a partition.
    pub fn new(data: &'a [u8]) -> Self {
        BoolDecoder { rest: data, value: 0, range: 255, bits: -8, overrun: false }
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
        self.overrun
    }

    /// Takes in the next bytes: seven, and at the end of the data one.
    ///
    /// No encoder writes a first byte of 255. The value is too large then, and what is read depends on how many bytes are taken
    /// in at a time: here as many as in libwebp on 64-bit machines, which reads the same but for rare cases.
    #[inline]
    fn refill(&mut self) {
        if let Some(next) = self.rest.first_chunk::<8>() {
            self.value = self.value << (8 * WINDOW) | u64::from_be_bytes(*next) >> (64 - 8 * WINDOW);
            self.rest = &self.rest[WINDOW..];
            self.bits += 8 * WINDOW as i32;
        } else {
            self.refill_byte();
        }
    }

    #[cold]
    fn refill_byte(&mut self) {
        let byte = match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                byte
            }
            None => {
                self.overrun = true;
                0
            }
        };
        self.value = self.value << 8 | u64::from(byte);
        self.bits += 8;
    }
}

#[cfg(test)]
mod tests {
    use super::BoolDecoder;

    #[test]
    fn the_end_of_the_data_is_told() {
        for bytes in 1..=20 {
            // Zeros of even chance take a bit each, but for the first one, which takes none.
            let zeros = [0; 20];
            let mut bools = BoolDecoder::new(&zeros[..bytes]);
            for read in 0..200 {
                assert!(!bools.flag());
                // The byte that is compared is the one that follows the bits taken before.
                assert_eq!(bools.overrun(), read + 7 > 8 * bytes, "{bytes}, {read}");
            }
        }
        let mut nothing = BoolDecoder::new(&[]);
        assert!(!nothing.flag() && nothing.overrun());
    }

    #[test]
    fn seven_bytes_are_taken_in_at_a_time() {
        // The first byte is not below the range, so that booleans are true. The sum of the range's 127 and 200 loses its
        // ninth bit where bytes are taken in again, after 49 booleans. 71 of 127 is above the half, what is left of it not.
        let mut data = [0; 20];
        (data[0], data[6]) = (255, 200);
        let mut bools = BoolDecoder::new(&data);
        assert_eq!((0..60).position(|_| !bools.flag()), Some(50));
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
