//! At reduced scales: sizes, orders of scans, places. That samples are right to within 1 is tested in `exact.rs`.

mod common;

use common::{FIXTURES, Picture, decode, fixture};
use edgepix_jpeg::{Scale, read_header};

#[test]
fn sizes_are_rounded_up() {
    for fixture in FIXTURES {
        let header = read_header(fixture.jpeg).expect(fixture.name);
        for scale in Scale::ALL {
            let picture = decode(fixture.jpeg, scale).expect(fixture.name);
            let expected = (scale.of(header.width()), scale.of(header.height()));
            assert_eq!(expected.0, (header.width() * scale.eighths()).div_ceil(8));
            assert_eq!(header.size_at(scale), expected);
            assert_eq!((picture.width as u32, picture.height as u32), expected);
            assert_eq!(picture.intact, expected.1);
        }
    }
}

#[test]
fn the_order_of_scans_changes_nothing() {
    for (one, other) in [
        ("420", "420-progressive"),
        ("420", "420-multi-scan"),
        ("420", "420-restart"),
        ("420", "no-huffman-tables"),
        ("444", "444-progressive"),
        ("422", "422-progressive-restart"),
        ("grey", "grey-progressive"),
    ] {
        for scale in Scale::ALL {
            let [one, other] = [one, other].map(|name| decode(fixture(name).jpeg, scale));
            assert!(one.is_ok());
            assert_eq!(one, other, "{scale:?}");
        }
    }
}

/// The low frequencies of a block are nearly the mean of its samples, so a reduced picture must be close to the
/// means of the full one. A component that is shifted, swapped or scaled wrongly is not.
#[test]
fn pictures_are_near_the_means_of_the_full_size() {
    for fixture in FIXTURES {
        let full = decode(fixture.jpeg, Scale::FULL).expect(fixture.name);
        for scale in [Scale::HALF, Scale::QUARTER, Scale::EIGHTH] {
            let reduced = decode(fixture.jpeg, scale).expect(fixture.name);
            let expected = box_means(&full, 8 / scale.eighths() as usize);
            let error = mean_error(&reduced, &expected);
            // Chroma that has a third of the width is only repeated.
            let tolerance = if fixture.name == "311" { 25.0 } else { 14.0 };
            assert!(error < tolerance, "{} at {scale:?}: mean error {error}", fixture.name);
        }
    }
}

/// Means over whole squares; squares that the edge cuts are left out.
fn box_means(full: &Picture, side: usize) -> Picture {
    let (width, height, channels) = (full.width / side, full.height / side, full.channels);
    let at = |x: usize, y: usize, c: usize| u32::from(full.pixels[(y * full.width + x) * channels + c]);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                let square = (0..side * side).map(|i| at(x * side + i % side, y * side + i / side, c));
                pixels.push((square.sum::<u32>() / (side * side) as u32) as u8);
            }
        }
    }
    Picture { width, height, channels, pixels, intact: 0 }
}

/// Over the part that both pictures have.
fn mean_error(picture: &Picture, part: &Picture) -> f64 {
    let mut sum = 0;
    for y in 0..part.height {
        let row = &picture.pixels[y * picture.width * picture.channels..];
        let expected = &part.pixels[y * part.width * part.channels..][..part.width * part.channels];
        sum += row.iter().zip(expected).map(|(&a, &b)| u64::from(a.abs_diff(b))).sum::<u64>();
    }
    sum as f64 / part.pixels.len().max(1) as f64
}
