//! The boolean entropy encoder (RFC 6386 section 7).

/// Writes booleans.
#[derive(Debug)]
pub(crate) struct BoolEncoder {
    out: Vec<u8>,
    /// The interval's lower end: 16 bits that may still change below those written, and bits that are not written yet.
    low: u64,
    range: u32,
    /// Bits of `low` that are complete, less 8.
    bits: i32,
}

/// Bytes that the end of a partition takes at most.
pub(crate) const TAIL: usize = 8;

impl BoolEncoder {
    pub(crate) fn new(out: Vec<u8>) -> Self {
        BoolEncoder { out, low: 0, range: 255, bits: -24 }
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

    /// The same for what is written seldom, with less code.
    #[inline(never)]
    pub(crate) fn put_seldom(&mut self, bit: bool, probability: u8) {
        self.put(bit, probability);
    }

    /// A number of `bits` bits, the highest first.
    #[inline(never)]
    pub(crate) fn literal(&mut self, value: u32, bits: u32) {
        (0..bits).rev().for_each(|bit| self.flag(value >> bit & 1 != 0));
    }

    /// A boolean of even chance.
    pub(crate) fn flag(&mut self, bit: bool) {
        self.put_seldom(bit, 128);
    }

    /// A flag, and a probability where there is one.
    #[inline(never)]
    pub(crate) fn optional(&mut self, probability: Option<u8>) {
        self.flag(probability.is_some());
        if let Some(probability) = probability {
            self.literal(probability.into(), 8);
        }
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

    /// The bytes, as few as a decoder reads before the last boolean.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.flush();
        // 32 + bits bits are left: zeros fill the last byte.
        let zeros = 24 + (-self.bits).rem_euclid(8);
        self.low <<= zeros;
        self.bits += zeros;
        self.flush();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::{BoolEncoder, TAIL};
    use crate::decode::BoolDecoder;
    use crate::encode::bool_cost::MAX_COSTS;
    use fastrand::Rng;

    #[test]
    fn booleans_are_read_back_and_cost_no_more_than_estimated() {
        let mut random = Rng::with_seed(1);
        for round in 0..300 {
            let all: Vec<(bool, u8)> = (0..round * 7)
                .map(|_| {
                    let probability = if round % 3 == 0 { 255 } else { random.u8(1..) };
                    let bit = if round % 2 == 0 { random.u8(..) >= probability } else { true };
                    (bit, probability)
                })
                .collect();
            let mut bools = BoolEncoder::new(Vec::new());
            all.iter().for_each(|&(bit, probability)| bools.put(bit, probability));
            let bytes = bools.finish();
            let most: u64 =
                all.iter().map(|&(bit, p)| u64::from(MAX_COSTS[usize::from(p)][usize::from(bit)])).sum();
            assert!(bytes.len() <= (most / 2048) as usize + 1 + TAIL);
            let mut decoder = BoolDecoder::new(&bytes);
            for (i, &(bit, probability)) in all.iter().enumerate() {
                assert_eq!(decoder.bool(probability), bit, "{i} of round {round}");
            }
            // Nothing is missing at the end, and nothing is too much.
            assert!(!decoder.overrun());
            assert!((bytes.len() as u64) <= most / 2048 + 2);
        }
    }
}
