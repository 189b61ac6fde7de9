//! Decodes AC symbols whose values come with their codes, two in one look-up.

use crate::decode::entropy::bits::Ahead;
use crate::decode::entropy::huffman::{DecodeTable, LOOKUP_BITS, LOOKUP_SIZE};

/// For the next bits, the symbol that they begin with, and the one behind it.
#[derive(Debug)]
pub(crate) struct PairTable(Box<[Pair; LOOKUP_SIZE]>);

/// Two symbols, in one word:
///
/// | bits | meaning |
/// | --- | --- |
/// | 63..48 | the second one's value |
/// | 47..32 | the first one's |
/// | 22..16 | by how much both advance the index |
/// | 14..8 | by how much the first does, as in [`Symbol::leap`](crate::decode::entropy::huffman::Symbol::leap) |
/// | 5..0 | bits used up by both |
///
/// Where the second is not known, it repeats the first one's value and advances by nothing: so both can be stored, one
/// after the other, without asking. Where not even the first is known, its leap says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair(u64);

impl PairTable {
    /// Heap bytes of a table.
    pub(crate) const BYTES: u64 = (LOOKUP_SIZE * size_of::<Pair>()) as u64;

    #[inline(never)]
    pub(crate) fn new(ac: &DecodeTable) -> Self {
        let pairs: Vec<Pair> = (0..LOOKUP_SIZE as u32).map(|bits| Pair::at(bits, ac)).collect();
        PairTable(pairs.into_boxed_slice().try_into().expect("has that length"))
    }

    /// The next symbols. `LOOKUP_BITS` must be available.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: Ahead) -> Pair {
        self.0[bits.peek(LOOKUP_BITS) as usize]
    }
}

impl Pair {
    fn at(bits: u32, ac: &DecodeTable) -> Self {
        let first = ac.find(bits, LOOKUP_BITS);
        let second = ac.find(bits << first.length(), LOOKUP_BITS);
        let both = first.length() + second.length();
        let (leap, value) = (first.leap(), first.value());
        if first.is_whole() && second.is_whole() && both <= LOOKUP_BITS {
            Pair::new([value, second.value()], [leap, leap + second.leap()], both)
        } else {
            Pair::new([value; 2], [leap; 2], first.length())
        }
    }

    fn new(values: [i32; 2], leaps: [usize; 2], length: u32) -> Self {
        let [first, second] = values.map(|value| u64::from(value as u16));
        Pair(
            second << 48 | first << 32 | (leaps[1] as u64) << 16 | (leaps[0] as u64) << 8 | u64::from(length),
        )
    }

    #[inline(always)]
    pub(crate) fn first_value(self) -> i16 {
        (self.0 >> 32) as i16
    }

    #[inline(always)]
    pub(crate) fn second_value(self) -> i16 {
        (self.0 >> 48) as i16
    }

    /// Of the first.
    #[inline(always)]
    pub(crate) fn leap(self) -> usize {
        (self.0 >> 8 & 127) as usize
    }

    /// Of both.
    #[inline(always)]
    pub(crate) fn leap_of_both(self) -> usize {
        (self.0 >> 16 & 127) as usize
    }

    /// Bits used up, in the lower six bits.
    #[inline(always)]
    pub(crate) fn length(self) -> u32 {
        self.0 as u32
    }
}
