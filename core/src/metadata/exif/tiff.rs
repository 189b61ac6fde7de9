//! The TIFF structure that EXIF data is (TIFF 6.0 section 2): directories of entries, each with a value or the offset of one.

use std::ops::Range;

/// A TIFF structure, read in place.
#[derive(Clone, Copy)]
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

/// An entry of a directory whose 12 bytes are inside of the structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) tag: u16,
    kind: u16,
    count: u32,
    /// Where the value stands, or its offset if it takes more than four bytes.
    field: usize,
}

/// A directory: where its entries begin, and how many of them are inside of the structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directory {
    start: usize,
    count: usize,
}

pub(super) const ASCII: u16 = 2;
/// UTF-8, of Exif 3.0 (CIPA DC-008-2023 section 4.6.2).
const UTF8: u16 = 129;

impl<'a> Tiff<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"MM\0\x2a" => true,
            b"II\x2a\0" => false,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    /// The directory of the image itself.
    pub(super) fn first(self) -> Option<Directory> {
        self.directory(self.long(4)?)
    }

    /// The directory at an offset.
    pub(super) fn directory(self, offset: u32) -> Option<Directory> {
        let offset = usize::try_from(offset).ok()?;
        let count = usize::from(self.short(offset)?);
        let start = offset.checked_add(2)?;
        let room = self.bytes.len().checked_sub(start)? / Entry::BYTES;
        Some(Directory { start, count: count.min(room) })
    }

    /// The directory behind another one: that of the thumbnail.
    pub(super) fn next(self, directory: Directory) -> Option<Directory> {
        self.long(directory.link()).filter(|&offset| offset != 0).and_then(|offset| self.directory(offset))
    }

    pub(super) fn entries(self, directory: Directory) -> impl Iterator<Item = Entry> {
        let at = move |i: usize| directory.start + i * Entry::BYTES;
        (0..directory.count).filter_map(move |i| {
            Some(Entry {
                tag: self.short(at(i))?,
                kind: self.short(at(i) + 2)?,
                count: self.long(at(i) + 4)?,
                field: at(i) + 8,
            })
        })
    }

    pub(super) fn entry(self, directory: Directory, tag: u16) -> Option<Entry> {
        self.entries(directory).find(|entry| entry.tag == tag)
    }

    /// Where an entry's value stands.
    pub(super) fn place(self, entry: Entry) -> Option<Range<usize>> {
        let length = usize::try_from(entry.count).ok()?.checked_mul(entry.unit())?;
        let start = if length <= 4 { entry.field } else { usize::try_from(self.long(entry.field)?).ok()? };
        let end = start.checked_add(length)?;
        (end <= self.bytes.len()).then_some(start..end)
    }

    /// The first number of an entry, of whichever integer type it is: other programs than the standard's readers write others.
    pub(super) fn number(self, entry: Entry) -> Option<u32> {
        let at = self.place(entry)?.start;
        match entry.unit() {
            _ if entry.count == 0 => None,
            1 if entry.kind != ASCII => self.bytes.get(at).map(|&byte| byte.into()),
            2 => self.short(at).map(u32::from),
            4 if entry.kind != FLOAT => self.long(at),
            _ => None,
        }
    }

    /// An entry's text, without what fills it up: NUL and spaces. `None` where there is nothing else.
    pub(super) fn text(self, entry: Entry) -> Option<&'a [u8]> {
        if !matches!(entry.kind, ASCII | UTF8) {
            return None;
        }
        let text = self.bytes.get(self.place(entry)?)?;
        let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
        Some(text[..end].trim_ascii()).filter(|text| !text.is_empty())
    }

    /// Sets an entry's first number in a copy of the structure, if it has an integer type that can hold it.
    pub(super) fn set(self, copy: &mut [u8], entry: Entry, value: u32) {
        let Some(place) = self.place(entry).filter(|_| self.number(entry).is_some()) else { return };
        let all = value.to_be_bytes();
        let mut bytes = all[4 - entry.unit()..].to_vec();
        if all[..4 - entry.unit()].iter().any(|&byte| byte != 0) {
            return;
        }
        if !self.big_endian {
            bytes.reverse();
        }
        copy[place.start..place.start + bytes.len()].copy_from_slice(&bytes);
    }

    fn short(self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<2>()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<4>()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

const FLOAT: u16 = 11;

impl Entry {
    const BYTES: usize = 12;

    /// Bytes of one value (TIFF 6.0 section 2, "Types"). What is unknown takes one, so that nothing else is taken for it.
    fn unit(self) -> usize {
        match self.kind {
            3 | 8 => 2,
            4 | 9 | FLOAT | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        }
    }
}

impl Directory {
    /// Where the offset of the next directory stands.
    pub(super) fn link(self) -> usize {
        self.start + self.count * Entry::BYTES
    }

    /// Its own bytes, with that offset.
    pub(super) fn place(self) -> Range<usize> {
        self.start - 2..self.link() + 4
    }
}
