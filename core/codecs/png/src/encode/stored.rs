//! What pixels are stored as, and all that is written before them.

use super::file::File;
use super::{Metadata, Parameters};

/// Colour types with their bits (PNG table 11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Grey(u8),
    Palette(u8),
    Rgb,
    Rgba,
}

impl Stored {
    pub(super) const fn pixel_bits(self) -> usize {
        match self {
            Stored::Grey(bits) | Stored::Palette(bits) => bits as usize,
            Stored::Rgb => 24,
            Stored::Rgba => 32,
        }
    }

    pub(super) const fn row_bytes(self, width: u32) -> usize {
        (width as usize * self.pixel_bits()).div_ceil(8)
    }
}

/// Writes the signature, the header, metadata and the palette.
pub(super) fn write_header(
    parameters: &Parameters,
    stored: Stored,
    palette: Option<&[[u8; 4]]>,
    metadata: &Metadata<'_>,
    file: &mut File,
) {
    let (depth, colour) = match stored {
        Stored::Grey(bits) => (bits, 0),
        Stored::Rgb => (8, 2),
        Stored::Palette(bits) => (bits, 3),
        Stored::Rgba => (8, 6),
    };
    file.begin_chunk(*b"IHDR");
    file.push(&parameters.width.to_be_bytes());
    file.push(&parameters.height.to_be_bytes());
    file.push(&[depth, colour, 0, 0, 0]);
    file.end_chunk();
    metadata.write(file);
    let Some(palette) = palette else { return };
    file.begin_chunk(*b"PLTE");
    palette.iter().for_each(|[rgb @ .., _]| file.push(rgb));
    file.end_chunk();
    // Colours with alpha come first.
    let translucent = palette.iter().take_while(|[.., alpha]| *alpha < 255);
    if translucent.clone().next().is_some() {
        file.begin_chunk(*b"tRNS");
        translucent.for_each(|[.., alpha]| file.push(&[*alpha]));
        file.end_chunk();
    }
}
