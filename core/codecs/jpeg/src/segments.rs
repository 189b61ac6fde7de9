//! The one walker over marker segments (T.81 B.1.1.4).

use std::iter::FusedIterator;

use crate::marker::{EOI, RST0, RST7, SOI};

/// A marker segment: a marker with its parameters.
///
/// ```
/// use edgepix_jpeg::{marker, segments};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let scan = segments(&jpeg).find(|segment| segment.marker == marker::SOS).unwrap();
/// let coded = &jpeg[scan.end()..];
/// assert!(coded.len() > jpeg.len() / 2);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment<'a> {
    /// The marker's second byte, such as [`marker::APP1`](crate::marker::APP1).
    pub marker: u8,
    /// The parameters, without the two bytes of the length.
    pub payload: &'a [u8],
    /// Where the marker's 0xFF stands in the file. The payload begins four bytes later.
    pub offset: usize,
}

impl Segment<'_> {
    /// The offset of the first byte behind the segment: for SOS, of the entropy-coded data.
    pub fn end(&self) -> usize {
        self.payload_offset() + self.payload.len()
    }

    /// The offset of the first byte of the payload: behind the marker and the length.
    pub(crate) fn payload_offset(&self) -> usize {
        self.offset + 4
    }
}

/// Walks over the marker segments of a JPEG, from the first byte to the EOI marker. Allocates nothing.
///
/// These are the rules for what T.81 does not allow and files have nevertheless. They are libjpeg's, and the decoder
/// follows the same ones:
///
/// - Before a marker, everything is skipped that is none: fill bytes (0xFF before a marker, B.1.1.2), stuffed
///   bytes (FF 00), the entropy-coded data behind a scan header (B.1.1.5) and garbage.
/// - Markers without parameters (SOI, RSTm, TEM) and reserved codes (02 to BF) are skipped too (B.1.1.3, Table B.1).
/// - A length below 2, which would not even count its own two bytes (B.1.1.4), counts as 2: the payload is empty, and the
///   next segment is looked for behind the length.
/// - The walk ends at EOI, at the end of the bytes, and at a segment that is longer than what is left of
///   them: such a segment is not delivered. An ended walk stays ended.
///
/// What describes the picture (EXIF, XMP, ICC …) stands before the first scan:
///
/// ```
/// use edgepix_jpeg::{marker, segments};
///
/// # let jpeg = [0xFF, 0xD8, 0xFF, 0xE1, 0, 8, b'E', b'x', b'i', b'f', 0, 0, 0xFF, 0xDA, 0, 2];
/// let exif = segments(&jpeg)
///     .take_while(|segment| segment.marker != marker::SOS)
///     .filter(|segment| segment.marker == marker::APP1)
///     .find_map(|segment| segment.payload.strip_prefix(b"Exif\0\0"));
/// assert!(exif.is_some());
/// ```
pub fn segments(bytes: &[u8]) -> Segments<'_> {
    Segments::starting_at(bytes, 0)
}

/// The iterator that [`segments`] returns.
///
/// ```
/// use edgepix_jpeg::{marker, segments};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let markers: Vec<u8> = segments(&jpeg).map(|segment| segment.marker).collect();
/// assert!(markers.contains(&marker::APP1) && markers.contains(&marker::DQT));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Segments<'a> {
    bytes: &'a [u8],
    /// Behind the last segment; at most the length of `bytes`.
    position: usize,
}

impl<'a> Segments<'a> {
    /// Continues at an offset.
    pub(crate) fn starting_at(bytes: &'a [u8], offset: usize) -> Self {
        Segments { bytes, position: offset.min(bytes.len()) }
    }

    /// What follows the last segment: after SOS, its entropy-coded data.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    /// The segment behind the next marker that has one.
    fn find_next(&mut self) -> Option<Segment<'a>> {
        loop {
            let offset = self.position + find_marker(self.rest())?;
            let marker = self.bytes[offset + 1];
            self.position = offset + 2;
            match marker {
                0x01..=0xBF | RST0..=RST7 | SOI => continue,
                EOI => return None,
                _ => {}
            }
            let (length, rest) = self.rest().split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length)).saturating_sub(2);
            let segment = Segment { marker, payload: rest.get(..length)?, offset };
            self.position = segment.end();
            return Some(segment);
        }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let segment = self.find_next();
        if segment.is_none() {
            self.position = self.bytes.len();
        }
        segment
    }
}

impl FusedIterator for Segments<'_> {}

/// The index of the next 0xFF that begins a marker; stuffed (FF 00) and fill (FF FF) bytes do not.
pub(crate) fn find_marker(bytes: &[u8]) -> Option<usize> {
    let mut position = 0;
    loop {
        position += find_ff(&bytes[position..])?;
        match bytes.get(position + 1)? {
            0x00 => position += 2,
            0xFF => position += 1,
            _ => return Some(position),
        }
    }
}

/// The index of the first 0xFF. Compares a chunk at a time, which compiles to vector code.
fn find_ff(bytes: &[u8]) -> Option<usize> {
    const CHUNK: usize = 32;
    let without = bytes
        .chunks_exact(CHUNK)
        .take_while(|chunk| !chunk.iter().fold(false, |found, &byte| found | (byte == 0xFF)))
        .count()
        * CHUNK;
    let found = bytes[without..].iter().position(|&byte| byte == 0xFF)?;
    Some(without + found)
}
