//! The segments of metadata (Exif, XMP, ICC).

use super::headers::{SEGMENT, segment};
use crate::marker::{APP1, APP2};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
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
    /// The XMP packet: at most 65504 bytes.
    pub xmp: &'m [u8],
    /// More of the XMP (ISO 16684-3 section 6.1), and its name: that which the packet calls `xmpNote:HasExtendedXMP`.
    pub xmp_extension: Option<([u8; 32], &'m [u8])>,
    /// The ICC profile: at most 255 segments, 16.7 MB.
    pub icc: &'m [u8],
}

impl Metadata<'_> {
    /// Whether a file can hold all of it. What it cannot hold is left out.
    pub fn fits(&self) -> bool {
        let fits = |name, payload: &[u8]| payload.is_empty() || self::fits(name, payload);
        fits(EXIF, self.exif) && fits(XMP, self.xmp) && (self.icc.is_empty() || self.icc_segments() > 0)
    }

    /// Bytes that it adds to a file.
    pub fn bytes(&self) -> usize {
        let size = |name: &[u8], payload: &[u8]| {
            if fits(name, payload) { 4 + name.len() + payload.len() } else { 0 }
        };
        let segments = usize::from(self.icc_segments());
        let icc = if segments == 0 { 0 } else { segments * (4 + ICC.len() + 2) + self.icc.len() };
        let extension = self.xmp_extension.map_or(0, |(_, extension)| {
            extension.len().div_ceil(EXTENSION_PART) * (4 + EXTENSION_HEADER) + extension.len()
        });
        size(EXIF, self.exif) + size(XMP, self.xmp) + extension + icc
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for (name, payload) in [(EXIF, self.exif), (XMP, self.xmp)] {
            if fits(name, payload) {
                segment(out, APP1, &[name, payload]);
            }
        }
        if let Some((name, extension)) = self.xmp_extension {
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

    /// Segments of the profile; none where it is too long.
    fn icc_segments(&self) -> u8 {
        self.icc.len().div_ceil(ICC_PART).try_into().unwrap_or_default()
    }
}

fn fits(name: &[u8], payload: &[u8]) -> bool {
    !payload.is_empty() && name.len() + payload.len() <= SEGMENT
}
