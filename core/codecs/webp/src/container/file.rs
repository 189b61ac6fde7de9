//! What the chunks of a file say, those behind the pixels as well: metadata may stand there.

use std::ops::Range;

use crate::container::error::ContainerError;
use crate::container::features::Features;
use crate::container::frame::{Frame, Frames, Subchunks, u24};
use crate::container::riff::{Chunk, Chunks, FILE_HEADER_BYTES};

/// A WebP file, its pictures left coded (RFC 9649, section 2). It holds byte ranges instead of bytes, so that whoever has
/// the bytes can keep it beside them.
///
/// ```
/// use edgepix_webp::container::{File, Writer};
/// use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let mut writer = Writer::with_capacity(100);
/// writer.chunk(*b"VP8L", &stream);
/// let bytes = writer.finish()?;
///
/// let file = File::read(&bytes)?;
/// assert_eq!((file.width, file.height, file.animated), (8, 8, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Pixels across, of the picture or of an animation's canvas.
    pub width: u32,
    /// Pixels down, of the picture or of an animation's canvas.
    pub height: u32,
    /// Whether there may be transparency. Always of an animation: what no frame covers is transparent.
    pub alpha: bool,
    /// Whether the file is an animation, of one frame or more.
    pub animated: bool,
    /// Frames; 1 for a still.
    pub frames: u32,
    /// Pixels of all frames together.
    pub frame_pixels: u64,
    /// Where the colour profile is.
    pub icc: Option<Range<usize>>,
    /// Where the TIFF structure of EXIF is, without any prefix.
    pub exif: Option<Range<usize>>,
    /// Where the XMP packet is.
    pub xmp: Option<Range<usize>>,
}

impl File {
    /// Reads the headers of all chunks, frames and pictures. Nothing is allocated.
    ///
    /// A file may end early: what is behind its pixels may be missing, and the picture of a still may be cut short behind its
    /// headers. The size in the file's own header matters only where the picture is missing.
    ///
    /// # Errors
    ///
    /// If it is no WebP, if the picture or its headers are missing, or if headers contradict each other.
    pub fn read(bytes: &[u8]) -> Result<Self, ContainerError> {
        let stated = file_size(bytes)?;
        let mut found = Found::default();
        for chunk in Chunks::of_file(bytes) {
            found.take(&chunk)?;
        }
        let (width, height, alpha) = if found.features.animation {
            found.animation()?
        } else {
            found.still(stated > bytes.len() as u64)?
        };
        let frames = if found.features.animation { found.frames } else { AllFrames::one(width, height) };
        Ok(File {
            width,
            height,
            alpha,
            animated: found.features.animation,
            frames: frames.count,
            frame_pixels: frames.pixels,
            icc: found.icc,
            exif: found.exif,
            xmp: found.xmp,
        })
    }

    /// The frames in the order in which they are shown, read one by one from `bytes`, which this file was read from. A
    /// still has one frame.
    pub fn frames<'a>(&self, bytes: &'a [u8]) -> Frames<'a> {
        if self.animated { Frames::animation(bytes) } else { Frames::still(bytes) }
    }
}

/// How long the header says that the file is, in bytes (section 2.4).
fn file_size(bytes: &[u8]) -> Result<u64, ContainerError> {
    let header = bytes.first_chunk::<FILE_HEADER_BYTES>().ok_or(ContainerError::Truncated)?;
    match header {
        &[b'R', b'I', b'F', b'F', a, b, c, d, b'W', b'E', b'B', b'P'] => {
            Ok(u64::from(u32::from_le_bytes([a, b, c, d])) + 8)
        }
        _ => Err(ContainerError::NotWebp),
    }
}

/// What has been found in the chunks so far.
#[derive(Default)]
struct Found<'a> {
    /// Of the extended header.
    canvas: Option<(u32, u32)>,
    features: Features,
    picture: Subchunks<'a>,
    frames: AllFrames,
    icc: Option<Range<usize>>,
    exif: Option<Range<usize>>,
    xmp: Option<Range<usize>>,
}

/// What is known of all frames together.
#[derive(Clone, Copy, Default)]
struct AllFrames {
    count: u32,
    pixels: u64,
    /// How far they reach to the right and down.
    right: u32,
    bottom: u32,
}

impl<'a> Found<'a> {
    fn take(&mut self, chunk: &Chunk<'a>) -> Result<(), ContainerError> {
        if !chunk.is_complete {
            self.picture.take(chunk);
            return Ok(());
        }
        match &chunk.kind {
            b"VP8X" => {
                let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] =
                    chunk.payload.first_chunk().ok_or(ContainerError::Truncated)?;
                self.canvas = Some((u24([w0, w1, w2]) + 1, u24([h0, h1, h2]) + 1));
                self.features = Features::from_bits(flags);
            }
            b"ANMF" => self.frames.add(&Frame::read(chunk.payload)?),
            b"ICCP" => self.icc = Some(chunk.range()),
            b"EXIF" => {
                let prefix = if chunk.payload.starts_with(b"Exif\0\0") { 6 } else { 0 };
                self.exif = Some(chunk.start + prefix..chunk.range().end);
            }
            b"XMP " => self.xmp = Some(chunk.range()),
            _ => self.picture.take(chunk),
        }
        Ok(())
    }

    /// Size and alpha of an animation.
    fn animation(&self) -> Result<(u32, u32, bool), ContainerError> {
        let (width, height) = self.canvas.ok_or(ContainerError::Truncated)?;
        let AllFrames { count, right, bottom, .. } = self.frames;
        if count == 0 || right > width || bottom > height {
            return Err(ContainerError::FrameOutsideCanvas);
        }
        Ok((width, height, true))
    }

    /// Size and alpha of a still, which may be missing where the file is shorter than it states.
    fn still(&self, is_cut: bool) -> Result<(u32, u32, bool), ContainerError> {
        let (frame, alpha) = self.picture.still().map_err(|error| {
            if is_cut && !self.picture.is_lossless() { ContainerError::Truncated } else { error }
        })?;
        let size = (frame.width, frame.height);
        if self.canvas.is_some_and(|canvas| canvas != size) {
            return Err(ContainerError::CanvasMismatch);
        }
        // The extended header knows best: a lossless picture always has a channel for alpha.
        let alpha = alpha && (self.canvas.is_none() || self.features.alpha);
        Ok((frame.width, frame.height, alpha))
    }
}

impl AllFrames {
    /// That of a still.
    fn one(width: u32, height: u32) -> Self {
        AllFrames { count: 1, pixels: u64::from(width) * u64::from(height), right: width, bottom: height }
    }

    fn add(&mut self, frame: &Frame<'_>) {
        self.count += 1;
        self.pixels += u64::from(frame.width) * u64::from(frame.height);
        // At most 3 · 2²⁴.
        self.right = self.right.max(frame.left + frame.width);
        self.bottom = self.bottom.max(frame.top + frame.height);
    }
}
