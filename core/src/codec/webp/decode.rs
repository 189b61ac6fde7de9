//! WebP decoding by our own crates; the conversion to RGB and the animation's canvas here. Lossless pictures and alpha are
//! decoded as a whole, lossy colour row by row.

use edgepix_webp::container::{Bitstream, File, Frame, Frames};

use super::picture::Picture;
use super::recode;
use crate::codec::canvas::{Animation, Canvas, Disposal, DrawFrame, Place};
use crate::codec::decoder::{ReadRow, Salvage, Still};
use crate::codec::header::Blob;
use crate::codec::{Cost, Decoder, Header, Image, Selection, Settings, part};
use crate::metadata::exif;
use crate::rows::Layout;
use crate::{Error, Format, Orientation};

#[derive(Debug)]
pub(super) struct WebpImage {
    header: Header,
    file: File,
    /// Whether it is lossy colour alone.
    streams: bool,
}

impl WebpImage {
    /// Reads the chunks' heads.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let file = File::read(bytes).map_err(damaged)?;
        let layout = if file.alpha { Layout::Rgba } else { Layout::Rgb };
        let header = Header {
            orientation: exif::orientation(file.exif.as_ref().map(|exif| part(bytes, exif))),
            frames: file.frames,
            icc: file.icc.clone().map(Blob::InPlace),
            exif: file.exif.clone(),
            xmp: file.xmp.clone(),
            ..Header::new(Format::Webp, file.width, file.height, layout)
        };
        let first = file.frames(bytes).next().and_then(Result::ok);
        let is_colour = |frame: &Frame<'_>| matches!(frame.bitstream, Bitstream::Lossy { alpha: None, .. });
        let streams = !file.animated && first.is_some_and(|frame| is_colour(&frame));
        Ok(Self { header, file, streams })
    }

    /// The only picture of a file that is no animation.
    fn still<'a>(&self, bytes: &'a [u8]) -> Option<Frame<'a>> {
        self.file.frames(bytes).next().filter(|_| !self.file.animated)?.ok()
    }
}

const _: () = assert!(size_of::<WebpImage>() as u64 <= crate::codec::IMAGE_BYTES);

impl Image for WebpImage {
    fn header(&self) -> &Header {
        &self.header
    }

    fn is_lossless(&self, bytes: &[u8]) -> bool {
        let first = self.file.frames(bytes).next();
        first.is_some_and(|frame| frame.is_ok_and(|frame| matches!(frame.bitstream, Bitstream::Lossless(_))))
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn recoding_cost(&self, bytes: &[u8], settings: &Settings, orientation: Orientation) -> Option<Cost> {
        let still = self.still(bytes).filter(|_| orientation == Orientation::default())?;
        Some(recode::cost(&still, settings))
    }

    fn recode(&self, bytes: &[u8], settings: &Settings, _: Orientation, most: usize) -> Option<Vec<u8>> {
        recode::recode(&self.still(bytes)?, self.header.has_alpha(), settings, most)
    }

    /// The largest picture, and the canvas of an animation.
    fn decoding_cost(&self, bytes: &[u8], selection: &Selection) -> Result<Cost, Error> {
        let Self { header, file, .. } = self;
        let (mut most, mut work) = (0, 0u64);
        for frame in file.frames(bytes).take(selection.frames.end as usize) {
            let frame = frame.map_err(damaged)?;
            most = most.max(Picture::memory(&frame));
            work = work.saturating_add(Picture::work(&frame));
        }
        let canvas = if file.animated { header.pixels() * 4 } else { 0 };
        // That which is read, and that which stands in for missing ones.
        let rows = 2 * header.layout.stride(header.width) as u64;
        Ok(Cost { memory: most + canvas + rows, work })
    }

    fn decoder<'a>(&'a self, bytes: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error> {
        let Self { header, file, .. } = self;
        let mut frames = file.frames(bytes);
        if file.animated {
            let frames = DrawnFrames { frames, disposal: None };
            return Ok(Box::new(Animation::new(frames, header, selection.frames.clone())));
        }
        let still = frames.next().ok_or_else(|| Error::damaged("The WebP holds no picture."))?;
        let picture = Picture::decode(&still.map_err(damaged)?)?;
        let salvage = Salvage::new(header.width, header.height, header.layout);
        let rows = StillRows { picture, next: 0, salvage };
        Ok(Box::new(Still::new(rows, header.layout.stride(header.width), header.height)))
    }
}

/// The only picture of a file.
struct StillRows<'a> {
    picture: Picture<'a>,
    next: u32,
    salvage: Salvage<u8>,
}

impl ReadRow<u8> for StillRows<'_> {
    fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { picture, next, salvage } = self;
        let channels = salvage.layout.channels();
        salvage.read(row, |row| {
            picture.read(*next, row, channels).ok_or_else(|| Error::damaged("The WebP is cut short."))?;
            *next += 1;
            Ok(())
        })
    }
}

/// The frames of an animation.
struct DrawnFrames<'a> {
    frames: Frames<'a>,
    disposal: Option<Disposal>,
}

impl DrawFrame for DrawnFrames<'_> {
    fn draw(&mut self, canvas: &mut Canvas, _: bool) -> Result<(), Error> {
        canvas.dispose(self.disposal.take());
        let cut = || Error::damaged("A frame of the WebP is cut short.");
        let frame = self.frames.next().ok_or_else(cut)?.map_err(damaged)?;
        let mut picture = Picture::decode(&frame)?;
        let [left, top, width, height] =
            [frame.left, frame.top, frame.width, frame.height].map(|length| length as usize);
        let place = Place { left, top, width, height };
        let mut row = vec![0; width * 4];
        for y in 0..frame.height {
            picture.read(y, &mut row, 4).ok_or_else(cut)?;
            canvas.draw_row(place, y as usize, row.as_chunks().0.iter().copied(), frame.blend);
        }
        self.disposal = frame.dispose.then_some(Disposal::Clear(place));
        Ok(())
    }
}

/// Errors of the codec crates are sentences already.
pub(super) fn damaged(error: impl std::error::Error) -> Error {
    Error::damaged(error.to_string())
}
