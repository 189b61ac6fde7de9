//! What a file carries beside its pixels, found by walking its container.

use edgepix_core::Format;

/// A kind of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embedded {
    /// EXIF data.
    Exif,
    /// An ICC profile.
    Icc,
    /// Anything else: XMP, IPTC, comments, texts.
    Other,
}

/// Everything that the file carries beside what its pixels need.
pub fn embedded(file: &[u8]) -> Vec<Embedded> {
    match Format::sniff(file) {
        Some(Format::Jpeg) => jpeg(file),
        Some(Format::Png) => png(file),
        Some(Format::Webp) => webp(file),
        Some(Format::Gif) => gif(file),
        _ => Vec::new(),
    }
}

fn jpeg(file: &[u8]) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut rest = &file[2..];
    while let [0xff, marker, high, low, tail @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2).min(tail.len());
        let (data, after) = tail.split_at(length);
        match marker {
            0xda => break,
            0xe1 if data.starts_with(b"Exif\0\0") => found.push(Embedded::Exif),
            0xe2 if data.starts_with(b"ICC_PROFILE\0") => found.push(Embedded::Icc),
            // JFIF's header and Adobe's note on the colour transform belong to the pixels.
            0xe0 | 0xee => {}
            0xe1..=0xef | 0xfe => found.push(Embedded::Other),
            _ => {}
        }
        rest = after;
    }
    found
}

fn png(file: &[u8]) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut rest = &file[8..];
    while let [a, b, c, d, tail @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        match tail.get(..4) {
            Some(b"eXIf") => found.push(Embedded::Exif),
            Some(b"iCCP") => found.push(Embedded::Icc),
            Some(b"tEXt" | b"zTXt" | b"iTXt" | b"tIME") => found.push(Embedded::Other),
            _ => {}
        }
        rest = tail.get(length.saturating_add(8)..).unwrap_or_default();
    }
    found
}

fn webp(file: &[u8]) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut rest = &file[12..];
    while let [kind @ .., a, b, c, d] = rest.get(..8).unwrap_or_default() {
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        match kind {
            b"EXIF" => found.push(Embedded::Exif),
            b"ICCP" => found.push(Embedded::Icc),
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => {}
            _ => found.push(Embedded::Other),
        }
        rest = rest.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
    }
    found
}

/// GIF keeps metadata in application and comment extensions; outside of them no such names occur by chance.
fn gif(file: &[u8]) -> Vec<Embedded> {
    let holds = |name: &[u8]| file.windows(name.len()).any(|window| window == name);
    let mut found = Vec::new();
    if holds(b"\x21\xff\x0bICCRGBG1012") {
        found.push(Embedded::Icc);
    }
    if holds(b"\x21\xff\x0bXMP DataXMP") {
        found.push(Embedded::Other);
    }
    found
}
