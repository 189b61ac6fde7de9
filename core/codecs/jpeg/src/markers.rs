//! Finds marker segments (T.81 B.1.1) in a byte string, whatever stands between them.

pub(crate) const SOF0: u8 = 0xC0;
pub(crate) const SOF1: u8 = 0xC1;
pub(crate) const SOF2: u8 = 0xC2;
pub(crate) const DHT: u8 = 0xC4;
pub(crate) const RST0: u8 = 0xD0;
pub(crate) const RST7: u8 = 0xD7;
pub(crate) const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const DQT: u8 = 0xDB;
pub(crate) const DRI: u8 = 0xDD;
pub(crate) const APP0: u8 = 0xE0;
pub(crate) const APP1: u8 = 0xE1;
pub(crate) const APP14: u8 = 0xEE;

/// A marker with its parameters, the two length bytes left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) payload: &'a [u8],
}

/// Walks from one marker segment to the next, skipping garbage, fill bytes and entropy-coded data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Segments { rest: bytes }
    }

    /// What follows the last segment: after SOS, its entropy-coded data.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    /// `None` at the end of the data, at EOI, or where a segment is longer than what is left.
    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            let start = find_marker(self.rest)?;
            let marker = self.rest[start + 1];
            self.rest = &self.rest[start + 2..];
            match marker {
                // Restarts belong to a scan, TEM and the reserved codes mean nothing here.
                0x01..=0xBF | RST0..=RST7 | SOI => continue,
                EOI => return None,
                _ => {}
            }
            let (length, _) = self.rest.split_first_chunk::<2>()?;
            // The length counts its own two bytes, whatever it says.
            let length = usize::from(u16::from_be_bytes(*length)).max(2);
            let payload = self.rest.get(2..length)?;
            self.rest = &self.rest[length..];
            return Some(Segment { marker, payload });
        }
    }
}

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
