//! Reads how a prefix code is written (RFC 9649, section 3.7.2.1).

use crate::colour_cache::MAX_CACHE_BITS;
use crate::decode::bit_reader::BitReader;
use crate::decode::table::Table;
use crate::error::DecodeError;
use crate::prefix_code::{CODE_LENGTH_ORDER, CODE_LENGTH_SYMBOLS, LENGTHS, LITERALS};

/// Symbols of the largest alphabet: with the largest colour cache.
pub(crate) const MAX_SYMBOLS: usize = LITERALS + LENGTHS + (1 << MAX_CACHE_BITS);

/// Reads the lengths of all symbols' codes.
pub(crate) fn read_lengths(bits: &mut BitReader<'_>, lengths: &mut [u8]) -> Result<(), DecodeError> {
    lengths.fill(0);
    if bits.bit() {
        read_simple(bits, lengths);
    } else {
        read_normal(bits, lengths)?;
    }
    if bits.overrun() { Err(DecodeError::Damaged("the data ends before the pixels")) } else { Ok(()) }
}

/// Section 3.7.2.1.1. Symbols beyond the alphabet have no code.
fn read_simple(bits: &mut BitReader<'_>, lengths: &mut [u8]) {
    let two = bits.bit();
    let wide = bits.bit();
    let first = bits.bits(if wide { 8 } else { 1 });
    let second = if two { bits.bits(8) } else { first };
    for symbol in [first, second] {
        if let Some(length) = lengths.get_mut(symbol as usize) {
            *length = 1;
        }
    }
}

/// Section 3.7.2.1.2.
fn read_normal(bits: &mut BitReader<'_>, lengths: &mut [u8]) -> Result<(), DecodeError> {
    let mut own_lengths = [0; CODE_LENGTH_SYMBOLS];
    let written = 4 + bits.bits(4) as usize;
    for &symbol in &CODE_LENGTH_ORDER[..written] {
        own_lengths[symbol] = bits.bits(3) as u8;
    }
    let mut entries = Vec::with_capacity(1 << 7);
    let table = Table::build(&own_lengths, &mut entries)?;
    let mut left = lengths.len();
    if bits.bit() {
        let size = 2 + 2 * bits.bits(3);
        left = 2 + bits.bits(size) as usize;
        if left > lengths.len() {
            return Err(DecodeError::Damaged("more code lengths than symbols"));
        }
    }

    // What symbol 16 repeats before any length but 0.
    let mut last = 8;
    let mut at = 0;
    while at < lengths.len() && left > 0 {
        left -= 1;
        bits.refill();
        let (length, count) = match table.read(&entries, bits) {
            16 => (last, 3 + bits.take(2)),
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length as u8, 1),
        };
        let places = lengths.get_mut(at..at + count as usize);
        places.ok_or(DecodeError::Damaged("more code lengths than symbols"))?.fill(length);
        at += count as usize;
        if length != 0 {
            last = length;
        }
    }
    Ok(())
}
