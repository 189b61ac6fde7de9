//! WebP: lossless pictures and alpha by our own decoder, the planes of lossy colour by the `image-webp` crate; the
//! container, the conversion to RGB and the animation's canvas here. Pictures are decoded as a whole, because neither
//! decoder has rows to give.

mod file;
mod picture;
mod vp8;
mod yuv;

use std::borrow::Cow;

use self::file::{File, Frame};
use self::picture::Picture;
use super::canvas::{Canvas, Place};
use super::{Cost, Header, Rows, Salvage, Selection};
use crate::colour::over;
use crate::raster::Layout;
use crate::{Error, Format, exif};

/// Reads the chunks' heads.
pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let file = File::read(bytes)?;
    let (width, height) = file.size;
    Ok(Header {
        format: Format::Webp,
        width,
        height,
        layout: if file.alpha { Layout::Rgba } else { Layout::Rgb },
        orientation: exif::orientation(file.exif),
        frames: file.frames.len() as u32,
        bit_depth: 8,
        progressive: false,
        icc: file.icc.map(Cow::Borrowed),
        exif: file.exif,
        xmp: file.xmp.map(Cow::Borrowed),
        jpeg: None,
    })
}

/// The largest picture, and the canvas of an animation.
pub(super) fn cost(bytes: &[u8], header: &Header, selection: Selection) -> Result<Cost, Error> {
    let file = File::read(bytes)?;
    let frames = file.frames.iter().take(selection.frame as usize + 1);
    let most = frames.map(|frame| Picture::memory(&frame.coded, frame.size)).max().unwrap_or(0);
    let canvas = if file.animated { header.pixels() * 4 } else { 0 };
    let list = file.frames.len() as u64 * 128;
    // Prediction and filters go by the pixels. Later frames are planned as if they were as large as the canvas.
    let work = header.pixels() * (u64::from(selection.frame) + 1) * 550;
    Ok(Cost { memory: most + canvas + list * 2, work })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    selection: Selection,
) -> Result<Box<dyn Rows + 'a>, Error> {
    let file = File::read(bytes)?;
    if file.animated {
        let mut canvas = Canvas::new(header);
        for (number, frame) in (0..=selection.frame).zip(&file.frames) {
            draw(&mut canvas, frame, number == selection.frame)?;
        }
        return Ok(Box::new(canvas));
    }
    let still = file.frames.first().ok_or_else(|| Error::damaged("The WebP holds no picture."))?;
    let picture = Picture::decode(&still.coded, still.size)?;
    Ok(Box::new(Still {
        picture,
        next: 0,
        salvage: Salvage::new(header.width, header.height, header.layout),
    }))
}

/// The only picture of a file.
struct Still {
    picture: Picture,
    next: u32,
    salvage: Salvage,
}

impl Rows for Still {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { picture, next, salvage } = self;
        let channels = salvage.layout.channels();
        salvage.read(row, |row| {
            picture.read(*next, row, channels).ok_or_else(|| Error::damaged("The WebP is cut short."))?;
            *next += 1;
            Ok(())
        })
    }
}

/// Draws a frame, and unless it is the last one wanted, disposes of it.
fn draw(canvas: &mut Canvas, frame: &Frame, last: bool) -> Result<(), Error> {
    let picture = Picture::decode(&frame.coded, frame.size)?;
    let [left, top, width, height] =
        [frame.left, frame.top, frame.size.0, frame.size.1].map(|length| length as usize);
    let place = Place { left, top, width, height };
    let mut row = vec![0; width * 4];
    for y in 0..frame.size.1 {
        let cut = || Error::damaged("A frame of the WebP is cut short.");
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
    if frame.is_disposed && !last {
        canvas.clear(place);
    }
    Ok(())
}

fn blame(error: edgepix_webp::DecodeError) -> Error {
    let edgepix_webp::DecodeError::Damaged(what) = error;
    Error::damaged(format!("The WebP is damaged: {what}."))
}
