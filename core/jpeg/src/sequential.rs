//! Decodes the blocks of sequential scans (T.81 F.2.2).

use crate::bits::BitReader;
use crate::huffman::{LOOK_UPS_PER_REFILL, Table, value_of};
use crate::idct::Places;
use crate::skip::SkipTable;
use crate::tables::Quantiser;

/// The tables of a component in a sequential scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockTables<'t> {
    pub(crate) dc: &'t Table,
    pub(crate) ac: &'t Table,
    pub(crate) skip: &'t SkipTable,
    pub(crate) quantiser: &'t Quantiser,
    pub(crate) places: &'t Places,
}

/// Decodes one block, dequantised, into `block` (all zero before).
///
/// Coefficients past `last_kept` (zigzag) are passed over. Returns the zigzag index of the last coefficient
/// stored, or `None` where the data is broken.
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
    block[0] = dequantise(*prediction, tables.quantiser[0]);

    // It never is more, which the compiler does not know.
    let last_kept = last_kept.min(63);
    let store = |block: &mut [i16; 64], index: usize, value: i32| {
        block[usize::from(tables.places[index] & 63)] = dequantise(value, tables.quantiser[index]);
    };
    let mut index = 0;
    let ended = 'refill: loop {
        bits.refill();
        // Nearly all coefficients pass through here, with one branch each.
        let mut symbol = 'other: {
            for _ in 0..LOOK_UPS_PER_REFILL {
                let symbol = tables.ac.look_up(&bits);
                let next = index + symbol.leap();
                if next > last_kept {
                    break 'other symbol;
                }
                index = next;
                bits.consume(symbol.length());
                store(block, index, symbol.value());
            }
            continue 'refill;
        };
        // Behind a full block, it would be a symbol of the next one.
        if index == 63 {
            break true;
        }
        if symbol.is_unknown() {
            symbol = tables.ac.long_code(bits.peek(16))?;
        }
        if symbol.end().is_some() {
            bits.consume(symbol.length());
            break true;
        }
        if index + symbol.advance() > last_kept {
            break false;
        }
        index += symbol.advance();
        bits.consume(symbol.length());
        bits.refill_for_symbol();
        store(block, index, value_of(symbol, &mut bits));
    };
    if !ended {
        tables.skip.skip_rest(&mut bits, tables.ac, index + 1)?;
    }
    *reader = bits;
    Some(index)
}

/// Wraps where the product is beyond all that a DCT of 8-bit samples can give.
#[inline(always)]
pub(crate) fn dequantise(value: i32, step: u16) -> i16 {
    value.wrapping_mul(i32::from(step)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard;
    use crate::zigzag::ZIGZAG;

    /// What follows a full block, which has no end of its own, must not be taken for a part of it.
    #[test]
    fn a_full_block_ends_without_a_code() {
        let (mut dc, mut ac, mut skip) = (Table::empty(), Table::empty(), SkipTable::empty());
        dc.load_standard(&standard::DC_LUMINANCE);
        ac.load_standard(&standard::AC_LUMINANCE);
        // 00: a difference of 0. 00 1: no zero in front, the value 1. Ones: no code.
        let bits = format!("00{}{}", "001".repeat(63), "1".repeat(41));
        let bytes: Vec<u8> = (0..bits.len())
            .step_by(8)
            .map(|at| u8::from_str_radix(&bits[at..at + 8], 2).expect("bits"))
            .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
            .collect();
        for prepared in [false, true] {
            if prepared {
                skip.prepare(&ac);
            }
            for last_kept in [0, 4, 24, 62, 63] {
                let tables =
                    BlockTables { dc: &dc, ac: &ac, skip: &skip, quantiser: &[1; 64], places: &ZIGZAG };
                let (mut reader, mut block) = (BitReader::new(&bytes), [0; 64]);
                let last = decode_block(&mut reader, tables, &mut 0, last_kept, &mut block);
                assert_eq!(last, Some(last_kept));
                assert_eq!(block.iter().filter(|&&value| value == 1).count(), last_kept);
                assert_eq!(decode_block(&mut reader, tables, &mut 0, last_kept, &mut block), None);
            }
        }
    }
}
