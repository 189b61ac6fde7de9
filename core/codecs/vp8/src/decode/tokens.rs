//! Reads the levels of a macroblock (RFC 6386 section 13).

use crate::decode::bool_decoder::BoolDecoder;
use crate::levels::{Flags, Levels, for_each_block};
use crate::tables::{BANDS, Probabilities, RANGES};

/// Reads all levels of a macroblock that is not skipped, whose `has_y2` is known. Returns which blocks end with zeros that are
/// written, where encoders write that a block ends.
pub(crate) fn read(
    levels: &mut Levels,
    bools: &mut BoolDecoder<'_>,
    probabilities: &Probabilities,
    above: &mut Flags,
    left: &mut Flags,
) -> u32 {
    let Levels { blocks, present, has_y2 } = levels;
    *present = 0;
    let mut padded = 0;
    for_each_block(*has_y2, above, left, |number, plane, first, context| {
        let block = &mut blocks[number];
        *block = [0; 16];
        let end = read_block(block, bools, &probabilities[plane], first, context);
        let any = end > first;
        *present |= u32::from(any) << number;
        padded |= u32::from(any && block[end - 1] == 0) << number;
        any
    });
    padded
}

/// Reads the levels of a block from position `first` on. Returns the position behind the last one that is told.
#[inline(never)]
fn read_block(
    block: &mut [i16; 16],
    bools: &mut BoolDecoder<'_>,
    probabilities: &[[[u8; 11]; 3]; 8],
    first: usize,
    context: usize,
) -> usize {
    let at = |n: usize, context: usize| &probabilities[usize::from(BANDS[n])][context];
    let mut p = at(first, context);
    let mut n = first;
    while n < 16 && bools.bool(p[0]) {
        // No end follows a zero.
        while !bools.bool(p[1]) {
            n += 1;
            if n == 16 {
                return n;
            }
            p = at(n, 0);
        }
        let value = if bools.bool(p[2]) { large(bools, p) } else { 1 };
        block[n] = if bools.bool(128) { -value } else { value };
        n += 1;
        p = at(n, if value > 1 { 2 } else { 1 });
    }
    n
}

/// A level above 1.
#[inline(never)]
fn large(bools: &mut BoolDecoder<'_>, p: &[u8; 11]) -> i16 {
    if !bools.bool_seldom(p[3]) {
        return if bools.bool_seldom(p[4]) { 3 + i16::from(bools.bool_seldom(p[5])) } else { 2 };
    }
    let range = if bools.bool_seldom(p[6]) {
        let high = usize::from(bools.bool_seldom(p[8]));
        2 + 2 * high + usize::from(bools.bool_seldom(p[9 + high]))
    } else {
        usize::from(bools.bool_seldom(p[7]))
    };
    let (least, extra) = RANGES[range];
    let bits =
        extra.iter().fold(0, |bits, &probability| bits << 1 | u16::from(bools.bool_seldom(probability)));
    (least + bits) as i16
}
