//! The chunks of a file (PNG section 5.3).

/// Bytes before the first chunk.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// A chunk.
///
/// ```
/// use edgepix_png::{Chunk, Chunks};
///
/// /// The name of the embedded profile.
/// fn profile(file: &[u8]) -> Option<&[u8]> {
///     let Chunk { data, .. } = Chunks::new(file).find(|chunk| chunk.kind == *b"iCCP")?;
///     data.split(|&byte| byte == 0).next()
/// }
///
/// let file = b"\x89PNG\r\n\x1a\n\0\0\0\x04iCCPP3\0\0----";
/// assert_eq!(profile(file), Some(&b"P3"[..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk<'a> {
    /// Its type: four letters.
    pub kind: [u8; 4],
    /// Its data; of a chunk that is cut short, what there is.
    pub data: &'a [u8],
    /// Where the data begins in the file.
    pub offset: usize,
    /// Whether all of the data is there.
    pub is_complete: bool,
}

impl Chunk<'_> {
    /// Whether the checksum behind the data is that of the type and the data (PNG section 5.5).
    pub(crate) fn is_intact(&self, file: &[u8]) -> bool {
        let bytes = self.kind.iter().chain(self.data);
        // A bit at a time: this is asked of short chunks only.
        let sum = bytes.fold(!0u32, |sum, byte| {
            (0..8).fold(
                sum ^ u32::from(*byte),
                |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
            )
        });
        let stated = file.get(self.offset + self.data.len()..).and_then(|rest| rest.first_chunk::<4>());
        stated.is_some_and(|stated| u32::from_be_bytes(*stated) == !sum)
    }
}

/// Walks over the chunks of a file up to its end or to `IEND`, which it does not give. Checksums are passed over. Nothing is
/// allocated.
///
/// ```
/// use edgepix_png::Chunks;
///
/// let file = b"\x89PNG\r\n\x1a\n\0\0\0\x01sRGB\0----\0\0\0\x20IDATcut";
/// let kinds: Vec<_> = Chunks::new(file).map(|chunk| (chunk.kind, chunk.is_complete)).collect();
/// assert_eq!(kinds, [(*b"sRGB", true), (*b"IDAT", false)]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Chunks<'a> {
    file: &'a [u8],
    /// Where the next chunk begins.
    next: usize,
}

impl<'a> Chunks<'a> {
    /// The chunks of a file, from its first byte.
    pub fn new(file: &'a [u8]) -> Self {
        Self { file, next: SIGNATURE.len() }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let rest = self.file.get(self.next..)?;
        let (&[l0, l1, l2, l3, kind @ ..], rest) = rest.split_first_chunk::<8>()?;
        if kind == *b"IEND" {
            self.next = self.file.len();
            return None;
        }
        let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        let offset = self.next + 8;
        // The checksum has four bytes.
        self.next = offset.saturating_add(length).saturating_add(4);
        let data = rest.get(..length);
        Some(Chunk { kind, data: data.unwrap_or(rest), offset, is_complete: data.is_some() })
    }
}

/// The data of the chunks that hold one image's pixels, one after another (PNG section 5.6, "Image data").
#[derive(Clone, Copy, Debug)]
pub(crate) struct PixelData<'a> {
    chunks: Chunks<'a>,
    /// The first chunk, which is `IDAT` or `fdAT`, until it is given.
    first: Option<Chunk<'a>>,
    kind: [u8; 4],
}

/// Bytes of the sequence number before the data of `fdAT`.
const SEQUENCE: usize = 4;

impl<'a> PixelData<'a> {
    /// Begins with a chunk; `chunks` are those behind it.
    pub(crate) fn new(first: Chunk<'a>, chunks: Chunks<'a>) -> Self {
        Self { chunks, first: Some(first), kind: first.kind }
    }

    pub(crate) fn is_idat(&self) -> bool {
        self.kind == *b"IDAT"
    }

    /// That of no image.
    pub(crate) fn none() -> Self {
        Self { chunks: Chunks { file: &[], next: 0 }, first: None, kind: *b"IDAT" }
    }
}

impl<'a> Iterator for PixelData<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let chunk = match self.first.take() {
            Some(first) => first,
            // Other chunks must not stand between, and are passed over where they do.
            None => self.chunks.find(|chunk| chunk.kind == self.kind || chunk.kind == *b"fcTL")?,
        };
        if chunk.kind != self.kind {
            self.chunks = Self::none().chunks;
            return None;
        }
        let data = if self.kind == *b"fdAT" { chunk.data.get(SEQUENCE..) } else { Some(chunk.data) };
        Some(data.unwrap_or_default())
    }
}
