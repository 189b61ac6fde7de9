//! Alpha planes come back, by an independent decoder: the stream gets the header that a `VP8L` chunk has, and the
//! filter of the `ALPH` header is undone here (RFC 9649, section 2.7.1.2).

mod common;

use common::{alpha_payload, decode, noise, picture};
use edgepix_webp::{Effort, Image, PixelLayout, decode_alpha, encode_alpha};

fn check(what: &str, width: u32, height: u32, mut alpha: impl FnMut(u32, u32) -> u8) -> u8 {
    let mut next = noise(3);
    let rgba = picture(width, height, PixelLayout::Rgba, |x, y| [next() as u8, next() as u8, 0, alpha(x, y)]);
    let payload = alpha_payload(&rgba, (width, height), Effort::Balanced);
    let header = payload[0];
    assert_eq!(header & 0b1111_0011, 1, "{what}");

    let size = (width - 1) | (height - 1) << 14;
    let stream = [&[0x2F][..], &size.to_le_bytes(), &payload[1..]].concat();
    let rgb = decode(&stream, width, height, PixelLayout::Rgb);
    let rests: Vec<u8> = rgb.chunks_exact(3).map(|pixel| pixel[1]).collect();
    let expected: Vec<u8> = rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
    assert!(unfiltered(&rests, width as usize, header >> 2) == expected, "{what}, {width} × {height}");
    assert!(decode_alpha(&payload, width, height) == Ok(expected.clone()), "{what}, {width} × {height}");
    // All filters, also on a raw plane.
    for filter in 0..4 {
        let raw = [&[filter << 2][..], &expected].concat();
        let plane = unfiltered(&expected, width as usize, filter);
        assert!(decode_alpha(&raw, width, height) == Ok(plane), "{what}, {width} × {height}");
    }
    header >> 2
}

fn unfiltered(rests: &[u8], width: usize, filter: u8) -> Vec<u8> {
    let mut plane: Vec<u8> = Vec::new();
    for (at, &rest) in rests.iter().enumerate() {
        let (x, y) = (at % width, at / width);
        let prediction = match filter {
            0 => 0,
            _ if at == 0 => 0,
            1 if x == 0 => plane[at - width],
            2 if y == 0 => plane[at - 1],
            3 if y == 0 => plane[at - 1],
            3 if x == 0 => plane[at - width],
            1 => plane[at - 1],
            2 => plane[at - width],
            _ => {
                let sum = i32::from(plane[at - 1]) + i32::from(plane[at - width]);
                (sum - i32::from(plane[at - width - 1])).clamp(0, 255) as u8
            }
        };
        plane.push(rest.wrapping_add(prediction));
    }
    plane
}

#[test]
fn planes_come_back() {
    for (width, height) in [(1, 1), (1, 77), (77, 1), (33, 65), (200, 150)] {
        check("flat", width, height, |_, _| 128);
        check("two values", width, height, |x, y| if x > y { 255 } else { 0 });
        check("nine values", width, height, |x, y| ((x * y) % 9 * 20) as u8);
        check("across", width, height, |x, _| x as u8);
        check("down", width, height, |_, y| y as u8);
        check("both", width, height, |x, y| (x + y) as u8);
        let mut next = noise(1);
        check("noise", width, height, |_, _| next() as u8);
        let mut next = noise(1);
        check("grain", width, height, |x, y| ((x * 3 + y * 2) as u8 / 4).wrapping_add(next() as u8 & 3));
    }
}

#[test]
fn filters_are_used_where_they_help() {
    assert_eq!(check("two values", 100, 100, |x, y| if x > y { 255 } else { 0 }), 0);
    let mut next = noise(2);
    let filter = check("grain on a slope", 100, 100, |x, y| (x + y) as u8 / 2 + (next() as u8 & 1));
    assert_ne!(filter, 0);
}

#[test]
fn a_layout_without_alpha_has_no_plane() {
    for (layout, bytes) in [(PixelLayout::Grey, 6), (PixelLayout::Rgb, 18)] {
        let pixels = vec![0; bytes];
        assert_eq!(encode_alpha(&Image::new(&pixels, 3, 2, layout).expect("an image"), Effort::Fast), None);
    }
}
