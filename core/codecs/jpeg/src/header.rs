//! What a file says about itself before its first scan (T.81 B.2.2, B.2.3; JFIF; Adobe APP14).

use crate::error::Error;
use crate::layout::{Layout, Storage};
use crate::markers::{self, Segment, Segments};
use crate::scan_header::ScanHeader;

/// The facts of a file, read by [`read_header`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Samples in a row, 1 to 65535.
    pub width: u32,
    /// Rows, 1 to 65535.
    pub height: u32,
    /// What the samples mean.
    pub colour: Colour,
    /// Whether the coefficients come in several scans of growing precision (SOF2).
    pub progressive: bool,
    /// Whether coefficients must be kept until the last scan is read. Progressive files do, and sequential
    /// ones whose first scan lacks a component.
    pub multi_scan: bool,
    /// The AC tables that get [shortcuts](crate::tables::Shortcuts).
    pub(crate) shortcuts: [bool; 4],
    /// Whether 4-component samples are stored inverted, as Adobe's programs do.
    pub inverted: bool,
    /// How many of `components` there are: 1, 3 or 4.
    pub component_count: usize,
    /// The components in the order of the frame header; those past `component_count` are meaningless.
    pub components: [Component; 4],
}

/// One component of a frame (T.81 B.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// The name by which scans refer to it.
    pub identifier: u8,
    /// Sampling factor across, 1 to 4, relative to the largest of all components.
    pub horizontal: u8,
    /// Sampling factor down, 1 to 4.
    pub vertical: u8,
    /// Which of the four quantisation tables it uses, 0 to 3.
    pub quantiser: u8,
}

/// The colour model of the stored samples, found by libjpeg's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One component: luminance.
    Grey,
    /// Red, green and blue, stored as they are.
    Rgb,
    /// Luma and two colour differences (ITU-T T.871), delivered as RGB.
    YCbCr,
    /// Four inks.
    Cmyk,
    /// Four inks, the first three turned into luma and colour differences; delivered as CMYK.
    Ycck,
}

/// The size of what is delivered, relative to the file's, in both directions.
///
/// A block of 8×8 samples becomes one of so many samples a side as the scale has eighths, made of as many of the
/// block's lowest frequencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale(u8);

impl Scale {
    /// 1/8.
    pub const EIGHTH: Scale = Scale(1);
    /// 1/4.
    pub const QUARTER: Scale = Scale(2);
    /// 1/2.
    pub const HALF: Scale = Scale(4);
    /// 1/1.
    pub const FULL: Scale = Scale(8);
    /// All scales there are, the smallest picture first: 1, 2, 3, 4, 5, 6 and 8 eighths.
    pub const ALL: [Scale; 7] =
        [Scale::EIGHTH, Scale::QUARTER, Scale(3), Scale::HALF, Scale(5), Scale(6), Scale::FULL];

    /// The scale in eighths: 1, 2, 3, 4, 5, 6 or 8.
    pub fn eighths(self) -> u32 {
        self.0.into()
    }

    /// What a side becomes: rounded up, as libjpeg does.
    pub fn of(self, side: u32) -> u32 {
        (side * self.eighths()).div_ceil(8)
    }
}

/// Reads what stands before the first scan's data. Allocates nothing.
pub fn read_header(bytes: &[u8]) -> Result<Header, Error> {
    read_prologue(bytes, |_| Ok(())).map(|prologue| prologue.header)
}

impl Header {
    /// Width and height of the picture delivered at a scale.
    pub fn size_at(&self, scale: Scale) -> (u32, u32) {
        (scale.of(self.width), scale.of(self.height))
    }

    /// The most heap bytes that a [`Decoder`](crate::Decoder) holds at any time, from
    /// [`new`](crate::Decoder::new) to the last row, itself included: the same number on every machine.
    pub fn memory(&self, scale: Scale) -> u64 {
        crate::decoder::heap_bytes(self, &Layout::new(self, scale))
    }

    /// The same for a [`PlaneDecoder`](crate::PlaneDecoder).
    pub fn planes_memory(&self, scales: [Scale; 4]) -> u64 {
        crate::planes::heap_bytes(self, &Layout::of_planes(self, scales))
    }

    /// Width and height of a component's plane as the file holds it, at a scale of its own.
    ///
    /// # Panics
    ///
    /// Where there is no such component.
    pub fn plane_size(&self, component: usize, scale: Scale) -> (u32, u32) {
        let layout = Layout::of_planes(self, [scale; 4]).components()[component];
        (layout.width as u32, layout.height as u32)
    }

    /// Bytes of a delivered pixel: 1 (grey), 3 (red, green, blue) or 4 (cyan, magenta, yellow, black).
    pub fn channels(&self) -> usize {
        match self.colour {
            Colour::Grey => 1,
            Colour::Rgb | Colour::YCbCr => 3,
            Colour::Cmyk | Colour::Ycck => 4,
        }
    }

    /// The components that the file has.
    pub fn components(&self) -> &[Component] {
        &self.components[..self.component_count]
    }

    pub(crate) fn storage(&self) -> Storage {
        if self.multi_scan { Storage::Whole } else { Storage::Strip }
    }
}

/// All that stands before the first entropy-coded byte.
pub(crate) struct Prologue<'a> {
    pub(crate) header: Header,
    pub(crate) first_scan: ScanHeader,
    /// Stands behind the first scan's header.
    pub(crate) segments: Segments<'a>,
}

/// Reads up to the first scan's data. Segments that hold tables are handed to `visit`.
pub(crate) fn read_prologue<'a>(
    bytes: &'a [u8],
    mut visit: impl FnMut(Segment<'a>) -> Result<(), Error>,
) -> Result<Prologue<'a>, Error> {
    if !bytes.starts_with(&[0xFF, markers::SOI]) {
        return Err(Error::Damaged("no start of image"));
    }
    let mut segments = Segments::new(bytes);
    let mut frame = None;
    let mut jfif = false;
    let mut adobe = None;
    while let Some(segment) = segments.next() {
        match segment.marker {
            markers::APP0 => jfif |= is_jfif(segment.payload),
            markers::APP14 => adobe = adobe_transform(segment.payload).or(adobe),
            markers::SOS => {
                let mut header: Header = frame.ok_or(Error::Damaged("scan before frame"))?;
                header.colour = colour(header.components(), jfif, adobe);
                header.inverted = header.component_count == 4 && adobe.is_some();
                let first_scan = ScanHeader::parse(segment.payload, &header)?;
                header.multi_scan = header.progressive || first_scan.count < header.component_count;
                if !header.multi_scan {
                    first_scan.components().iter().for_each(|c| header.shortcuts[c.ac_table] = true);
                }
                return Ok(Prologue { header, first_scan, segments });
            }
            marker if is_frame(marker) => {
                if frame.is_some() {
                    return Err(Error::Damaged("two frames"));
                }
                frame = Some(read_frame(segment)?);
            }
            _ => visit(segment)?,
        }
    }
    Err(Error::Damaged("no scan"))
}

/// SOF0 to SOF15, less DHT, JPG and DAC which stand among them.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
}

fn read_frame(segment: Segment<'_>) -> Result<Header, Error> {
    match segment.marker {
        markers::SOF0 | markers::SOF1 | markers::SOF2 => {}
        0xC3 => return Err(Error::Unsupported("lossless")),
        0xC5..=0xC7 => return Err(Error::Unsupported("hierarchical")),
        _ => return Err(Error::Unsupported("arithmetic coding")),
    }
    let [precision, y1, y0, x1, x0, count, ref specifications @ ..] = *segment.payload else {
        return Err(Error::Damaged("frame header"));
    };
    if precision != 8 {
        return Err(Error::Unsupported("samples of more than 8 bits"));
    }
    let height = u32::from(u16::from_be_bytes([y1, y0]));
    let width = u32::from(u16::from_be_bytes([x1, x0]));
    if height == 0 {
        return Err(Error::Unsupported("height given after the first scan"));
    }
    if width == 0 {
        return Err(Error::Damaged("no width"));
    }
    let component_count = usize::from(count);
    if !matches!(component_count, 1 | 3 | 4) {
        return Err(Error::Unsupported("number of components"));
    }
    if specifications.len() < component_count * 3 {
        return Err(Error::Damaged("frame header"));
    }
    let mut components = [Component::default(); 4];
    for (component, specification) in
        components.iter_mut().zip(specifications.chunks_exact(3)).take(component_count)
    {
        *component = read_component(specification)?;
    }
    if component_count == 1 {
        // A lone component is never interleaved, so its factors mean nothing (T.81 A.2.2).
        components[0].horizontal = 1;
        components[0].vertical = 1;
    }
    Ok(Header {
        width,
        height,
        colour: Colour::Grey,
        progressive: segment.marker == markers::SOF2,
        multi_scan: false,
        shortcuts: [false; 4],
        inverted: false,
        component_count,
        components,
    })
}

fn read_component(specification: &[u8]) -> Result<Component, Error> {
    let component = Component {
        identifier: specification[0],
        horizontal: specification[1] >> 4,
        vertical: specification[1] & 15,
        quantiser: specification[2],
    };
    let factors = 1..=4;
    if !factors.contains(&component.horizontal) || !factors.contains(&component.vertical) {
        return Err(Error::Damaged("sampling factors"));
    }
    if component.quantiser > 3 {
        return Err(Error::Damaged("quantisation table number"));
    }
    Ok(component)
}

/// Whether an APP0 segment is that of JFIF, as libjpeg sees it: shorter ones it passes over.
fn is_jfif(payload: &[u8]) -> bool {
    payload.len() >= 14 && payload.starts_with(b"JFIF\0")
}

/// The colour transform that Adobe's APP14 segment announces: 0 none, 1 YCbCr, 2 YCCK.
fn adobe_transform(payload: &[u8]) -> Option<u8> {
    payload.strip_prefix(b"Adobe")?.get(6).copied()
}

/// libjpeg's rules (`default_decompress_parms`).
fn colour(components: &[Component], jfif: bool, adobe: Option<u8>) -> Colour {
    match (components, adobe) {
        ([_], _) => Colour::Grey,
        ([_, _, _], _) if jfif => Colour::YCbCr,
        ([_, _, _], Some(0)) => Colour::Rgb,
        ([_, _, _], Some(_)) => Colour::YCbCr,
        ([r, g, b], None) if [r.identifier, g.identifier, b.identifier] == *b"RGB" => Colour::Rgb,
        ([_, _, _], None) => Colour::YCbCr,
        (_, None | Some(0)) => Colour::Cmyk,
        (_, Some(_)) => Colour::Ycck,
    }
}
