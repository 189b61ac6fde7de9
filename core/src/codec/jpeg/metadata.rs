//! Metadata that JPEG spreads over several segments, or has in a form of its own.

use std::borrow::Cow;

use edgepix_jpeg::{Metadata, marker, segments};

use crate::MetadataKind;
use crate::codec::Kept;
use crate::metadata::{Credit, iptc, xmp};
use crate::sort::sort_by_key;

/// What begins a part of an extended XMP packet (ISO 16684-3 section 6.1): behind it the packet's unique name, its length,
/// the part's offset, and the part.
const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const NAME_BYTES: usize = 32;
/// More parts than any program writes: some 4 MB.
const MOST_PARTS: usize = 64;

const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// What goes along, as the encoder takes it.
pub(super) fn of(kept: &Kept) -> Metadata<'_> {
    let [exif, xmp, icc] = [&kept.exif, &kept.xmp, &kept.icc].map(|data| data.as_deref().unwrap_or_default());
    Metadata { exif, xmp, icc }
}

/// Whether segments can hold this.
pub(super) fn fits(kind: MetadataKind, data: &[u8]) -> bool {
    let none = Metadata::default();
    let metadata = match kind {
        MetadataKind::Exif => Metadata { exif: data, ..none },
        MetadataKind::Xmp => Metadata { xmp: data, ..none },
        MetadataKind::Icc => Metadata { icc: data, ..none },
    };
    metadata.fits()
}

/// The payloads of the segments with a marker that stand before the pixels.
fn payloads(file: &[u8], wanted: u8) -> impl Iterator<Item = &[u8]> {
    let before_pixels = segments(file).take_while(|segment| segment.marker != marker::SOS);
    before_pixels.filter(move |segment| segment.marker == wanted).map(|segment| segment.payload)
}

/// A main packet with its extension, if it has one and all of that is there.
pub(super) fn whole_xmp<'a>(file: &'a [u8], main: &'a [u8]) -> Cow<'a, [u8]> {
    xmp::extension(main)
        .and_then(|name| extension(file, name.as_bytes()))
        .and_then(|extension| xmp::joined(main, &extension))
        .map_or(Cow::Borrowed(main), Cow::Owned)
}

fn extension(file: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<(u32, &[u8])> = payloads(file, marker::APP1)
        .filter_map(|payload| {
            let (found, rest) = payload.strip_prefix(EXTENSION)?.split_at_checked(NAME_BYTES)?;
            let (_length, rest) = rest.split_first_chunk::<4>()?;
            let (offset, part) = rest.split_first_chunk::<4>()?;
            (found == name).then_some((u32::from_be_bytes(*offset), part))
        })
        .take(MOST_PARTS)
        .collect();
    sort_by_key(&mut parts, |&(offset, _)| offset.into());
    let mut whole = Vec::new();
    for (offset, part) in parts {
        if offset as usize != whole.len() {
            return None;
        }
        whole.extend_from_slice(part);
    }
    Some(whole)
}

/// The IPTC credit in Photoshop's resources.
pub(super) fn credit(file: &[u8]) -> Credit {
    let resources = payloads(file, marker::APP13).find_map(|payload| payload.strip_prefix(PHOTOSHOP));
    resources.map(iptc::credit).unwrap_or_default()
}
