//! Quantised blocks, kept in about as many bytes as they will take in the file, until all are counted.
//!
//! A block is its length, its DC difference and its AC values (T.81 F.1.2):
//!
//! | bytes | meaning |
//! | --- | --- |
//! | `n f` | the bytes that follow `f` for this block; its [`Flags`] |
//! | `d` (0 to 254) | DC difference d − 127 |
//! | `FF l h` | DC difference, 16 bits |
//! | `rv` | r zeros and the value v, in two's complement of 4 bits: −7 to −1 and 1 to 7 |
//! | `r8 m` (m < 240) | r zeros and a value of magnitude 8 + m / 2, negative where m is odd |
//! | `r8 Fh l` | the same with the 12 bits hl, of magnitude 128 + hl / 2 |
//! | `F0` | 16 zeros (ZRL) |
//! | `00` | no more (EOB), where the last value is not the 63rd |

use wide::i16x8;

use super::band_counts::{BandCounts, Flags};
use super::parameters::Parameters;
use crate::zigzag::ZIGZAG;

pub(super) const EOB: u8 = 0x00;
pub(super) const ZRL: u8 = 0xF0;
/// Stands in the place of a value that is in the next bytes.
pub(super) const LARGE: u8 = 8;
/// No block is longer: its length and flags, a DC difference and 63 values of 3 bytes each.
const LONGEST: usize = 2 + 3 * 64;

/// Blocks of an MCU, at most.
const MOST_BLOCKS: usize = 6;

/// Blocks in the order of the file, in chunks of which none is ever moved.
#[derive(Debug)]
pub(super) struct BlockStream {
    chunks: Vec<Vec<u8>>,
    chunk_size: usize,
    /// Chunks there may be.
    limit: usize,
}

/// How often symbols occur, for luma or for chroma.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    /// By the number of bits of the difference.
    pub(super) dc: [u64; 12],
    pub(super) ac: AcCounts,
}

/// How often AC symbols occur: bytes of the stream that are complete in themselves, and others.
#[derive(Clone, Debug)]
pub(super) struct AcCounts {
    /// By the byte.
    pub(super) bytes: [u64; 256],
    /// By the symbol.
    pub(super) large: [u64; 256],
}

impl BlockStream {
    /// Allocates the first of `chunks` chunks.
    pub(super) fn new(chunks: usize, chunk_size: usize) -> Self {
        let mut stream = BlockStream { chunks: Vec::with_capacity(chunks), chunk_size, limit: chunks };
        stream.chunks.push(Vec::with_capacity(chunk_size));
        stream
    }

    /// Whether the blocks of another MCU may not fit.
    pub(super) fn is_full(&self) -> bool {
        self.chunks.len() == self.limit && self.room() < MOST_BLOCKS * LONGEST
    }

    /// Adds a block of coefficients in natural order. There must be room.
    #[inline(always)]
    pub(super) fn push(
        &mut self,
        difference: i32,
        block: &[i16; 64],
        not_zero: u64,
        counts: &mut Counts,
        bands: Option<&mut BandCounts>,
    ) {
        let mut bytes = [0; LONGEST];
        let length = write(difference, block, not_zero, counts, bands, &mut bytes);
        if self.room() < length && self.chunks.len() < self.limit {
            self.chunks.push(Vec::with_capacity(self.chunk_size));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.extend_from_slice(&bytes[..length]);
        }
    }

    fn room(&self) -> usize {
        self.chunks.last().map_or(0, |chunk| self.chunk_size - chunk.len())
    }

    /// Gives the blocks of a component to `take`: row by row, those outside of the picture left out.
    #[inline(always)]
    pub(super) fn of_component<'a>(
        &'a self,
        parameters: &Parameters,
        component: usize,
        mut take: impl FnMut(Block<'a>),
    ) {
        let (mcus, mcu_rows) = parameters.mcus();
        let (width, height) = parameters.blocks(component);
        let blocks = parameters.mcu_blocks();
        let (side, first) = match component {
            0 => (parameters.luma_side(), 0),
            _ => (1, parameters.luma_blocks() + component - 1),
        };
        let mut begin = self.blocks();
        for mcu_y in 0..mcu_rows {
            let mut end = begin;
            for y in 0..side.min(height - mcu_y * side) {
                end = begin;
                for x in (0..mcus).map(|x| x * side) {
                    let before = first + y * side;
                    let after = before + side.min(width - x);
                    (0..before).for_each(|_| end.skip_block());
                    (before..after).for_each(|_| {
                        if let Some(block) = end.next() {
                            take(block);
                        }
                    });
                    (after..blocks).for_each(|_| end.skip_block());
                }
            }
            begin = end;
        }
    }

    /// All blocks.
    pub(super) fn blocks(&self) -> Cursor<'_> {
        Cursor { chunks: &self.chunks, rest: &[] }
    }

    /// Gives all chunks to `take`, freeing each. From then on, the stream is full with one.
    pub(super) fn drain(&mut self, mut take: impl FnMut(Cursor<'_>)) {
        self.chunks.drain(..).for_each(|chunk| take(Cursor { chunks: &[], rest: &chunk }));
        self.chunks.push(Vec::with_capacity(self.chunk_size));
        self.limit = 1;
    }
}

/// Returns how many bytes the block takes.
#[inline(always)]
fn write(
    dc: i32,
    block: &[i16; 64],
    not_zero: u64,
    counts: &mut Counts,
    mut bands: Option<&mut BandCounts>,
    out: &mut [u8; LONGEST],
) -> usize {
    counts.dc[size_of_value(dc) as usize] += 1;
    let mut length = 3;
    if (-127..=127).contains(&dc) {
        out[2] = (dc + 127) as u8;
    } else {
        let [low, high] = (dc as i16).to_le_bytes();
        out[2..5].copy_from_slice(&[0xFF, low, high]);
        length = 5;
    }
    let mut byte = |byte: u8| {
        out[length] = byte;
        length += 1;
    };
    let mut band = BandCounts::begin();
    let mut left = not_zero & !1;
    let mut before = 0;
    while left != 0 {
        let place = left.trailing_zeros();
        left &= left - 1;
        let mut run = place - before - 1;
        before = place;
        let mut sixteens = 0;
        while run > 15 {
            counts.ac.bytes[usize::from(ZRL)] += 1;
            byte(ZRL);
            run -= 16;
            sixteens += 1;
        }
        let run = (run as u8) << 4;
        let value = block[usize::from(ZIGZAG[place as usize])];
        let symbol = run | size_of_value(value.into()) as u8;
        let mut whole = None;
        if (value + 7) as u16 <= 14 {
            let first = run | (value as u8 & 15);
            counts.ac.bytes[usize::from(first)] += 1;
            byte(first);
            whole = Some(first);
        } else {
            counts.ac.large[usize::from(symbol)] += 1;
            byte(run | LARGE);
            let magnitude = value.unsigned_abs() - 8;
            let sign = u16::from(value < 0);
            if magnitude < 120 {
                byte((2 * magnitude + sign) as u8);
            } else {
                let [high, low] = (2 * (magnitude - 120) + sign).to_be_bytes();
                byte(0xF0 | high);
                byte(low);
            }
        }
        if let Some(bands) = &mut bands {
            bands.count(&mut band, place, symbol, whole, sixteens);
        }
    }
    if before != 63 {
        counts.ac.bytes[usize::from(EOB)] += 1;
        byte(EOB);
    }
    out[0] = (length - 2) as u8;
    out[1] = bands.map_or(0, |bands| bands.flags(not_zero & !1));
    length
}

/// A bit for each value that is not zero, in zigzag order. `rows`: in natural order.
#[inline(always)]
pub(super) fn not_zero(rows: [i16x8; 8]) -> u64 {
    let mut bits = 0;
    for (places, row) in PLACES.iter().zip(rows) {
        let row = !row.simd_eq(i16x8::ZERO).to_bitmask() as usize;
        bits |= places[0][row & 15] | places[1][row >> 4 & 15];
    }
    bits
}

/// For each half of each row of coefficients: where those that are not zero stand in zigzag order.
static PLACES: [[[u64; 16]; 2]; 8] = {
    let mut places = [[[0; 16]; 2]; 8];
    let mut place = 0;
    while place < 64 {
        let (row, column) = (ZIGZAG[place] as usize / 8, ZIGZAG[place] as usize % 8);
        let mut bits = 0;
        while bits < 16 {
            places[row][column / 4][bits] |= (bits as u64 >> (column % 4) & 1) << place;
            bits += 1;
        }
        place += 1;
    }
    places
};

/// The bits that a value needs besides its symbol (T.81 F.1.2.1.1).
#[inline(always)]
pub(super) fn size_of_value(value: i32) -> u32 {
    u32::BITS - value.unsigned_abs().leading_zeros()
}

/// The value of a byte of the stream that is complete in itself, or `None`.
pub(super) fn small_value(byte: u8) -> Option<i32> {
    let value = i32::from((byte << 4) as i8 >> 4);
    (value != 0 && value != -8).then_some(value)
}

/// A place in the stream, in front of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    chunks: &'a [Vec<u8>],
    rest: &'a [u8],
}

impl<'a> Iterator for Cursor<'a> {
    type Item = Block<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Block<'a>> {
        while self.rest.is_empty() {
            let (chunk, chunks) = self.chunks.split_first()?;
            (self.rest, self.chunks) = (chunk, chunks);
        }
        let (&[length, flags], rest) = self.rest.split_first_chunk()?;
        let (block, rest) = rest.split_at_checked(length.into())?;
        self.rest = rest;
        Some(Block { rest: block, flags })
    }
}

impl Cursor<'_> {
    #[inline(always)]
    fn skip_block(&mut self) {
        self.next();
    }
}

/// A block, read back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    rest: &'a [u8],
    pub(super) flags: Flags,
}

/// The AC values of a block that are not zero, each with its place in zigzag order.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    block: Block<'a>,
    place: u32,
}

impl Iterator for Values<'_> {
    type Item = (u32, i32);

    #[inline(always)]
    fn next(&mut self) -> Option<(u32, i32)> {
        loop {
            let byte = self.block.byte()?;
            if byte == EOB {
                return None;
            }
            self.place += u32::from(byte >> 4) + 1;
            if byte != ZRL {
                return Some((self.place, self.block.value(byte)));
            }
        }
    }
}

impl<'a> Block<'a> {
    #[inline(always)]
    pub(super) fn values(mut self) -> Values<'a> {
        self.difference();
        Values { block: self, place: 0 }
    }

    /// The DC difference, which comes first.
    #[inline(always)]
    pub(super) fn difference(&mut self) -> i32 {
        match self.byte() {
            Some(0xFF) => {
                let bytes = [self.byte().unwrap_or(0), self.byte().unwrap_or(0)];
                i16::from_le_bytes(bytes).into()
            }
            first => i32::from(first.unwrap_or(127)) - 127,
        }
    }

    #[inline(always)]
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// The value of a byte that is neither EOB nor ZRL.
    #[inline(always)]
    pub(super) fn value(&mut self, byte: u8) -> i32 {
        small_value(byte).or_else(|| self.large_value()).unwrap_or(0)
    }

    /// The value behind a byte that is not complete in itself.
    pub(super) fn large_value(&mut self) -> Option<i32> {
        let first = i32::from(self.byte()?);
        let (base, code) =
            if first < 0xF0 { (8, first) } else { (128, (first & 15) << 8 | i32::from(self.byte()?)) };
        let magnitude = base + (code >> 1);
        Some(if code & 1 == 0 { magnitude } else { -magnitude })
    }
}

impl Counts {
    pub(super) const NONE: Counts = Counts { dc: [0; 12], ac: AcCounts::NONE };

    /// With codes for what may come yet: some for values without zeros in front, of which noise is made, and the
    /// longest for all others.
    pub(super) fn with_others(&self) -> Counts {
        let mut counts = self.clone();
        let share = self.ac.bytes.iter().chain(&self.ac.large).sum::<u64>() / 256;
        counts.dc.iter_mut().for_each(|count| *count += 1);
        for symbol in (0..=255).filter(|&symbol| is_ac_symbol(symbol)) {
            let run = symbol >> 4;
            counts.ac.large[usize::from(symbol)] += if run == 0 { share + 1 } else { 1 };
        }
        counts
    }
}

/// Whether a sequential file may hold such an AC symbol.
pub(super) fn is_ac_symbol(symbol: u8) -> bool {
    (1..=10).contains(&(symbol & 15)) || symbol == EOB || symbol == ZRL
}

impl AcCounts {
    pub(super) const NONE: AcCounts = AcCounts { bytes: [0; 256], large: [0; 256] };

    /// How often each AC symbol (run × 16 + size) occurs.
    pub(super) fn symbols(&self) -> [u64; 256] {
        let mut symbols = self.large;
        for byte in 0..=255u8 {
            let size = small_value(byte).map_or(0, size_of_value) as u8;
            symbols[usize::from(byte & 0xF0 | size)] += self.bytes[usize::from(byte)];
        }
        symbols
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_back() {
        for value in (-1023..=1023i16).filter(|&value| value != 0) {
            let mut block = [0; 64];
            block[usize::from(ZIGZAG[40])] = value;
            let mut stream = BlockStream::new(1, 256);
            let mut counts = Counts::NONE;
            stream.push(2 * i32::from(value), &block, 1 << 40, &mut counts, None);
            let mut reader = stream.blocks().next().expect("a block");
            assert_eq!(reader.difference(), 2 * i32::from(value));
            assert_eq!([reader.byte(), reader.byte()], [Some(ZRL), Some(ZRL)]);
            let byte = reader.byte().expect("a value");
            assert_eq!(byte >> 4, 7);
            let found = small_value(byte).or_else(|| reader.large_value());
            assert_eq!(found, Some(value.into()));
            assert_eq!([reader.byte(), reader.byte()], [Some(EOB), None]);
            assert_eq!(stream.blocks().count(), 1);
            let symbol = 7 << 4 | size_of_value(value.into()) as usize;
            assert_eq!(
                (counts.ac.symbols()[symbol], counts.ac.symbols()[0xF0], counts.ac.symbols()[0]),
                (1, 2, 1)
            );
        }
    }
}
