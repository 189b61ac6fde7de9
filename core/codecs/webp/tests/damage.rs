//! Streams that end early or are broken: no panic, no hang, and what was there is given.

mod common;

use common::{LAYOUTS, alpha_payload, chunk, fixtures, lossless, noise, picture};
use edgepix_webp::{Effort, decode_alpha, decode_lossless};

/// Streams of both encoders.
fn streams() -> Vec<(String, Vec<u8>)> {
    let stream = |(name, file): (String, Vec<u8>)| Some((name, chunk(&file, b"VP8L")?.to_vec()));
    let mut streams: Vec<_> = fixtures().into_iter().filter_map(stream).collect();
    let mut next = noise(9);
    for (name, colours) in [("two colours", 2), ("ten colours", 10), ("a thousand colours", 1000)] {
        for layout in LAYOUTS {
            let pixels = picture(50, 40, layout, |x, y| {
                ((x * y / 9 + next() % 3) % colours * 0x0103_0507).to_le_bytes()
            });
            streams
                .push((format!("{name}, {layout:?}"), lossless(&pixels, (50, 40), layout, Effort::Balanced)));
        }
    }
    streams
}

#[test]
fn the_rows_before_the_end_are_right() {
    for (name, stream) in streams() {
        let whole = decode_lossless(&stream).expect("pixels");
        let mut before = 0;
        let step = (stream.len() / 200).max(1);
        for end in (0..stream.len()).step_by(step) {
            let Ok(part) = decode_lossless(&stream[..end]) else {
                assert_eq!(before, 0, "{name}, {end}");
                continue;
            };
            assert!(2 * part.rows >= part.height && part.rows >= before, "{name}, {end}");
            assert_eq!((part.width, part.height), (whole.width, whole.height));
            assert_eq!(part.pixels.len(), (part.rows * part.width) as usize, "{name}, {end}");
            assert!(part.pixels == whole.pixels[..part.pixels.len()], "{name}, {end}");
            before = part.rows;
        }
        assert!(whole.height < 10 || before > 0, "{name}");
    }
}

#[test]
fn mutations() {
    let mut next = noise(11);
    for (name, stream) in streams() {
        for _ in 0..400 {
            let mut broken = stream.clone();
            for _ in 0..next() % 4 + 1 {
                // The size stays; the beginning, where the codes are, is hit more often.
                let range = if next() & 1 == 0 { broken.len() } else { broken.len().min(60) };
                if range > 5 {
                    broken[5 + next() as usize % (range - 5)] = next() as u8;
                }
            }
            if let Ok(decoded) = decode_lossless(&broken) {
                assert!(2 * decoded.rows >= decoded.height, "{name}");
            }
        }
    }
}

#[test]
fn noise_behind_a_header() {
    let mut next = noise(13);
    for round in 0..3000 {
        let mut stream: Vec<u8> = (0..200).map(|_| next() as u8).collect();
        let size = (next() % 70) | (next() % 70) << 14;
        stream[0] = 0x2F;
        stream[1..5].copy_from_slice(&size.to_le_bytes());
        let _ = decode_lossless(&stream[..round % 200]);
        let _ = decode_alpha(&stream, size % 70 + 1, 40);
    }
}

#[test]
fn planes_that_end_early_become_opaque() {
    let mut next = noise(15);
    let rgba = picture(40, 40, edgepix_webp::PixelLayout::Rgba, |x, y| [0, 0, 0, (x + y + next() % 4) as u8]);
    let whole: Vec<u8> = rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
    let lossless = alpha_payload(&rgba, (40, 40), Effort::Balanced);
    let raw = [&[0][..], &whole].concat();
    for chunk in [lossless, raw] {
        let mut rights = 0;
        for end in 0..chunk.len() {
            if let Ok(plane) = decode_alpha(&chunk[..end], 40, 40) {
                let same = plane.iter().zip(&whole).take_while(|(a, b)| a == b).count();
                let rows = same / 40;
                assert!(rows >= 20 && plane[40 * (rows + 1).min(40)..].iter().all(|&alpha| alpha == 255));
                rights += 1;
            }
        }
        assert!(rights > 100, "{rights}");
    }
    assert!(decode_alpha(&[2, 0, 0], 1, 1).is_err());
    assert!(decode_alpha(&[0, 7], 1, 1) == Ok(vec![7]));
    assert!(decode_alpha(&[], 1, 1).is_err() && decode_alpha(&[0; 9], 0, 3).is_err());
}
