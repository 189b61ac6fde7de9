//! Writes a file again without loss: the same pixels, filters, passes and matches, coded anew.
//!
//! The pixel data is taken apart into the literals and matches of DEFLATE (RFC 1951), block by block, and each block gets the
//! prefix codes that make it smallest. No search for matches is made, so that this is quick; and as a block may have the
//! codes that it had, none becomes longer.
//!
//! `bits` reads, `block` takes a block apart, `codes` makes prefix codes, and `writer` writes.

mod bits;
mod block;
mod codes;
mod writer;

use self::bits::Bits;
use self::block::Block;
use self::writer::{BitWriter, chunk, crc};
use crate::chunks::{Chunks, PixelData, SIGNATURE};
use crate::decode;
use crate::header::Header;

/// A chunk to be written: its type, and its data in parts.
pub type NewChunk<'a> = ([u8; 4], &'a [&'a [u8]]);

/// Writes a still again: its pixels as they are stored, its palette and transparency, and instead of all other chunks those
/// of `metadata`, in front of the palette. `None` where that takes more than `most` bytes, for which there is room from the
/// beginning, and where anything of the picture is missing or broken.
///
/// ```
/// use edgepix_png::{Chunks, Header, recode};
///
/// # let still = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x04\x00\x00\x00\x04\x08\x00\x00\x00\x00\x8c\x9a\xc1\xa2\x00\x00\x00\x07tIME\x07\xea\x0b\x1e\x00\x00\x00\xbc\x1d\x83\xf9\x00\x00\x00\x1fIDATx\x01\x01\x14\x00\xeb\xff\x00\xc8\xc8\xc8\xc8\x00\xc8\xc8\xc8\xc8\x00\xc8\xc8\xc8\xc8\x00\xc8\xc8\xc8\xc8}\x14\x0c\x81\x9e'\xa4\x80\x00\x00\x00\x00IEND\xaeB`\x82";
/// let header = Header::read(still)?;
/// let text: [&[u8]; 2] = [b"Title\0", b"a square"];
/// let smaller = recode(still, &header, &[(*b"tEXt", &text)], 1000).expect("a whole file");
/// assert!(Chunks::new(&smaller).any(|chunk| chunk.kind == *b"tEXt" && chunk.data.ends_with(b"square")));
/// assert_eq!(Header::read(&smaller)?.width, header.width);
/// # Ok::<(), edgepix_png::Error>(())
/// ```
pub fn recode(file: &[u8], header: &Header, metadata: &[NewChunk<'_>], most: usize) -> Option<Vec<u8>> {
    if header.frames > 0 || !decode::is_whole(file, header) {
        return None;
    }
    let palette = header.palette.clone().filter(|_| header.colour.is_palette());
    let of_file =
        |range: Option<std::ops::Range<usize>>| range.and_then(|range| file.get(range)).unwrap_or_default();
    let (palette, transparency) = (of_file(palette), transparency(file, header));
    let transparency = transparency.as_slice();
    let ihdr = Chunks::new(file).next()?.data;

    let parts = metadata.iter().flat_map(|(_, parts)| parts.iter()).map(|part| part.len()).sum::<usize>();
    // Each chunk takes twelve bytes more than its data; the pixels have a header and a checksum of their own.
    let count = 3 + metadata.len() + [palette, transparency].iter().filter(|data| !data.is_empty()).count();
    let chunks = SIGNATURE.len() + ihdr.len() + palette.len() + transparency.len() + 12 * count;
    if chunks + parts + 6 > most {
        return None;
    }
    let mut out = Vec::with_capacity(most);
    out.extend_from_slice(SIGNATURE);
    chunk(*b"IHDR", &[ihdr], &mut out);
    metadata.iter().for_each(|(kind, parts)| chunk(*kind, parts, &mut out));
    for (kind, data) in [(*b"PLTE", palette), (*b"tRNS", transparency)] {
        if !data.is_empty() {
            chunk(kind, &[data], &mut out);
        }
    }
    let start = out.len();
    out.extend_from_slice(b"\0\0\0\0IDAT");
    let mut out = pixels(file, out, most)?;
    let length = u32::try_from(out.len() - start - 8).ok()?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    let sum = crc(&out[start + 4..]);
    out.extend_from_slice(&sum.to_be_bytes());
    chunk(*b"IEND", &[], &mut out);
    Some(out)
}

impl Header {
    /// The most heap bytes that [`recode`] takes, a file of `most` bytes included.
    pub fn recode_memory(&self, most: u64) -> u64 {
        u64::max(decode::memory_of_check(self), most + OWN_BYTES)
    }

    /// The instructions that it takes, estimated. `source_bytes`: the length of the file.
    pub fn recode_work(&self, source_bytes: u64) -> u64 {
        let bytes = self.row_bytes(self.width).saturating_mul(self.height.into());
        source_bytes.saturating_mul(750).saturating_add(bytes.saturating_mul(4))
    }
}

/// The data of `tRNS`. Of a transparent grey or colour only the bits stay that a sample has: readers who look at all of them
/// would find no such pixel.
fn transparency(file: &[u8], header: &Header) -> Vec<u8> {
    let stored = header.transparency.clone().and_then(|range| file.get(range)).unwrap_or_default();
    if header.colour.is_palette() {
        return stored.to_vec();
    }
    let mask = ((1u32 << header.bit_depth) - 1) as u16;
    let (samples, _) = stored.as_chunks::<2>();
    samples.iter().flat_map(|sample| (u16::from_be_bytes(*sample) & mask).to_be_bytes()).collect()
}

/// A bound on what is counted of a block, and the codes made of it.
const OWN_BYTES: u64 = 24 << 10;

/// Writes the zlib stream (RFC 1950) of the pixels behind `out`.
fn pixels(file: &[u8], out: Vec<u8>, most: usize) -> Option<Vec<u8>> {
    let mut chunks = Chunks::new(file);
    let first = chunks.find(|chunk| chunk.kind == *b"IDAT")?;
    let mut bits = Bits::new(PixelData::new(first, chunks));
    // The method was checked.
    bits.take(16)?;
    let mut writer = BitWriter::new(out);
    // A window of 32 KiB, the greatest effort.
    writer.put(0xDA78, 16);
    loop {
        let is_last = bits.take(1)? == 1;
        let block = Block::read(&mut bits)?;
        block.write(&mut bits, is_last, &mut writer, most)?;
        if is_last {
            break;
        }
    }
    bits.align();
    let mut out = writer.finish();
    // The checksum is that of the same bytes.
    for _ in 0..4 {
        out.push(bits.take(8)? as u8);
    }
    // The chunk's own checksum, and the last chunk.
    (out.len() + 16 <= most).then_some(out)
}
