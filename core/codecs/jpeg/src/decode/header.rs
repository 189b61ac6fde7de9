//! What a file says about itself before its first scan (T.81 B.2.2, B.2.3; JFIF; Adobe APP14).

use crate::decode::definitions::TableIndex;
use crate::decode::frame::{Component, Frame, is_frame};
use crate::decode::geometry::Geometry;
use crate::decode::scale::Scale;
use crate::decode::scan_header::ScanHeader;
use crate::error::Error;
use crate::marker::{APP0, APP14, SOI, SOS};
use crate::segments::segments;

/// All that stands before the first scan's data, read by [`read_header`]: all that is needed to plan and to begin decoding.
///
/// Its size is fixed, whatever the file says: of tables it holds where they stand.
///
/// ```
/// use edgepix_jpeg::{Scale, read_header};
///
/// let header = read_header(&std::fs::read("photo.jpg")?)?;
/// assert_eq!((header.width(), header.height()), (270, 480));
/// assert_eq!(header.size_at(Scale::QUARTER), (68, 120));
/// assert!(header.memory(Scale::QUARTER) < 100_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(crate) frame: Frame,
    colour: Colour,
    pub(crate) first_scan: ScanHeader,
    /// The offset of the first scan's data.
    pub(crate) scan_data: usize,
    /// The tables in force when the first scan begins.
    pub(crate) tables: TableIndex,
}

/// The colour model of the stored samples, found by libjpeg's rules.
///
/// ```
/// use edgepix_jpeg::{Colour, read_header};
///
/// let header = read_header(&std::fs::read("photo.jpg")?)?;
/// assert_eq!((header.colour(), header.channels()), (Colour::YCbCr, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One component: luminance.
    Grey,
    /// Red, green and blue, stored as they are.
    Rgb,
    /// Luma and two colour differences (ITU-T T.871), delivered as RGB.
    YCbCr,
    /// Four inks, stored as what each leaves of light, as Adobe's programs do. Files without their marker are taken the
    /// same, as browsers take them. Delivered as ink: 0 none, 255 full.
    Cmyk,
    /// Four inks, the first three turned into luma and colour differences; delivered as CMYK.
    Ycck,
}

/// Reads what stands before the first scan's data. Allocates nothing.
///
/// The first bytes of a file are enough, if they hold all of that.
///
/// ```
/// use edgepix_jpeg::{Error, read_header};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// assert_eq!(read_header(&jpeg[..1000])?, read_header(&jpeg)?);
/// assert_eq!(read_header(&jpeg[..100]), Err(Error::Damaged("no scan")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_header(bytes: &[u8]) -> Result<Header, Error> {
    if !bytes.starts_with(&[0xFF, SOI]) {
        return Err(Error::Damaged("no start of image"));
    }
    let mut frame: Option<Frame> = None;
    let mut tables = TableIndex::default();
    let mut jfif = false;
    let mut adobe = None;
    for segment in segments(bytes) {
        match segment.marker {
            APP0 => jfif |= is_jfif(segment.payload),
            APP14 => adobe = adobe_transform(segment.payload).or(adobe),
            SOS => {
                let frame = frame.ok_or(Error::Damaged("scan before frame"))?;
                return Ok(Header {
                    frame,
                    colour: colour(frame.components(), jfif, adobe),
                    first_scan: ScanHeader::parse(segment.payload, &frame)?,
                    scan_data: segment.end(),
                    tables,
                });
            }
            marker if is_frame(marker) => {
                if frame.is_some() {
                    return Err(Error::Damaged("two frames"));
                }
                frame = Some(Frame::parse(segment)?);
            }
            _ => tables.note(segment),
        }
    }
    Err(Error::Damaged("no scan"))
}

impl Header {
    /// Samples in a row, 1 to 65535.
    pub fn width(&self) -> u32 {
        self.frame.width
    }

    /// Rows, 1 to 65535.
    pub fn height(&self) -> u32 {
        self.frame.height
    }

    /// What the samples mean.
    pub fn colour(&self) -> Colour {
        self.colour
    }

    /// Whether the coefficients come in several scans of growing precision (SOF2).
    pub fn is_progressive(&self) -> bool {
        self.frame.progressive
    }

    /// Whether coefficients must be kept until the last scan is read. Progressive files do, and sequential
    /// ones whose first scan lacks a component.
    pub fn is_multi_scan(&self) -> bool {
        self.frame.progressive || self.first_scan.components().len() < self.frame.components().len()
    }

    /// The components in the order of the frame header: 1, 3 or 4.
    pub fn components(&self) -> &[Component] {
        self.frame.components()
    }

    /// Bytes of a delivered pixel: 1 (grey), 3 (red, green, blue) or 4 (cyan, magenta, yellow, black).
    pub fn channels(&self) -> usize {
        match self.colour {
            Colour::Grey => 1,
            Colour::Rgb | Colour::YCbCr => 3,
            Colour::Cmyk | Colour::Ycck => 4,
        }
    }

    /// Width and height of the picture delivered at a scale.
    pub fn size_at(&self, scale: Scale) -> (u32, u32) {
        (scale.of(self.width()), scale.of(self.height()))
    }

    /// Width and height of a component's plane as the file holds it, at a scale of its own. `None` where there is no such
    /// component.
    pub fn plane_size(&self, component: usize, scale: Scale) -> Option<(u32, u32)> {
        let geometry = Geometry::of_planes(&self.frame, [scale; 4]);
        let plane = geometry.components().get(component)?;
        Some((plane.width as u32, plane.height as u32))
    }

    /// The AC tables that get fast look-up tables: those of a scan that is decoded straight to samples.
    pub(crate) fn fast_ac_tables(&self) -> [bool; 4] {
        let mut fast = [false; 4];
        if !self.is_multi_scan() {
            self.first_scan.components().iter().for_each(|component| fast[component.ac_table] = true);
        }
        fast
    }
}

/// What decides about colours besides the frame: whether there is a JFIF segment, and what Adobe's announces.
pub(crate) fn colour_markers(bytes: &[u8]) -> (bool, Option<u8>) {
    let before_scan = segments(bytes).take_while(|segment| segment.marker != SOS);
    before_scan.fold((false, None), |(jfif, adobe), segment| match segment.marker {
        APP0 => (jfif | is_jfif(segment.payload), adobe),
        APP14 => (jfif, adobe_transform(segment.payload).or(adobe)),
        _ => (jfif, adobe),
    })
}

/// Whether an APP0 segment is that of JFIF, as libjpeg sees it: it ignores shorter ones.
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
