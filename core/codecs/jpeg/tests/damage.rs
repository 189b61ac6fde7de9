//! Broken data: no panic, no hang, and as much of the picture as there is.

mod common;

use common::{FIXTURES, Picture, decode, fixture};
use edgepix_jpeg::{Colour, Error, Scale, read_header};
use fastrand::Rng;

/// Where the entropy-coded data of the first scan begins.
fn first_scan(jpeg: &[u8]) -> usize {
    let sos = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xDA]).expect("a scan");
    sos + 2 + usize::from(u16::from_be_bytes([jpeg[sos + 2], jpeg[sos + 3]]))
}

/// How many rows from the top are the same.
fn equal_rows(a: &Picture, b: &Picture) -> usize {
    let stride = a.width * a.channels;
    let rows = a.pixels.chunks_exact(stride).zip(b.pixels.chunks_exact(stride));
    rows.take_while(|(a, b)| a == b).count()
}

#[test]
fn truncated_files_keep_the_rows_that_they_hold() {
    for fixture in FIXTURES {
        let sequential = !read_header(fixture.jpeg).expect(fixture.name).is_multi_scan();
        for scale in Scale::ALL {
            let whole = decode(fixture.jpeg, scale).expect(fixture.name);
            for length in (0..fixture.jpeg.len()).step_by(7) {
                let Ok(part) = decode(&fixture.jpeg[..length], scale) else { continue };
                assert!(part.intact as usize * 2 >= part.height, "{} at {length}", fixture.name);
                if sequential {
                    // The last row there is lacks the neighbour below that the filter wants.
                    assert!(
                        equal_rows(&whole, &part) + 1 >= part.intact as usize,
                        "{} at {length}",
                        fixture.name
                    );
                }
            }
        }
    }
}

#[test]
fn missing_rows_have_the_mean_colour_of_the_last() {
    let jpeg = fixture("grey").jpeg;
    let part = decode(&jpeg[..jpeg.len() - 30], Scale::FULL).expect("more than half");
    let intact = part.intact as usize;
    assert!((18..35).contains(&intact), "{intact}");
    let last = &part.pixels[(intact - 1) * part.width..intact * part.width];
    let mean = (last.iter().map(|&value| u32::from(value)).sum::<u32>() as f64 / part.width as f64).round();
    assert!(part.pixels[intact * part.width..].iter().all(|&value| f64::from(value) == mean));
}

#[test]
fn less_than_half_of_the_rows_is_an_error() {
    for name in ["grey", "420", "420-progressive", "420-multi-scan"] {
        let jpeg = fixture(name).jpeg;
        let start = first_scan(jpeg);
        assert_eq!(
            decode(&jpeg[..start + 8], Scale::FULL),
            Err(Error::Damaged("less than half of the rows"))
        );
    }
}

#[test]
fn progressive_files_need_no_more_than_their_first_scan() {
    let jpeg = fixture("grey-progressive").jpeg;
    let start = first_scan(jpeg);
    let second = start + jpeg[start..].windows(2).position(|bytes| bytes == [0xFF, 0xC4]).expect("tables");
    let coarse = decode(&jpeg[..second], Scale::EIGHTH).expect("all DC values");
    let fine = decode(jpeg, Scale::EIGHTH).expect("intact");
    assert_eq!(coarse.intact, fine.intact);
    // The first scan leaves out the last bit of the DC values.
    assert!(coarse.pixels.iter().zip(&fine.pixels).all(|(a, b)| a.abs_diff(*b) <= 2));
}

#[test]
fn a_broken_interval_leaves_the_others_alone() {
    let jpeg = fixture("420-restart").jpeg;
    let whole = decode(jpeg, Scale::FULL).expect("intact");
    let start = first_scan(jpeg);
    let restart =
        |n: u8| start + jpeg[start..].windows(2).position(|b| b == [0xFF, 0xD0 + n]).expect("marker");
    let garbage = [&jpeg[..restart(0) + 8], &[0xFE; 12], &jpeg[restart(0) + 20..]].concat();
    let lost_interval = [&jpeg[..restart(0)], &jpeg[restart(1)..]].concat();
    let lost_marker = [&jpeg[..restart(0)], &jpeg[restart(0) + 2..]].concat();
    let mut wrong_marker = jpeg.to_vec();
    wrong_marker[restart(0) + 1] = 0xD4;
    for (broken, what) in [
        (garbage, "garbage"),
        (lost_interval, "lost interval"),
        (lost_marker, "lost marker"),
        (wrong_marker, "wrong marker"),
    ] {
        let picture = decode(&broken, Scale::FULL).expect(what);
        assert_eq!(picture.intact as usize, picture.height, "{what}");
        let equal = picture.pixels.iter().zip(&whole.pixels).filter(|(a, b)| a == b).count();
        let share = equal as f64 / whole.pixels.len() as f64;
        assert!(share > 0.6, "{what}: {share}");
    }
}

#[test]
fn mutated_files_never_panic() {
    // The same mutations in every run.
    let mut random = Rng::with_seed(1);
    for fixture in FIXTURES {
        for round in 0..600 {
            let mut jpeg = fixture.jpeg.to_vec();
            for _ in 0..1 + random.usize(..4) {
                let at = random.usize(..jpeg.len());
                match random.u8(..4) {
                    0 => jpeg[at] ^= 1 << random.u8(..8),
                    1 => jpeg[at] = 0xFF,
                    2 => drop(jpeg.remove(at)),
                    _ => jpeg[at] = random.u8(..),
                }
            }
            let scale = Scale::ALL[round % 4];
            let Ok(header) = read_header(&jpeg) else { continue };
            // Some become enormous: refused by their header, as a caller would.
            if header.memory(scale) < 4 << 20 {
                let _ = decode(&jpeg, scale);
            }
        }
    }
}

#[test]
fn too_many_scans_are_refused() {
    let jpeg = fixture("420-progressive").jpeg;
    let mut many = jpeg[..jpeg.len() - 2].to_vec();
    for _ in 0..1000 {
        many.extend_from_slice(&[0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0x10, 0x55]);
    }
    assert_eq!(decode(&many, Scale::FULL), Err(Error::Damaged("too many scans")));
}

#[test]
fn components_of_one_identifier_are_told_apart_by_their_order() {
    let plain = fixture("420").jpeg;
    let mut same = plain.to_vec();
    let frame = position(plain, &[0xFF, 0xC0]);
    let scan = position(plain, &[0xFF, 0xDA]);
    for component in 0..3 {
        same[frame + 10 + 3 * component] = 1;
        same[scan + 5 + 2 * component] = 1;
    }
    assert_eq!(decode(&same, Scale::FULL), decode(plain, Scale::FULL));
}

#[test]
fn what_is_wrong_with_tables_that_no_scan_uses_does_not_matter() {
    let plain = fixture("grey").jpeg;
    // Three codes of one bit.
    let bad = |number: u8| {
        let mut counts = [0; 16];
        counts[0] = 3;
        [&[0xFF, 0xC4, 0, 22, number][..], &counts, &[0, 1, 2]].concat()
    };
    let scan = position(plain, &[0xFF, 0xDA]);
    let with = |number| [&plain[..scan], &bad(number), &plain[scan..]].concat();
    assert_eq!(decode(&with(0x03), Scale::FULL), decode(plain, Scale::FULL));
    assert_eq!(decode(&with(0x00), Scale::FULL), Err(Error::Damaged("Huffman table")));
    assert_eq!(decode(&with(0x10), Scale::FULL), Err(Error::Damaged("Huffman table")));

    let plain = fixture("grey-progressive").jpeg;
    let mut numbered = plain.to_vec();
    let scan = position(plain, &[0xFF, 0xDA]);
    // DC values need no AC table.
    numbered[scan + 6] |= 0x0F;
    assert_eq!(decode(&numbered, Scale::FULL), decode(plain, Scale::FULL));
    numbered[scan + 6] |= 0xF0;
    assert_eq!(decode(&numbered, Scale::FULL), Err(Error::Damaged("scan header")));
}

#[test]
fn segments_too_short_to_mean_something_are_passed_over() {
    let plain = fixture("rgb").jpeg;
    let with = |segment: &[u8]| [&plain[..2], segment, &plain[2..]].concat();
    let length_of_nothing = with(&[0xFF, 0xE2, 0, 0]);
    assert_eq!(decode(&length_of_nothing, Scale::FULL), decode(plain, Scale::FULL));

    // A whole one says YCbCr.
    let jfif = b"\xFF\xE0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0";
    assert_eq!(read_header(&with(jfif)).expect("a header").colour(), Colour::YCbCr);
    let short = b"\xFF\xE0\0\x0CJFIF\0\x01\x02\0\0\x01";
    assert_eq!(read_header(&with(short)).expect("a header").colour(), Colour::Rgb);
}

#[test]
fn fill_may_stand_before_a_stuffed_byte() {
    let plain = fixture("420").jpeg;
    let start = first_scan(plain);
    let stuffed = start + position(&plain[start..], &[0xFF, 0x00]);
    let filled = [&plain[..stuffed], &[0xFF, 0xFF], &plain[stuffed..]].concat();
    assert_eq!(decode(&filled, Scale::FULL), decode(plain, Scale::FULL));
}

/// What libjpeg does without a warning: the value goes to the last coefficient, and the next block is intact.
#[test]
fn a_run_too_long_ends_at_the_last_coefficient() {
    let grey = fixture("grey").jpeg;
    let start = first_scan(grey);
    let header = read_header(grey).expect("a header");
    let blocks = (header.width().div_ceil(8) * header.height().div_ceil(8)) as usize;
    // Annex K: a difference of 1; 3 times 16 zeros; then 14, or as if it were right 15, zeros and the value 1.
    let block = |last: &str| format!("0101{}{last}1", "11111111001".repeat(3));
    let [right, long] = ["1111111111101011", "1111111111110101"]
        .map(|last| [&grey[..start], &stuffed(&block(last).repeat(blocks)), &[0xFF, 0xD9]].concat());
    for scale in Scale::ALL {
        let (right, long) = (decode(&right, scale), decode(&long, scale));
        assert!(right.as_ref().is_ok_and(|picture| picture.intact as usize == picture.height), "{scale:?}");
        assert_eq!(right, long, "{scale:?}");
    }
}

#[test]
fn other_processes_are_refused_by_name() {
    let jpeg = fixture("420").jpeg;
    let frame = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).expect("a frame");
    let with = |at: usize, value: u8| {
        let mut other = jpeg.to_vec();
        other[frame + at] = value;
        read_header(&other).expect_err("refused")
    };
    assert_eq!(with(1, 0xC9), Error::Unsupported("arithmetic coding"));
    assert_eq!(with(1, 0xC3), Error::Unsupported("lossless"));
    assert_eq!(with(1, 0xC5), Error::Unsupported("hierarchical"));
    assert_eq!(with(4, 12), Error::Unsupported("samples of more than 8 bits"));
    assert_eq!(with(6, 0), Error::Unsupported("height given after the first scan"));
    assert_eq!(with(9, 2), Error::Unsupported("number of components"));
}

/// Where some bytes are found first.
fn position(jpeg: &[u8], bytes: &[u8]) -> usize {
    jpeg.windows(bytes.len()).position(|window| window == bytes).expect("these bytes")
}

/// Entropy-coded data of binary digits.
fn stuffed(digits: &str) -> Vec<u8> {
    let padded = format!("{digits}{}", "1".repeat(digits.len().wrapping_neg() % 8));
    let byte = |at| u8::from_str_radix(&padded[at..at + 8], 2).expect("binary digits");
    let bytes = (0..padded.len()).step_by(8).map(byte);
    bytes.flat_map(|byte| if byte == 0xFF { vec![byte, 0] } else { vec![byte] }).collect()
}
