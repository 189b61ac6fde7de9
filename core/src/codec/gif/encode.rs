//! GIF encoding: one frame, with a palette of at most 256 colours.

use gif::Frame;

use super::lzw;
use crate::Error;
use crate::codec::{Cost, Encoder, defect};
use crate::rows::{Layout, Picture, Shape};

/// A GIF pixel is transparent or opaque; from this alpha on it is opaque.
const OPAQUE: u8 = 128;
/// How many of the pixels the quantiser looks at: one in this many (1 … 30).
const SAMPLING: i32 = 10;

pub(super) fn cost(shape: &Shape) -> Cost {
    let pixels = u64::from(shape.width) * u64::from(shape.height);
    // The quantiser is given four channels, while there is the picture, and gives indices. After it there are at most
    // these and the codes, or the codes and the file, which never take more: 12 bits a pixel.
    let quantising = pixels * if shape.layout().channels() == 4 { 1 } else { 4 };
    Cost { memory: quantising + NETWORK, work: pixels * 4500 }
}

/// The quantiser's network and its count of colours.
const NETWORK: u64 = 48 << 10;
/// At most so many bytes are around the compressed indices: headers, a palette of 768 bytes, terminators.
const AROUND: usize = 820;

/// Takes one picture.
#[derive(Default)]
pub(super) struct GifEncoder {
    file: Vec<u8>,
}

impl Encoder for GifEncoder {
    fn write_picture(&mut self, picture: Picture) -> Result<(), Error> {
        self.file = encode(picture)?;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        Ok(self.file)
    }
}

fn encode(picture: Picture) -> Result<Vec<u8>, Error> {
    let failed = |_| defect("gif");
    let (Ok(width), Ok(height)) = (u16::try_from(picture.width), u16::try_from(picture.height)) else {
        return Err(defect("gif"));
    };
    let mut pixels = rgba(picture);
    for pixel in pixels.chunks_exact_mut(4) {
        if pixel[3] < OPAQUE {
            pixel.fill(0);
        } else {
            pixel[3] = 255;
        }
    }
    let mut frame = Frame::from_rgba_speed(width, height, &mut pixels, SAMPLING);
    drop(pixels);
    frame.buffer = lzw::compress(&frame.buffer).into();
    let mut out = Vec::with_capacity(AROUND + frame.buffer.len() + frame.buffer.len() / 255);
    let mut encoder = gif::Encoder::new(&mut out, width, height, &[]).map_err(failed)?;
    encoder.write_lzw_pre_encoded_frame(&frame).map_err(failed)?;
    drop(encoder);
    Ok(out)
}

fn rgba(picture: Picture) -> Vec<u8> {
    match picture.layout {
        Layout::Rgba | Layout::Cmyk => picture.data,
        Layout::Rgb => picture.data.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect(),
        Layout::Grey => picture.data.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
    }
}
