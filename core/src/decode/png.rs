//! PNG, by the `png` crate: row by row, or as a whole where it is interlaced.

use std::borrow::Cow;
use std::io::Cursor;

use miniz_oxide::inflate::{TINFLStatus, decompress_slice_iter_to_slice};
use png::{BitDepth, ColorType, DecodeOptions, InterlaceInfo, Reader, Transformations, splat_interlaced_row};

use super::{Cost, Header, Rows, Salvage};
use crate::raster::Layout;
use crate::{Error, Format, exif};

/// Profiles longer than this are no profiles.
const MOST_PROFILE: usize = 768 << 10;
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

/// Reads the chunks before the pixels (ISO/IEC 15948 section 5).
pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let cut = || Error::damaged("The PNG's header is cut short.");
    let mut rest = &bytes[8..];
    let (kind, ihdr) = chunk(&mut rest).ok_or_else(cut)?;
    let (b"IHDR", &[w0, w1, w2, w3, h0, h1, h2, h3, bit_depth, colour, _, _, interlace]) = (kind, ihdr)
    else {
        return Err(Error::damaged("The PNG does not begin with a proper IHDR chunk."));
    };
    let mut layout = match colour {
        0 => Layout::Grey,
        2 | 3 => Layout::Rgb,
        4 | 6 => Layout::Rgba,
        _ => return Err(Error::damaged("The PNG states a colour type that does not exist.")),
    };
    if !matches!((colour, bit_depth), (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16)) {
        return Err(Error::damaged("The PNG states a bit depth that its colour type does not have."));
    }
    let (mut frames, mut icc, mut exif, mut xmp) = (1, None, None, None);
    loop {
        let (kind, data) = chunk(&mut rest).ok_or_else(cut)?;
        match kind {
            b"IDAT" => break,
            b"IEND" => return Err(Error::damaged("The PNG holds no pixels.")),
            b"tRNS" => layout = Layout::Rgba,
            b"acTL" if data.len() == 8 => {
                frames = u32::from_be_bytes([data[0], data[1], data[2], data[3]]).max(1)
            }
            b"iCCP" => icc = profile(data).map(Cow::Owned),
            b"eXIf" => exif = Some(data),
            b"iTXt" => xmp = xmp.or(data.strip_prefix(XMP).map(Cow::Borrowed)),
            _ => {}
        }
    }
    Ok(Header {
        format: Format::Png,
        width: u32::from_be_bytes([w0, w1, w2, w3]),
        height: u32::from_be_bytes([h0, h1, h2, h3]),
        layout,
        orientation: exif::orientation(exif),
        frames,
        bit_depth,
        progressive: interlace == 1,
        icc,
        exif,
        xmp,
        jpeg: None,
    })
}

/// The next chunk's type and data; where the file ends in it, what there is of the data.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8; 4], &'a [u8])> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (kind, after) = after.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    if kind == b"IDAT" {
        return Some((kind, &[]));
    }
    let data = after.get(..length)?;
    *rest = after.get(length..)?.get(4..)?;
    Some((kind, data))
}

/// The profile in an `iCCP` chunk: a name, NUL, compression method 0, a zlib stream. The profile begins with its own
/// length, so that no more than that is ever made room for.
fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let name = data.iter().take(80).position(|&byte| byte == 0)?;
    let stream = data.get(name + 2..)?;
    let inflate = |into: &mut [u8]| decompress_slice_iter_to_slice(into, std::iter::once(stream), true, true);
    let mut length = [0; 4];
    // It is meant to end early; what counts is what it wrote.
    let _ = inflate(&mut length);
    let length = u32::from_be_bytes(length) as usize;
    if !(128..=MOST_PROFILE).contains(&length) {
        return None;
    }
    let mut profile = vec![0; length];
    match inflate(&mut profile) {
        Ok(count) if count == length => Some(profile),
        Err(TINFLStatus::HasMoreOutput) => Some(profile),
        _ => None,
    }
}

/// Rows in their stages, the inflater, and what comes out of it; all samples as well where the rows are interlaced.
pub(super) fn cost(bytes: &[u8], header: &Header) -> Cost {
    let row = header.layout.bytes(header.width, 1) * if header.bit_depth == 16 { 2 } else { 1 };
    let whole = if header.progressive { row * u64::from(header.height) } else { 0 };
    let exif = header.exif.map_or(0, <[u8]>::len) as u64 * 3;
    let filtered = filtered_row(bytes, header);
    let memory = whole + row * 4 + filtered + filtered_rows(filtered, header.height) + exif + MACHINERY;
    let samples = header.pixels() * header.layout.channels() as u64;
    Cost { memory, work: bytes.len() as u64 * 168 + samples * 33 }
}

/// Bytes of a row as it is filtered, before it is expanded to whole samples.
fn filtered_row(bytes: &[u8], header: &Header) -> u64 {
    // The colour type in IHDR, which `header` has checked.
    let samples = match bytes.get(25) {
        Some(0 | 3) => 1,
        Some(4) => 2,
        Some(2) => 3,
        _ => 4,
    };
    (u64::from(header.width) * samples * u64::from(header.bit_depth)).div_ceil(8) + 1
}

/// What the `png` crate's buffer of rows before they are unfiltered takes, when it last grew: the old one beside the
/// new one. It begins with at most 128 KiB for at most 128 rows and doubles, until what has been used makes up 128 KiB
/// or four rows and is cleared away.
fn filtered_rows(row: u64, height: u32) -> u64 {
    const STEP: u64 = 8 << 10;
    const WINDOW: u64 = 32 << 10;
    const MOST_AT_FIRST: u64 = 128 << 10;
    let cleared = u64::max((row * 4).next_multiple_of(64), 128 << 10);
    let needed = u64::min(cleared + row * 2 + WINDOW + STEP, row * u64::from(height)) + STEP;
    let (mut old, mut room) =
        (0, u64::min((row * u64::from(height.min(128))).next_multiple_of(256), MOST_AT_FIRST));
    while room < needed {
        (old, room) = (room, u64::max(room * 2, STEP));
    }
    old + room
}

/// Tables of the inflater, and chunks that the `png` crate keeps.
const MACHINERY: u64 = 40 << 10;

pub(super) fn open<'a>(bytes: &'a [u8], header: &Header) -> Result<Box<dyn Rows + 'a>, Error> {
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_transformations(Transformations::EXPAND);
    let reader = decoder.read_info().map_err(blame)?;
    let (colour, depth) = reader.output_color_type();
    let line = reader
        .output_line_size(header.width)
        .ok_or_else(|| Error::damaged("The PNG's rows are too long."))?;
    let salvage = Salvage::new(header.width, header.height, header.layout);
    let pixels = Samples { colour, wide: depth == BitDepth::Sixteen, layout: header.layout };
    if header.progressive {
        Ok(Box::new(Interlaced::read(reader, header, line, pixels, salvage)?))
    } else {
        Ok(Box::new(Sequential { reader, line: vec![0; line], pixels, salvage }))
    }
}

/// How the `png` crate hands out samples.
#[derive(Clone, Copy)]
struct Samples {
    colour: ColorType,
    /// 16 bits a sample.
    wide: bool,
    /// What the header states.
    layout: Layout,
}

struct Sequential<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    line: Vec<u8>,
    pixels: Samples,
    salvage: Salvage,
}

impl Rows for Sequential<'_> {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { reader, line, pixels, salvage } = self;
        salvage.read(row, |row| {
            reader
                .read_row(line)
                .map_err(blame)?
                .ok_or_else(|| Error::damaged("The PNG has too few rows."))?;
            pixels.narrow(line, row);
            Ok(())
        })
    }
}

/// All passes, read before the first row can be handed out.
struct Interlaced {
    data: Vec<u8>,
    line: usize,
    /// Rows that at least the first pass covers.
    covered: u32,
    next: u32,
    pixels: Samples,
    salvage: Salvage,
}

impl Interlaced {
    fn read(
        mut reader: Reader<Cursor<&[u8]>>,
        header: &Header,
        line: usize,
        pixels: Samples,
        salvage: Salvage,
    ) -> Result<Self, Error> {
        let mut data = vec![0; line * header.height as usize];
        let bits = (pixels.colour.samples() * if pixels.wide { 16 } else { 8 }) as u8;
        // Each pass is spread over the places that later ones refine, so that a file that was cut short shows all of
        // the picture, only coarser. The rows of the first pass come first, and stand for eight rows each.
        let mut covered = 0u32;
        while let Ok(Some(row)) = reader.next_interlaced_row() {
            let InterlaceInfo::Adam7(info) = row.interlace() else { break };
            splat_interlaced_row(&mut data, line, row.data(), info, bits);
            covered = covered.saturating_add(8);
        }
        Ok(Self { data, line, covered, next: 0, pixels, salvage })
    }
}

impl Rows for Interlaced {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { data, line, covered, next, pixels, salvage } = self;
        salvage.read(row, |row| {
            if *next >= *covered {
                return Err(Error::damaged("The PNG ends within its first pass."));
            }
            let start = *next as usize * *line;
            pixels.narrow(&data[start..start + *line], row);
            *next += 1;
            Ok(())
        })
    }
}

impl Samples {
    /// Brings a row to eight bits and to the header's layout.
    fn narrow(self, line: &[u8], row: &mut [u8]) {
        let Self { colour, wide, layout } = self;
        match (colour, layout) {
            (ColorType::GrayscaleAlpha, _) => {
                each(wide, line, row, |[grey, alpha]| [grey, grey, grey, alpha])
            }
            // A `tRNS` chunk that is damaged itself is none.
            (ColorType::Grayscale, Layout::Rgba) => each(wide, line, row, |[grey]| [grey, grey, grey, 255]),
            (ColorType::Rgb, Layout::Rgba) => each(wide, line, row, |[r, g, b]| [r, g, b, 255]),
            _ if wide => each(wide, line, row, |sample: [u8; 1]| sample),
            _ => row.copy_from_slice(line),
        }
    }
}

/// Makes pixels of those that a line has, whose samples take two bytes each if they are `wide`.
fn each<const FROM: usize, const TO: usize>(
    wide: bool,
    line: &[u8],
    row: &mut [u8],
    pixel: impl Fn([u8; FROM]) -> [u8; TO],
) {
    let row = row.as_chunks_mut().0.iter_mut();
    if wide {
        let line = line.as_chunks().0.as_chunks().0;
        row.zip(line).for_each(|(to, from)| *to = pixel(from.map(eight_bits)));
    } else {
        row.zip(line.as_chunks().0).for_each(|(to, from)| *to = pixel(*from));
    }
}

/// 65535 becomes 255, rounded half up.
fn eight_bits(sample: [u8; 2]) -> u8 {
    let sample = u32::from(u16::from_be_bytes(sample));
    ((sample * 255 + 32767) / 65535) as u8
}

fn blame(error: png::DecodingError) -> Error {
    match error {
        png::DecodingError::IoError(_) => Error::damaged("The PNG is cut short."),
        png::DecodingError::LimitsExceeded => {
            Error::damaged("The PNG asks for more memory than its size explains.")
        }
        _ => Error::damaged("The PNG is damaged."),
    }
}
