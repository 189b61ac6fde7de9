//! Streams that are written again: the same pixels in as many bytes or fewer.

mod common;

use common::{EFFORTS, LAYOUTS, alpha_payload, chunk, fixtures, lossless, noise, picture};
use edgepix_webp::{Effort, PixelLayout, decode_alpha, decode_lossless, recode_alpha, recode_lossless};

/// Streams of both encoders, each with its name.
fn streams() -> Vec<(String, Vec<u8>)> {
    let stream = |(name, file): (String, Vec<u8>)| Some((name, chunk(&file, b"VP8L")?.to_vec()));
    let mut streams: Vec<_> = fixtures().into_iter().filter_map(stream).collect();
    assert!(streams.len() > 15);
    let mut next = noise(21);
    for (width, height) in [(1, 1), (3, 50), (97, 61)] {
        for colours in [1, 2, 4, 10, 1000, u32::MAX] {
            for layout in LAYOUTS {
                let rule = |x: u32, y: u32| {
                    ((x * y / 9 + next() % 3) % colours).wrapping_mul(0x0103_0507).to_le_bytes()
                };
                let pixels = picture(width, height, layout, rule);
                for effort in EFFORTS {
                    let name = format!("{width} × {height}, {colours}, {layout:?}, {effort:?}");
                    streams.push((name, lossless(&pixels, (width, height), layout, effort)));
                }
            }
        }
    }
    streams
}

#[test]
fn pixels_stay_and_no_stream_grows() {
    for (name, stream) in streams() {
        let same = recode_lossless(&stream, true).expect(&name);
        assert!(same.len() <= stream.len(), "{name}: {} of {}", same.len(), stream.len());
        assert_eq!(decode_lossless(&same), decode_lossless(&stream), "{name}");
        let again = recode_lossless(&same, true).expect(&name);
        assert!(again.len() <= same.len(), "{name}");
        // What follows the pixels is left out.
        assert_eq!(recode_lossless(&[&stream[..], b"behind"].concat(), true), Some(same), "{name}");
    }
}

/// Codes that do not suit their symbols become others.
#[test]
fn poor_codes_are_made_anew() {
    let mut bits = common::Bits::header(100, 10).put(0, 3);
    // Green: 256 codes of 8 bits, told one by one. Two codes of lengths, 0 and 8: `normal`, four lengths and more of them.
    bits = bits.put(0, 1).put(8, 4);
    for symbol in [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8] {
        bits = bits.put(u32::from(symbol == 0 || symbol == 8), 3);
    }
    bits = bits.put(0, 1);
    for symbol in 0..280 {
        bits = bits.put(u32::from(symbol < 256), 1);
    }
    for symbol in [7, 9, 255, 0] {
        bits = bits.single(symbol);
    }
    let stream = (0..1000).fold(bits, |bits, at| bits.put([0, 0x80][at % 2], 8)).finish();
    let whole = decode_lossless(&stream).expect("pixels");
    let same = recode_lossless(&stream, false).expect("a whole stream");
    assert!(same.len() < stream.len() / 6, "{} of {}", same.len(), stream.len());
    assert_eq!(decode_lossless(&same).expect("pixels"), whole);
}

#[test]
fn alpha_says_what_it_is_told() {
    let stream = lossless(&[1, 2, 3, 255], (1, 1), PixelLayout::Rgba, Effort::Fast);
    for alpha in [false, true] {
        let same = recode_lossless(&stream, alpha).expect("a whole stream");
        assert_eq!(edgepix_webp::LosslessHeader::read(&same).expect("a header").alpha, alpha);
    }
}

#[test]
fn planes_stay_and_do_not_grow() {
    let mut next = noise(23);
    for levels in [1, 3, 40] {
        let rgba =
            picture(40, 31, PixelLayout::Rgba, |x, y| [0, 0, 0, ((x + y + next() % levels) % 256) as u8]);
        let plane: Vec<u8> = rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
        for effort in EFFORTS {
            let chunk = alpha_payload(&rgba, (40, 31), effort);
            let same = recode_alpha(&chunk, 40, 31).expect("a whole plane");
            assert!(same.len() <= chunk.len());
            assert_eq!(decode_alpha(&same, 40, 31).as_ref(), Ok(&plane));
        }
        // With reserved bits, and something behind.
        let raw = [&[0xC0][..], &plane, b"behind"].concat();
        assert_eq!(recode_alpha(&raw, 40, 31), Some([&[0][..], &plane].concat()));
        assert_eq!(recode_alpha(&raw[..plane.len()], 40, 31), None);
    }
    for (name, file) in fixtures() {
        let Some(plane) = chunk(&file, b"ALPH") else { continue };
        let facts = edgepix_webp::container::File::read(&file).expect("a file");
        let same = recode_alpha(plane, facts.width, facts.height).expect(&name);
        assert!(same.len() <= plane.len(), "{name}");
        let decoded = |chunk: &[u8]| decode_alpha(chunk, facts.width, facts.height).expect("a plane");
        assert_eq!(decoded(&same), decoded(plane), "{name}");
    }
    assert_eq!(recode_alpha(&[], 1, 1), None);
    assert_eq!(recode_alpha(&[2, 0, 0], 1, 1), None);
}

#[test]
fn what_is_cut_short_is_not_written() {
    for (name, stream) in streams() {
        let whole = decode_lossless(&stream);
        for end in (0..stream.len()).step_by(stream.len() / 50 + 1) {
            let part = &stream[..end];
            if let Some(same) = recode_lossless(part, true) {
                // Zeros at the end that were left out.
                assert_eq!(decode_lossless(&same), whole, "{name}, {end}");
            }
        }
    }
}

/// What is broken is either not written, or as broken as before.
#[test]
fn mutations() {
    let mut next = noise(25);
    let mut written = 0;
    for (name, stream) in streams() {
        for _ in 0..60 {
            let mut broken = stream.clone();
            let range = if next() & 1 == 0 { broken.len() } else { broken.len().min(60) };
            if range > 5 {
                broken[5 + next() as usize % (range - 5)] = next() as u8;
            }
            if let Some(same) = recode_lossless(&broken, true) {
                assert!(same.len() <= broken.len(), "{name}");
                assert_eq!(decode_lossless(&same), decode_lossless(&broken), "{name}");
                written += 1;
            }
        }
    }
    assert!(written > 1000, "{written}");
}
