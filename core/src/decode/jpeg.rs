//! JPEG: our own decoder, made for shrinking.

use std::borrow::Cow;

use edgepix_jpeg::{Colour, Decoder, Scale};

use super::{Cost, Header, Rows, Selection};
use crate::raster::Layout;
use crate::{Error, Format, exif};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// Reads the frame header and the application segments before it.
pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let frame = edgepix_jpeg::read_header(bytes).map_err(blame)?;
    let mut exif = None;
    let mut xmp = None;
    let mut profile = Vec::new();
    for (marker, payload) in application_segments(bytes) {
        if marker == 0xe1
            && let Some(tiff) = payload.strip_prefix(EXIF)
        {
            exif = exif.or(Some(tiff));
        } else if marker == 0xe1
            && let Some(packet) = payload.strip_prefix(XMP)
        {
            xmp = xmp.or(Some(Cow::Borrowed(packet)));
        } else if marker == 0xe2
            && let Some([number, count, part @ ..]) = payload.strip_prefix(ICC)
        {
            profile.push((*number, *count, part));
        }
    }
    Ok(Header {
        format: Format::Jpeg,
        width: frame.width,
        height: frame.height,
        layout: match frame.colour {
            Colour::Grey => Layout::Grey,
            Colour::Rgb | Colour::YCbCr => Layout::Rgb,
            Colour::Cmyk | Colour::Ycck => Layout::Cmyk,
        },
        orientation: exif::orientation(exif),
        frames: 1,
        bit_depth: 8,
        progressive: frame.progressive,
        icc: joined(profile),
        exif,
        xmp,
        jpeg: Some(frame),
    })
}

/// The decoder knows what it allocates.
pub(super) fn cost(bytes: &[u8], header: &Header, selection: Selection) -> Cost {
    let kept = u64::from(selection.eighths).pow(2);
    let samples = header.pixels() * header.layout.channels() as u64;
    Cost {
        memory: header.jpeg.as_ref().map_or(0, |frame| frame.memory(scale(selection.eighths))),
        // Reconstruction, and what makes pixels of it, go by the samples that are made.
        work: entropy_work(bytes, header) + samples * kept / 64 * 23,
    }
}

/// Entropy decoding goes by bytes and blocks. The bytes of a progressive file say less at a time.
pub(crate) fn entropy_work(bytes: &[u8], header: &Header) -> u64 {
    bytes.len() as u64 * if header.progressive { 200 } else { 64 } + header.pixels() * 5
}

pub(super) fn open(bytes: &[u8], selection: Selection) -> Result<Box<dyn Rows + '_>, Error> {
    Ok(Box::new(Decoder::new(bytes, scale(selection.eighths)).map_err(blame)?))
}

impl Rows for Decoder<'_> {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        self.read_row(row).map_err(blame)
    }
}

/// One of [`Header::scales`] as the decoder calls it.
pub(crate) fn scale(eighths: u32) -> Scale {
    Scale::ALL.into_iter().find(|scale| scale.eighths() >= eighths).unwrap_or(Scale::FULL)
}

pub(crate) fn blame(error: edgepix_jpeg::Error) -> Error {
    match error {
        edgepix_jpeg::Error::Unsupported(what) => {
            Error::unsupported_source(format!("This kind of JPEG is not read: {what}."))
        }
        edgepix_jpeg::Error::Damaged(what) => Error::damaged(format!("The JPEG is damaged: {what}.")),
    }
}

/// The `APPn` segments before the first scan: the marker's second byte and the payload (T.81 B.2.4.6).
fn application_segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            // Fill bytes and garbage between segments are passed over.
            let at = rest.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff))?;
            let marker = rest[at + 1];
            rest = &rest[at + 2..];
            match marker {
                0xda | 0xd9 => return None,
                0x01 | 0xd0..=0xd8 => continue,
                _ => {}
            }
            let length = usize::from(u16::from_be_bytes(*rest.first_chunk::<2>()?));
            let payload = rest.get(2..length)?;
            rest = &rest[length..];
            if (0xe0..=0xef).contains(&marker) {
                return Some((marker, payload));
            }
        }
    })
}

/// A profile in numbered parts (ICC.1:2022 annex B.4); nothing where parts are missing.
fn joined<'a>(mut parts: Vec<(u8, u8, &'a [u8])>) -> Option<Cow<'a, [u8]>> {
    parts.sort_by_key(|&(number, ..)| number);
    let complete = parts.iter().zip(1..).all(|(&(number, ..), expected)| number == expected);
    match parts[..] {
        [] => None,
        [(_, count, part)] if complete && count <= 1 => Some(Cow::Borrowed(part)),
        [(_, count, _), ..] if complete && usize::from(count) == parts.len() => {
            Some(Cow::Owned(parts.iter().flat_map(|&(.., part)| part).copied().collect()))
        }
        _ => None,
    }
}
