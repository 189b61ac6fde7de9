//! The files that both sides read.

use edgepix_jpeg::{Encoder, Parameters, Pixels, Subsampling};

use super::Reference;
use super::samplings::with_factors;
use crate::common::{FIXTURES, fixture};

pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) jpeg: Vec<u8>,
    pub(crate) reference: Reference,
}

/// A value for each column, row and channel.
type Picture = fn(u32, u32, u32) -> u8;

/// Small files of all kinds: the fixtures, others of odd sizes, and what the encoder makes of pictures that strain the
/// arithmetic.
pub(crate) fn made() -> Vec<File> {
    let mut files = Vec::new();
    for made in FIXTURES {
        // A file without Huffman tables expects those that its twin has.
        let twin = if made.name == "no-huffman-tables" { fixture("420") } else { made };
        let reference = Reference::read(twin.jpeg);
        files.push(File { name: made.name.into(), jpeg: made.jpeg.into(), reference });
    }
    for name in [
        "column-1x70.jpg",
        "odd-33x17-422.jpg",
        "odd-77x53-420.jpg",
        "odd-77x53-420-progressive.jpg",
        "rgb-components.jpg",
        "cmyk.jpg",
        "ycck.jpg",
    ] {
        files.push(source("made", name));
    }
    let pictures: [(&str, Picture); 4] =
        [("noise", noise), ("extremes", extremes), ("slopes", slopes), ("edges", edges)];
    for (name, picture) in pictures {
        for quality in [30, 60, 75, 90, 100] {
            for (pixels, subsampling) in [
                (Pixels::Grey, Subsampling::S444),
                (Pixels::Rgb, Subsampling::S444),
                (Pixels::Rgb, Subsampling::S420),
            ] {
                let name = format!("{name}, {pixels:?}, {subsampling:?}, quality {quality}");
                files.push(file(name, encode((91, 67), pixels, quality, subsampling, picture)));
            }
        }
    }
    // Filters treat the first samples and the last in ways of their own.
    for side in 1..=24 {
        let jpeg = encode((side, 25 - side), Pixels::Rgb, 90, Subsampling::S420, noise);
        files.push(file(format!("{side} across"), jpeg));
    }
    // One sample for two pixels, for three, for four, and ratios that are not whole, across and down.
    for factors in [
        [(2, 2), (1, 1), (1, 1)],
        [(3, 1), (2, 1), (1, 1)],
        [(1, 3), (1, 2), (1, 1)],
        [(3, 2), (2, 1), (1, 2)],
        [(4, 4), (3, 3), (2, 1)],
        [(4, 3), (3, 2), (2, 3)],
        [(1, 2), (2, 1), (2, 2)],
        [(2, 4), (1, 1), (4, 2)],
    ] {
        for (width, height) in [(83, 61), (6, 5)] {
            let jpeg = with_factors(width, height, factors);
            files.push(file(format!("{width} × {height}, {factors:?}"), jpeg));
        }
    }
    files
}

/// Photos of all usual samplings, processes and colours.
pub(crate) fn photos() -> Vec<File> {
    [
        "brook-2mp-440-turned.jpg",
        "brushes-1mp-420.jpg",
        "brushes-1mp-422.jpg",
        "brushes-1mp-444.jpg",
        "dogs-6mp-progressive.jpg",
        "fig-1mp-cmyk.jpg",
        "peaks-2mp-grey.jpg",
    ]
    .map(|name| source("photos", name))
    .into()
}

/// One of the repository's test pictures.
fn source(folder: &str, name: &str) -> File {
    let path = format!("{}/../../../tests/golden/sources/{folder}/{name}", env!("CARGO_MANIFEST_DIR"));
    file(name.into(), std::fs::read(path).expect(name))
}

fn file(name: String, jpeg: Vec<u8>) -> File {
    let reference = Reference::read(&jpeg);
    File { name, jpeg, reference }
}

pub(super) fn encode(
    (width, height): (u32, u32),
    pixels: Pixels,
    quality: u8,
    subsampling: Subsampling,
    picture: Picture,
) -> Vec<u8> {
    let channels = pixels.channels() as u32;
    let parameters = Parameters::new(width, height, pixels, quality, subsampling).expect("in range");
    let mut encoder = Encoder::new(&parameters);
    for y in 0..height {
        let row: Vec<u8> = (0..width * channels).map(|i| picture(i / channels, y, i % channels)).collect();
        encoder.write_row(&row).expect("a row");
    }
    encoder.finish().expect("all rows")
}

pub(super) fn noise(x: u32, y: u32, channel: u32) -> u8 {
    let seed = (x * 7919 + y * 104_729 + channel * 1_299_709).wrapping_mul(2_654_435_761);
    ((seed ^ seed >> 15).wrapping_mul(2_246_822_519) >> 24) as u8
}

/// Noise in which all is full or nothing.
fn extremes(x: u32, y: u32, channel: u32) -> u8 {
    if noise(x, y, channel) < 128 { 0 } else { 255 }
}

fn slopes(x: u32, y: u32, channel: u32) -> u8 {
    [2 * x + y, 255 - 3 * y, x + 2 * y][channel as usize] as u8
}

/// Saturated colours side by side.
fn edges(x: u32, y: u32, channel: u32) -> u8 {
    let (stripe, circle) = (x / 5 + y / 11, (x as i32 - 40).pow(2) + (y as i32 - 30).pow(2) < 500);
    if (stripe + u32::from(circle)) >> channel & 1 == 0 { 0 } else { 255 }
}
