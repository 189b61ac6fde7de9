//! The segments of metadata (Exif, XMP, ICC).

use super::headers::{SEGMENT, segment};
use super::md5;
use crate::marker::{APP1, APP2};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// The packet that names an extension, around its name.
const MAIN: [&[u8]; 2] = [
    b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
      <rdf:Description rdf:about=\"\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" xmpNote:HasExtendedXMP=\"",
    b"\"/></rdf:RDF></x:xmpmeta>",
];
const MAIN_BYTES: usize = MAIN[0].len() + 32 + MAIN[1].len();
/// What begins and ends the XML of a packet.
const META: &[u8] = b"<x:xmpmeta";
const META_END: &[u8] = b"</x:xmpmeta>";
const ICC: &[u8] = b"ICC_PROFILE\0";
/// Bytes of a profile that a segment can hold, behind the name, the segment's number and how many there are.
const ICC_PART: usize = SEGMENT - ICC.len() - 2;
/// What stands before a part of an extension: its packet's name, the length of all, the part's offset.
const EXTENSION_HEADER: usize = XMP_EXTENSION.len() + 32 + 4 + 4;
/// Bytes of an extension that a segment can hold (ISO 16684-3 section 6.1).
const EXTENSION_PART: usize = SEGMENT - EXTENSION_HEADER;

/// What a file says besides its picture. What is empty is left out.
///
/// ```
/// use edgepix_jpeg::Metadata;
///
/// let metadata = Metadata { exif: &[0; 65527], ..Metadata::default() };
/// assert!(metadata.fits());
/// assert!(!Metadata { exif: &[0; 65528], ..metadata }.fits());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'m> {
    /// The Exif data: a TIFF structure of at most 65527 bytes.
    pub exif: &'m [u8],
    /// The XMP packet. One of more than 65504 bytes is written as an extension of a short packet (ISO 16684-3 section 6.1).
    pub xmp: &'m [u8],
    /// The ICC profile: at most 255 segments, 16.7 MB.
    pub icc: &'m [u8],
}

impl Metadata<'_> {
    /// Whether a file can hold all of it. What it cannot hold is left out.
    pub fn fits(&self) -> bool {
        let exif = self.exif.is_empty() || fits(EXIF, self.exif);
        exif && self.xmp.len() <= u32::MAX as usize && (self.icc.is_empty() || self.icc_segments() > 0)
    }

    /// Bytes that it adds to a file.
    pub fn bytes(&self) -> usize {
        let size = |name: &[u8], payload: &[u8]| {
            if fits(name, payload) { 4 + name.len() + payload.len() } else { 0 }
        };
        let segments = usize::from(self.icc_segments());
        let icc = if segments == 0 { 0 } else { segments * (4 + ICC.len() + 2) + self.icc.len() };
        let xmp = match self.extension() {
            Some(extension) => {
                let parts = extension.len().div_ceil(EXTENSION_PART);
                4 + XMP.len() + MAIN_BYTES + parts * (4 + EXTENSION_HEADER) + extension.len()
            }
            None => size(XMP, self.xmp),
        };
        size(EXIF, self.exif) + xmp + icc
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for (name, payload) in [(EXIF, self.exif), (XMP, self.xmp)] {
            if fits(name, payload) {
                segment(out, APP1, &[name, payload]);
            }
        }
        if let Some(extension) = self.extension() {
            let name = md5::hex(extension);
            segment(out, APP1, &[XMP, MAIN[0], &name, MAIN[1]]);
            let length = (extension.len() as u32).to_be_bytes();
            for (number, part) in (0..).zip(extension.chunks(EXTENSION_PART)) {
                let offset = (number * EXTENSION_PART as u32).to_be_bytes();
                segment(out, APP1, &[XMP_EXTENSION, &name, &length, &offset, part]);
            }
        }
        let segments = self.icc_segments();
        for (number, part) in (1..=segments).zip(self.icc.chunks(ICC_PART)) {
            segment(out, APP2, &[ICC, &[number, segments], part]);
        }
    }

    /// The packet where it is too long for a segment, without what marks a packet among other bytes: of an extension, nothing is
    /// to be searched for.
    fn extension(&self) -> Option<&[u8]> {
        if self.xmp.is_empty() || fits(XMP, self.xmp) {
            return None;
        }
        let start = self.xmp.windows(META.len()).position(|bytes| bytes == META).unwrap_or(0);
        let end = self.xmp.windows(META_END.len()).rposition(|bytes| bytes == META_END);
        self.xmp.get(start..end.map_or(self.xmp.len(), |end| end + META_END.len()))
    }

    /// Segments of the profile; none where it is too long.
    fn icc_segments(&self) -> u8 {
        self.icc.len().div_ceil(ICC_PART).try_into().unwrap_or_default()
    }
}

fn fits(name: &[u8], payload: &[u8]) -> bool {
    !payload.is_empty() && name.len() + payload.len() <= SEGMENT
}
