//! The boolean entropy encoder (RFC 6386 section 7), and what booleans cost.

/// 256ths of a bit that a boolean of probability p/256 takes, by p. The first is never asked for.
pub(crate) static COSTS: [u16; 257] = {
    let mut costs = [0; 257];
    let mut p = 1;
    while p < 257 {
        costs[p] = (8 * 256 - log2(p as u64)) as u16;
        p += 1;
    }
    costs
};

/// The most that it takes, whatever the state of the encoder.
pub(crate) static MOST: [[u16; 2]; 256] = {
    let mut costs = [[0; 2]; 256];
    let mut p = 1;
    while p < 256 {
        let mut range = 128;
        while range < 256 {
            let zero = 1 + (((range - 1) * p) >> 8);
            let all = log2(range);
            let of = [all - log2(zero) + 1, all - log2(range - zero) + 1];
            let mut bit = 0;
            while bit < 2 {
                if of[bit] > costs[p as usize][bit] as u64 {
                    costs[p as usize][bit] = of[bit] as u16;
                }
                bit += 1;
            }
            range += 1;
        }
        p += 1;
    }
    costs
};

/// log₂ in 256ths, rounded down. `value`: 1 to 256.
const fn log2(value: u64) -> u64 {
    let whole = value.ilog2() as u64;
    // Between 1 and 2, in 2³⁰ths: every squaring gives a bit.
    let mut rest = (value << 30) >> whole;
    let mut result = whole;
    let mut bit = 0;
    while bit < 8 {
        rest = (rest * rest) >> 30;
        result *= 2;
        if rest >= 2 << 30 {
            rest /= 2;
            result += 1;
        }
        bit += 1;
    }
    result
}

/// The cost of a boolean in 256ths of a bit.
#[inline(always)]
pub(crate) fn cost(bit: bool, probability: u8) -> u32 {
    let p = usize::from(probability);
    u32::from(COSTS[if bit { 256 - p } else { p }])
}

/// Writes booleans.
#[derive(Debug)]
pub(crate) struct Bools {
    out: Vec<u8>,
    /// The interval's lower end: 16 bits that may still change below those written, and bits on their way there.
    low: u64,
    range: u32,
    /// Bits of `low` that are complete, less 8.
    bits: i32,
}

/// Bytes that the end of a partition takes at most.
pub(crate) const TAIL: usize = 8;

impl Bools {
    pub(crate) fn new(out: Vec<u8>) -> Self {
        Bools { out, low: 0, range: 255, bits: -24 }
    }

    #[inline(always)]
    pub(crate) fn put(&mut self, bit: bool, probability: u8) {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        if bit {
            self.low += u64::from(split);
            self.range -= split;
        } else {
            self.range = split;
        }
        let shift = self.range.leading_zeros() - 24;
        self.range <<= shift;
        self.low <<= shift;
        self.bits += shift as i32;
        if self.bits >= 8 {
            self.flush();
        }
    }

    /// A number of `bits` bits, the highest first.
    pub(crate) fn literal(&mut self, value: u32, bits: u32) {
        (0..bits).rev().for_each(|bit| self.put(value >> bit & 1 != 0, 128));
    }

    /// Writes the complete bytes of `low`.
    #[inline]
    fn flush(&mut self) {
        // 32 + bits bits: those complete are on top.
        while self.bits >= 0 {
            let place = 24 + self.bits as u32;
            let top = self.low >> place;
            if top > 0xFF {
                self.carry();
            }
            self.out.push(top as u8);
            self.low &= (1 << place) - 1;
            self.bits -= 8;
        }
    }

    #[cold]
    fn carry(&mut self) {
        for byte in self.out.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    /// Bytes written.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        (0..32).for_each(|_| self.put(false, 128));
        self.flush();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;

    /// RFC 6386 section 7.3, bit by bit.
    struct Reader<'b> {
        bytes: std::slice::Iter<'b, u8>,
        value: u32,
        range: u32,
        shifts: u32,
    }

    impl Reader<'_> {
        fn next(&mut self, probability: u8) -> bool {
            let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
            let bit = self.value >= split << 8;
            if bit {
                self.range -= split;
                self.value -= split << 8;
            } else {
                self.range = split;
            }
            while self.range < 128 {
                self.value <<= 1;
                self.range <<= 1;
                self.shifts += 1;
                if self.shifts == 8 {
                    self.shifts = 0;
                    self.value |= u32::from(*self.bytes.next().unwrap_or(&0));
                }
            }
            bit
        }
    }

    #[test]
    fn booleans_are_read_back_and_take_no_more_than_foretold() {
        let mut random = Rng::with_seed(1);
        for round in 0..300 {
            let all: Vec<(bool, u8)> = (0..round * 7)
                .map(|_| {
                    let probability = if round % 3 == 0 { 255 } else { random.u8(1..) };
                    let bit = if round % 2 == 0 { random.u8(..) >= probability } else { true };
                    (bit, probability)
                })
                .collect();
            let mut bools = Bools::new(Vec::new());
            all.iter().for_each(|&(bit, probability)| bools.put(bit, probability));
            let bytes = bools.finish();
            let most: u64 =
                all.iter().map(|&(bit, p)| u64::from(MOST[usize::from(p)][usize::from(bit)])).sum();
            assert!(bytes.len() <= (most / 2048) as usize + 1 + TAIL);
            let mut rest = bytes.iter();
            let mut two = || u32::from(*rest.next().unwrap_or(&0));
            let value = two() << 8 | two();
            let mut reader = Reader { bytes: rest, value, range: 255, shifts: 0 };
            for (i, &(bit, probability)) in all.iter().enumerate() {
                assert_eq!(reader.next(probability), bit, "{i} of round {round}");
            }
        }
    }
}
