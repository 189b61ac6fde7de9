//! The decoder against an independent one, on files of another encoder and on streams that no encoder makes.

mod common;

use common::{Bits, chunk, decode_file, decode_own, fixtures, lossless, riff};
use edgepix_webp::{DecodeError, Effort, LosslessHeader, PixelLayout, decode_alpha, decode_lossless};

#[test]
fn files_of_another_encoder() {
    let mut alphas = 0;
    for (name, file) in fixtures() {
        let (size, pixels, channels) = decode_file(&file);
        if let Some(payload) = chunk(&file, b"VP8L") {
            let header = LosslessHeader::read(payload).expect("a header");
            assert_eq!(((header.width, header.height), header.alpha), (size, channels == 4), "{name}");
            assert!(decode_own(payload, channels) == (size, pixels), "{name}");
        } else {
            let payload = chunk(&file, b"ALPH").expect("alpha");
            let alpha: Vec<u8> = pixels.chunks_exact(4).map(|rgba| rgba[3]).collect();
            assert!(decode_alpha(payload, size.0, size.1) == Ok(alpha), "{name}");
            alphas += 1;
        }
    }
    assert_eq!(alphas, 2);
}

#[test]
fn the_longest_sides() {
    for (width, height) in [(16_384, 1), (1, 16_384), (16_384, 3)] {
        let pixels: Vec<u8> = (0..width * height * 3).map(|at| (at % 1009 * at / 7 % 251) as u8).collect();
        let payload = lossless(&pixels, (width, height), PixelLayout::Rgb, Effort::Balanced);
        assert!(decode_own(&payload, 3) == ((width, height), pixels));
    }
}

#[test]
fn headers() {
    let stream = Bits::header(16_384, 7).finish();
    let header = LosslessHeader::read(&stream).expect("a header");
    assert_eq!((header.width, header.height, header.alpha), (16_384, 7, false));
    assert!(LosslessHeader::read(&stream[..4]).is_err());
    assert!(LosslessHeader::read(&[0x2E, 0, 0, 0, 0]).is_err());
    assert!(LosslessHeader::read(&[0x2F, 0, 0, 0, 0x20]).is_err());
    let header = LosslessHeader::read(&[0x2F, 0, 0, 0, 0x10]).expect("a header");
    assert_eq!((header.width, header.height, header.alpha), (1, 1, true));
}

/// Codes of one symbol take no bits: the pixels follow from the codes alone.
#[test]
fn pixels_without_bits() {
    let stream = Bits::header(500, 300).put(0, 3).singles([1, 2, 3, 4, 0]).finish();
    let decoded = decode_lossless(&stream).expect("pixels");
    assert!(decoded.rows == 300 && decoded.pixels == vec![0x0402_0103; 500 * 300]);
}

/// Each mode of the predictor, on tiles of 4 × 4, of which each has another.
#[test]
fn all_predictors() {
    for mode in 0..14 {
        let (width, height) = (9, 7);
        let mut bits = Bits::header(width, height).put(1, 1).put(0, 2).put(0, 3);
        // No cache; green says which of two modes.
        bits = bits
            .put(0, 1)
            .pair(mode.min((mode + 1) % 14), mode.max((mode + 1) % 14))
            .single(0)
            .single(0)
            .single(255)
            .single(0);
        for tile in 0..3 * 2 {
            bits = bits.put(tile % 2, 1);
        }
        // No further transform, no cache, no groups.
        bits = bits.put(0, 3).pair(3, 250).pair(7, 60).pair(0, 201).single(9).single(0);
        let mut state = mode + 1;
        for _ in 0..width * height {
            state = state * 24_571 % 65_537;
            bits = bits.put(state >> 5 & 7, 3);
        }
        let stream = bits.finish();
        let (size, pixels, channels) = decode_file(&riff(&[(b"VP8L", &stream)]));
        assert!(decode_own(&stream, channels) == (size, pixels), "mode {mode}");
    }
}

/// Codes of equal length follow the symbols, also in the short form.
#[test]
fn the_order_of_two_symbols_does_not_count() {
    let picture = |first, second| {
        let bits = Bits::header(9, 2).put(0, 3).pair(first, second).single(1).single(2).single(3);
        decode_lossless(&bits.single(0).put(0x2A5A5, 18).finish()).expect("pixels").pixels
    };
    assert_eq!(picture(5, 90), picture(90, 5));
    assert_eq!(picture(5, 90)[..2], [0x0301_5A02, 0x0301_0502]);
}

/// Modes that are not defined predict black, like mode 0.
#[test]
fn undefined_predictors() {
    let picture = |mode| {
        let bits = Bits::header(9, 9).put(1, 1).put(0, 2).put(0, 3).put(0, 1);
        let stream = bits.singles([mode, 0, 0, 255, 0]).put(0, 3).singles([5, 6, 7, 8, 0]).finish();
        decode_lossless(&stream).expect("pixels").pixels
    };
    assert!(picture(14) == picture(0) && picture(15) == picture(0));
}

/// A palette between two transforms: the one before it works on the wide picture, the one behind on the narrow one.
#[test]
fn a_palette_in_the_middle() {
    let factors = |bits: Bits, kind| bits.put(1, 1).put(kind, 2).put(0, 3).put(0, 1);
    let bits = factors(Bits::header(13, 9), 0).singles([11, 0, 0, 255, 0]);
    // Three colours: four numbers in a pixel.
    let bits = bits.put(1, 1).put(3, 2).put(2, 8).put(0, 1);
    let bits = bits.pair(9, 77).pair(1, 130).single(40).single(0).single(0).put(0b01_1011, 6);
    let bits = factors(bits, 1).singles([30, 20, 10, 255, 0]).put(1, 1).put(2, 2);
    let mut bits = bits.put(0, 3).pair(0b01_10_00_01, 0b10_01_11_00).single(0).single(0).single(0).single(0);
    for at in 0..4 * 9 {
        bits = bits.put((at * at / 3) & 1, 1);
    }
    let stream = bits.finish();
    let (size, pixels, channels) = decode_file(&riff(&[(b"VP8L", &stream)]));
    assert!(decode_own(&stream, channels) == (size, pixels));
}

#[test]
fn what_is_not_legal_is_refused() {
    let refused = |bits: Bits, why| {
        assert_eq!(decode_lossless(&bits.finish()), Err(DecodeError::Damaged(why)));
    };
    let start = || Bits::header(8, 8);
    refused(start().put(0b101, 3).put(0b101, 3), "a transform comes twice");
    refused(start().put(0b10, 2).put(12, 4), "a colour cache of a wrong size");
    // One code length code of 1 bit and one of 2.
    refused(start().put(0, 4).put(0, 4).put(1, 3).put(2, 3).put(0, 6), "a prefix code is not complete");
    // The distance 200 is not in the alphabet.
    let codes = start().put(0, 3).single(1).single(1).single(1).single(1).single(200);
    refused(codes, "a prefix code is not complete");
    // A reference to what is before the picture.
    let lengths = start().put(0, 3).put(0, 1);
    // Code length codes: 17 (3 to 10 zeros), 18 (11 to 138 zeros) and 1, all others unused.
    let lengths = lengths.put(0, 4).put(2, 3).put(2, 3).put(0, 3).put(1, 3).put(0, 1);
    let lengths = lengths.put(0b11, 2).put(127, 7).put(0b11, 2).put(107, 7).put(0, 1);
    let lengths = lengths.put(0, 1).put(0b11, 2).put(11, 7);
    refused(
        lengths.single(0).single(0).single(0).single(0).put(0xFF, 8),
        "the data ends before half of the rows",
    );
}
