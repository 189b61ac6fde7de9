//! The fixtures, and the little that all tests do with them.

#![allow(dead_code, reason = "not every test file uses everything")]

use edgepix_jpeg::{Decoder, Error, Scale};

/// A small file, and the pixels that libjpeg-turbo decodes from it (see `fixtures/make.py`).
pub(crate) struct Fixture {
    pub(crate) name: &'static str,
    pub(crate) jpeg: &'static [u8],
    pub(crate) pixels: &'static [u8],
}

macro_rules! fixtures {
    ($($name:literal)*) => {
        pub(crate) const FIXTURES: &[Fixture] = &[$(Fixture {
            name: $name,
            jpeg: include_bytes!(concat!("../fixtures/", $name, ".jpg")),
            pixels: include_bytes!(concat!("../fixtures/", $name, ".raw")),
        }),*];
    };
}

fixtures! {
    "grey" "444" "422" "440" "420" "411" "410" "311" "mixed" "luma-subsampled" "rgb" "cmyk" "ycck"
    "no-huffman-tables" "420-restart" "420-multi-scan"
    "grey-progressive" "420-progressive" "422-progressive-restart" "444-progressive"
    "1x1" "3x5" "17x1"
}

pub(crate) fn fixture(name: &str) -> &'static Fixture {
    FIXTURES.iter().find(|fixture| fixture.name == name).expect("a fixture of that name")
}

/// A decoded picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) pixels: Vec<u8>,
    /// Rows that the data held.
    pub(crate) intact: u32,
}

pub(crate) fn decode(jpeg: &[u8], scale: Scale) -> Result<Picture, Error> {
    let mut decoder = Decoder::open(jpeg, scale)?;
    let (width, height) = decoder.size();
    let (width, height, channels) = (width as usize, height as usize, decoder.header().channels());
    let mut pixels = vec![0; width * height * channels];
    for row in pixels.chunks_exact_mut(width * channels) {
        decoder.read_row(row)?;
    }
    Ok(Picture { width, height, channels, pixels, intact: decoder.rows_decoded() })
}
