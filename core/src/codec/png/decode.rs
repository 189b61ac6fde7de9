//! PNG and APNG decoding by our own crate: rows of stills, frames of animations as they stand on their canvas.

use std::borrow::Cow;

use edgepix_png::{Chunks, ColourType, Dispose, Frames};

use super::colours::ColourChunks;
use super::{recode, text};
use crate::codec::canvas::{Animation, Canvas, Disposal, DrawFrame, Place};
use crate::codec::decoder::{ReadRow, Salvage, Sample, Still};
use crate::codec::header::{Header, Sampling, range_in};
use crate::codec::{Cost, Decoder, Image, Selection, Settings};
use crate::metadata::{Credit, exif};
use crate::rows::Layout;
use crate::{Error, Format, Orientation};

#[derive(Debug)]
pub(super) struct PngImage {
    header: Header,
    png: edgepix_png::Header,
    /// Whether there is more to show than the default image.
    is_animated: bool,
}

impl PngImage {
    /// Reads the chunks. Those of metadata may stand behind the pixels.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let png = edgepix_png::Header::read(bytes).map_err(damaged)?;
        let (mut colours, mut exif, mut is_before_pixels) = (ColourChunks::default(), None, true);
        for chunk in Chunks::new(bytes).filter(|chunk| chunk.is_complete) {
            match &chunk.kind {
                b"IDAT" => is_before_pixels = false,
                b"eXIf" => exif = exif.or(Some(chunk.data)),
                kind if is_before_pixels => colours.note(kind, chunk.data),
                _ => {}
            }
        }
        let (icc, signals) = colours.meaning();
        let is_animated =
            Frames::new(bytes, &png).next().is_some_and(|frame| png.frames > 1 || !frame.is_default_image());
        let layout = match png.channels() {
            // What no frame covers is transparent.
            _ if is_animated => Layout::Rgba,
            1 => Layout::Grey,
            3 => Layout::Rgb,
            _ => Layout::Rgba,
        };
        let header = Header {
            grey: matches!(png.colour, ColourType::Grey | ColourType::GreyAlpha),
            bit_depth: png.bit_depth,
            orientation: exif::orientation(exif),
            frames: png.frames.max(1),
            progressive: png.interlaced,
            icc,
            signals,
            exif: exif.map(|data| range_in(bytes, data)),
            ..Header::new(Format::Png, png.width, png.height, layout)
        };
        Ok(Self { header, png, is_animated })
    }

    fn still<'a, S: Sample + 'static>(&self, file: &'a [u8]) -> Box<dyn Decoder + 'a>
    where
        StillRows<'a, S>: ReadRow<S>,
    {
        let Header { width, height, layout, .. } = self.header;
        let decoder = edgepix_png::Decoder::new(file, &self.png);
        let rows = StillRows { decoder, salvage: Salvage::<S>::new(width, height, layout) };
        Box::new(Still::new(rows, layout.stride(width), height))
    }
}

const _: () = assert!(size_of::<PngImage>() as u64 <= crate::codec::IMAGE_BYTES);

impl Image for PngImage {
    fn header(&self) -> &Header {
        &self.header
    }

    fn is_lossless(&self, _: &[u8]) -> bool {
        true
    }

    fn sixteen(&self) -> Option<Layout> {
        (self.header.bit_depth == 16 && self.png.frames == 0).then_some(self.header.layout)
    }

    fn streams(&self) -> bool {
        !self.header.progressive && self.png.frames == 0
    }

    fn xmp<'a>(&self, file: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        text::xmp(file)
    }

    fn credit(&self, file: &[u8]) -> Credit {
        text::credit(file)
    }

    fn recoding_cost(&self, file: &[u8], settings: &Settings, orientation: Orientation) -> Option<Cost> {
        let is_possible = orientation == Orientation::default() && self.png.frames == 0;
        is_possible.then(|| recode::cost(&self.png, file, settings))
    }

    fn recode(&self, file: &[u8], settings: &Settings, _: Orientation, most: usize) -> Option<Vec<u8>> {
        recode::recode(&self.png, file, settings, most)
    }

    /// Rows in their stages and the inflater; of an animation the canvas, and what it was before a frame.
    fn decoding_cost(&self, file: &[u8], selection: &Selection) -> Result<Cost, Error> {
        let Self { header, png, .. } = self;
        let row = header.layout.samples(header.width, 1);
        let mut memory = png.decode_memory();
        let mut pixels = header.pixels();
        if self.is_animated {
            memory += pixels * (4 + 4) + row * 2;
            let frames = Frames::new(file, png).take(selection.frames.end as usize);
            pixels += frames.map(|frame| u64::from(frame.width) * u64::from(frame.height)).sum::<u64>();
        } else {
            memory += row * if selection.sampling == Sampling::Sixteen { 4 } else { 2 };
        }
        let samples = pixels.saturating_mul(png.channels() as u64);
        Ok(Cost { memory, work: (file.len() as u64 * 168).saturating_add(samples.saturating_mul(33)) })
    }

    fn decoder<'a>(&'a self, file: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error> {
        let Self { header, png, .. } = self;
        if self.is_animated {
            let frames = DrawnFrames { file, png, frames: Frames::new(file, png), disposal: None };
            return Ok(Box::new(Animation::new(frames, header, selection.frames.clone())));
        }
        Ok(match selection.sampling {
            Sampling::Sixteen => self.still::<u16>(file),
            Sampling::Eight { .. } | Sampling::Planes { .. } => self.still::<u8>(file),
        })
    }
}

struct StillRows<'a, S> {
    decoder: edgepix_png::Decoder<'a>,
    salvage: Salvage<S>,
}

impl ReadRow<u8> for StillRows<'_, u8> {
    fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        self.salvage.read(row, |row| self.decoder.read_row(row).map_err(damaged))
    }
}

impl ReadRow<u16> for StillRows<'_, u16> {
    fn read_row(&mut self, row: &mut [u16]) -> Result<(), Error> {
        self.salvage.read(row, |row| self.decoder.read_row_16(row).map_err(damaged))
    }
}

/// The frames of an animation.
struct DrawnFrames<'a> {
    file: &'a [u8],
    png: &'a edgepix_png::Header,
    frames: Frames<'a>,
    disposal: Option<Disposal>,
}

impl DrawFrame for DrawnFrames<'_> {
    fn draw(&mut self, canvas: &mut Canvas, is_last: bool) -> Result<(), Error> {
        canvas.dispose(self.disposal.take());
        let cut = || Error::damaged("A frame of the PNG is cut short.");
        let frame = self.frames.next().ok_or_else(cut)?;
        let [left, top, width, height] =
            [frame.left, frame.top, frame.width, frame.height].map(|length| length as usize);
        let place = Place { left, top, width, height };
        self.disposal = match frame.dispose {
            _ if is_last => None,
            Dispose::Previous => Some(Disposal::Restore(canvas.save())),
            Dispose::Background => Some(Disposal::Clear(place)),
            Dispose::None => None,
        };
        let mut decoder = edgepix_png::Decoder::of_frame(self.file, self.png, &frame);
        let channels = self.png.channels();
        let mut row = vec![0; width * channels];
        for y in 0..height {
            match decoder.read_row(&mut row) {
                Ok(()) => {}
                Err(_) if y * 2 < height => return Err(cut()),
                Err(_) => break,
            }
            canvas.draw_row(place, y, row.chunks_exact(channels).map(rgba), frame.blend);
        }
        Ok(())
    }
}

/// Grey, RGB or RGBA as the last of them.
fn rgba(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [red, green, blue, alpha] => [red, green, blue, alpha],
        [red, green, blue] => [red, green, blue, 255],
        [grey, ..] => [grey, grey, grey, 255],
        [] => [0; 4],
    }
}

/// Errors of the codec crate are sentences already.
fn damaged(error: edgepix_png::Error) -> Error {
    Error::damaged(error.to_string())
}
