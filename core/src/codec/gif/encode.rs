//! GIF encoding: one frame, with a palette of at most 256 colours.

use super::lzw::{self, Restart};
use crate::Effort;
use crate::codec::palette::{Alpha, Indexed, Quantisation};
use crate::codec::{Cost, Encoder, Settings, defect};
use crate::rows::{Picture, Shape};

fn quantisation(settings: &Settings) -> Quantisation {
    Quantisation { alpha: Alpha::Cut, error: 0.0, effort: settings.effort }
}

pub(super) fn cost(settings: &Settings, shape: &Shape) -> Cost {
    let pixels = u64::from(shape.width) * u64::from(shape.height);
    let quantising = quantisation(settings).cost(shape);
    // Behind the quantiser there are the indices and the file, but not the picture.
    let coding = (pixels + most_bytes(pixels) + lzw::MEMORY).saturating_sub(shape.bytes());
    Cost { memory: u64::max(quantising.memory, coding), work: quantising.work + pixels * 120 }
}

/// Bytes of a file of which no two pixels follow each other twice: codes of 12 bits, in blocks.
fn most_bytes(pixels: u64) -> u64 {
    let codes = pixels * 3 / 2 + pixels / 1024 + 16;
    codes + codes / 255 + AROUND
}

/// At most so many bytes are around the compressed indices: headers, a palette of 768 bytes, terminators.
const AROUND: u64 = 820;

/// Takes one picture.
pub(super) struct GifEncoder {
    quantisation: Quantisation,
    file: Vec<u8>,
}

impl GifEncoder {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { quantisation: quantisation(settings), file: Vec::new() }
    }
}

impl Encoder for GifEncoder {
    fn write_picture(&mut self, picture: Picture) -> Result<(), crate::Error> {
        let (Ok(width), Ok(height)) = (u16::try_from(picture.width), u16::try_from(picture.height)) else {
            return Err(defect("gif"));
        };
        let Indexed { palette, indices } = self.quantisation.run(picture);
        let restart = match self.quantisation.effort {
            Effort::Fast | Effort::Balanced => Restart::WhenFull,
            Effort::Small => Restart::WhenWorse,
        };
        self.file = write(width, height, &palette, &indices, restart);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, crate::Error> {
        Ok(self.file)
    }
}

/// A file of one frame (GIF89a specification, sections 17 to 27).
fn write(width: u16, height: u16, palette: &[[u8; 4]], indices: &[u8], restart: Restart) -> Vec<u8> {
    // A table has 2 … 256 colours, a power of two.
    let bits = usize::max(palette.len(), 2).next_power_of_two().trailing_zeros() as u8;
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let mut head = [b"GIF89a", &size[..], &[0x80 | 7 << 4 | (bits - 1), 0, 0]].concat();
    let colours = palette.iter().map(|&[r, g, b, _]| [r, g, b]).chain(std::iter::repeat([0; 3]));
    head.extend(colours.take(1 << bits).flatten());
    if let Some(transparent) = palette.iter().position(|colour| colour[3] == 0) {
        head.extend([0x21, 0xf9, 4, 1, 0, 0, transparent as u8, 0]);
    }
    head.extend([0x2c, 0, 0, 0, 0]);
    head.extend(size);
    head.push(0);
    lzw::compress(head, indices, u8::max(bits, 2), restart, &[0x3b])
}
