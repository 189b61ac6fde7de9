//! The formats: one module each, and the table of them.
//!
//! A format's module implements [`Codec`]: it reads a file's header into an [`Image`], which says what decoding will cost
//! and gives a [`Decoder`]; it says what encoding will cost and gives an [`Encoder`]. To add a format, add its module and
//! its line in [`CODECS`], and its line in the table of [`Format`](crate::Format).

#[cfg(any(feature = "gif", feature = "png", feature = "webp"))]
mod canvas;
mod decoder;
#[cfg(feature = "gif")]
mod gif;
mod header;
#[cfg(feature = "jpeg")]
mod jpeg;
#[cfg(any(feature = "gif", feature = "png"))]
mod palette;
#[cfg(feature = "png")]
mod png;
mod settings;
#[cfg(feature = "webp")]
mod webp;

use std::borrow::Cow;
use std::fmt;

pub(crate) use self::header::{Cost, Header, PlaneShape, Sampling, Selection, part};
pub(crate) use self::settings::{Kept, Settings};
use crate::metadata::Credit;
use crate::rows::{Layout, Picture, Shape, Take};
use crate::{Error, Format, Kind, Limits, MetadataKind, Orientation};

/// The formats that are built in.
static CODECS: &[&dyn Codec] = &[
    #[cfg(feature = "jpeg")]
    &jpeg::Jpeg,
    #[cfg(feature = "png")]
    &png::Png,
    #[cfg(feature = "webp")]
    &webp::Webp,
    #[cfg(feature = "gif")]
    &gif::Gif,
];

/// A format.
pub(crate) trait Codec: Sync {
    fn format(&self) -> Format;

    /// Reads what a file says before its pixels. Nothing is allocated in proportion to what it merely says or repeats.
    fn read_header(&self, file: &[u8], limits: &Limits) -> Result<Box<dyn Image>, Error>;

    /// Whether the encoder takes rows of this layout as they come. Else it needs the [whole picture](Encoder::write_picture).
    fn takes_rows(&self, settings: &Settings, layout: Layout) -> bool;

    /// For an encoder that takes [strips](crate::rows::Row::Strip) of luma and colour differences: on how many pixels,
    /// across and down, it wants one sample of the latter.
    fn chroma_cell(&self, _: &Settings) -> Option<u32> {
        None
    }

    /// Whether a file can carry this.
    fn carries(&self, _kind: MetadataKind, _data: &[u8]) -> bool {
        true
    }

    /// What encoding a picture of this shape will take at the most, the picture itself left out.
    fn encoding_cost(&self, settings: &Settings, shape: &Shape) -> Cost;

    /// Starts a file of pictures of this shape.
    fn encoder<'a>(&self, settings: &'a Settings, shape: &Shape) -> Result<Box<dyn Encoder + 'a>, Error>;
}

// `Debug` of trait objects is written by hand: as a supertrait, it would put what is derived for every type behind them into
// every module, used or not.
impl fmt::Debug for dyn Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.format().fmt(f)
    }
}

/// A file whose header has been read.
pub(crate) trait Image: Send + Sync {
    fn header(&self) -> &Header;

    /// The sizes at which pictures may be decoded, in eighths of the stored one, the smallest first.
    fn scales(&self) -> &'static [u32] {
        &[8]
    }

    /// For a file that stores luma and colour differences (ITU-T T.871): plane 0, 1 or 2 decoded at a scale.
    fn plane(&self, _plane: usize, _eighths: u32) -> Option<PlaneShape> {
        None
    }

    /// The layout of samples of 16 bits, where the file has such.
    fn sixteen(&self) -> Option<Layout> {
        None
    }

    /// Whether the pixels are stored without loss.
    fn is_lossless(&self, _file: &[u8]) -> bool {
        false
    }

    /// Whether rows from the top can be decoded without the bytes of those below.
    fn streams(&self) -> bool;

    /// The XMP packet. A format that spreads or compresses it puts it together.
    fn xmp<'a>(&self, file: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        self.header().xmp.as_ref().map(|range| Cow::Borrowed(part(file, range)))
    }

    /// What the format has of its own to say who made an image.
    fn credit(&self, _file: &[u8]) -> Credit {
        Credit::default()
    }

    /// What it takes to code the coefficients, tokens or indices of a still again without loss, so that it stands as
    /// `orientation` says. `None` where that is not possible.
    fn recoding_cost(&self, _file: &[u8], _settings: &Settings, _orientation: Orientation) -> Option<Cost> {
        None
    }

    /// Does so, in at most `most` bytes. `None` where there are more, or anything of the picture is missing or broken.
    fn recode(
        &self,
        _file: &[u8],
        _settings: &Settings,
        _orientation: Orientation,
        _most: usize,
    ) -> Option<Vec<u8>> {
        None
    }

    /// What decoding takes, from the first frame that is needed to the last that is selected.
    fn decoding_cost(&self, file: &[u8], selection: &Selection) -> Result<Cost, Error>;

    /// Starts decoding. `file`: the one whose header was read.
    fn decoder<'a>(&'a self, file: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error>;
}

impl fmt::Debug for dyn Image + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header().fmt(f)
    }
}

/// A bound on the heap bytes of an [`Image`] itself that is the same on every machine.
pub(crate) const IMAGE_BYTES: u64 = 1024;

/// Decodes the selected frames.
pub(crate) trait Decoder {
    /// Moves on to the next of the selected frames; `false` behind the last one.
    fn next_frame(&mut self) -> Result<bool, Error>;

    /// Hands out the next row of the frame, or of planes the next few rows. `false` where there was none left.
    fn read(&mut self, take: &mut Take<'_>) -> Result<bool, Error>;
}

/// Encodes frames, all of one shape.
pub(crate) trait Encoder {
    /// Takes the next row of the frame, from the top: of 8 bits, interleaved.
    fn write_row(&mut self, _row: &[u8]) -> Result<(), Error> {
        Err(defect("row"))
    }

    /// Takes the next [strip](crate::rows::Row::Strip) of the frame.
    fn write_strip(&mut self, _strip: [&[u8]; 3]) -> Result<(), Error> {
        Err(defect("strip"))
    }

    /// Takes a whole frame, and lets go of it as early as it can.
    fn write_picture(&mut self, picture: Picture) -> Result<(), Error> {
        picture.rows().try_for_each(|row| self.write_row(row))
    }

    /// Ends the frame.
    fn end_frame(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Ends the file and gives it.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error>;
}

/// The codec of a format.
///
/// # Errors
///
/// [`Unsupported`](Kind::Unsupported) where it is not built in.
pub(crate) fn of(format: Format) -> Result<&'static dyn Codec, Error> {
    let codec = CODECS.iter().copied().find(|codec| codec.format() == format);
    codec.ok_or_else(|| Error::not_built("format", &format!("format={format}"), names()))
}

/// The names of the formats that are built in.
fn names() -> String {
    CODECS.iter().map(|codec| codec.format().name()).collect::<Vec<_>>().join(", ")
}

/// Tells the format from the bytes and reads the header.
pub(crate) fn read_header(file: &[u8], limits: &Limits) -> Result<Box<dyn Image>, Error> {
    limits.check_bytes(file.len() as u64)?;
    let Some(format) = Format::sniff(file) else {
        return Err(Error::unsupported_source(if file.is_empty() {
            "The source is empty."
        } else {
            "The source is not a JPEG, PNG, WebP or GIF image."
        }));
    };
    let codec = of(format).map_err(|_| {
        Error::unsupported_source(format!(
            "Images of the format {format} are not read here; use {}.",
            names()
        ))
    })?;
    let image = codec.read_header(file, limits)?;
    if image.header().pixels() == 0 {
        return Err(Error::damaged("The header gives the image a side of no pixels."));
    }
    Ok(image)
}

/// Refuses a result that has more pixels along a side than its format can state.
pub(crate) fn check_size(format: Format, width: u32, height: u32) -> Result<(), Error> {
    let (side, most) = (width.max(height), format.largest_side());
    if side > most {
        let message = format!(
            "The result would be {width} × {height} pixels; {format} has at most {most} along a side."
        );
        return Err(Error::too_large("output-side", message, most.into(), side.into()));
    }
    Ok(())
}

/// Gives back what a file does not need of the space for the worst there is, but not where an allocator that copies it
/// would take more than `most` bytes.
fn trimmed(mut file: Vec<u8>, most: u64) -> Vec<u8> {
    if (file.capacity() + file.len()) as u64 <= most {
        file.shrink_to_fit();
    }
    file
}

/// An encoder refused what it was given, though everything was checked before.
fn defect(what: &'static str) -> Error {
    Error::new(Kind::Internal, format!("An encoder failed: {what}."))
}
