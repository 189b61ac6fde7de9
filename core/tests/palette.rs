//! Pictures in a palette: as good as those of another program, in about as many bytes.

use edgepix_core::stages::decode;
use edgepix_core::{Effort, Format, Limits, Source, Transform};

/// What sharp 0.35.5 (libimagequant 2.4.1) makes of `photo.jpg`, decoded by us: with `.gif()` and with
/// `.png({ palette: true })`. Bytes, and the [error](error).
const SHARP: [(Format, usize, u64); 2] = [(Format::Gif, 83_102, 5_587_383), (Format::Png, 73_153, 5_519_957)];

#[test]
fn a_photo_has_less_error_than_sharps_in_about_as_many_bytes() {
    let photo = photo();
    let source = pixels(&made(&photo, Format::Png, None, Effort::Fast));
    for (format, bytes, sharps_error) in SHARP {
        for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
            let quality = (format == Format::Png).then_some(100);
            let file = made(&photo, format, quality, effort);
            let error = error(&source, &pixels(&file));
            println!("{format} {effort}: {} bytes, error {error}", file.len());
            assert!(error * 10 <= sharps_error * 9, "{format} {effort}: {error}");
            // Fast compression of a PNG is worth a fifth more.
            let per_cent = if (format, effort) == (Format::Png, Effort::Fast) { 125 } else { 107 };
            let most = bytes * per_cent / 100;
            assert!(file.len() <= most, "{format} {effort}: {} bytes", file.len());
        }
    }
}

#[test]
fn a_lower_quality_makes_a_shorter_png() {
    let photo = photo();
    let bytes = |quality| made(&photo, Format::Png, quality, Effort::Balanced).len();
    let lengths = [None, Some(100), Some(60), Some(40), Some(20), Some(1)].map(bytes);
    assert!(lengths.is_sorted_by(|a, b| a > b), "{lengths:?}");
}

#[test]
fn colours_are_given_up_only_where_format_and_quality_are_named() {
    let photo = photo();
    let png = made(&photo, Format::Png, None, Effort::Fast);
    let all = pixels(&png);
    let of = |transform: Transform| {
        let source = Source::open(&png, &Limits::default()).unwrap();
        pixels(&source.prepare(&transform).unwrap().run(&mut ()).unwrap().bytes)
    };
    let quality = || Transform::builder().quality(40);
    // The format is the source's, which nobody named.
    assert_eq!(of(quality().build().unwrap()), all);
    assert_eq!(of(quality().build().unwrap().normalized(Format::Png)), all);
    assert_eq!(of(quality().format(Format::Png).lossless(true).build().unwrap()), all);
    let named = quality().format(Format::Png).build().unwrap();
    assert_ne!(of(named.clone()), all);
    assert_eq!(of(named.normalized(Format::Png)), of(named));
}

fn photo() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/photo.jpg")).unwrap()
}

fn made(source: &[u8], format: Format, quality: Option<u8>, effort: Effort) -> Vec<u8> {
    let options = Transform::builder().format(format).quality(quality).effort(effort).build().unwrap();
    edgepix_core::transform(source, &options, &Limits::default()).unwrap().bytes
}

/// Rows of red, green and blue.
fn pixels(file: &[u8]) -> Vec<Vec<u8>> {
    let mut rows = Vec::new();
    decode(file, 8, |row| rows.push(row.to_vec())).unwrap();
    rows
}

/// The sum of the squared differences of squares of two pixels, which is how far the eye is from taking dots for a mean.
fn error(source: &[Vec<u8>], made: &[Vec<u8>]) -> u64 {
    let squares = |rows: &[Vec<u8>]| -> Vec<i64> {
        let of_two = |two: &[Vec<u8>]| -> Vec<i64> {
            let sum = |at: usize| i64::from(two[0][at]) + i64::from(two[1][at]);
            let starts =
                (0..two[0].len() / 6).flat_map(|square| (0..3).map(move |channel| square * 6 + channel));
            starts.map(|at| sum(at) + sum(at + 3)).collect()
        };
        rows.chunks_exact(2).flat_map(of_two).collect()
    };
    squares(source).iter().zip(squares(made)).map(|(a, b)| (a - b).pow(2) as u64).sum()
}
