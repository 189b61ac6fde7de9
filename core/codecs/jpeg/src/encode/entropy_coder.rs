//! From the block stream to entropy-coded bytes (T.81 F.1.2).

use super::bit_writer::{BitWriter, Sink};
use super::block_stream::{Block, Counts, Cursor, EOB, size_of_value, small_value};
use super::huffman::{Code, EncodeTable};
use super::parameters::Parameters;

/// The bytes that a block without AC values takes at most: 16 + 11 and 16 bits, all of them stuffed.
pub(super) const SHORTEST_BLOCK: usize = 11;
/// The bytes that any block takes at most: 64 codes of 16 bits, 11 and 63 × 10 bits of values, all stuffed.
const LONGEST_BLOCK: usize = 2 * (64 * 16 + 11 + 63 * 10usize).div_ceil(8);
/// Bytes for the bits not yet written.
pub(super) const TAIL: usize = 16;

/// The codes for one of luma and chroma.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) dc: EncodeTable,
    pub(super) ac: AcCodes,
}

/// The codes of AC symbols.
#[derive(Clone, Debug)]
pub(super) struct AcCodes {
    pub(super) table: EncodeTable,
    /// By a byte of the stream: code and value bits × 256 + their number. 0: the value is in the next bytes.
    pub(super) whole: [u32; 256],
}

/// Codes blocks, in the order of the stream.
#[derive(Debug)]
pub(super) struct EntropyCoder<S> {
    writer: BitWriter<S>,
    /// Where blocks in an MCU begin to be chroma, and end.
    luma: usize,
    blocks: usize,
    /// The next block's place in its MCU.
    place: usize,
    /// Blocks to come, where what is written must not exceed the sink's room.
    left: Option<usize>,
}

impl Codes {
    pub(super) fn new(counts: &Counts) -> Self {
        Codes { dc: EncodeTable::optimal(&counts.dc), ac: AcCodes::new(&counts.ac.symbols()) }
    }

    /// Bits of what has been counted.
    pub(super) fn bits(&self, counts: &Counts) -> u64 {
        let of = |table: &EncodeTable, counts: &[u64]| table.bits(counts) + value_bits(counts);
        of(&self.dc, &counts.dc) + of(&self.ac.table, &counts.ac.symbols())
    }
}

impl AcCodes {
    /// The best codes for symbols that occur so often.
    pub(super) fn new(counts: &[u64; 256]) -> Self {
        let table = EncodeTable::optimal(counts);
        let whole = std::array::from_fn(|byte| {
            let byte = byte as u8;
            let value = small_value(byte);
            if value.is_none() && byte & 15 != 0 {
                return 0;
            }
            let (bits, length) = with_value(&table.codes[usize::from(byte & 0xF0)..], value.unwrap_or(0));
            bits << 8 | length
        });
        AcCodes { table, whole }
    }
}

/// Bits of values behind symbols that occur so often.
pub(super) fn value_bits(counts: &[u64]) -> u64 {
    (0..).zip(counts).map(|(symbol, count)| count * (symbol & 15)).sum()
}

/// A code and the bits of its value behind it. `codes`: by the value's size.
#[inline(always)]
pub(super) fn with_value(codes: &[Code], value: i32) -> (u32, u32) {
    let size = size_of_value(value);
    let Code { bits, length } = codes[size as usize];
    // Negative values are one less, so that they begin with a 0 bit.
    let tail = (value + (value >> 31)) as u32 & ((1 << size) - 1);
    (u32::from(bits) << size | tail, u32::from(length) + size)
}

impl<S: Sink> EntropyCoder<S> {
    /// `limited`: what is written must fit into the sink's room, which must be enough for the shortest blocks.
    pub(super) fn new(sink: S, parameters: &Parameters, limited: bool) -> Self {
        let (luma, blocks) = (parameters.luma_blocks(), parameters.mcu_blocks());
        let (across, down) = parameters.mcus();
        let left = limited.then_some(across * down * blocks);
        EntropyCoder { writer: BitWriter::new(sink), luma, blocks, place: 0, left }
    }

    /// Codes blocks.
    pub(super) fn code(&mut self, blocks: Cursor<'_>, codes: &[Codes; 2]) {
        for mut block in blocks {
            let difference = block.difference();
            let codes = &codes[usize::from(self.place >= self.luma)];
            self.place += 1;
            if self.place == self.blocks {
                self.place = 0;
            }
            let (bits, length) = with_value(&codes.dc.codes, difference);
            self.writer.put(bits, length);
            let whole = self.has_room();
            self.code_ac(block, codes, whole);
        }
    }

    /// `whole`: whether there is room for the block; otherwise it becomes flat.
    #[inline(always)]
    fn code_ac(&mut self, mut block: Block<'_>, codes: &Codes, whole: bool) {
        let mut place = 0;
        while place < 63 {
            let Some(byte) = block.byte() else { return };
            let entry = codes.ac.whole[usize::from(byte)];
            if byte == EOB {
                if whole {
                    self.writer.put(entry >> 8, entry & 0xFF);
                }
                break;
            }
            place += usize::from(byte >> 4) + 1;
            let (bits, length) = if byte & 15 == 8 {
                let value = block.large_value().unwrap_or(0);
                with_value(&codes.ac.table.codes[usize::from(byte & 0xF0)..], value)
            } else {
                (entry >> 8, entry & 0xFF)
            };
            if whole {
                self.writer.put(bits, length);
            }
        }
        if !whole {
            let entry = codes.ac.whole[usize::from(EOB)];
            self.writer.put(entry >> 8, entry & 0xFF);
        }
    }

    /// Whether any block fits, with short ones after it.
    #[inline(always)]
    fn has_room(&mut self) -> bool {
        let Some(left) = &mut self.left else { return true };
        *left = left.saturating_sub(1);
        self.writer.sink.room() >= LONGEST_BLOCK + *left * SHORTEST_BLOCK + TAIL
    }

    pub(super) fn finish(self) -> S {
        self.writer.finish()
    }
}
