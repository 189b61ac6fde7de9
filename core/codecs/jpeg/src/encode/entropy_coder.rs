//! From the block stream to entropy-coded bytes (T.81 F.1.2).

use super::block_stream::{Counts, EOB, Reader, size_of_value, small_value};
use super::huffman::{Code, EncodeTable};
use super::parameters::Parameters;

/// The bytes that a block without AC values takes at most: 16 + 11 and 16 bits, all of them stuffed.
pub(super) const SHORTEST_BLOCK: usize = 11;
/// The bytes that any block takes at most: 64 codes of 16 bits, 11 and 63 × 10 bits of values, all stuffed.
const LONGEST_BLOCK: usize = 2 * (64 * 16 + 11 + 63 * 10usize).div_ceil(8);
/// Bytes for the bits not yet written.
pub(super) const TAIL: usize = 16;

/// Takes what is coded, 32 bits at a time.
pub(super) trait Sink {
    fn word(&mut self, word: u32);
    /// Bytes one by one, a 0 behind each FF.
    fn bytes(&mut self, bytes: &[u8]);
    /// Bytes that may still be written.
    fn room(&self) -> usize;
}

/// The codes for one of luma and chroma.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) dc: EncodeTable,
    pub(super) ac: EncodeTable,
    /// By the first byte in the stream: code and value bits × 256 + their number. 0: the value is in the next bytes.
    whole: [u32; 256],
}

/// Codes blocks, in the order of the stream.
#[derive(Debug)]
pub(super) struct EntropyCoder<S> {
    pub(super) sink: S,
    bits: u64,
    /// How many of `bits` are not written yet: below 32 between calls.
    pending: u32,
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
        let (dc, ac) = (EncodeTable::optimal(&counts.dc), EncodeTable::optimal(&counts.ac()));
        let whole = std::array::from_fn(|byte| {
            let byte = byte as u8;
            let value = small_value(byte);
            if value.is_none() && byte & 15 != 0 {
                return 0;
            }
            let (bits, length) = with_value(&ac.codes[usize::from(byte & 0xF0)..], value.unwrap_or(0));
            bits << 8 | length
        });
        Codes { dc, ac, whole }
    }

    /// Bits of what has been counted.
    pub(super) fn bits(&self, counts: &Counts) -> u64 {
        let of = |table: &EncodeTable, counts: &[u64]| -> u64 {
            let symbols = (0..).zip(counts).zip(&table.codes);
            symbols.map(|((symbol, count), code)| count * (u64::from(code.length) + (symbol & 15))).sum()
        };
        of(&self.dc, &counts.dc) + of(&self.ac, &counts.ac())
    }
}

/// A code and the bits of its value behind it. `codes`: by the value's size.
#[inline(always)]
fn with_value(codes: &[Code], value: i32) -> (u32, u32) {
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
        EntropyCoder { sink, bits: 0, pending: 0, luma, blocks, place: 0, left }
    }

    /// Codes the blocks of a chunk.
    pub(super) fn code(&mut self, chunk: &[u8], codes: &[Codes; 2]) {
        let mut reader = Reader::new(chunk);
        while let Some(difference) = reader.difference() {
            let codes = &codes[usize::from(self.place >= self.luma)];
            self.place += 1;
            if self.place == self.blocks {
                self.place = 0;
            }
            let (bits, length) = with_value(&codes.dc.codes, difference);
            self.put(bits, length);
            let whole = self.has_room();
            self.code_ac(&mut reader, codes, whole);
        }
    }

    /// `whole`: whether there is room for the block; otherwise it becomes flat.
    #[inline(always)]
    fn code_ac(&mut self, reader: &mut Reader<'_>, codes: &Codes, whole: bool) {
        let mut place = 0;
        while place < 63 {
            let Some(byte) = reader.byte() else { return };
            let entry = codes.whole[usize::from(byte)];
            if byte == EOB {
                if whole {
                    self.put(entry >> 8, entry & 0xFF);
                }
                break;
            }
            place += usize::from(byte >> 4) + 1;
            let (bits, length) = if byte & 15 == 8 {
                let value = reader.large_value().unwrap_or(0);
                with_value(&codes.ac.codes[usize::from(byte & 0xF0)..], value)
            } else {
                (entry >> 8, entry & 0xFF)
            };
            if whole {
                self.put(bits, length);
            }
        }
        if !whole {
            let entry = codes.whole[usize::from(EOB)];
            self.put(entry >> 8, entry & 0xFF);
        }
    }

    /// Whether any block fits, with short ones after it.
    #[inline(always)]
    fn has_room(&mut self) -> bool {
        let Some(left) = &mut self.left else { return true };
        *left = left.saturating_sub(1);
        self.sink.room() >= LONGEST_BLOCK + *left * SHORTEST_BLOCK + TAIL
    }

    /// At most 32 bits.
    #[inline(always)]
    fn put(&mut self, bits: u32, length: u32) {
        self.bits = self.bits << length | u64::from(bits);
        self.pending += length;
        if self.pending >= 32 {
            self.pending -= 32;
            self.sink.word((self.bits >> self.pending) as u32);
        }
    }

    /// Fills the last byte with 1 bits (T.81 F.1.2.3).
    pub(super) fn finish(mut self) -> S {
        let filled = (self.bits << 32 | 0xFFFF_FFFF) >> self.pending;
        let bytes = (filled as u32).to_be_bytes();
        self.sink.bytes(&bytes[..self.pending.div_ceil(8) as usize]);
        self.sink
    }
}

impl Sink for Vec<u8> {
    #[inline(always)]
    fn word(&mut self, word: u32) {
        let bytes = word.to_be_bytes();
        if stuffing(word) == 0 {
            self.extend_from_slice(&bytes);
        } else {
            Sink::bytes(self, &bytes);
        }
    }

    #[cold]
    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
            if byte == 0xFF {
                self.push(0);
            }
        }
    }

    #[inline(always)]
    fn room(&self) -> usize {
        self.capacity() - self.len()
    }
}

/// Counts bytes instead of writing them.
#[derive(Debug, Default)]
pub(super) struct Counter {
    pub(super) bytes: usize,
}

impl Sink for Counter {
    #[inline(always)]
    fn word(&mut self, word: u32) {
        if stuffing(word) == 0 {
            self.bytes += 4;
        } else {
            Sink::bytes(self, &word.to_be_bytes());
        }
    }

    #[cold]
    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() + bytes.iter().filter(|&&byte| byte == 0xFF).count();
    }

    fn room(&self) -> usize {
        usize::MAX
    }
}

/// Not 0 if any byte of the word is FF.
#[inline(always)]
fn stuffing(word: u32) -> u32 {
    (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080
}
