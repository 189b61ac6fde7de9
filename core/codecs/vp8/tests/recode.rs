//! Frames that are written again: the same for every decoder, in as many bytes or fewer.

#[allow(dead_code, reason = "shared with tests that need other parts")]
mod common;

use common::*;
use edgepix_vp8::{FrameHeader, PixelLayout, recode};
use fastrand::Rng;
use image_webp::vp8::Vp8Decoder;

const PICTURES: [Pattern; 7] = [flat, waves, gradient, noise, grey_binary_noise, text, mosaic];

/// The planes that another decoder makes of a frame.
fn planes(frame: &[u8]) -> Option<[Vec<u8>; 3]> {
    let frame = Vp8Decoder::decode_frame(frame).ok()?;
    Some([frame.ybuf, frame.ubuf, frame.vbuf])
}

/// Checks a whole frame.
fn check(frame: &[u8], what: &str) {
    let same = recode(frame).expect(what);
    assert!(same.len() <= frame.len(), "{what}: {} of {}", same.len(), frame.len());
    assert_eq!(FrameHeader::read(&same).map(|header| (header.width, header.height)), size(frame), "{what}");
    assert!(planes(&same) == planes(frame), "{what}");
    let pixels = |frame: &[u8]| webp::Decoder::new(&file(frame)).decode().expect(what).to_vec();
    assert!(pixels(&same) == pixels(frame), "{what}");
    assert_eq!(recode(&same), Some(same), "{what}");
}

fn size(frame: &[u8]) -> Result<(u32, u32), edgepix_vp8::HeaderError> {
    FrameHeader::read(frame).map(|header| (header.width, header.height))
}

#[test]
fn frames_of_our_encoder_stay_byte_by_byte() {
    for picture in PICTURES {
        for (width, height) in [(1, 1), (17, 40), (150, 99)] {
            for layout in [PixelLayout::Grey, PixelLayout::Rgb] {
                for (quality, effort) in [10, 80, 100].into_iter().zip(EFFORTS) {
                    let frame = encode_with(picture, width, height, layout, quality, effort);
                    check(&frame, "a frame of ours");
                    assert_eq!(recode(&frame).as_ref(), Some(&frame));
                }
            }
        }
    }
}

#[test]
fn frames_of_an_other_encoder_stay_and_do_not_grow() {
    let mut random = Rng::with_seed(31);
    let mut partitions = [0; 9];
    for round in 0..400 {
        let picture = PICTURES[round % PICTURES.len()];
        let (width, height) =
            if round % 40 == 0 { (210, 170) } else { (random.u32(1..=40), random.u32(1..=80)) };
        let frame = libwebp::encode(picture, width, height, &mut random);
        check(&frame, &format!("round {round}, {width} × {height}"));
        partitions[FrameHeader::read(&frame).expect("a header").coefficient_partitions] += 1;
    }
    assert!([1, 2, 4, 8].iter().all(|&count| partitions[count] > 20), "{partitions:?}");
}

#[test]
fn what_is_cut_short_is_not_written() {
    let mut random = Rng::with_seed(33);
    for picture in PICTURES {
        let frame = libwebp::encode(picture, 90, 70, &mut random);
        for end in 0..frame.len() - 3 {
            let part = recode(&frame[..end]);
            assert!(part.is_none_or(|part| planes(&part) == planes(&frame)), "{end} of {}", frame.len());
        }
    }
}

/// What is broken is either not written, or as broken as before.
#[test]
fn mutations() {
    let mut random = Rng::with_seed(35);
    let mut written = 0;
    for picture in PICTURES {
        let frame = libwebp::encode(picture, 90, 70, &mut random);
        for _ in 0..200 {
            let mut broken = frame.clone();
            let range = if random.bool() { broken.len() } else { broken.len().min(40) };
            broken[random.usize(..range)] = random.u8(..);
            if let Some(same) = recode(&broken) {
                assert_eq!(size(&same), size(&broken));
                if size(&broken) == size(&frame) {
                    assert!(planes(&same) == planes(&broken));
                    written += 1;
                }
            }
        }
    }
    assert!(written > 300, "{written}");
}
