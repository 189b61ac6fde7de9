//! Tables that prefix codes are decoded by: one lookup for codes of up to 9 bits, two for longer ones.

use crate::decode::bit_reader::BitReader;
use crate::error::DecodeError;
use crate::prefix_code::MAX_CODE_LENGTH;

/// Bits of the first lookup.
const ROOT_BITS: u32 = 9;
const LENGTH_BITS: u32 = 4;
const LENGTH_MASK: u16 = (1 << LENGTH_BITS) - 1;

/// Where a code's table lies in the entries of its group.
///
/// An entry holds a symbol (12 bits) above the length of its code (4 bits). A length above [`ROOT_BITS`] says that so
/// many bits more (less `ROOT_BITS`) are the index into a second table, which begins that far from the first one. The
/// code of a single symbol has one entry, of length 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Table {
    start: u16,
    mask: u16,
}

impl Table {
    /// Appends the table of a code. It must be complete, or have a single symbol.
    pub(crate) fn build(lengths: &[u8], entries: &mut Vec<u16>) -> Result<Self, DecodeError> {
        let start = entries.len();
        let mut counts = [0_u32; MAX_CODE_LENGTH + 1];
        lengths.iter().for_each(|&length| counts[usize::from(length)] += 1);
        counts[0] = 0;
        let symbols: u32 = counts.iter().sum();
        if symbols == 1 {
            let symbol = lengths.iter().position(|&length| length > 0).unwrap_or(0);
            entries.push((symbol as u16) << LENGTH_BITS);
            return Ok(Table { start: start as u16, mask: 0 });
        }
        let mut next = [0_u32; MAX_CODE_LENGTH + 1];
        let mut code = 0;
        for length in 1..=MAX_CODE_LENGTH {
            next[length] = code << 1;
            code = next[length] + counts[length];
        }
        if code != 1 << MAX_CODE_LENGTH {
            return Err(DecodeError::Damaged("a prefix code is not complete"));
        }

        let longest = counts.iter().rposition(|&count| count > 0).unwrap_or(0) as u32;
        let root_bits = longest.min(ROOT_BITS);
        let root_mask = (1 << root_bits) - 1;
        entries.resize(start + (1 << root_bits), 0);
        if longest > ROOT_BITS {
            add_second(lengths, next, &mut entries[start..]).map(|size| entries.resize(start + size, 0))?;
        }
        let table = &mut entries[start..];
        for (symbol, length) in used(lengths) {
            let code = reversed(&mut next, length);
            let (first, rest, step, length) = if length <= ROOT_BITS {
                (0, table.len().min(1 << root_bits), 1 << length, length)
            } else {
                let link = table[code & root_mask];
                let first = usize::from(link >> LENGTH_BITS);
                let size = 1 << (u32::from(link & LENGTH_MASK) - ROOT_BITS);
                (first, size, 1 << (length - ROOT_BITS), length - ROOT_BITS)
            };
            let code = if first == 0 { code } else { code >> ROOT_BITS };
            for place in table[first..first + rest].iter_mut().skip(code).step_by(step) {
                *place = symbol << LENGTH_BITS | length as u16;
            }
        }
        Ok(Table { start: start as u16, mask: root_mask as u16 })
    }

    /// Whether reading a symbol takes bits.
    #[inline(always)]
    pub(crate) fn takes_bits(self) -> bool {
        self.mask != 0
    }

    /// The only symbol of a code that takes no bits.
    pub(crate) fn single(self, entries: &[u16]) -> Option<u16> {
        (!self.takes_bits()).then(|| entries[usize::from(self.start)] >> LENGTH_BITS)
    }

    /// Reads a symbol; 15 bits are available.
    #[inline(always)]
    pub(crate) fn read(self, entries: &[u16], bits: &mut BitReader<'_>) -> usize {
        let start = usize::from(self.start);
        let entry = entries[start + (bits.peek() as usize & usize::from(self.mask))];
        let length = u32::from(entry & LENGTH_MASK);
        if length <= ROOT_BITS {
            bits.consume(length);
            return usize::from(entry >> LENGTH_BITS);
        }
        bits.consume(ROOT_BITS);
        let index = bits.peek() as usize & ((1 << (length - ROOT_BITS)) - 1);
        let entry = entries[start + usize::from(entry >> LENGTH_BITS) + index];
        bits.consume(u32::from(entry & LENGTH_MASK));
        usize::from(entry >> LENGTH_BITS)
    }
}

/// Puts the links to second tables into the first one, and returns the size of all.
fn add_second(lengths: &[u8], mut next: [u32; 16], root: &mut [u16]) -> Result<usize, DecodeError> {
    for (_, length) in used(lengths) {
        let code = reversed(&mut next, length);
        if length > ROOT_BITS {
            let link = &mut root[code & ((1 << ROOT_BITS) - 1)];
            *link = (*link).max(length as u16);
        }
    }
    let mut size = root.len();
    for link in root.iter_mut().filter(|link| **link != 0) {
        // Complete codes of this many symbols always fit.
        if size >> (16 - LENGTH_BITS) != 0 {
            return Err(DecodeError::Damaged("a prefix code is too large"));
        }
        let bits = u32::from(*link) - ROOT_BITS;
        *link |= (size as u16) << LENGTH_BITS;
        size += 1 << bits;
    }
    Ok(size)
}

/// The symbols that have a code, with its length.
fn used(lengths: &[u8]) -> impl Iterator<Item = (u16, u32)> {
    (0..).zip(lengths).filter(|&(_, &length)| length > 0).map(|(symbol, &length)| (symbol, u32::from(length)))
}

/// The next code of a length, its first bit lowest.
fn reversed(next: &mut [u32; MAX_CODE_LENGTH + 1], length: u32) -> usize {
    let code = next[length as usize];
    next[length as usize] += 1;
    (code.reverse_bits() >> (32 - length)) as usize
}
