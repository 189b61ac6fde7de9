//! How a prefix code itself is written (RFC 9649, section 3.7.2.1).

use crate::encode::bit_writer::BitWriter;
use crate::encode::huffman::{canonical, code_lengths};
use crate::prefix_code::{CODE_LENGTH_ORDER, CODE_LENGTH_SYMBOLS};

/// The longest code of a code length, in bits.
const MAX_LENGTH: usize = 7;

/// Writes a code, by the short form where it has at most two symbols and they fit into it.
pub(crate) fn write_code(writer: &mut BitWriter, lengths: &[u8]) {
    let mut used = lengths.iter().zip(0..).filter(|&(&length, _)| length > 0).map(|(_, symbol)| symbol);
    match (used.next(), used.next(), used.next()) {
        (None, ..) => write_simple(writer, 0, None),
        (Some(first @ 0..256), second @ (None | Some(0..256)), None) => write_simple(writer, first, second),
        _ => write_normal(writer, lengths),
    }
}

/// Section 3.7.2.1.1.
fn write_simple(writer: &mut BitWriter, first: u32, second: Option<u32>) {
    writer.put_seldom(1, 1);
    writer.put_seldom(u32::from(second.is_some()), 1);
    let wide = first > 1;
    writer.put_seldom(u32::from(wide), 1);
    writer.put_seldom(first, if wide { 8 } else { 1 });
    if let Some(second) = second {
        writer.put_seldom(second, 8);
    }
}

/// Section 3.7.2.1.2.
fn write_normal(writer: &mut BitWriter, lengths: &[u8]) {
    let runs = runs(lengths);
    let mut counts = [0; CODE_LENGTH_SYMBOLS];
    for run in &runs {
        counts[usize::from(run.symbol)] += 1;
    }
    let own_lengths = code_lengths(&counts, MAX_LENGTH);
    let codes = canonical(&own_lengths);
    let written = CODE_LENGTH_ORDER
        .iter()
        .rposition(|&symbol| own_lengths[symbol] > 0)
        .map_or(4, |last| (last + 1).max(4));
    writer.put_seldom(0, 1);
    writer.put_seldom(written as u32 - 4, 4);
    for &symbol in &CODE_LENGTH_ORDER[..written] {
        writer.put_seldom(u32::from(own_lengths[symbol]), 3);
    }
    // All symbols of the alphabet follow.
    writer.put_seldom(0, 1);
    for run in &runs {
        let code = codes[usize::from(run.symbol)];
        writer.put_seldom(u32::from(code.bits), u32::from(code.length));
        writer.put_seldom(u32::from(run.extra), u32::from(run.extra_bits));
    }
}

/// A length (0 to 15), or a repetition: 16 of the last length but 0, 17 and 18 of 0.
struct Run {
    symbol: u8,
    extra: u8,
    extra_bits: u8,
}

fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::with_capacity(lengths.len());
    // What symbol 16 repeats before any length but 0.
    let mut last = 8;
    for equal in lengths.chunk_by(|a, b| a == b) {
        let (length, mut count) = (equal[0], equal.len());
        if length != 0 && length != last {
            runs.push(Run { symbol: length, extra: 0, extra_bits: 0 });
            last = length;
            count -= 1;
        }
        while count > 0 {
            let (symbol, least, most, extra_bits) = match (length, count) {
                (_, 0..3) => (length, 1, 1, 0),
                (0, 3..11) => (17, 3, 10, 3),
                (0, _) => (18, 11, 138, 7),
                _ => (16, 3, 6, 2),
            };
            let taken = count.min(most);
            runs.push(Run { symbol, extra: (taken - least) as u8, extra_bits });
            count -= taken;
        }
    }
    runs
}
