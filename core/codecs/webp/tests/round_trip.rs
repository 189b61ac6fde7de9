//! Every pixel comes back, whatever the shape and the content, by an independent decoder.

mod common;

use common::{EFFORTS, LAYOUTS, decode, lossless, noise, picture};
use edgepix_webp::{Effort, EncodeError, Image, PixelLayout};

fn check(what: &str, width: u32, height: u32, rule: impl Fn(u32, u32) -> [u8; 4]) {
    for layout in LAYOUTS {
        let pixels = picture(width, height, layout, &rule);
        for effort in EFFORTS {
            let payload = lossless(&pixels, (width, height), layout, effort);
            let what = format!("{what}, {width} × {height}, {layout:?}, {effort:?}");
            assert!(decode(&payload, width, height, layout) == pixels, "{what}");
        }
    }
}

/// A colour for each number, all different.
fn colour(number: u32) -> [u8; 4] {
    number.wrapping_mul(0x9E37_79B1).to_le_bytes()
}

/// A number for each place, without a pattern.
fn scatter(x: u32, y: u32) -> u32 {
    let mixed = (x.wrapping_mul(0x85EB_CA6B) ^ y.wrapping_mul(0xC2B2_AE35)).wrapping_mul(0x27D4_EB2F);
    (mixed ^ mixed >> 15).wrapping_mul(0x1656_67B1) >> 7
}

const SHAPES: [(u32, u32); 14] = [
    (1, 1),
    (2, 1),
    (1, 2),
    (3, 3),
    (7, 5),
    (1, 100),
    (100, 1),
    (16, 16),
    (17, 33),
    (8, 40),
    (63, 65),
    (127, 31),
    (1, 16_383),
    (16_383, 1),
];

#[test]
fn all_shapes() {
    for (width, height) in SHAPES {
        check("flat", width, height, |_, _| [10, 20, 30, 40]);
        check("black", width, height, |_, _| [0; 4]);
        check("white", width, height, |_, _| [255; 4]);
        check("noise", width, height, |x, y| colour(scatter(x, y)));
        check("gradient", width, height, |x, y| [x as u8, y as u8, (x + y) as u8, (x / 2) as u8]);
    }
}

#[test]
fn numbers_of_colours() {
    for count in [1, 2, 3, 4, 5, 15, 16, 17, 255, 256, 257, 3000] {
        for (width, height) in [(50, 40), (129, 65), (300, 200)] {
            check("scattered colours", width, height, |x, y| colour(scatter(x, y) % count));
            check("runs of colours", width, height, |x, y| colour((x / 5 + y / 3 * 7) % count));
        }
    }
}

#[test]
fn repetitions() {
    for period in [1, 2, 3, 5, 64, 1000, 5000] {
        check("period", 400, 300, |x, y| colour(scatter((x + 400 * y) % period, 0)));
        check("tiles", 400, 300, |x, y| colour(scatter(x % period, y % period)));
    }
}

#[test]
fn photos() {
    // Smooth, with grain that differs from place to place.
    check("photo", 301, 203, |x, y| {
        let (fx, fy) = (f64::from(x) / 40.0, f64::from(y) / 30.0);
        let grain = (scatter(x, y) % (1 + x / 20)) as f64;
        let value =
            |phase: f64| ((fx + phase).sin() * 60.0 + (fy * phase).cos() * 50.0 + 120.0 + grain) as u8;
        [value(0.3), value(0.5), value(0.9), 255 - (x / 3) as u8]
    });
}

#[test]
fn mixtures() {
    let mut next = noise(7);
    for _ in 0..200 {
        let (width, height) = (next() % 90 + 1, next() % 90 + 1);
        let (colours, block, grain) = (next() % 400 + 1, next() % 9 + 1, next() % 3);
        check("mixture", width, height, |x, y| {
            let mut rgba = colour(scatter(x / block, y / block) % colours);
            if scatter(x, y) % 7 < grain {
                rgba[(scatter(y, x) % 4) as usize] ^= 1;
            }
            rgba
        });
    }
}

#[test]
fn colours_under_full_transparency_stay() {
    let pixels =
        picture(64, 64, PixelLayout::Rgba, |x, y| [x as u8, y as u8, 7, if x > y { 0 } else { 255 }]);
    let payload = lossless(&pixels, (64, 64), PixelLayout::Rgba, Effort::Small);
    assert_eq!(decode(&payload, 64, 64, PixelLayout::Rgba), pixels);
}

#[test]
fn sizes_and_lengths_are_checked() {
    let error = |pixels: &[u8], width, height| Image::new(pixels, width, height, PixelLayout::Rgb).err();
    let wrong = EncodeError::WrongLength { expected: 12, found: 11 };
    assert_eq!(error(&[0; 11], 2, 2), Some(wrong));
    for (width, height) in [(0, 2), (2, 0), (16_385, 1), (1, u32::MAX)] {
        let out_of_range = EncodeError::SideOutOfRange { width, height, max: 16_384 };
        assert_eq!(error(&[], width, height), Some(out_of_range));
    }
    assert_eq!(error(&[0; 12], 2, 2), None);
}
