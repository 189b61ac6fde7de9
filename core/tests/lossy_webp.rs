//! Lossy WebP comes out as the `image-webp` crate converts it, which does so as libwebp does.

use std::io::Cursor;

use edgepix_core::stages::{Picture, decode, encode};
use edgepix_core::{Format, Transform, metadata};
use fastrand::Rng;
use image_webp::WebPDecoder;

/// Every way in which pixels can meet the edges and the blocks that they are converted in.
const SIZES: [(u32, u32); 16] = [
    (1, 1),
    (2, 1),
    (1, 2),
    (2, 2),
    (3, 3),
    (1, 40),
    (40, 1),
    (16, 16),
    (31, 17),
    (32, 18),
    (33, 19),
    (34, 20),
    (63, 5),
    (64, 6),
    (65, 7),
    (77, 53),
];

#[test]
fn every_size_is_converted_alike() {
    for (width, height) in SIZES {
        for channels in [3, 4] {
            let file = made(width, height, channels);
            assert_eq!(ours(&file), theirs(&file), "{width}×{height}×{channels}");
        }
    }
}

#[test]
fn every_source_is_converted_alike() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources");
    let names = ["made/alpha-edges-lossy.webp", "made/odd-77x53-lossy.webp", "photos/brushes-1mp.webp"];
    for name in names {
        let file = std::fs::read(format!("{sources}/{name}")).unwrap();
        assert_eq!(ours(&file), theirs(&file), "{name}");
    }
}

/// What is cut short has the rows that are there, if they are at least half.
#[test]
fn cut_frames_are_decoded_as_far_as_they_go() {
    let (width, height) = (77, 253);
    let file = made(width, height, 3);
    let whole = ours(&file);
    let mut decoded = Vec::new();
    for length in (0..file.len()).step_by(61) {
        let mut pixels = Vec::new();
        match decode(&file[..length], 8, |row| pixels.extend_from_slice(row)) {
            Ok(()) => {
                assert_eq!(pixels.len(), whole.len());
                // The last of the rows that are there may wait for those below to be filtered.
                let right = 3 * width as usize * (height as usize / 2 - 8);
                assert!(pixels[..right] == whole[..right], "{length} of {}", file.len());
                decoded.push(length);
            }
            Err(_) => assert!(decoded.is_empty(), "{length} of {}", file.len()),
        }
    }
    let first = decoded.first().expect("some are decoded");
    assert!((file.len() * 2 / 5..file.len() * 3 / 5).contains(first), "{first} of {}", file.len());
}

fn made(width: u32, height: u32, channels: usize) -> Vec<u8> {
    let mut random = Rng::with_seed(1);
    let samples = (0..width as usize * height as usize * channels).map(|_| random.u8(..));
    let options = Transform::builder().format(Format::Webp).quality(90).build().unwrap();
    encode(Picture::new(width, height, samples.collect()), &options).unwrap()
}

fn ours(file: &[u8]) -> Vec<u8> {
    let mut pixels = Vec::new();
    decode(file, 8, |row| pixels.extend_from_slice(row)).unwrap();
    pixels
}

fn theirs(file: &[u8]) -> Vec<u8> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).unwrap();
    let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
    decoder.read_image(&mut pixels).unwrap();
    let described = metadata(file).unwrap();
    assert_eq!((described.width, described.height), decoder.dimensions());
    pixels
}
