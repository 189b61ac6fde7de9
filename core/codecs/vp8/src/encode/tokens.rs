//! How levels become booleans (RFC 6386 section 13): a walk over the tree of tokens.

use bytemuck::cast;
use wide::i16x8;

use crate::tables::{BANDS, RANGES};

/// Takes booleans: to count or to write them.
pub(crate) trait BoolSink {
    /// By a probability of the picture: plane, band, context and node.
    fn adaptive(&mut self, slot: [usize; 3], node: usize, bit: bool);
    /// By a probability of the format.
    fn fixed(&mut self, probability: u8, bit: bool);
}

/// Says that a block has no levels.
#[inline(always)]
pub(crate) fn walk_none(first: usize, plane: usize, context: usize, sink: &mut impl BoolSink) -> bool {
    sink.adaptive([plane, usize::from(BANDS[first]), context], 0, false);
    false
}

/// Walks over the levels of a block, in the order of the file, from position `first`. Returns whether there are any.
#[inline(always)]
pub(crate) fn walk(
    levels: &[i16; 16],
    first: usize,
    plane: usize,
    context: usize,
    sink: &mut impl BoolSink,
) -> bool {
    let end = end(levels);
    let mut slot = [plane, usize::from(BANDS[first]), context];
    if end <= first {
        return walk_none(first, plane, context, sink);
    }
    sink.adaptive(slot, 0, true);
    for n in first..end {
        let value = levels[n].unsigned_abs();
        let next = usize::from(BANDS[n + 1]);
        sink.adaptive(slot, 1, value != 0);
        if value == 0 {
            slot = [plane, next, 0];
            continue;
        }
        sink.adaptive(slot, 2, value > 1);
        if value > 1 {
            large(value, slot, sink);
        }
        sink.fixed(128, levels[n] < 0);
        slot = [plane, next, if value > 1 { 2 } else { 1 }];
        if n < 15 {
            sink.adaptive(slot, 0, n + 1 < end);
        }
    }
    true
}

fn large(value: u16, slot: [usize; 3], sink: &mut impl BoolSink) {
    sink.adaptive(slot, 3, value > 4);
    if value <= 4 {
        sink.adaptive(slot, 4, value > 2);
        if value > 2 {
            sink.adaptive(slot, 5, value > 3);
        }
        return;
    }
    let range = RANGES.iter().rposition(|&(least, _)| value >= least).unwrap_or(0);
    sink.adaptive(slot, 6, range > 1);
    if range < 2 {
        sink.adaptive(slot, 7, range == 1);
    } else {
        sink.adaptive(slot, 8, range > 3);
        sink.adaptive(slot, 9 + usize::from(range > 3), range % 2 == 1);
    }
    let (least, extra) = RANGES[range];
    let bits = extra.len();
    for (i, &probability) in extra.iter().enumerate() {
        sink.fixed(probability, (value - least) >> (bits - 1 - i) & 1 != 0);
    }
}

/// The position behind the last level that is not zero.
#[inline(always)]
pub(crate) fn end(levels: &[i16; 16]) -> usize {
    let [low, high]: [i16x8; 2] = cast(*levels);
    let zeros = low.simd_eq(i16x8::ZERO).to_bitmask() | high.simd_eq(i16x8::ZERO).to_bitmask() << 8;
    32 - (!zeros & 0xFFFF).leading_zeros() as usize
}
