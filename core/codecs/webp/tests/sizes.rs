//! How small lossless streams are, beside those of another encoder (`cwebp`) of the same pixels.

mod common;

use common::{EFFORTS, chunk, fixtures, lossless};
use edgepix_webp::{PixelLayout, decode_lossless};

/// Largest size of all streams together, in thousandths of the other encoder's, for each effort.
const MOST: [usize; 3] = [1000, 1000, 1000];

#[test]
fn streams_are_as_small_as_anothers() {
    let (mut theirs, mut ours) = (0, [0; 3]);
    for (_, file) in fixtures() {
        let Some(stream) = chunk(&file, b"VP8L") else { continue };
        let decoded = decode_lossless(stream).expect("pixels");
        let rgba: Vec<u8> =
            decoded.pixels.iter().flat_map(|argb| argb.rotate_left(8).to_be_bytes()).collect();
        theirs += stream.len();
        for (sum, effort) in ours.iter_mut().zip(EFFORTS) {
            *sum += lossless(&rgba, (decoded.width, decoded.height), PixelLayout::Rgba, effort).len();
        }
    }
    println!("theirs {theirs}, ours {ours:?}");
    assert!(ours.is_sorted_by(|faster, slower| faster >= slower), "{ours:?}");
    for (ours, most) in ours.into_iter().zip(MOST) {
        assert!(ours * 1000 <= theirs * most, "{ours} of {theirs}");
    }
}
