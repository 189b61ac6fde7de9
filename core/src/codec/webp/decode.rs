//! WebP decoding: lossless pictures and alpha by our own decoder, the planes of lossy colour by the `image-webp` crate;
//! the container, the conversion to RGB and the animation's canvas here. Pictures are decoded as a whole, because neither
//! decoder gives rows.

use std::ops::Range;

use super::file::{File, Frame};
use super::picture::Picture;
use crate::codec::canvas::{Canvas, CanvasRows, Place};
use crate::codec::decoder::{ReadRow, Salvage, Still};
use crate::codec::header::{Blob, range_in};
use crate::codec::{Cost, Decoder, Header, Image, Selection};
use crate::metadata::exif;
use crate::pipeline::over;
use crate::rows::{Layout, Take};
use crate::{Error, Format};

#[derive(Debug)]
pub(super) struct WebpImage {
    header: Header,
}

impl WebpImage {
    /// Reads the chunks' heads.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let file = File::read(bytes)?;
        let (width, height) = file.size;
        let layout = if file.alpha { Layout::Rgba } else { Layout::Rgb };
        let header = Header {
            orientation: exif::orientation(file.exif),
            frames: file.frames.len() as u32,
            icc: file.icc.map(|icc| Blob::InPlace(range_in(bytes, icc))),
            exif: file.exif.map(|exif| range_in(bytes, exif)),
            xmp: file.xmp.map(|xmp| range_in(bytes, xmp)),
            ..Header::new(Format::Webp, width, height, layout)
        };
        Ok(Self { header })
    }
}

impl Image for WebpImage {
    fn header(&self) -> &Header {
        &self.header
    }

    fn streams(&self) -> bool {
        false
    }

    /// The largest picture, and the canvas of an animation.
    fn decoding_cost(&self, bytes: &[u8], selection: &Selection) -> Result<Cost, Error> {
        let (header, file) = (&self.header, File::read(bytes)?);
        let frames = file.frames.iter().take(selection.frames.end as usize);
        let most = frames.map(|frame| Picture::memory(&frame.coded, frame.size)).max().unwrap_or(0);
        let canvas = if file.animated { header.pixels() * 4 } else { 0 };
        let list = file.frames.len() as u64 * 128;
        let row = header.layout.stride(header.width) as u64;
        // Prediction and filters go by the pixels. Later frames are planned as if they were as large as the canvas.
        let work = header.pixels().saturating_mul(u64::from(selection.frames.end) * 550);
        Ok(Cost { memory: most + canvas + list * 2 + row, work })
    }

    fn decoder<'a>(&'a self, bytes: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error> {
        let (header, file) = (&self.header, File::read(bytes)?);
        if file.animated {
            let canvas = CanvasRows::new(Canvas::new(header));
            let frames = file.frames.into_iter();
            let selected = selection.frames.clone();
            return Ok(Box::new(Animation { frames, canvas, selected, next: 0, disposed: None }));
        }
        let still = file.frames.first().ok_or_else(|| Error::damaged("The WebP holds no picture."))?;
        let picture = Picture::decode(&still.coded, still.size)?;
        let salvage = Salvage::new(header.width, header.height, header.layout);
        let rows = StillRows { picture, next: 0, salvage };
        Ok(Box::new(Still::new(rows, header.layout.stride(header.width), header.height)))
    }
}

/// The only picture of a file.
struct StillRows {
    picture: Picture,
    next: u32,
    salvage: Salvage<u8>,
}

impl ReadRow<u8> for StillRows {
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

/// Frames of an animation, drawn one upon the other.
struct Animation<'a> {
    frames: std::vec::IntoIter<Frame<'a>>,
    canvas: CanvasRows,
    selected: Range<u32>,
    /// Number of the next frame of the file.
    next: u32,
    /// What is to be cleared before the next frame is drawn.
    disposed: Option<Place>,
}

impl Decoder for Animation<'_> {
    fn next_frame(&mut self) -> Result<bool, Error> {
        if self.next >= self.selected.end {
            return Ok(false);
        }
        while self.next < self.selected.end {
            self.draw()?;
            if self.next > self.selected.start {
                break;
            }
        }
        self.canvas.rewind();
        Ok(true)
    }

    fn read(&mut self, take: &mut Take<'_>) -> Result<bool, Error> {
        self.canvas.read(take)
    }
}

impl Animation<'_> {
    /// Draws the next frame of the file.
    fn draw(&mut self) -> Result<(), Error> {
        let canvas = &mut self.canvas.canvas;
        if let Some(place) = self.disposed.take() {
            canvas.clear(place);
        }
        let cut = || Error::damaged("A frame of the WebP is cut short.");
        let frame = self.frames.next().ok_or_else(cut)?;
        self.next += 1;
        let picture = Picture::decode(&frame.coded, frame.size)?;
        let [left, top, width, height] =
            [frame.left, frame.top, frame.size.0, frame.size.1].map(|length| length as usize);
        let place = Place { left, top, width, height };
        let mut row = vec![0; width * 4];
        for y in 0..frame.size.1 {
            picture.read(y, &mut row, 4).ok_or_else(cut)?;
            for (to, pixel) in canvas.row(place, y as usize).iter_mut().zip(row.as_chunks().0) {
                let &[red, green, blue, alpha] = pixel;
                let [r, g, b, a] = *to;
                let (colour, opacity) = if !frame.blends {
                    ([red, green, blue], alpha)
                } else if alpha == 0 {
                    continue;
                } else {
                    over([red, green, blue], alpha, [r, g, b], a)
                };
                *to = [colour[0], colour[1], colour[2], opacity];
            }
        }
        self.disposed = frame.is_disposed.then_some(place);
        Ok(())
    }
}

pub(super) fn blame(error: edgepix_webp::DecodeError) -> Error {
    let edgepix_webp::DecodeError::Damaged(what) = error;
    Error::damaged(format!("The WebP is damaged: {what}."))
}
