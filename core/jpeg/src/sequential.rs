//! Decodes the blocks of sequential scans (T.81 F.2.2).

use crate::bits::BitReader;
use crate::huffman::{Table, value_of};
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

    let mut index = 1;
    let mut stored = 0;
    let mut ended = false;
    while index <= last_kept {
        let symbol = tables.ac.decode(&mut bits)?;
        index += symbol.run();
        if symbol.is_empty() {
            // 15 zeros and a zero (ZRL), or the end of the block.
            if symbol.run() != 15 {
                ended = true;
                break;
            }
        } else {
            let value = value_of(symbol, &mut bits);
            let place = *tables.places.get(index)?;
            block[usize::from(place & 63)] = dequantise(value, tables.quantiser[index & 63]);
            stored = index;
        }
        index += 1;
    }
    if !ended {
        tables.skip.skip_rest(&mut bits, tables.ac, index)?;
    }
    *reader = bits;
    Some(stored)
}

/// Wraps where the product is beyond all that a DCT of 8-bit samples can give.
#[inline(always)]
pub(crate) fn dequantise(value: i32, step: u16) -> i16 {
    value.wrapping_mul(i32::from(step)) as i16
}
