//! PNG decoding by the `png` crate: row by row, or as a whole where it is interlaced.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodeOptions, InterlaceInfo, Reader, Transformations, splat_interlaced_row};

use super::colours::ColourChunks;
use crate::codec::decoder::{ReadRow, Salvage, Sample, Still};
use crate::codec::header::{Header, Sampling, range_in};
use crate::codec::{Cost, Decoder, Image, Selection};
use crate::metadata::exif;
use crate::rows::Layout;
use crate::{Error, Format};

const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

#[derive(Debug)]
pub(super) struct PngImage {
    header: Header,
    /// Samples of a stored pixel.
    samples: u64,
}

impl PngImage {
    /// Reads the chunks before the pixels (ISO/IEC 15948 section 5).
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let cut = || Error::damaged("The PNG's header is cut short.");
        let mut rest = bytes.get(8..).unwrap_or_default();
        let (kind, ihdr) = chunk(&mut rest).ok_or_else(cut)?;
        let (b"IHDR", &[w0, w1, w2, w3, h0, h1, h2, h3, bit_depth, colour, _, _, interlace]) = (kind, ihdr)
        else {
            return Err(Error::damaged("The PNG does not begin with a proper IHDR chunk."));
        };
        let (mut layout, samples) = match colour {
            0 => (Layout::Grey, 1),
            2 => (Layout::Rgb, 3),
            3 => (Layout::Rgb, 1),
            4 => (Layout::Rgba, 2),
            6 => (Layout::Rgba, 4),
            _ => return Err(Error::damaged("The PNG states a colour type that does not exist.")),
        };
        if !matches!((colour, bit_depth), (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16))
        {
            return Err(Error::damaged("The PNG states a bit depth that its colour type does not have."));
        }
        let (mut frames, mut exif, mut xmp) = (1, None, None);
        let mut colours = ColourChunks::default();
        loop {
            let (kind, data) = chunk(&mut rest).ok_or_else(cut)?;
            match kind {
                b"IDAT" => break,
                b"IEND" => return Err(Error::damaged("The PNG holds no pixels.")),
                b"tRNS" => layout = Layout::Rgba,
                b"acTL" if data.len() == 8 => {
                    frames = u32::from_be_bytes([data[0], data[1], data[2], data[3]]).max(1)
                }
                b"eXIf" => exif = Some(data),
                b"iTXt" => xmp = xmp.or(data.strip_prefix(XMP)),
                _ => colours.note(kind, data),
            }
        }
        let (icc, signals) = colours.meaning();
        let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
        let header = Header {
            grey: matches!(colour, 0 | 4),
            bit_depth,
            orientation: exif::orientation(exif),
            frames,
            progressive: interlace == 1,
            icc,
            signals,
            exif: exif.map(|data| range_in(bytes, data)),
            xmp: xmp.map(|data| range_in(bytes, data)),
            ..Header::new(Format::Png, width, height, layout)
        };
        Ok(Self { header, samples })
    }

    /// Bytes of a row as it is filtered, before it is expanded to whole samples.
    fn filtered_row(&self) -> u64 {
        let Header { width, bit_depth, .. } = self.header;
        (u64::from(width) * self.samples * u64::from(bit_depth)).div_ceil(8) + 1
    }

    fn open<'a, S: Sample + 'static>(&self, bytes: &'a [u8]) -> Result<Box<dyn Decoder + 'a>, Error> {
        let header = &self.header;
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
        let salvage = Salvage::<S>::new(header.width, header.height, header.layout);
        let pixels = Samples { colour, wide: depth == BitDepth::Sixteen, layout: header.layout };
        let stride = header.layout.stride(header.width);
        if header.progressive {
            let interlaced = Interlaced::read(reader, header, line, pixels, salvage)?;
            Ok(Box::new(Still::new(interlaced, stride, header.height)))
        } else {
            let sequential = Sequential { reader, line: vec![0; line], pixels, salvage };
            Ok(Box::new(Still::new(sequential, stride, header.height)))
        }
    }
}

const _: () = assert!(size_of::<PngImage>() as u64 <= crate::codec::IMAGE_BYTES);

impl Image for PngImage {
    fn header(&self) -> &Header {
        &self.header
    }

    fn sixteen(&self) -> Option<Layout> {
        (self.header.bit_depth == 16).then_some(self.header.layout)
    }

    fn streams(&self) -> bool {
        !self.header.progressive
    }

    /// Rows in their stages, the inflater, and what comes out of it; all samples as well where the rows are interlaced.
    fn decoding_cost(&self, file: &[u8], selection: &Selection) -> Result<Cost, Error> {
        let header = &self.header;
        let row = header.layout.samples(header.width, 1) * if header.bit_depth == 16 { 2 } else { 1 };
        let whole = if header.progressive { row * u64::from(header.height) } else { 0 };
        let exif = header.exif.as_ref().map_or(0, |exif| exif.len()) as u64 * 3;
        let filtered = self.filtered_row();
        let handed_out = header.layout.samples(header.width, 1)
            * if selection.sampling == Sampling::Sixteen { 4 } else { 1 };
        let memory = whole
            + row * 4
            + handed_out
            + filtered
            + filtered_rows(filtered, header.height)
            + exif
            + MACHINERY;
        let samples = header.pixels() * header.layout.channels() as u64;
        Ok(Cost { memory, work: file.len() as u64 * 168 + samples * 33 })
    }

    fn decoder<'a>(&'a self, file: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error> {
        match selection.sampling {
            Sampling::Sixteen => self.open::<u16>(file),
            Sampling::Eight { .. } | Sampling::Planes { .. } => self.open::<u8>(file),
        }
    }
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

/// How the `png` crate hands out samples.
#[derive(Clone, Copy)]
struct Samples {
    colour: ColorType,
    /// 16 bits a sample.
    wide: bool,
    /// What the header states.
    layout: Layout,
}

struct Sequential<'a, S> {
    reader: Reader<Cursor<&'a [u8]>>,
    line: Vec<u8>,
    pixels: Samples,
    salvage: Salvage<S>,
}

impl<S: Sample> ReadRow<S> for Sequential<'_, S> {
    fn read_row(&mut self, row: &mut [S]) -> Result<(), Error> {
        let Self { reader, line, pixels, salvage } = self;
        salvage.read(row, |row| {
            reader
                .read_row(line)
                .map_err(blame)?
                .ok_or_else(|| Error::damaged("The PNG has too few rows."))?;
            pixels.convert(line, row);
            Ok(())
        })
    }
}

/// All passes, read before the first row can be handed out.
struct Interlaced<S> {
    data: Vec<u8>,
    line: usize,
    /// Rows that at least the first pass covers.
    covered: u32,
    next: u32,
    pixels: Samples,
    salvage: Salvage<S>,
}

impl<S: Sample> Interlaced<S> {
    fn read(
        mut reader: Reader<Cursor<&[u8]>>,
        header: &Header,
        line: usize,
        pixels: Samples,
        salvage: Salvage<S>,
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

impl<S: Sample> ReadRow<S> for Interlaced<S> {
    fn read_row(&mut self, row: &mut [S]) -> Result<(), Error> {
        let Self { data, line, covered, next, pixels, salvage } = self;
        salvage.read(row, |row| {
            if *next >= *covered {
                return Err(Error::damaged("The PNG ends within its first pass."));
            }
            let start = *next as usize * *line;
            pixels.convert(&data[start..start + *line], row);
            *next += 1;
            Ok(())
        })
    }
}

impl Samples {
    /// Brings a line to samples of one depth and to the header's layout.
    fn convert<S: Sample>(self, line: &[u8], row: &mut [S]) {
        let Self { colour, wide, layout } = self;
        match (colour, layout) {
            (ColorType::GrayscaleAlpha, _) => {
                each(wide, line, row, |[grey, alpha]| [grey, grey, grey, alpha])
            }
            // A `tRNS` chunk that is damaged itself is none.
            (ColorType::Grayscale, Layout::Rgba) => {
                each(wide, line, row, |[grey]| [grey, grey, grey, S::FULL])
            }
            (ColorType::Rgb, Layout::Rgba) => each(wide, line, row, |[r, g, b]| [r, g, b, S::FULL]),
            _ => each(wide, line, row, |sample: [S; 1]| sample),
        }
    }
}

/// Makes pixels of those that a line has, whose samples take two bytes each if they are `wide`.
fn each<S: Sample, const FROM: usize, const TO: usize>(
    wide: bool,
    line: &[u8],
    row: &mut [S],
    pixel: impl Fn([S; FROM]) -> [S; TO],
) {
    let row = row.as_chunks_mut().0.iter_mut();
    if wide {
        let line = line.as_chunks().0.as_chunks().0;
        row.zip(line).for_each(|(to, from)| {
            *to = pixel(from.map(|sample| S::from_sixteen(u16::from_be_bytes(sample))))
        });
    } else {
        row.zip(line.as_chunks().0).for_each(|(to, from)| *to = pixel(from.map(S::from_eight)));
    }
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
