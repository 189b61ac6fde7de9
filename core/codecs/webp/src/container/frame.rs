//! Pictures of a file: the one of a still, or the frames of an animation.

use std::iter::FusedIterator;

use edgepix_vp8::FrameHeader;

use crate::container::error::ContainerError;
use crate::container::riff::{Chunk, Chunks};
use crate::header::LosslessHeader;

/// Bytes of an `ANMF` payload before the chunks of its picture (RFC 9649, section 2.7.1.1).
const FRAME_HEADER_BYTES: usize = 16;

/// A coded picture and its place on the canvas.
///
/// ```
/// # use edgepix_webp::container::{File, Writer};
/// # use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
/// # let red = [255, 0, 0].repeat(8 * 8);
/// # let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// # let mut writer = Writer::with_capacity(100);
/// # writer.chunk(*b"VP8L", &stream);
/// # let bytes = writer.finish()?;
/// // `bytes` are a still of 8 × 8 pixels.
/// let frame = File::read(&bytes)?.frames(&bytes).next().unwrap()?;
/// assert_eq!((frame.width, frame.height, frame.duration), (8, 8, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// Pixels between the left edge of the canvas and the frame.
    pub left: u32,
    /// Pixels between the top edge of the canvas and the frame.
    pub top: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How long the frame is shown, in milliseconds; 0 for a still.
    pub duration: u32,
    /// Whether the frame is drawn over what was there before, by its alpha, instead of taking its place.
    pub blend: bool,
    /// Whether the frame's place is cleared before the next frame.
    pub dispose: bool,
    /// The coded pixels.
    pub bitstream: Bitstream<'a>,
}

/// A coded picture. Its payload ends early where the file does.
///
/// ```
/// use edgepix_webp::container::{Bitstream, File, Writer};
/// use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let mut writer = Writer::with_capacity(100);
/// writer.chunk(*b"VP8L", &stream);
/// let bytes = writer.finish()?;
///
/// let frame = File::read(&bytes)?.frames(&bytes).next().unwrap()?;
/// assert_eq!(frame.bitstream, Bitstream::Lossless(&stream));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bitstream<'a> {
    /// Colour by VP8, and alpha beside it.
    Lossy {
        /// The payload of the `VP8 ` chunk.
        frame: &'a [u8],
        /// The payload of the `ALPH` chunk, where there is one.
        alpha: Option<&'a [u8]>,
    },
    /// The payload of the `VP8L` chunk.
    Lossless(&'a [u8]),
}

/// Iterates over the frames of a file, see [`File::frames`](crate::container::File::frames).
///
/// ```
/// # use edgepix_webp::container::{File, Writer};
/// # use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
/// # let red = [255, 0, 0].repeat(8 * 8);
/// # let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// # let mut writer = Writer::with_capacity(100);
/// # writer.chunk(*b"VP8L", &stream);
/// # let bytes = writer.finish()?;
/// // `bytes` are a still.
/// let file = File::read(&bytes)?;
/// assert_eq!(file.frames(&bytes).count(), file.frames as usize);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frames<'a>(Kind<'a>);

#[derive(Clone, Debug)]
enum Kind<'a> {
    Still(Option<Result<Frame<'a>, ContainerError>>),
    Animation(Chunks<'a>),
}

impl<'a> Frames<'a> {
    /// The picture of a still.
    pub(crate) fn still(bytes: &'a [u8]) -> Self {
        let mut subchunks = Subchunks::default();
        Chunks::of_file(bytes).for_each(|chunk| subchunks.take(&chunk));
        Frames(Kind::Still(Some(subchunks.still().map(|(frame, _)| frame))))
    }

    /// The frames of an animation.
    pub(crate) fn animation(bytes: &'a [u8]) -> Self {
        Frames(Kind::Animation(Chunks::of_file(bytes)))
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<Frame<'a>, ContainerError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Kind::Still(frame) => frame.take(),
            Kind::Animation(chunks) => {
                let chunk = chunks.find(|chunk| chunk.is_complete && chunk.kind == *b"ANMF")?;
                Some(Frame::read(chunk.payload))
            }
        }
    }
}

impl FusedIterator for Frames<'_> {}

impl<'a> Frame<'a> {
    /// Reads the payload of an `ANMF` chunk (section 2.7.1.1).
    pub(crate) fn read(payload: &'a [u8]) -> Result<Self, ContainerError> {
        let &[x0, x1, x2, y0, y1, y2, w0, w1, w2, h0, h1, h2, d0, d1, d2, flags] =
            payload.first_chunk::<FRAME_HEADER_BYTES>().ok_or(ContainerError::Truncated)?;
        let mut subchunks = Subchunks::default();
        Chunks::new(payload, FRAME_HEADER_BYTES).for_each(|chunk| subchunks.take(&chunk));
        let bitstream = subchunks.bitstream()?;
        let (width, height) = (u24([w0, w1, w2]) + 1, u24([h0, h1, h2]) + 1);
        let header = bitstream.header()?;
        if (header.width, header.height) != (width, height) {
            return Err(ContainerError::FrameMismatch);
        }
        Ok(Frame {
            left: u24([x0, x1, x2]) * 2,
            top: u24([y0, y1, y2]) * 2,
            width,
            height,
            duration: u24([d0, d1, d2]),
            blend: flags & 0x02 == 0,
            dispose: flags & 0x01 != 0,
            bitstream,
        })
    }
}

/// The chunks of a picture that have been found: of each kind the first one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subchunks<'a> {
    lossy: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
    lossless: Option<&'a [u8]>,
}

impl<'a> Subchunks<'a> {
    /// Takes a chunk of a picture, and leaves others. Of those that are cut short, alpha is of no use.
    pub(crate) fn take(&mut self, chunk: &Chunk<'a>) {
        let slot = match (&chunk.kind, chunk.is_complete) {
            (b"VP8 ", _) => &mut self.lossy,
            (b"ALPH", true) => &mut self.alpha,
            (b"VP8L", _) => &mut self.lossless,
            _ => return,
        };
        *slot = slot.or(Some(chunk.payload));
    }

    pub(crate) fn is_lossless(&self) -> bool {
        self.lossless.is_some()
    }

    /// The picture of a still, and whether it has alpha.
    pub(crate) fn still(&self) -> Result<(Frame<'a>, bool), ContainerError> {
        let bitstream = self.bitstream()?;
        let PictureHeader { width, height, alpha } = bitstream.header()?;
        let frame =
            Frame { left: 0, top: 0, width, height, duration: 0, blend: true, dispose: false, bitstream };
        Ok((frame, alpha))
    }

    fn bitstream(&self) -> Result<Bitstream<'a>, ContainerError> {
        match (self.lossy, self.lossless) {
            (Some(frame), None) => Ok(Bitstream::Lossy { frame, alpha: self.alpha }),
            (None, Some(stream)) => Ok(Bitstream::Lossless(stream)),
            _ => Err(ContainerError::NotOnePicture),
        }
    }
}

/// What the header of a picture says, lossy or lossless.
struct PictureHeader {
    width: u32,
    height: u32,
    alpha: bool,
}

impl Bitstream<'_> {
    fn header(&self) -> Result<PictureHeader, ContainerError> {
        match self {
            Bitstream::Lossy { frame, alpha } => {
                let header = FrameHeader::read(frame)?;
                Ok(PictureHeader { width: header.width, height: header.height, alpha: alpha.is_some() })
            }
            Bitstream::Lossless(stream) => {
                let LosslessHeader { width, height, alpha } = LosslessHeader::read(stream)?;
                Ok(PictureHeader { width, height, alpha })
            }
        }
    }
}

/// A number of 24 bits.
pub(crate) fn u24([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}
