//! Chunks of a RIFF file (RFC 9649, section 2.3).

use std::ops::Range;

/// Four ASCII characters that name a kind of chunk.
pub type FourCc = [u8; 4];

/// Bytes before the payload of a chunk: its kind and its size.
pub(crate) const CHUNK_HEADER_BYTES: usize = 8;
/// Bytes before the first chunk of a file: `RIFF`, the size, `WEBP` (section 2.4).
pub(crate) const FILE_HEADER_BYTES: usize = 12;

/// A chunk.
///
/// ```
/// use edgepix_webp::container::Chunks;
///
/// let data = b"XMP \x03\0\0\0abc\0";
/// let chunk = Chunks::new(data, 0).next().unwrap();
/// assert_eq!((&chunk.kind, chunk.payload, chunk.range()), (b"XMP ", &b"abc"[..], 8..11));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk<'a> {
    /// What kind it is of.
    pub kind: FourCc,
    /// Its payload, without padding; of a chunk that is cut short, what there is.
    pub payload: &'a [u8],
    /// Where the payload begins, in bytes from the start of the data.
    pub start: usize,
    /// Whether the payload is as long as the chunk's header says.
    pub is_complete: bool,
}

impl Chunk<'_> {
    /// Where the payload is, in bytes from the start of the data.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.payload.len()
    }
}

/// Walks over chunks that follow each other. A chunk that is cut short is the last one; what is too short for a chunk's
/// header is left out. Nothing is allocated.
///
/// ```
/// use edgepix_webp::container::{Chunks, Writer};
///
/// let mut writer = Writer::with_capacity(100);
/// writer.chunk(*b"EXIF", b"...");
/// writer.chunk(*b"XMP ", b"...");
/// let bytes = writer.finish()?;
/// let kinds: Vec<_> = Chunks::of_file(&bytes).map(|chunk| chunk.kind).collect();
/// assert_eq!(kinds, [*b"EXIF", *b"XMP "]);
/// # Ok::<(), edgepix_webp::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chunks<'a> {
    data: &'a [u8],
    /// Where the next chunk begins.
    next: usize,
}

impl<'a> Chunks<'a> {
    /// The chunks of a WebP file.
    pub fn of_file(bytes: &'a [u8]) -> Self {
        Self::new(bytes, FILE_HEADER_BYTES)
    }

    /// The chunks of `data`, the first of which begins at byte `start`.
    pub fn new(data: &'a [u8], start: usize) -> Self {
        Chunks { data, next: start }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let rest = self.data.get(self.next..)?;
        let (&[k0, k1, k2, k3, size @ ..], rest) = rest.split_first_chunk::<CHUNK_HEADER_BYTES>()?;
        let size = u32::from_le_bytes(size) as usize;
        let payload = rest.get(..size);
        let start = self.next + CHUNK_HEADER_BYTES;
        // Chunks begin at even offsets.
        self.next = start.saturating_add(size).saturating_add(size % 2);
        Some(Chunk {
            kind: [k0, k1, k2, k3],
            payload: payload.unwrap_or(rest),
            start,
            is_complete: payload.is_some(),
        })
    }
}
