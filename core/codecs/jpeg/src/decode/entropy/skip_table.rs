//! Skips coefficients that are not wanted, several symbols in one look-up.

use crate::decode::entropy::bits::BitReader;
use crate::decode::entropy::huffman::DecodeTable;

const LOOKUP_BITS: u32 = 13;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;
/// After a refill, which gives 56 bits.
const LOOK_UPS_PER_REFILL: u32 = 56 / LOOKUP_BITS;

/// For the next bits, how many of them are whole AC symbols with their values, and what these do.
///
/// Before [`prepare`](Self::prepare) it knows nothing, and is only slower.
#[derive(Debug)]
pub(crate) struct SkipTable(Box<[Skip; LOOKUP_SIZE]>);

/// | bits | meaning |
/// | --- | --- |
/// | 15..6 | coefficients skipped; `END` more if the last symbol is the end of the block; `UNKNOWN` |
/// | 5..0 | bits used up |
///
/// Skips are added up as they are: what they use up of a refill has room in its six bits.
#[derive(Clone, Copy, Debug)]
struct Skip(u16);

/// Bits of a skip that say how many are used up.
const USED_BITS: u32 = 6;
/// More than any index, and than one look-up can skip: 16 for each bit.
const END: usize = 256;
/// Not even one symbol is known.
const UNKNOWN: usize = 2 * END;

impl SkipTable {
    /// Heap bytes of a table.
    pub(crate) const BYTES: u64 = (LOOKUP_SIZE * size_of::<Skip>()) as u64;

    pub(crate) fn empty() -> Self {
        let skips = vec![Skip::new(0, UNKNOWN); LOOKUP_SIZE].into_boxed_slice();
        SkipTable(skips.try_into().expect("has that length"))
    }

    /// Works out the skips for a table of AC symbols.
    #[inline(never)]
    pub(crate) fn prepare(&mut self, ac: &DecodeTable) {
        for (bits, skip) in self.0.iter_mut().enumerate() {
            *skip = Skip::over(bits as u32, ac);
        }
    }

    /// Skips a block's coefficients from `index` on. `None` where the data is broken.
    #[inline(always)]
    pub(crate) fn skip_rest(
        &self,
        bits: &mut BitReader<'_>,
        ac: &DecodeTable,
        mut index: usize,
    ) -> Option<()> {
        'refill: loop {
            bits.refill();
            let mut ahead = bits.ahead();
            let mut sum = index << USED_BITS;
            let skip = 'other: {
                for _ in 0..LOOK_UPS_PER_REFILL {
                    let skip = self.0[ahead.peek(LOOKUP_BITS) as usize];
                    if sum + usize::from(skip.0) >= 65 << USED_BITS {
                        break 'other skip;
                    }
                    sum += usize::from(skip.0);
                    ahead.consume(skip.0.into());
                }
                bits.advance(ahead, sum as u32);
                index = sum >> USED_BITS;
                continue 'refill;
            };
            bits.advance(ahead, sum as u32);
            index = sum >> USED_BITS;
            // Behind a full block, they would be symbols of the next one.
            if index == 64 {
                return Some(());
            }
            if (END..END + 64).contains(&(index + skip.skipped())) {
                bits.consume(skip.bits());
                return Some(());
            }
            let symbol = ac.decode(bits)?;
            bits.consume(symbol.size());
            if symbol.end().is_some() {
                return Some(());
            }
            index += symbol.advance();
            if index >= 64 {
                return Some(());
            }
        }
    }
}

impl Skip {
    fn over(bits: u32, ac: &DecodeTable) -> Self {
        let (mut used, mut skipped) = (0, 0);
        loop {
            let symbol = ac.find(bits << used, LOOKUP_BITS);
            let length = symbol.length() + symbol.size();
            if symbol.is_unknown() || used + length > LOOKUP_BITS {
                break;
            }
            used += length;
            if symbol.end().is_some() {
                return Skip::new(used, END + skipped);
            }
            skipped += symbol.advance();
        }
        Skip::new(used, if used == 0 { UNKNOWN } else { skipped })
    }

    fn new(bits: u32, skipped: usize) -> Self {
        Skip((skipped as u16) << USED_BITS | bits as u16)
    }

    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self.0 & ((1 << USED_BITS) - 1))
    }

    #[inline(always)]
    fn skipped(self) -> usize {
        usize::from(self.0 >> USED_BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::entropy::annex_k;
    use fastrand::Rng;

    #[test]
    fn several_symbols_at_a_time_end_where_single_ones_do() {
        let mut ac = DecodeTable::empty();
        ac.load(annex_k::AC_LUMINANCE);
        let (slow, mut fast) = (SkipTable::empty(), SkipTable::empty());
        fast.prepare(&ac);
        let mut random = Rng::with_seed(1);
        let data: Vec<u8> = (0..4000).map(|_| random.u8(..0xFF)).collect();
        for start in 0..data.len() - 200 {
            let (mut one, mut other) = (BitReader::new(&data[start..]), BitReader::new(&data[start..]));
            for index in [1, 5, 63] {
                let ended = slow.skip_rest(&mut one, &ac, index);
                assert_eq!(fast.skip_rest(&mut other, &ac, index), ended);
                if ended.is_none() {
                    break;
                }
                one.refill();
                other.refill();
                assert_eq!(one.peek(32), other.peek(32), "byte {start}, index {index}");
            }
        }
    }
}
