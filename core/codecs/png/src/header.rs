//! What a file says before its pixels.

use std::ops::Range;

use crate::chunks::{Chunk, Chunks, SIGNATURE};
use crate::error::Error;
use crate::frames::Frames;

/// What a file says before its pixels, and how many frames it has.
///
/// ```
/// use edgepix_png::{ColourType, Header};
///
/// # let file = *b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0\x15\x14\x15\x27\0\0\0\0IDAT";
/// let header = Header::read(&file)?;
/// assert_eq!((header.width, header.height, header.colour), (800, 600, ColourType::Rgb));
/// assert_eq!((header.channels(), header.frames), (3, 0));
/// assert!(header.decode_memory() < 100_000);
/// # Ok::<(), edgepix_png::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels across, 1 … 2³¹ − 1.
    pub width: u32,
    /// Pixels down, 1 … 2³¹ − 1.
    pub height: u32,
    /// What a pixel is stored as.
    pub colour: ColourType,
    /// Bits of a sample, or of a palette's index: 1, 2, 4, 8 or 16.
    pub bit_depth: u8,
    /// Whether the rows come in the seven passes of Adam7.
    pub interlaced: bool,
    /// Where the colours of the palette stand: three bytes each.
    pub palette: Option<Range<usize>>,
    /// Where the `tRNS` chunk's data stands, if it is one that goes with the colour type.
    pub transparency: Option<Range<usize>>,
    /// Frames of an animation; 0 for a still. The default image may be none of them.
    pub frames: u32,
}

/// What a pixel is stored as (PNG table 11.1).
///
/// ```
/// use edgepix_png::ColourType;
///
/// assert_eq!((ColourType::Palette.samples(), ColourType::Rgba.samples()), (1, 4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourType {
    /// Grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// An index into the palette.
    Palette,
    /// Grey, alpha.
    GreyAlpha,
    /// Red, green, blue, alpha.
    Rgba,
}

impl ColourType {
    /// Whether pixels are indices of colours.
    pub(crate) const fn is_palette(self) -> bool {
        matches!(self, ColourType::Palette)
    }

    /// Samples of a stored pixel.
    pub const fn samples(self) -> usize {
        match self {
            ColourType::Grey | ColourType::Palette => 1,
            ColourType::GreyAlpha => 2,
            ColourType::Rgb => 3,
            ColourType::Rgba => 4,
        }
    }
}

impl Header {
    /// Reads a file's header, and looks over the chunks behind it for frames. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// Where the file is no PNG, has no pixels, or states what does not exist.
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        if !file.starts_with(SIGNATURE) {
            return Err(Error::Damaged("The file is no PNG."));
        }
        let mut chunks = Chunks::new(file);
        let ihdr = chunks.next().ok_or(Error::Truncated)?;
        let mut header = Self::of_ihdr(&ihdr)?;
        if !ihdr.is_intact(file) {
            return Err(Error::Damaged("The checksum of the PNG's header is wrong."));
        }
        loop {
            let chunk = chunks.next().ok_or(Error::Truncated)?;
            let range = || chunk.offset..chunk.offset + chunk.data.len();
            match &chunk.kind {
                b"IDAT" => break,
                _ if !chunk.is_complete => return Err(Error::Truncated),
                b"PLTE"
                    if header.palette.is_none()
                        && (3..=768).contains(&chunk.data.len())
                        && chunk.is_intact(file) =>
                {
                    header.palette = Some(range())
                }
                // What is damaged or does not go with the colour type is left out, as libpng does.
                b"tRNS"
                    if header.transparency.is_none()
                        && header.fits(chunk.data.len())
                        && chunk.is_intact(file) =>
                {
                    header.transparency = Some(range())
                }
                _ => {}
            }
        }
        if header.colour == ColourType::Palette && header.palette.is_none() {
            return Err(Error::Damaged("The PNG has no palette, which its pixels need."));
        }
        header.frames = Frames::new(file, &header).count_all();
        Ok(header)
    }

    fn of_ihdr(chunk: &Chunk<'_>) -> Result<Self, Error> {
        let &[w0, w1, w2, w3, h0, h1, h2, h3, bit_depth, colour, compression, filter, interlace] = chunk.data
        else {
            return Err(if chunk.is_complete { NO_IHDR } else { Error::Truncated });
        };
        if chunk.kind != *b"IHDR" {
            return Err(NO_IHDR);
        }
        let colour = match (colour, bit_depth) {
            (0, 1 | 2 | 4 | 8 | 16) => ColourType::Grey,
            (2, 8 | 16) => ColourType::Rgb,
            (3, 1 | 2 | 4 | 8) => ColourType::Palette,
            (4, 8 | 16) => ColourType::GreyAlpha,
            (6, 8 | 16) => ColourType::Rgba,
            (0 | 2 | 3 | 4 | 6, _) => {
                return Err(Error::Damaged("The PNG states a bit depth that its colour type does not have."));
            }
            _ => return Err(Error::Damaged("The PNG states a colour type that does not exist.")),
        };
        let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
        const SIDES: std::ops::RangeInclusive<u32> = 1..=i32::MAX as u32;
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            return Err(Error::Damaged("The PNG states a side that a PNG cannot have."));
        }
        if compression != 0 || filter != 0 || interlace > 1 {
            return Err(Error::Damaged("The PNG states a method that does not exist."));
        }
        Ok(Self {
            width,
            height,
            colour,
            bit_depth,
            interlaced: interlace == 1,
            palette: None,
            transparency: None,
            frames: 0,
        })
    }

    /// Samples of a decoded pixel: 1 (grey), 3 (RGB) or 4 (RGBA, of all that has alpha, grey too).
    pub fn channels(&self) -> usize {
        match self.colour {
            _ if self.has_alpha() => 4,
            ColourType::Grey => 1,
            _ => 3,
        }
    }

    /// Whether a pixel may be transparent.
    pub fn has_alpha(&self) -> bool {
        self.transparency.is_some() || matches!(self.colour, ColourType::GreyAlpha | ColourType::Rgba)
    }

    /// Peak bytes of heap that a [`Decoder`](crate::Decoder) of the default image or of a frame takes.
    pub fn decode_memory(&self) -> u64 {
        crate::decode::memory(self, self.width, self.height)
    }

    /// Bits of a stored pixel.
    pub(crate) fn pixel_bits(&self) -> usize {
        self.colour.samples() * usize::from(self.bit_depth)
    }

    /// Bytes of a row of `width` stored pixels, without its filter.
    pub(crate) fn row_bytes(&self, width: u32) -> u64 {
        (u64::from(width) * self.pixel_bits() as u64).div_ceil(8)
    }

    /// Whether a `tRNS` chunk of so many bytes goes with the colour type (PNG section 11.3.1.1).
    fn fits(&self, transparency: usize) -> bool {
        match self.colour {
            ColourType::Grey => transparency == 2,
            ColourType::Rgb => transparency == 6,
            ColourType::Palette => (1..=self.palette_len()).contains(&transparency),
            ColourType::GreyAlpha | ColourType::Rgba => false,
        }
    }

    /// Colours of the palette, at most 256.
    fn palette_len(&self) -> usize {
        self.palette.as_ref().map_or(0, |palette| palette.len() / 3).min(256)
    }
}

const NO_IHDR: Error = Error::Damaged("The PNG does not begin with a proper IHDR chunk.");
