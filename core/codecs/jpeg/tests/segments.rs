//! The walk over marker segments, and that the header reader sees what it sees.

mod common;

use common::{FIXTURES, decode, fixture};
use edgepix_jpeg::{Decoder, Error, Scale, Segment, marker, read_header, segments};
use fastrand::Rng;

/// A JPEG whose first APP0 says a length of 0; JFIF and EXIF follow.
const EMPTY_APP0: &[u8] = include_bytes!("fixtures/empty-app0-before-exif.jpg");

/// The marker, offset and length of each segment.
fn walk(bytes: &[u8]) -> Vec<(u8, usize, usize)> {
    segments(bytes).map(|segment| (segment.marker, segment.offset, segment.payload.len())).collect()
}

#[test]
fn the_segments_of_a_file_come_in_their_order() {
    let jpeg = fixture("420").jpeg;
    let markers: Vec<u8> = segments(jpeg).map(|segment| segment.marker).collect();
    let (first, last) = (markers.first().copied(), markers.last().copied());
    assert_eq!((first, last), (Some(marker::APP0), Some(marker::SOS)));
    assert!([marker::DQT, marker::SOF0, marker::DHT].iter().all(|marker| markers.contains(marker)));
    for segment in segments(jpeg) {
        assert_eq!(jpeg[segment.offset..][..2], [0xFF, segment.marker]);
        assert_eq!(&jpeg[segment.end() - segment.payload.len()..segment.end()], segment.payload);
    }
}

#[test]
fn lengths_that_do_not_count_themselves_are_empty_segments() {
    for length in [0, 1, 2] {
        let bytes = [0xFF, 0xD8, 0xFF, 0xE0, 0, length, 0xFF, 0xE1, 0, 3, 7, 0xFF, 0xD9];
        assert_eq!(walk(&bytes), [(marker::APP0, 2, 0), (marker::APP1, 6, 1)]);
    }
    let exif = segments(EMPTY_APP0)
        .take_while(|segment| segment.marker != marker::SOS)
        .find_map(|segment| segment.payload.strip_prefix(b"Exif\0\0"));
    assert!(exif.is_some_and(|tiff| tiff.starts_with(b"MM")));
    let header = read_header(EMPTY_APP0).expect("a header");
    assert_eq!((header.width(), header.height()), (120, 80));
    assert!(decode(EMPTY_APP0, Scale::FULL).is_ok());
}

#[test]
fn fill_stuffing_garbage_and_lone_markers_are_skipped() {
    let com = [0xFF, 0xFE, 0, 4, 1, 2];
    let expected = |offset| [(marker::COM, offset, 2)];
    for between in [
        &[][..],
        &[0xFF, 0xFF, 0xFF],
        &[0x12, 0x34],
        &[0xFF, 0x00, 0xFE],
        &[0xFF, 0xD8],
        &[0xFF, 0xD3],
        &[0xFF, 0x01],
        &[0xFF, 0xBF, 0, 9],
        &[0; 100],
    ] {
        let bytes = [&[0xFF, 0xD8][..], between, &com, &[0xFF, 0xD9]].concat();
        assert_eq!(walk(&bytes), expected(2 + between.len()), "{between:?}");
    }
    assert_eq!(walk(&com), expected(0));
}

#[test]
fn the_walk_ends_at_the_end_of_image_and_stays_ended() {
    let bytes = [0xFF, 0xD8, 0xFF, 0xD9, 0xFF, 0xE1, 0, 2];
    let mut walk = segments(&bytes);
    assert_eq!([walk.next(), walk.next()], [None; 2]);
    // What stands in a segment that is cut off is not a segment.
    let cut = [0xFF, 0xD8, 0xFF, 0xE1, 0, 20, 0xFF, 0xE2, 0, 2];
    let mut walk = segments(&cut);
    assert_eq!([walk.next(), walk.next()], [None; 2]);
}

#[test]
fn a_cut_file_has_the_segments_that_are_whole() {
    let jpeg = fixture("420-progressive").jpeg;
    let all: Vec<Segment<'_>> = segments(jpeg).collect();
    for length in 0..jpeg.len() {
        let part: Vec<Segment<'_>> = segments(&jpeg[..length]).collect();
        let whole = all.iter().take_while(|segment| segment.end() <= length).count();
        assert_eq!(part, all[..whole], "{length}");
    }
}

#[test]
fn any_bytes_are_walked_over_from_front_to_back() {
    let mut random = Rng::with_seed(1);
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..random.usize(..80))
            .map(|_| if random.u8(..3) == 0 { 0xFF } else { random.u8(..) & random.u8(..) })
            .collect();
        let mut end = 0;
        for segment in segments(&bytes) {
            assert!(segment.offset >= end && segment.end() <= bytes.len(), "{bytes:?}");
            end = segment.end();
        }
    }
}

/// Decoding needs of the first bytes no more than the header has read.
#[test]
fn a_header_read_once_serves_every_decoder() {
    for fixture in FIXTURES {
        let jpeg = fixture.jpeg;
        let first_scan = segments(jpeg).find(|segment| segment.marker == marker::SOS).expect("a scan");
        let header = read_header(jpeg).expect(fixture.name);
        assert_eq!(read_header(&jpeg[..first_scan.end()]).as_ref(), Ok(&header));
        assert!(read_header(&jpeg[..first_scan.end() - 1]).is_err());
        for scale in Scale::ALL {
            let mut decoder = Decoder::new(jpeg, &header, scale).expect(fixture.name);
            let (width, height) = decoder.size();
            let mut pixels = vec![0; width as usize * height as usize * header.channels()];
            for row in pixels.chunks_exact_mut(width as usize * header.channels()) {
                decoder.read_row(row).expect(fixture.name);
            }
            assert_eq!(pixels, decode(jpeg, scale).expect(fixture.name).pixels);
            assert!(matches!(decoder.read_row(&mut pixels), Err(Error::Misuse(_))));
        }
    }
}

/// The caller's mistake, but no reason to panic.
#[test]
fn a_header_of_another_file_does_no_harm() {
    for header in FIXTURES.iter().map(|fixture| read_header(fixture.jpeg).expect(fixture.name)) {
        for other in FIXTURES {
            for bytes in [other.jpeg, &other.jpeg[..200]] {
                let Ok(mut decoder) = Decoder::new(bytes, &header, Scale::HALF) else {
                    continue;
                };
                let (width, height) = decoder.size();
                let mut row = vec![0; width as usize * header.channels()];
                while decoder.rows_decoded() < height && decoder.read_row(&mut row).is_ok() {}
            }
        }
        let nothing = Decoder::new(&[], &header, Scale::HALF);
        assert!(matches!(nothing, Err(Error::Damaged(_))), "{nothing:?}");
    }
}

/// However often tables are defined, a decoder loads each of them once.
#[test]
fn only_the_last_definition_of_a_table_counts() {
    let plain = fixture("420").jpeg;
    let tables = |jpeg: &[u8]| -> Vec<u8> {
        segments(jpeg)
            .filter(|segment| matches!(segment.marker, marker::DHT | marker::DQT))
            .flat_map(|segment| jpeg[segment.offset..segment.end()].to_vec())
            .collect()
    };
    let others = tables(fixture("444").jpeg);
    let twice = [&plain[..2], &others, &plain[2..]].concat();
    assert_eq!(decode(&twice, Scale::FULL), decode(plain, Scale::FULL));
}
