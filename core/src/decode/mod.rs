//! From bytes to rows: one room per format, and the list of them.
//!
//! A format's room has three doors: `header` (what the file says before its pixels), `cost` (what decoding will take,
//! from the header alone) and `open` (rows, from the top). To add a format, add its room and its lines here.

mod canvas;
mod gif;
pub(crate) mod jpeg;
mod png;
mod webp;

use std::borrow::Cow;

use crate::raster::Layout;
use crate::{Error, Format, Orientation};

/// What a file says before its pixels. Sizes are as stored, before orientation.
#[derive(Clone, Debug)]
pub(crate) struct Header<'a> {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How decoded rows are laid out.
    pub(crate) layout: Layout,
    pub(crate) orientation: Orientation,
    /// 1 for a still.
    pub(crate) frames: u32,
    pub(crate) bit_depth: u8,
    /// Progressive or interlaced: the first row needs the last byte.
    pub(crate) progressive: bool,
    pub(crate) icc: Option<Cow<'a, [u8]>>,
    /// TIFF structure of the EXIF data, without any prefix.
    pub(crate) exif: Option<&'a [u8]>,
    pub(crate) xmp: Option<Cow<'a, [u8]>>,
    /// Of a JPEG, what its decoder has read.
    pub(crate) jpeg: Option<edgepix_jpeg::Header>,
}

impl Header<'_> {
    /// Whether the header announces transparency.
    pub(crate) fn has_alpha(&self) -> bool {
        self.layout == Layout::Rgba
    }

    /// The sizes at which a picture may be decoded, in eighths of its own, the smallest first.
    pub(crate) fn scales(&self) -> &'static [u32] {
        match self.format {
            Format::Jpeg => &[1, 2, 3, 4, 5, 6, 8],
            _ => &[8],
        }
    }

    /// Width and height when decoded at `eighths` eighths of the size.
    pub(crate) fn size_at(&self, eighths: u32) -> (u32, u32) {
        let side = |side: u32| (u64::from(side) * u64::from(eighths)).div_ceil(8) as u32;
        (side(self.width), side(self.height))
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// Which picture of a file to decode, and how large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selection {
    /// How large, in eighths of the stored size; one of [`Header::scales`].
    pub(crate) eighths: u32,
    /// Frame of an animation.
    pub(crate) frame: u32,
}

/// How many times as large as it is wanted a picture is decoded at the least, so that what reduced decoding folds back
/// into its highest frequencies is left to the resize.
pub(crate) const HEADROOM: f64 = 1.6;
/// The same for colour differences alone, which are seen less sharply: photos lose half a point at most of their score
/// (SSIMULACRA2), most of them nothing.
pub(crate) const HEADROOM_OF_CHROMA: f64 = 1.2;

/// The smallest of `scales` that leaves some headroom. `at`: for a scale, the size that the used part has when decoded
/// so, and the size that is wanted.
pub(crate) fn enough(scales: &[u32], headroom: f64, at: impl Fn(u32) -> (f64, f64, (u32, u32))) -> u32 {
    let enough = |&eighths: &u32| {
        let (width, height, wanted) = at(eighths);
        width >= f64::from(wanted.0) * headroom && height >= f64::from(wanted.1) * headroom
    };
    scales.iter().copied().find(enough).unwrap_or(8)
}

/// What something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Peak bytes of heap.
    pub(crate) memory: u64,
    /// Instructions, estimated.
    pub(crate) work: u64,
}

/// Rows from the top, each as wide as the decoded picture.
pub(crate) trait Rows {
    /// The next row. Called at most as often as there are rows.
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error>;
}

/// Reads what a file says before its pixels.
pub(crate) fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let Some(format) = Format::sniff(bytes) else {
        return Err(Error::unsupported_source(if bytes.is_empty() {
            "The source is empty."
        } else {
            "The source is not a JPEG, PNG, WebP or GIF image."
        }));
    };
    let header = match format {
        Format::Jpeg => jpeg::header(bytes),
        Format::Png => png::header(bytes),
        Format::Webp => webp::header(bytes),
        Format::Gif => gif::header(bytes),
        Format::Avif | Format::Jxl => Err(Error::unsupported_source(format!(
            "Images of the format {format} are not read yet; use JPEG, PNG, WebP or GIF."
        ))),
    }?;
    if header.width == 0 || header.height == 0 {
        return Err(Error::damaged("The header gives the image a side of no pixels."));
    }
    Ok(header)
}

/// What decoding will take, the row that is read into left out.
pub(crate) fn cost(bytes: &[u8], header: &Header, selection: Selection) -> Result<Cost, Error> {
    match header.format {
        Format::Jpeg => Ok(jpeg::cost(bytes, header, selection)),
        Format::Png => Ok(png::cost(bytes, header)),
        Format::Webp => webp::cost(bytes, header, selection),
        Format::Gif => Ok(gif::cost(bytes, header, selection)),
        Format::Avif | Format::Jxl => Err(unreadable()),
    }
}

/// The share of a decoder's work that is done when so many of its rows have been read, from the top.
pub(crate) fn work_of_rows(work: u64, header: &Header, rows: u32, of: u32) -> u64 {
    let streams = match header.format {
        Format::Jpeg | Format::Png => !header.progressive,
        Format::Gif => !header.progressive && header.frames == 1,
        Format::Webp | Format::Avif | Format::Jxl => false,
    };
    if streams { (work as f64 * f64::from(rows.min(of)) / f64::from(of.max(1))) as u64 } else { work }
}

/// Starts decoding.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header<'a>,
    selection: Selection,
) -> Result<Box<dyn Rows + 'a>, Error> {
    match header.format {
        Format::Jpeg => jpeg::open(bytes, selection),
        Format::Png => png::open(bytes, header),
        Format::Webp => webp::open(bytes, header, selection),
        Format::Gif => gif::open(bytes, header, selection),
        Format::Avif | Format::Jxl => Err(unreadable()),
    }
}

fn unreadable() -> Error {
    Error::unsupported_source("This format is not read.")
}

/// The rows of a picture that was cut short: what there was, and then the mean of the last row, where at least half
/// of the rows were there. Decoders that can go on after damage wrap their rows in this.
struct Salvage {
    height: u32,
    /// Rows handed out.
    read: u32,
    /// The mean pixel of the last good row, once the data has ended.
    fill: Option<[u8; 4]>,
    last: Vec<u8>,
    layout: Layout,
}

impl Salvage {
    fn new(width: u32, height: u32, layout: Layout) -> Self {
        Self { height, read: 0, fill: None, last: vec![0; layout.stride(width)], layout }
    }

    /// Fills `row` by `next`, or with what stands in for it.
    fn read(
        &mut self,
        row: &mut [u8],
        next: impl FnOnce(&mut [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.fill.is_none() {
            match next(row) {
                Ok(()) => self.last.copy_from_slice(row),
                Err(error) if self.read * 2 < self.height => return Err(error),
                Err(_) => self.fill = Some(mean(&self.last, self.layout)),
            }
        }
        if let Some(pixel) = self.fill {
            let channels = self.layout.channels();
            row.chunks_exact_mut(channels).for_each(|to| to.copy_from_slice(&pixel[..channels]));
        }
        self.read += 1;
        Ok(())
    }
}

fn mean(row: &[u8], layout: Layout) -> [u8; 4] {
    let channels = layout.channels();
    let count = (row.len() / channels).max(1) as u64;
    let mut pixel = [0; 4];
    for (c, mean) in pixel.iter_mut().enumerate().take(channels) {
        let sum: u64 = row.iter().skip(c).step_by(channels).map(|&sample| u64::from(sample)).sum();
        *mean = ((sum + count / 2) / count) as u8;
    }
    pixel
}
