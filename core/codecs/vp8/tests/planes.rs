//! The planes that the decoder makes of frames, against those of others.

#[allow(dead_code, reason = "shared with tests that need other parts")]
mod common;

use common::*;
use edgepix_vp8::{Decoder, FrameHeader, PixelLayout};
use fastrand::Rng;
use image_webp::vp8::Vp8Decoder;

const PICTURES: [Pattern; 8] = [flat, waves, gradient, noise, binary_noise, grey_binary_noise, text, mosaic];

/// Luma, Cb and Cr without padding, and the number of rows.
fn decode(frame: &[u8]) -> ([Vec<u8>; 3], usize) {
    let mut planes = [const { Vec::new() }; 3];
    let mut decoder = Decoder::new(frame).expect("a header");
    let mut count = 0;
    while let Some(rows) = decoder.next_rows() {
        (0..rows.count()).for_each(|y| planes[0].extend_from_slice(rows.luma(y)));
        for y in 0..rows.count().div_ceil(2) {
            let [blue, red] = rows.chroma(y);
            planes[1].extend_from_slice(blue);
            planes[2].extend_from_slice(red);
        }
        count += rows.count();
    }
    (planes, count)
}

/// What an other decoder makes of it.
fn expected(frame: &[u8]) -> [Vec<u8>; 3] {
    let header = FrameHeader::read(frame).expect("a header");
    let decoded = Vp8Decoder::decode_frame(frame).expect("a frame");
    let (width, height) = (header.width as usize, header.height as usize);
    let stride = width.div_ceil(16) * 16;
    let cut = |plane: &[u8], stride: usize, width: usize, height: usize| -> Vec<u8> {
        plane.chunks(stride).take(height).flat_map(|row| &row[..width]).copied().collect()
    };
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    [
        cut(&decoded.ybuf, stride, width, height),
        cut(&decoded.ubuf, stride / 2, half_width, half_height),
        cut(&decoded.vbuf, stride / 2, half_width, half_height),
    ]
}

fn check(frame: &[u8], what: &str) {
    let (found, expected) = (decode(frame).0, expected(frame));
    for (plane, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found.len(), expected.len(), "{what}: plane {plane}");
        let differs = found.iter().zip(expected).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{what}: plane {plane}");
    }
}

#[test]
fn frames_of_our_encoder() {
    for picture in PICTURES {
        for (width, height) in [(1, 1), (17, 40), (150, 99)] {
            for layout in [PixelLayout::Grey, PixelLayout::Rgb] {
                for (quality, effort) in [10, 80, 100].into_iter().zip(EFFORTS) {
                    let frame = encode_with(picture, width, height, layout, quality, effort);
                    check(&frame, &format!("{width} × {height}, {quality}"));
                }
            }
        }
    }
}

#[test]
fn frames_of_an_other_encoder() {
    let mut random = Rng::with_seed(41);
    for round in 0..800 {
        let picture = PICTURES[round % PICTURES.len()];
        let (width, height) =
            if round % 40 == 0 { (210, 170) } else { (random.u32(1..=40), random.u32(1..=60)) };
        let frame = libwebp::encode(picture, width, height, &mut random);
        check(&frame, &format!("round {round}, {width} × {height}"));
    }
}

/// The rows before the end of the data are right: but for those whose lower edge would be filtered with what is missing.
#[test]
fn rows_before_the_end_are_right() {
    let mut random = Rng::with_seed(43);
    let mut cut = 0;
    for picture in PICTURES {
        let frame = libwebp::encode(picture, 70, 130, &mut random);
        let whole = expected(&frame);
        for end in (0..frame.len()).step_by(frame.len() / 60 + 1) {
            let Ok(mut decoder) = Decoder::new(&frame[..end]) else { continue };
            let mut y = 0;
            while let Some(rows) = decoder.next_rows() {
                // A strip that the data ends in has as many rows as wait for others.
                let is_last = rows.count() == 8 && y > 0;
                for row in 0..if is_last { 4 } else { rows.count() } {
                    assert_eq!(rows.luma(row), &whole[0][70 * (y + row)..][..70], "{end}, {y} + {row}");
                }
                y += rows.count();
            }
            assert!(y <= 130);
            cut += usize::from(y > 0 && y < 130);
        }
    }
    assert!(cut > 50, "{cut}");
}

/// Whatever stands in a frame, no more rows come of it than it states.
#[test]
fn mutations() {
    let mut random = Rng::with_seed(45);
    let mut whole = 0;
    for picture in PICTURES {
        let frame = libwebp::encode(picture, 50, 40, &mut random);
        for _ in 0..300 {
            let mut broken = frame.clone();
            let range = if random.bool() { broken.len() } else { broken.len().min(40) };
            // The size stays small.
            let at = random.usize(..range);
            broken[at] = if at == 7 || at == 9 { random.u8(..2) } else { random.u8(..) };
            let Ok(mut decoder) = Decoder::new(&broken) else { continue };
            let mut count = 0;
            while let Some(rows) = decoder.next_rows() {
                count += rows.count() as u32;
            }
            let height = u32::from(u16::from_le_bytes([broken[8], broken[9]]) & 0x3FFF);
            assert!(count <= height);
            whole += usize::from(count == height);
        }
    }
    assert!(whole > 500, "{whole}");
}
