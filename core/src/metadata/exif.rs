//! The few EXIF facts that the core acts on, read in place: orientation, artist and copyright of the first image
//! directory (TIFF 6.0 section 2, CIPA DC-008 section 4.6).

use crate::Orientation;

const ORIENTATION: u16 = 0x0112;
const ARTIST: u16 = 0x013b;
const COPYRIGHT: u16 = 0x8298;

const ASCII: u16 = 2;

/// The orientation that a TIFF structure states; upright where it states none.
pub(crate) fn orientation(tiff: Option<&[u8]>) -> Orientation {
    let value = tiff.and_then(|tiff| {
        let tiff = Tiff::new(tiff)?;
        let (_, value) = tiff.entry(ORIENTATION)?;
        Some(u32::from(tiff.short(value)?))
    });
    Orientation::from_exif(value.unwrap_or(1))
}

/// The same structure with its orientation set to upright.
pub(crate) fn upright(tiff: &[u8]) -> Vec<u8> {
    let mut copy = tiff.to_vec();
    if let Some(tiff) = Tiff::new(tiff)
        && let Some((_, value)) = tiff.entry(ORIENTATION)
    {
        let one = if tiff.big_endian { [0, 1] } else { [1, 0] };
        copy[value..value + 2].copy_from_slice(&one);
    }
    copy
}

/// A structure that holds nothing but artist and copyright, or nothing where the source states neither.
pub(crate) fn copyright(tiff: &[u8]) -> Option<Vec<u8>> {
    let tiff = Tiff::new(tiff)?;
    let entries: Vec<_> =
        [ARTIST, COPYRIGHT].into_iter().filter_map(|tag| Some((tag, tiff.text(tag)?))).collect();
    if entries.is_empty() {
        return None;
    }
    // Header, one directory, and the texts behind it.
    let mut offset = 8 + 2 + 12 * entries.len() + 4;
    let mut out = b"MM\0\x2a\0\0\0\x08".to_vec();
    out.extend((entries.len() as u16).to_be_bytes());
    for &(tag, text) in &entries {
        out.extend(tag.to_be_bytes());
        out.extend(ASCII.to_be_bytes());
        out.extend((text.len() as u32).to_be_bytes());
        if text.len() <= 4 {
            let mut inline = [0; 4];
            inline[..text.len()].copy_from_slice(text);
            out.extend(inline);
        } else {
            out.extend((offset as u32).to_be_bytes());
            offset += text.len();
        }
    }
    out.extend([0; 4]);
    entries.iter().filter(|(_, text)| text.len() > 4).for_each(|(_, text)| out.extend(*text));
    Some(out)
}

/// A TIFF structure whose first directory is inside of it.
struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// Where the first directory's entries begin, and how many there are.
    directory: (usize, usize),
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"MM\0\x2a" => true,
            b"II\x2a\0" => false,
            _ => return None,
        };
        let mut tiff = Self { bytes, big_endian, directory: (0, 0) };
        let offset = usize::try_from(tiff.long(4)?).ok()?;
        let count = tiff.short(offset)?;
        tiff.directory = (offset.checked_add(2)?, count.into());
        Some(tiff)
    }

    /// Type and count of a tag's value, and where the value (or its offset) stands.
    fn entry(&self, tag: u16) -> Option<((u16, u32), usize)> {
        let (start, count) = self.directory;
        (0..count).map(|i| start.saturating_add(i * 12)).find_map(|at| {
            // The value field is checked with the entry, so that it can be written to.
            self.long(at + 8)?;
            (self.short(at)? == tag).then_some(((self.short(at + 2)?, self.long(at + 4)?), at + 8))
        })
    }

    /// A text with its closing NUL.
    fn text(&self, tag: u16) -> Option<&'a [u8]> {
        let ((kind, count), value) = self.entry(tag)?;
        if kind != ASCII || count < 2 {
            return None;
        }
        let count = usize::try_from(count).ok()?;
        let start = if count <= 4 { value } else { usize::try_from(self.long(value)?).ok()? };
        self.bytes.get(start..start.checked_add(count)?)
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<2>()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<4>()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiff(big_endian: bool, entries: &[(u16, u16, u32, [u8; 4])], tail: &[u8]) -> Vec<u8> {
        let short = |v: u16| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let long = |v: u32| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let mut out = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        out.extend(short(42));
        out.extend(long(8));
        out.extend(short(entries.len() as u16));
        for (tag, kind, count, value) in entries {
            out.extend(short(*tag));
            out.extend(short(*kind));
            out.extend(long(*count));
            out.extend(value);
        }
        out.extend(long(0));
        out.extend(tail);
        out
    }

    #[test]
    fn orientation_is_read_and_reset_in_both_byte_orders() {
        for big_endian in [true, false] {
            let value = if big_endian { [0, 6, 0, 0] } else { [6, 0, 0, 0] };
            let data = tiff(big_endian, &[(ORIENTATION, 3, 1, value)], b"");
            assert_eq!(orientation(Some(&data)).exif(), 6);
            assert_eq!(orientation(Some(&upright(&data))).exif(), 1);
            for cut in 0..data.len() {
                orientation(Some(&data[..cut]));
                upright(&data[..cut]);
            }
        }
    }

    #[test]
    fn copyright_keeps_two_texts_and_nothing_else() {
        let entries =
            [(ORIENTATION, 3, 1, [0, 8, 0, 0]), (ARTIST, 2, 4, *b"Ada\0"), (COPYRIGHT, 2, 9, [0, 0, 0, 50])];
        let data = tiff(true, &entries, b"(c) 2026\0");
        let kept = copyright(&data).unwrap();
        let read = Tiff::new(&kept).unwrap();
        assert_eq!(read.text(ARTIST), Some(&b"Ada\0"[..]));
        assert_eq!(read.text(COPYRIGHT), Some(&b"(c) 2026\0"[..]));
        assert_eq!(orientation(Some(&kept)).exif(), 1);
        assert_eq!(copyright(&tiff(true, &entries[..1], b"")), None);
    }
}
