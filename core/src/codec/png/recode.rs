//! Coding a still's matches again, with the metadata that goes along.

use crate::codec::{Cost, Settings};

/// What stands before an XMP packet (ISO 16684-3 section 5): the keyword, neither compressed nor in a language.
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";
/// What stands before a profile (PNG section 11.3.2.3): a name, and the method of compression.
const ICC: &[u8] = b"ICC profile\0\0";
/// Bytes of the three chunks around their data, names included.
const AROUND: usize = 128;
/// The most bytes in a block that is not compressed.
const STORED: usize = 0xFFFF;

pub(super) fn cost(png: &edgepix_png::Header, file: &[u8], settings: &Settings) -> Cost {
    let profile = settings.kept.icc.as_ref().map_or(0, |icc| icc.len() as u64 * 2);
    let most = most_bytes(file, settings) as u64;
    Cost { memory: png.recode_memory(most) + profile, work: png.recode_work(file.len() as u64) }
}

/// No longer than the file and its new metadata.
fn most_bytes(file: &[u8], settings: &Settings) -> usize {
    let blocks = settings.kept.icc.as_ref().map_or(0, |icc| icc.len() / STORED * 5);
    file.len() + settings.kept.bytes() as usize + blocks + AROUND
}

pub(super) fn recode(
    png: &edgepix_png::Header,
    file: &[u8],
    settings: &Settings,
    most: usize,
) -> Option<Vec<u8>> {
    let kept = &settings.kept;
    let profile = kept.icc.as_deref().map(stored).unwrap_or_default();
    let icc: [&[u8]; 2] = [ICC, &profile];
    let xmp: [&[u8]; 2] = [XMP, kept.xmp.as_deref().unwrap_or_default()];
    let exif: [&[u8]; 1] = [kept.exif.as_deref().unwrap_or_default()];
    let chunks = [(*b"iCCP", &icc[..]), (*b"iTXt", &xmp[..]), (*b"eXIf", &exif[..])];
    let [has_icc, has_xmp, has_exif] = [kept.icc.is_some(), kept.xmp.is_some(), kept.exif.is_some()];
    let kept_chunks = chunks.into_iter().zip([has_icc, has_xmp, has_exif]);
    let chunks: Vec<_> = kept_chunks.filter_map(|(chunk, is_kept)| is_kept.then_some(chunk)).collect();
    edgepix_png::recode(file, png, &chunks, most.min(most_bytes(file, settings)))
}

/// A zlib stream (RFC 1950) of bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    out.extend([0x78, 0x01]);
    let mut blocks = bytes.chunks(STORED).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(blocks.peek().is_none().into());
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend((b << 16 | a).to_be_bytes());
    out
}
