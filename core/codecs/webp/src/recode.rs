//! Writes lossless streams again: the same transforms, references and literals under prefix codes that were made anew.
//!
//! Every symbol is read and checked, but no pixel is made of it. A stream is read twice, to count its symbols and to write
//! them, and a group of codes that would become longer stays as it is: so no stream becomes longer.

use crate::decode::bit_reader::BitReader;
use crate::decode::estimate::{groups_memory, recoder_memory};
use crate::decode::groups::{PrefixGroup, PrefixGroups};
use crate::decode::pixels::{distance, value};
use crate::decode::small_image::{read_cache, read_tiles};
use crate::encode::bit_writer::BitWriter;
use crate::encode::entropy_coded::GroupCodes;
use crate::encode::histogram::Histogram;
use crate::header::{HEADER_BYTES, LosslessHeader};
use crate::prefix_code::{CODES, LENGTHS, LITERALS};
use crate::transform::{COLOUR_INDEXING, CROSS_COLOUR, PREDICTOR, packing};

/// Writes the payload of a `VP8L` chunk again, without loss, in as many bytes or fewer. `alpha` is what its header says
/// from then on. `None` where anything is missing or broken.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_lossless, recode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let same = recode_lossless(&stream, false).expect("a whole stream");
/// assert!(same.len() <= stream.len());
/// assert_eq!(decode_lossless(&same)?, decode_lossless(&stream)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn recode_lossless(stream: &[u8], alpha: bool) -> Option<Vec<u8>> {
    let header = LosslessHeader::read(stream).ok()?;
    let mut recoder = Recoder::new(&stream[HEADER_BYTES..], stream.len());
    let head = LosslessHeader { alpha, ..header }.to_bytes();
    head.into_iter().for_each(|byte| recoder.writer.put_seldom(byte.into(), 8));
    recoder.stream(header.width as usize, header.height as usize)
}

/// Writes the payload of an `ALPH` chunk again, without loss, in as many bytes or fewer. `None` where anything is missing
/// or broken.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, decode_alpha, encode_alpha, recode_alpha};
///
/// let pixels = [255, 0, 0, 128].repeat(8 * 8);
/// let chunk = encode_alpha(&Image::new(&pixels, 8, 8, PixelLayout::Rgba)?, Effort::Balanced).unwrap();
/// let same = recode_alpha(&chunk, 8, 8).expect("a whole plane");
/// assert_eq!(decode_alpha(&same, 8, 8)?, [128; 8 * 8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn recode_alpha(chunk: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let (&header, data) = chunk.split_first()?;
    let (width, height) = (width as usize, height as usize);
    // Without the reserved bits (section 2.7.1.2).
    let head = header & 0x1F;
    match header & 3 {
        0 => Some([&[head], data.get(..width.checked_mul(height)?)?].concat()),
        1 => {
            let mut recoder = Recoder::new(data, chunk.len());
            recoder.writer.put_seldom(head.into(), 8);
            recoder.stream(width, height)
        }
        _ => None,
    }
}

/// An upper bound of the heap bytes that [`recode_lossless`] and [`recode_alpha`] take at their peak, for a payload of so
/// many bytes. The returned `Vec` is included.
///
/// ```
/// use edgepix_webp::{decode_memory, recode_memory};
///
/// // No pixels are held.
/// assert!(recode_memory(1000, 1000, 500_000) < decode_memory(1000, 1000) / 2);
/// ```
pub fn recode_memory(width: u32, height: u32, bytes: u64) -> u64 {
    bytes + recoder_memory(width, height)
}

/// Reads a stream, and writes it.
struct Recoder<'a> {
    bits: BitReader<'a>,
    writer: BitWriter,
}

/// A symbol as it was read: which of the codes of a group, its code, and the bits behind it, each with their number.
struct Symbol {
    alphabet: usize,
    symbol: usize,
    code: (u32, u32),
    extra: (u32, u32),
}

/// What is made of a group.
struct Group {
    histogram: Histogram,
    /// What its symbols take by the codes that it has.
    bits: u64,
}

impl<'a> Recoder<'a> {
    fn new(stream: &'a [u8], most: usize) -> Self {
        Recoder { bits: BitReader::new(stream), writer: BitWriter::with_capacity(most) }
    }

    /// Reads bits (at most 32), which stay as they are.
    fn copy(&mut self, count: u32) -> u32 {
        let value = self.bits.bits(count);
        self.writer.put_seldom(value, count);
        value
    }

    /// Section 3.8.
    fn stream(mut self, width: usize, height: usize) -> Option<Vec<u8>> {
        let mut narrow = width;
        let mut seen = [false; 4];
        while self.copy(1) == 1 {
            let kind = self.copy(2);
            if std::mem::replace(&mut seen[kind as usize], true) {
                return None;
            }
            match kind {
                PREDICTOR | CROSS_COLOUR => self.tiles(narrow, height)?,
                COLOUR_INDEXING => {
                    let colours = self.copy(8) as usize + 1;
                    self.image(colours, 1, None)?;
                    narrow = narrow.div_ceil(1 << packing(colours));
                }
                _ => {}
            }
        }
        let room = groups_memory(width as u64, height as u64, 0);
        self.image(narrow, height, Some(room))?;
        Some(self.writer.finish())
    }

    /// An image that has a pixel for each tile of an other one.
    fn tiles(&mut self, width: usize, height: usize) -> Option<()> {
        let tile_bits = 2 + self.copy(3);
        self.image(width.div_ceil(1 << tile_bits), height.div_ceil(1 << tile_bits), None)
    }

    /// An entropy-coded image (section 3.7). Only that of the picture may have several groups, of so many bytes.
    fn image(&mut self, width: usize, height: usize, room: Option<u64>) -> Option<()> {
        let mut after = self.bits;
        let cached = read_cache(&mut after).ok()?.len();
        let cache_bits = if self.copy(1) == 1 { self.copy(4) } else { 0 };
        // Which groups are used.
        let mut used = vec![true];
        let mut tiles = None;
        let has_groups = room.is_some() && self.copy(1) == 1;
        let mut room = room.unwrap_or(CODES_MEMORY * 2);
        if has_groups {
            let mut scratch = vec![0; width.div_ceil(4) * height.div_ceil(4)];
            let map =
                read_tiles(&mut self.bits.clone(), &mut scratch, width, height, |group| (group >> 8) as u16);
            let map = map.ok()?;
            drop(scratch);
            self.tiles(width, height)?;
            used = vec![false; map.elements.iter().max().map_or(0, |&last| usize::from(last) + 1)];
            map.elements.iter().for_each(|&group| used[usize::from(group)] = true);
            room = room.checked_sub(map.bytes())?;
            tiles = Some(map);
        }
        let mut described = self.bits;
        let groups = match tiles {
            Some(tiles) => PrefixGroups::read(&mut self.bits, cached, tiles, &mut room),
            None => PrefixGroups::read_one(&mut self.bits, cached),
        };
        let groups = groups.ok()?;
        let pixels = Pixels { width, count: width * height, groups: &groups };

        // Where there is no room to count the symbols of so many groups, all codes stay as they are.
        let mut counted = Vec::new();
        if groups.count() as u64 * (2 * Histogram::memory(cached) + GROUP_MEMORY) + CODES_MEMORY <= room {
            let group = || Group { histogram: Histogram::new(cache_bits), bits: 0 };
            counted.resize_with(groups.count(), group);
        }
        let mut start = self.bits;
        pixels.walk(&mut start, &mut |group, symbol| {
            if let Some(Group { histogram, bits }) = counted.get_mut(group) {
                histogram.add_symbol(symbol.alphabet, symbol.symbol);
                *bits += u64::from(symbol.code.1 + symbol.extra.1);
            }
        })?;
        let mut codes = Vec::with_capacity(counted.len());
        let mut counted = counted.into_iter();
        let mut entries = Vec::new();
        for is_used in used {
            let start = described;
            PrefixGroup::read(&mut described, cached, &mut entries).ok()?;
            if !is_used {
                // The shortest there is: five codes of the symbol 0.
                self.writer.put_seldom(0x11111, 4 * CODES as u32);
                continue;
            }
            let new = counted.next().map(|group| group.better_codes(start.before(&described)));
            match new.as_ref().and_then(Option::as_ref) {
                Some(codes) => codes.describe(&mut self.writer),
                None => self.copy_until(start, &described),
            }
            codes.extend(new);
        }
        let Self { bits, writer } = self;
        pixels.walk(bits, &mut |group, symbol| {
            let (bits, count) = match codes.get(group).and_then(Option::as_ref) {
                Some(codes) => codes.code(symbol.alphabet, symbol.symbol),
                None => symbol.code,
            };
            writer.put_seldom(bits, count);
            writer.put_seldom(symbol.extra.0, symbol.extra.1);
        })
    }

    /// Writes bits as they are.
    fn copy_until(&mut self, mut from: BitReader<'_>, end: &BitReader<'_>) {
        let mut left = from.before(end);
        while left > 0 {
            let count = left.min(32) as u32;
            self.writer.put_seldom(from.bits(count), count);
            left -= u64::from(count);
        }
    }
}

impl Group {
    /// New codes, where they and the symbols take fewer bits than the old ones, which take `described` by themselves.
    fn better_codes(self, described: u64) -> Option<GroupCodes> {
        let codes = GroupCodes::new(&self.histogram);
        let mut writer = BitWriter::default();
        codes.describe(&mut writer);
        (writer.bits() + codes.bits < described + self.bits).then_some(codes)
    }
}

/// The pixels of an image.
struct Pixels<'g> {
    width: usize,
    count: usize,
    groups: &'g PrefixGroups,
}

impl Pixels<'_> {
    /// Hands out all symbols with the index of their group (section 3.7.3). `None` where they are broken.
    fn walk(&self, reader: &mut BitReader<'_>, put: &mut dyn FnMut(usize, Symbol)) -> Option<()> {
        let Self { width, count, groups } = *self;
        let tile = groups.tile();
        let (mut x, mut y, mut at) = (0, 0, 0);
        while at < count {
            // All of them by the same group.
            let start = at;
            let end = at + (tile - (x & (tile - 1))).min(width - x);
            let index = groups.index(x, y);
            let group = groups.get(index);
            while at < end {
                let (symbol, length) = read(group, 0, reader);
                let green = symbol.symbol;
                put(index, symbol);
                if green < LITERALS {
                    (1..4).for_each(|alphabet| put(index, read(group, alphabet, reader).0));
                    at = if group.only.is_some() { end } else { at + 1 };
                } else if green < LITERALS + LENGTHS {
                    let (symbol, code) = read(group, CODES - 1, reader);
                    put(index, symbol);
                    if distance(code, width) > at || length > count - at {
                        return None;
                    }
                    at += length;
                } else {
                    at += 1;
                }
            }
            if reader.overrun() {
                return None;
            }
            x += at - start;
            if x >= width {
                y += x / width;
                x %= width;
            }
        }
        Some(())
    }
}

/// Reads a symbol; of a length or a distance, its value too.
#[inline(never)]
fn read(group: &PrefixGroup, alphabet: usize, reader: &mut BitReader<'_>) -> (Symbol, usize) {
    reader.refill();
    let before = *reader;
    let symbol = group.tables[alphabet].read(&group.entries, reader);
    let after = *reader;
    let value = match alphabet {
        0 if (LITERALS..LITERALS + LENGTHS).contains(&symbol) => value(symbol - LITERALS, reader),
        4 => value(symbol, reader),
        _ => 0,
    };
    (Symbol { alphabet, symbol, code: before.taken(&after), extra: after.taken(reader) }, value)
}

/// Heap bytes of a group beside its histogram, and later its codes, which are hardly larger.
const GROUP_MEMORY: u64 = 512;
/// Heap bytes of the work on prefix codes: the package-merge of the largest alphabet.
const CODES_MEMORY: u64 = 160 * 1024;
