//! What others read of the frames.

#[allow(dead_code, reason = "shared with tests that need other parts")]
mod common;

use common::*;
use edgepix_vp8::{EncodeError, Encoder, PixelLayout};

/// The pixels that `image-webp` reads, by three channels.
fn decode(frame: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file(frame))).expect("a header");
    assert_eq!(decoder.dimensions(), (width, height));
    let mut out = vec![0; (width * height * 3) as usize];
    decoder.read_image(&mut out).expect("a frame");
    out
}

/// Peak signal-to-noise ratio in decibels, of what comes back.
fn psnr(picture: Pattern, width: u32, height: u32, layout: PixelLayout, quality: u8) -> f64 {
    psnr_of(&encode(picture, width, height, layout, quality), picture, width, height, layout)
}

fn psnr_of(frame: &[u8], picture: Pattern, width: u32, height: u32, layout: PixelLayout) -> f64 {
    let found = decode(frame, width, height);
    let mut sum = 0.0;
    for (i, &value) in (0..).zip(&found) {
        let channel = if layout == PixelLayout::Grey { 0 } else { i % 3 };
        let difference = f64::from(value) - f64::from(picture(i / 3 % width, i / 3 / width, channel));
        sum += difference * difference;
    }
    10.0 * (255.0 * 255.0 * found.len() as f64 / sum.max(1e-9)).log10()
}

#[test]
fn pictures_come_back_about_as_well_as_asked_for() {
    // By picture: at qualities 1, 50, 80 and 100.
    let cases: [(Pattern, [f64; 4]); 5] = [
        (flat, [30.0, 40.0, 40.0, 40.0]),
        (waves, [20.0, 29.0, 32.0, 34.0]),
        (gradient, [18.0, 22.0, 24.0, 26.0]),
        (text, [14.0, 24.0, 30.0, 44.0]),
        (grey_binary_noise, [4.0, 14.0, 22.0, 40.0]),
    ];
    for (i, (picture, least)) in cases.into_iter().enumerate() {
        for (quality, least) in [1, 50, 80, 100].into_iter().zip(least) {
            let found = psnr(picture, 213, 150, PixelLayout::Rgb, quality);
            assert!(found >= least, "picture {i}, quality {quality}: {found:.1} dB");
        }
    }
}

#[test]
fn grey_and_alpha_are_read_as_they_should() {
    for quality in [50, 80, 100] {
        assert!(psnr(waves, 100, 75, PixelLayout::Grey, quality) > 32.0);
        let with_alpha = encode(waves, 100, 75, PixelLayout::Rgba, quality);
        assert_eq!(with_alpha, encode(waves, 100, 75, PixelLayout::Rgb, quality));
    }
    // A grey of the whole range keeps its ends.
    let found = decode(&encode(grey_binary_noise, 64, 64, PixelLayout::Grey, 100), 64, 64);
    assert!(found.contains(&0) && found.contains(&255));
}

#[test]
fn all_sizes_and_contents_are_read() {
    let pictures: [Pattern; 8] =
        [flat, gradient, noise, binary_noise, grey_binary_noise, text, surprise, mosaic];
    for (width, height) in [(1, 1), (1, 40), (40, 1), (16, 16), (17, 9), (33, 300), (16383, 1), (1, 16383)] {
        for layout in [PixelLayout::Grey, PixelLayout::Rgb] {
            for quality in [1, 50, 80, 100] {
                for (picture, effort) in pictures.into_iter().zip(EFFORTS.into_iter().cycle()) {
                    let frame = encode_with(picture, width, height, layout, quality, effort);
                    decode(&frame, width, height);
                    assert_eq!(frame, encode_with(picture, width, height, layout, quality, effort));
                }
            }
        }
    }
    // Single pixels.
    assert!(psnr(flat, 1, 1, PixelLayout::Rgb, 90) > 30.0);
    assert!(psnr(flat, 17, 9, PixelLayout::Rgb, 90) > 30.0);
}

#[test]
fn noise_that_fills_the_store_is_kept() {
    // More levels than are held at a time: probabilities are fixed early.
    assert!(psnr(grey_binary_noise, 640, 480, PixelLayout::Grey, 90) > 24.0);
    assert!(psnr(grey_binary_noise, 640, 480, PixelLayout::Rgb, 90) > 24.0);
    assert!(psnr(mosaic, 640, 480, PixelLayout::Grey, 100) > 40.0);
}

#[test]
fn every_effort_takes_as_few_bytes_as_it_did() {
    // By picture: the most bytes of each effort, and the least decibels.
    let cases: [(Pattern, [usize; 3], f64); 3] = [
        (waves, [755, 740, 755], 42.0),
        (gradient, [1180, 1080, 1110], 36.2),
        (text, [16_600, 14_950, 14_600], 39.7),
    ];
    for (i, (picture, most, least)) in cases.into_iter().enumerate() {
        for (effort, most) in EFFORTS.into_iter().zip(most) {
            let frame = encode_with(picture, 300, 200, PixelLayout::Rgb, 80, effort);
            let found = psnr_of(&frame, picture, 300, 200, PixelLayout::Rgb);
            assert!(frame.len() <= most, "picture {i}, {effort:?}: {} bytes", frame.len());
            assert!(found >= least, "picture {i}, {effort:?}: {found:.1} dB");
        }
    }
}

#[test]
fn red_letters_on_black_are_as_bright_as_they_should_be() {
    let light = |values: &[u8]| values.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>();
    let expected: Vec<u8> = (0..200).flat_map(|y| row(red_text, 300, y, PixelLayout::Rgb)).collect();
    let found = decode(&encode(red_text, 300, 200, PixelLayout::Rgb, 90), 300, 200);
    let share = light(&found) / light(&expected);
    assert!((0.97..1.03).contains(&share), "{share:.3} of the light");
}

#[test]
fn a_better_quality_takes_more_bytes() {
    let sizes = [1, 30, 60, 80, 95].map(|quality| encode(waves, 300, 200, PixelLayout::Rgb, quality).len());
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn what_cannot_be_encoded_is_refused() {
    let new = |width, height, quality| Encoder::new(width, height, PixelLayout::Rgb, quality);
    for (width, height) in [(16_384, 1), (1, 0), (0, 1), (1, u32::MAX)] {
        assert_eq!(new(width, height, 80).err(), Some(EncodeError::SideOutOfRange { width, height }));
    }
    for quality in [0, 101] {
        assert_eq!(new(1, 1, quality).err(), Some(EncodeError::QualityOutOfRange(quality)));
    }
    let mut encoder = new(3, 2, 80).expect("a size");
    let wrong = EncodeError::WrongLength { expected: 9, found: 8 };
    assert_eq!(encoder.write_row(&[0; 8]), Err(wrong));
    assert_eq!(encoder.write_row(&[0; 9]), Ok(()));
    let planes: [&[u8]; 3] = [&[0; 3], &[0; 2], &[0; 2]];
    assert_eq!(encoder.write_planes(planes), Err(EncodeError::PlanesBetweenRows));
    assert_eq!(encoder.write_row(&[0; 9]), Ok(()));
    assert_eq!(encoder.write_row(&[0; 9]), Err(EncodeError::TooManyRows));
    assert!(encoder.finish().is_ok());
    let mut encoder = new(3, 18, 80).expect("a size");
    let wrong = EncodeError::WrongLength { expected: 16, found: 15 };
    assert_eq!(encoder.write_planes([&[0; 48], &[0; 16], &[0; 15]]), Err(wrong));
    assert_eq!(encoder.write_planes([&[0; 48], &[0; 16], &[0; 16]]), Ok(()));
    assert_eq!(encoder.finish(), Err(EncodeError::RowsMissing { missing: 2 }));
}

#[test]
fn planes_and_rows_of_pixels_become_the_same_file() {
    for (width, height) in [(1, 1), (16, 16), (37, 53), (64, 17)] {
        // Grey pixels are luma with no colour difference, whatever the rounding.
        let luma: Vec<u8> = (0..width * height).map(|i| (i * i / 7 + i * 3) as u8).collect();
        let rgb: Vec<u8> = luma.iter().flat_map(|&y| [y; 3]).collect();
        let new = || Encoder::new(width, height, PixelLayout::Rgb, 80).expect("a size");
        let (mut by_rows, mut by_planes) = (new(), new());
        rgb.chunks_exact(3 * width as usize).for_each(|row| by_rows.write_row(row).expect("a row"));
        for strip in luma.chunks(16 * width as usize) {
            let rows = strip.len() / width as usize;
            let chroma = vec![128; (width as usize).div_ceil(2) * rows.div_ceil(2)];
            by_planes.write_planes([strip, &chroma, &chroma]).expect("planes");
        }
        assert_eq!(by_rows.finish(), by_planes.finish(), "{width}×{height}");
    }
}
