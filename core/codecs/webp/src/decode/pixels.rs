//! Entropy-coded pixels (RFC 9649, section 3.7.3): literals, references and colours of the cache.

use crate::backward_reference::{NEAR, NEAR_OFFSETS, Prefix};
use crate::colour_cache::ColourCache;
use crate::decode::bit_reader::BitReader;
use crate::decode::groups::{PrefixGroup, PrefixGroups};
use crate::prefix_code::{LENGTHS, LITERALS};

/// Decodes all pixels of an image. If the data ends or makes no sense before that, the error is how many
/// there are at least.
pub(crate) fn decode_pixels(
    reader: &mut BitReader<'_>,
    argb: &mut [u32],
    width: usize,
    groups: &PrefixGroups,
    mut cache: ColourCache,
) -> Result<(), usize> {
    let mut bits = *reader;
    let (mut x, mut y) = (0, 0);
    let mut at = 0;
    // The cache is only brought up to date when a colour is taken from it.
    let mut cached = 0;
    let tile = groups.tile();
    while at < argb.len() {
        // All of them by the same group.
        let start = at;
        let end = at + (tile - (x & (tile - 1))).min(width - x);
        let group = groups.get(groups.index(x, y));
        if let Some(pixel) = group.only {
            // Few bytes can stand for very many such pixels.
            argb[at..end].fill(pixel);
            at = end;
        }
        let (entries, tables) = (&*group.entries, group.tables);
        while at < end {
            bits.refill();
            let symbol = tables[0].read(entries, &mut bits);
            if symbol < LITERALS {
                argb[at] = literal(group, symbol as u32, &mut bits);
                at += 1;
            } else if symbol < LITERALS + LENGTHS {
                let length = value(symbol - LITERALS, &mut bits);
                bits.refill();
                let symbol = tables[4].read(entries, &mut bits);
                bits.refill();
                let distance = distance(value(symbol, &mut bits), width);
                if distance > at || length > argb.len() - at {
                    return Err(if bits.overrun() { start } else { at });
                }
                copy(argb, at, distance, length);
                at += length;
            } else {
                cache.insert_all(&argb[cached..at]);
                cached = at;
                argb[at] = cache.get(symbol - LITERALS - LENGTHS);
                at += 1;
            }
        }
        if bits.overrun() {
            return Err(start);
        }
        x += at - start;
        if x >= width {
            y += x / width;
            x %= width;
        }
    }
    *reader = bits;
    Ok(())
}

/// The rest of a literal, of which green is known.
#[inline(always)]
fn literal(group: &PrefixGroup, green: u32, bits: &mut BitReader<'_>) -> u32 {
    if let Some(constant) = group.constant {
        return constant | green << 8;
    }
    let [_, reds, blues, alphas, _] = group.tables;
    let entries = &*group.entries;
    let red = reds.read(entries, bits) as u32;
    let blue = blues.read(entries, bits) as u32;
    if alphas.takes_bits() {
        bits.refill();
    }
    let alpha = alphas.read(entries, bits) as u32;
    alpha << 24 | red << 16 | green << 8 | blue
}

/// A length or a distance code, from its prefix symbol and its extra bits (section 3.6.2.2).
#[inline(always)]
pub(crate) fn value(symbol: usize, bits: &mut BitReader<'_>) -> usize {
    let extra_bits = Prefix::extra_bits(symbol);
    let offset = if symbol < 4 { symbol } else { (2 + (symbol & 1)) << extra_bits };
    offset + bits.take(extra_bits) as usize + 1
}

/// The distance in pixels that a distance code stands for, in an image of that width.
#[inline(always)]
pub(crate) fn distance(code: usize, width: usize) -> usize {
    match NEAR_OFFSETS.get(code - 1) {
        Some(&(x, y)) => (usize::from(y) * width).saturating_add_signed(isize::from(x)).max(1),
        None => code - NEAR,
    }
}

/// Copies pixels that may overlap with those they become.
#[inline(always)]
fn copy(argb: &mut [u32], at: usize, distance: usize, length: usize) {
    let from = at - distance;
    if distance >= length {
        argb.copy_within(from..from + length, at);
    } else if distance == 1 {
        let pixel = argb[from];
        argb[at..at + length].fill(pixel);
    } else {
        // What has been copied can be copied again: the part doubles.
        let mut there = distance;
        let mut left = length;
        while left > 0 {
            let part = there.min(left);
            let to = at + length - left;
            argb.copy_within(from..from + part, to);
            left -= part;
            there += part;
        }
    }
}
