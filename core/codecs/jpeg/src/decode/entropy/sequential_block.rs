//! Decodes the blocks of sequential scans (T.81 F.2.2).

use crate::decode::entropy::ac_lookup::AcLookup;
use crate::decode::entropy::bits::BitReader;
use crate::decode::entropy::huffman::{DecodeTable, LOOK_UPS_PER_REFILL, value_of};
use crate::decode::idct::Places;

/// The tables of a component in a sequential scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockTables<'t> {
    pub(crate) dc: &'t DecodeTable,
    pub(crate) ac: &'t DecodeTable,
    /// Made of the AC table.
    pub(crate) lookup: &'t AcLookup,
    pub(crate) places: &'t Places,
}

/// Decodes one block, not dequantised, into `block` (all zero before).
///
/// Coefficients past `last_kept` (zigzag) are skipped; one or two of them may be stored. Returns the zigzag index of
/// the last coefficient stored, these not counted, or `None` where the data is broken.
#[inline]
pub(crate) fn decode_block(
    reader: &mut BitReader<'_>,
    tables: BlockTables<'_>,
    prediction: &mut i32,
    last_kept: usize,
    block: &mut [i16; 64],
) -> Option<usize> {
    let mut bits = *reader;
    let difference = tables.dc.decode(&mut bits)?;
    *prediction = prediction.wrapping_add(value_of(difference, &mut bits));
    block[0] = *prediction as i16;

    // Always true, but the compiler does not know it.
    let last_kept = last_kept.min(63);
    let store = |block: &mut [i16; 64], index: usize, value: i16| {
        block[usize::from(tables.places[index & 63] & 63)] = value;
    };
    let mut index = 0;
    let ended = 'refill: loop {
        if last_kept == 0 {
            break false;
        }
        bits.refill();
        // Nearly all coefficients pass through here, with one branch for two.
        let mut ahead = bits.ahead();
        let mut used = 0;
        let pair = 'other: {
            for _ in 0..LOOK_UPS_PER_REFILL {
                let pair = tables.lookup.pairs.look_up(ahead);
                let next = index + pair.leap_of_both();
                if next > last_kept {
                    break 'other pair;
                }
                store(block, index + pair.leap(), pair.first_value());
                store(block, next, pair.second_value());
                ahead.consume(pair.length());
                used += pair.length() & 63;
                index = next;
            }
            bits.advance(ahead, used);
            continue 'refill;
        };
        bits.advance(ahead, used);
        let next = index + pair.leap_of_both();
        // Coefficients that are not kept have a place in the block that is never read.
        if next <= 63 {
            store(block, index + pair.leap(), pair.first_value());
            store(block, next, pair.second_value());
            bits.consume(pair.length() & 63);
            index = next;
            break false;
        }
        // Behind a full block, it would be a symbol of the next one.
        if index == 63 {
            break true;
        }
        let mut symbol = tables.ac.look_up(&bits);
        if symbol.is_unknown() {
            symbol = tables.ac.long_code(bits.peek(16))?;
        }
        if symbol.end().is_some() {
            bits.consume(symbol.length());
            break true;
        }
        let next = index + symbol.advance();
        if next > last_kept && last_kept < 63 {
            break false;
        }
        // A run that is too long ends at the last coefficient, as with libjpeg: broken data mostly recovers.
        index = next.min(63);
        bits.consume(symbol.length());
        bits.refill_for_symbol();
        store(block, index, value_of(symbol, &mut bits) as i16);
    };
    if !ended {
        tables.lookup.skips.skip_rest(&mut bits, tables.ac, index + 1)?;
    }
    *reader = bits;
    Some(index.min(last_kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::entropy::annex_k;
    use crate::zigzag::ZIGZAG;

    /// A full block has no end-of-block code: what follows must not be taken for a part of it.
    #[test]
    fn a_full_block_ends_without_a_code() {
        let (mut dc, mut ac) = (DecodeTable::empty(), DecodeTable::empty());
        dc.load(annex_k::DC_LUMINANCE);
        ac.load(annex_k::AC_LUMINANCE);
        // 00: a difference of 0. 00 1: no zero in front, the value 1. Ones: no code.
        let bits = format!("00{}{}", "001".repeat(63), "1".repeat(41));
        let bytes: Vec<u8> = (0..bits.len())
            .step_by(8)
            .map(|at| u8::from_str_radix(&bits[at..at + 8], 2).expect("bits"))
            .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
            .collect();
        for prepared in [false, true] {
            let lookup = AcLookup::new(&ac, prepared);
            for last_kept in [0, 4, 24, 62, 63] {
                let tables = BlockTables { dc: &dc, ac: &ac, lookup: &lookup, places: &ZIGZAG };
                let (mut reader, mut block) = (BitReader::new(&bytes), [0; 64]);
                let last = decode_block(&mut reader, tables, &mut 0, last_kept, &mut block);
                assert_eq!(last, Some(last_kept));
                assert!(ZIGZAG[1..=last_kept].iter().all(|&place| block[usize::from(place)] == 1));
                assert_eq!(decode_block(&mut reader, tables, &mut 0, last_kept, &mut block), None);
            }
        }
    }
}
