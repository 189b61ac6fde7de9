//! Decodes the blocks of progressive scans (T.81 G.1.2). Every function returns `None` where the data is broken.

use crate::decode::coefficients::BlockMut;
use crate::decode::entropy::bits::BitReader;
use crate::decode::entropy::huffman::{DecodeTable, value_of};
use crate::decode::scan_header::ScanHeader;

/// First scan of the DC values: like a sequential one, shifted.
#[inline]
pub(crate) fn dc_first(
    bits: &mut BitReader<'_>,
    table: &DecodeTable,
    prediction: &mut i32,
    low: u8,
    block: &mut BlockMut<'_>,
) -> Option<()> {
    let difference = table.decode(bits)?;
    *prediction = prediction.wrapping_add(value_of(difference, bits));
    if let Some(value) = block.value(0) {
        *value = prediction.wrapping_shl(low.into()) as i16;
    }
    Some(())
}

/// One more bit of a DC value.
#[inline]
pub(crate) fn dc_refine(bits: &mut BitReader<'_>, low: u8, block: &mut BlockMut<'_>) -> Option<()> {
    let bit = i16::from(bits.bit());
    if let Some(value) = block.value(0) {
        *value |= bit << low;
    }
    Some(())
}

/// First scan of a band of AC coefficients, or the AC coefficients of a sequential scan. The block must not lie in an
/// end-of-band run.
///
/// `run` becomes the number of blocks that have nothing in this band after this one; sequential scans have none.
#[inline]
pub(crate) fn ac_first(
    reader: &mut BitReader<'_>,
    table: &DecodeTable,
    scan: &ScanHeader,
    run: Option<&mut u32>,
    block: &mut BlockMut<'_>,
) -> Option<()> {
    let mut bits = *reader;
    let mut mask = 0u64;
    let mut next = scan.first.max(1);
    while next <= scan.last {
        let symbol = table.decode(&mut bits)?;
        if let Some(n) = symbol.end() {
            if let Some(run) = run {
                *run = end_of_band(n, &mut bits) - 1;
            }
            break;
        }
        next += symbol.advance();
        let value = value_of(symbol, &mut bits);
        if value != 0 {
            // May lie behind the band where a run is too long, as with libjpeg: broken data mostly recovers.
            let index = (next - 1).min(63);
            mask |= 1 << index;
            if let Some(kept) = block.value(index) {
                *kept = (value << scan.low) as i16;
            }
        }
    }
    if let Some(all) = &mut block.mask {
        **all |= mask;
    }
    *reader = bits;
    Some(())
}

/// One more bit of a band of AC coefficients: of those that differ from zero already, and new ones.
///
/// `run`: how many blocks from this one on have no new ones.
#[inline]
pub(crate) fn ac_refine(
    reader: &mut BitReader<'_>,
    table: &DecodeTable,
    scan: &ScanHeader,
    run: &mut u32,
    block: &mut BlockMut<'_>,
) -> Option<()> {
    let mut bits = *reader;
    let mut mask = block.mask.as_deref().copied().unwrap_or(0);
    let end = scan.last + 1;
    let mut index = scan.first;
    if *run == 0 {
        while index < end {
            let symbol = table.decode(&mut bits)?;
            if let Some(n) = symbol.end() {
                *run = end_of_band(n, &mut bits);
                break;
            }
            let new = value_of(symbol, &mut bits);
            if new.abs() > 1 {
                return None;
            }
            let target = nth_zero(mask, index, end, symbol.advance() - 1);
            correct(&mut bits, mask & range(index, target), scan.low, block);
            index = target + 1;
            if new != 0 {
                let target = target.min(63);
                mask |= 1 << target;
                if let Some(kept) = block.value(target) {
                    *kept = (new << scan.low) as i16;
                }
            }
        }
    }
    if *run > 0 {
        *run -= 1;
        if index < end {
            correct(&mut bits, mask & range(index, end), scan.low, block);
        }
    }
    if let Some(all) = &mut block.mask {
        **all = mask;
    }
    *reader = bits;
    Some(())
}

/// The length of an end-of-band run, this block included, from EOBn (T.81 Table G.1).
#[inline(always)]
fn end_of_band(n: u32, bits: &mut BitReader<'_>) -> u32 {
    (1 << n) + bits.take(n)
}

/// The place of the zero coefficient that `n` others precede, looking from `index` on; at most `end`.
#[inline(always)]
fn nth_zero(mask: u64, index: usize, end: usize, n: usize) -> usize {
    let mut zeros = !mask >> index << index;
    for _ in 0..n {
        zeros &= zeros.wrapping_sub(1);
    }
    end.min(zeros.trailing_zeros() as usize)
}

/// A mask of the indices from `start` (0 to 63) up to `end` (exclusive, at most 64).
#[inline(always)]
fn range(start: usize, end: usize) -> u64 {
    let below_end = if end == 64 { u64::MAX } else { (1 << end) - 1 };
    below_end >> start << start
}

/// Reads a correction bit for each coefficient in `mask`, and applies it to those that are kept.
#[inline(always)]
fn correct(bits: &mut BitReader<'_>, mut mask: u64, low: u8, block: &mut BlockMut<'_>) {
    while mask & block.kept_mask != 0 {
        let index = mask.trailing_zeros() as usize;
        mask &= mask - 1;
        if bits.bit()
            && let Some(value) = block.value(index)
        {
            // Away from zero; a coefficient that has this bit already is broken data, left as it is.
            let step = 1 << low;
            if *value & step == 0 {
                *value = value.wrapping_add(if *value < 0 { -step } else { step });
            }
        }
    }
    bits.skip(mask.count_ones());
}
