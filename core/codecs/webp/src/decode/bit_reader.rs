//! The bit reader: least significant bit first (RFC 9649, section 3.2).

/// A 64-bit reservoir over the stream. Zeros follow the last bit; [`overrun`](Self::overrun) says so.
///
/// It is small and `Copy`: hot loops work on a local copy, which stays in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitReader<'a> {
    /// Bytes not yet counted in the reservoir.
    rest: &'a [u8],
    /// The next bit is the lowest. Bits from `count` on are zero, or already those that come next.
    reservoir: u64,
    /// Valid bits in the reservoir.
    count: u32,
    /// Zero bits put in behind the end of the data.
    padding: u32,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        BitReader { rest: bytes, reservoir: 0, count: 0, padding: 0 }
    }

    /// Makes at least 56 bits available: three symbols (15 each), or one with its extra bits (18).
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        if let Some(next) = self.rest.first_chunk::<8>() {
            let bytes = (63 - self.count) / 8;
            self.reservoir |= u64::from_le_bytes(*next) << self.count;
            self.rest = &self.rest[bytes as usize..];
            self.count += bytes * 8;
        } else {
            *self = self.refill_bytewise();
        }
    }

    /// The bits that come next, those that are available lowest.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.reservoir
    }

    /// Drops `n` bits that are available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, n: u32) {
        debug_assert!(n <= self.count);
        self.reservoir >>= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// Reads `n` bits (at most 32) that are available.
    #[inline(always)]
    pub(crate) fn take(&mut self, n: u32) -> u32 {
        let value = (self.reservoir & ((1 << n) - 1)) as u32;
        self.consume(n);
        value
    }

    /// Reads `n` bits (at most 32), refilling.
    pub(crate) fn bits(&mut self, n: u32) -> u32 {
        self.refill();
        self.take(n)
    }

    /// Reads one bit, refilling.
    pub(crate) fn bit(&mut self) -> bool {
        self.bits(1) != 0
    }

    /// Whether bits have been read that the data does not hold.
    #[inline(always)]
    pub(crate) fn overrun(&self) -> bool {
        self.count < self.padding
    }

    /// How many bits come before those of a reader that is further on.
    pub(crate) fn before(&self, later: &Self) -> u64 {
        let left = |reader: &Self| {
            (8 * reader.rest.len() as u64 + u64::from(reader.count)).saturating_sub(reader.padding.into())
        };
        left(self).saturating_sub(left(later))
    }

    /// The bits that were read between here and a reader that is further on, and not refilled in between: at most 32.
    pub(crate) fn taken(&self, later: &Self) -> (u32, u32) {
        let count = self.count.saturating_sub(later.count);
        ((self.reservoir & ((1 << count) - 1)) as u32, count)
    }

    /// By value, so that the caller's copy need not live in memory.
    #[cold]
    #[inline(never)]
    fn refill_bytewise(mut self) -> Self {
        while self.count <= 55 {
            match self.rest.split_first() {
                Some((&byte, rest)) => {
                    self.reservoir |= u64::from(byte) << self.count;
                    self.rest = rest;
                }
                None => self.padding += 8,
            }
            self.count += 8;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::BitReader;

    #[test]
    fn any_sequence_of_reads_gives_the_same_bits() {
        let data: Vec<u8> = (0..400_u32).map(|i| ((i * i * 7) >> 3) as u8).collect();
        let bit = |i: usize| u32::from(data[i / 8] >> (i % 8) & 1);
        for step in 1..=32 {
            let mut bits = BitReader::new(&data);
            for start in (0..=data.len() * 8 - step).step_by(step) {
                let expected = (0..step).fold(0, |value, i| value | bit(start + i) << i);
                assert_eq!(bits.bits(step as u32), expected, "{step} bits at {start}");
                assert!(!bits.overrun());
            }
        }
    }

    #[test]
    fn zeros_follow_the_data() {
        let mut bits = BitReader::new(&[0xFF; 3]);
        assert_eq!(bits.bits(24), 0xFF_FFFF);
        assert!(!bits.overrun());
        for _ in 0..1000 {
            assert_eq!(bits.bits(1), 0);
            assert!(bits.overrun());
        }
    }
}
