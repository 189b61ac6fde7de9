//! EXIF data (CIPA DC-008): the few facts that the core acts on, and data that describes the result.

mod tiff;

use std::ops::Range;

use self::tiff::{ASCII, Directory, Tiff};
use super::{Credit, Description};
use crate::Orientation;

// Of the first directory.
const IMAGE_WIDTH: u16 = 0x0100;
const IMAGE_LENGTH: u16 = 0x0101;
const ORIENTATION: u16 = 0x0112;
const ARTIST: u16 = 0x013b;
const COPYRIGHT: u16 = 0x8298;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
// Of the EXIF directory.
const COLOUR_SPACE: u16 = 0xa001;
const PIXEL_X_DIMENSION: u16 = 0xa002;
const PIXEL_Y_DIMENSION: u16 = 0xa003;
const INTEROPERABILITY_DIRECTORY: u16 = 0xa005;
/// Byte order, 42, and the offset of the first directory.
const HEADER: Range<usize> = 0..8;
// Of the thumbnail's: where its data begins and how long it is.
const THUMBNAIL: [(u16, u16); 2] = [(0x0201, 0x0202), (0x0111, 0x0117)];

/// The orientation that a TIFF structure states; upright where it states none.
pub(crate) fn orientation(tiff: Option<&[u8]>) -> Orientation {
    let value = tiff.and_then(|tiff| {
        let tiff = Tiff::new(tiff)?;
        tiff.number(tiff.entry(tiff.first()?, ORIENTATION)?)
    });
    Orientation::from_exif(value.unwrap_or(1))
}

/// Artist and copyright notice.
pub(super) fn credit(tiff: &[u8]) -> Credit {
    let text = |tag| {
        let tiff = Tiff::new(tiff)?;
        let text = tiff.text(tiff.entry(tiff.first()?, tag)?)?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    Credit { artist: text(ARTIST), notice: text(COPYRIGHT) }
}

/// The same structure as it describes the result: upright, of its size, in its colour space, without thumbnail. Everything
/// else stays where it stands, as makers' notes may hold offsets. `None` where it is no TIFF structure.
pub(super) fn describing(bytes: &[u8], result: &Description) -> Option<Vec<u8>> {
    let tiff = Tiff::new(bytes)?;
    let first = tiff.first()?;
    let child = |parent: Option<Directory>, tag| {
        let entry = tiff.entry(parent?, tag)?;
        tiff.directory(tiff.number(entry)?)
    };
    let exif = child(Some(first), EXIF_DIRECTORY);
    let gps = child(Some(first), GPS_DIRECTORY);
    let interoperability = child(exif, INTEROPERABILITY_DIRECTORY);

    let mut copy = bytes.to_vec();
    let colour_space = result.is_srgb.then_some((COLOUR_SPACE, 1));
    let of_first = [(ORIENTATION, 1), (IMAGE_WIDTH, result.width), (IMAGE_LENGTH, result.height)];
    let of_exif = [(PIXEL_X_DIMENSION, result.width), (PIXEL_Y_DIMENSION, result.height)];
    for (tag, value) in of_first {
        tiff.entries(first)
            .filter(|entry| entry.tag == tag)
            .for_each(|entry| tiff.set(&mut copy, entry, value));
    }
    for (tag, value) in of_exif.into_iter().chain(colour_space) {
        if let Some(entry) = exif.and_then(|exif| tiff.entry(exif, tag)) {
            tiff.set(&mut copy, entry, value);
        }
    }
    if let Some(thumbnail) = tiff.next(first) {
        // What is in use stays, whatever a thumbnail claims.
        let used: Vec<Range<usize>> = [Some(first), exif, gps, interoperability]
            .into_iter()
            .flatten()
            .flat_map(|directory| {
                let values = tiff.entries(directory).filter_map(|entry| tiff.place(entry));
                std::iter::once(directory.place()).chain(values)
            })
            .chain(std::iter::once(HEADER))
            .collect();
        let values = tiff.entries(thumbnail).filter_map(|entry| tiff.place(entry));
        let data = THUMBNAIL.into_iter().filter_map(|(offset, length)| {
            let number = |tag| usize::try_from(tiff.number(tiff.entry(thumbnail, tag)?)?).ok();
            let start = number(offset)?;
            Some(start..start.checked_add(number(length)?)?)
        });
        let unused: Vec<_> = std::iter::once(thumbnail.place()).chain(values).chain(data).collect();
        unused.into_iter().for_each(|range| clear(&mut copy, range, &used));
        clear(&mut copy, first.link()..first.link() + 4, &[]);
        let end = used.iter().map(|range| range.end).max().unwrap_or(0);
        // Zeros behind the last value are nobody's.
        let behind = copy.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        copy.truncate(usize::max(end, behind));
    }
    Some(copy)
}

/// Overwrites a range with zeros, but for what is in use.
fn clear(bytes: &mut [u8], range: Range<usize>, used: &[Range<usize>]) {
    let end = range.end.min(bytes.len());
    let mut start = range.start.min(end);
    while start < end {
        let next =
            used.iter().filter(|used| used.end > start && used.start < end).min_by_key(|used| used.start);
        let (stop, resume) = next.map_or((end, end), |used| (used.start.max(start), used.end));
        bytes[start..stop].fill(0);
        start = resume.max(stop);
    }
}

/// A structure that holds nothing but a credit. `None` where there is none.
pub(super) fn of_credit(credit: &Credit) -> Option<Vec<u8>> {
    let texts = [(ARTIST, &credit.artist), (COPYRIGHT, &credit.notice)];
    let entries: Vec<_> = texts
        .into_iter()
        .filter_map(|(tag, text)| Some((tag, [text.as_ref()?.as_bytes(), &[0]].concat())))
        .collect();
    if entries.is_empty() {
        return None;
    }
    // Header, one directory, and the texts behind it.
    let mut offset = 8 + 2 + 12 * entries.len() + 4;
    let mut out = b"MM\0\x2a\0\0\0\x08".to_vec();
    out.extend((entries.len() as u16).to_be_bytes());
    for (tag, text) in &entries {
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
    entries.iter().filter(|(_, text)| text.len() > 4).for_each(|(_, text)| out.extend(text));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A structure of directories, each a list of tag, type, count and value or offset; the second is that of the
    /// thumbnail. Values stand behind `at`.
    fn tiff(big_endian: bool, directories: &[&[(u16, u16, u32, u32)]], tail: &[u8]) -> Vec<u8> {
        let short = |v: u16| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let long = |v: u32| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
        let mut out = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        out.extend(short(42));
        out.extend(long(8));
        for (i, entries) in directories.iter().enumerate() {
            out.extend(short(entries.len() as u16));
            for &(tag, kind, count, value) in *entries {
                out.extend(short(tag));
                out.extend(short(kind));
                out.extend(long(count));
                match kind {
                    1 | 2 | 6 if count <= 4 => out.extend(value.to_be_bytes()),
                    3 | 8 if count == 1 => out.extend([short(value as u16), [0, 0]].concat()),
                    _ => out.extend(long(value)),
                }
            }
            let next = out.len() as u32 + 4;
            out.extend(long(if i + 1 < directories.len() { next } else { 0 }));
        }
        out.extend(tail);
        out
    }

    fn result(width: u32, height: u32) -> Description {
        Description { width, height, is_srgb: true }
    }

    #[test]
    fn orientation_is_read_and_reset_in_every_integer_type_and_byte_order() {
        for big_endian in [true, false] {
            for kind in [1, 3, 4, 6, 8, 9] {
                let value = if matches!(kind, 1 | 6) { 6 << 24 } else { 6 };
                let data = tiff(big_endian, &[&[(ORIENTATION, kind, 1, value)]], b"");
                assert_eq!(orientation(Some(&data)).exif(), 6, "{kind}");
                let upright = describing(&data, &result(1, 1)).unwrap();
                assert_eq!(orientation(Some(&upright)).exif(), 1, "{kind}");
                assert_eq!(upright.len(), data.len());
            }
            for kind in [2, 5, 7, 11, 12] {
                let data = tiff(big_endian, &[&[(ORIENTATION, kind, 1, 6)]], b"");
                assert!(orientation(Some(&data)).exif() == 1 || kind == 7, "{kind}");
            }
        }
    }

    #[test]
    fn the_result_is_described_without_thumbnail() {
        for big_endian in [true, false] {
            let of = |start: u32| {
                let first: &[_] =
                    &[(IMAGE_WIDTH, 4, 1, 800), (IMAGE_LENGTH, 3, 1, 600), (COPYRIGHT, 2, 6, start)];
                let second: &[_] = &[(0x0201, 4, 1, start + 6), (0x0202, 4, 1, 9)];
                tiff(big_endian, &[first, second], b"(c) A\0THUMBNAIL")
            };
            let start = of(0).len() as u32 - 15;
            let data = of(start);
            let described = describing(&data, &result(80, 60)).unwrap();
            assert!(!described.windows(5).any(|part| part == b"THUMB"));
            let read = Tiff::new(&described).unwrap();
            let first = read.first().unwrap();
            let number = |tag| read.number(read.entry(first, tag).unwrap());
            assert_eq!((number(IMAGE_WIDTH), number(IMAGE_LENGTH)), (Some(80), Some(60)));
            assert!(read.next(first).is_none());
            assert_eq!(credit(&described).notice.as_deref(), Some("(c) A"));
            assert_eq!(described.len(), start as usize + 6);
            // A size that its type cannot state stays.
            let larger = describing(&data, &result(70_000, 70_000)).unwrap();
            let read = Tiff::new(&larger).unwrap();
            assert_eq!(read.number(read.entry(first, IMAGE_LENGTH).unwrap()), Some(600));
            for cut in 0..data.len() {
                orientation(Some(&data[..cut]));
                describing(&data[..cut], &result(1, 1));
                credit(&data[..cut]);
            }
        }
    }

    #[test]
    fn a_thumbnail_that_claims_the_rest_takes_nothing_of_it() {
        let second: &[_] = &[(0x0201, 4, 1, 0), (0x0202, 4, 1, u32::MAX / 2)];
        let first: &[_] = &[(ARTIST, 2, 4, u32::from_be_bytes(*b"Ada\0"))];
        let data = tiff(true, &[first, second], b"");
        let described = describing(&data, &result(1, 1)).unwrap();
        assert_eq!(credit(&described).artist.as_deref(), Some("Ada"));
        assert_eq!(orientation(Some(&described)).exif(), 1);
    }

    #[test]
    fn a_credit_is_written_and_read_and_nothing_else_goes_along() {
        let entries: &[_] =
            &[(ORIENTATION, 3, 1, 8), (ARTIST, 129, 4, u32::from_be_bytes(*b"Ada\0")), (COPYRIGHT, 2, 9, 50)];
        let data = tiff(true, &[entries], b"(c) 2026\0");
        let kept = of_credit(&credit(&data)).unwrap();
        assert_eq!(
            credit(&kept),
            Credit { artist: Some("Ada".to_owned()), notice: Some("(c) 2026".to_owned()) }
        );
        assert_eq!(orientation(Some(&kept)).exif(), 1);
        assert_eq!(of_credit(&credit(&tiff(true, &[&entries[..1]], b""))), None);
    }
}
