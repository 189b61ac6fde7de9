//! What a PNG's chunks say about its colours: which of them counts, and what the metadata tells of it.

#[path = "icc/build.rs"]
mod build;
#[path = "icc/profiles.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod profiles;
#[path = "icc/reference.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod reference;

use edgepix_core::{Format, Limits, Metadata, ProfileFault, Transform, metadata, transform};
use miniz_oxide::deflate::compress_to_vec_zlib;

const CICP_P3: &[u8] = &[12, 13, 0, 1];
const CICP_PQ: &[u8] = &[9, 16, 0, 1];
const LINEAR: &[u8] = &100_000u32.to_be_bytes();

/// What (200, 100, 50) becomes by the profile of Display P3, and by a gamma of 1.
const P3: [u8; 3] = [215, 93, 31];
const GAMMA_1: [u8; 3] = [229, 168, 122];
const UNCHANGED: [u8; 3] = [200, 100, 50];

/// A chunk's type and data.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);
/// Chunks, the colour that comes out, the profile's name, and why it is ignored.
type Case<'a> = (&'a [Chunk<'a>], [u8; 3], Option<&'a str>, Option<ProfileFault>);

#[test]
fn the_first_that_is_understood_counts() {
    let p3 = iccp(&profiles::case("P3 v4").bytes);
    let grey = iccp(&profiles::case("grey gamma 1.8 v4").bytes);
    let srgb: Chunk<'_> = (b"sRGB", &[0]);
    let linear: Chunk<'_> = (b"gAMA", LINEAR);
    let cicp = |codes: &'static [u8]| -> Chunk<'_> { (b"cICP", codes) };
    let damaged: Chunk<'_> = (b"iCCP", b"name\0\0nothing");
    let cases: &[Case<'_>] = &[
        (&[], UNCHANGED, None, None),
        (&[linear], GAMMA_1, Some("gAMA 1"), None),
        (&[linear, srgb], UNCHANGED, None, None),
        (&[(b"iCCP", &p3), srgb, linear], P3, Some("ICC"), None),
        (&[linear, srgb, (b"iCCP", &p3)], P3, Some("ICC"), None),
        (&[linear, cicp(CICP_P3), srgb, (b"iCCP", b"")], P3, Some("cICP 12/13/0/1"), None),
        // Not understood: the next one.
        (&[cicp(CICP_PQ), (b"iCCP", &p3), linear], P3, Some("ICC"), None),
        (&[cicp(CICP_PQ), linear], GAMMA_1, Some("gAMA 1"), None),
        (&[cicp(CICP_PQ), srgb], UNCHANGED, None, None),
        (&[cicp(CICP_PQ)], UNCHANGED, Some("cICP 9/16/0/1"), Some(ProfileFault::Unsupported)),
        (&[damaged, linear], GAMMA_1, Some("ICC"), Some(ProfileFault::Damaged)),
        (&[damaged, srgb, linear], UNCHANGED, Some("ICC"), Some(ProfileFault::Damaged)),
        (&[damaged], UNCHANGED, Some("ICC"), Some(ProfileFault::Damaged)),
        (&[(b"iCCP", &grey)], UNCHANGED, Some("ICC"), Some(ProfileFault::OtherChannels)),
        (&[(b"gAMA", &[0; 4])], UNCHANGED, Some("gAMA 0"), Some(ProfileFault::Damaged)),
        // Chunks of a wrong length are none.
        (&[(b"gAMA", &[0; 3]), (b"sRGB", &[]), (b"cICP", &[1])], UNCHANGED, None, None),
        // Primaries alone say nothing.
        (&[(b"cHRM", &[0; 32])], UNCHANGED, None, None),
    ];
    for (chunks, expected, name, fault) in cases {
        let file = png(chunks);
        let Metadata { profile, profile_ignored, .. } = metadata(&file).unwrap();
        assert_eq!((profile.as_deref(), profile_ignored), (*name, *fault), "{chunks:?}");
        assert_eq!(pixel(&file), *expected, "{chunks:?}");
    }
}

#[test]
fn a_jpegs_profile_of_which_parts_are_missing_is_ignored_and_named() {
    let jpeg =
        transform(&png(&[]), &Transform::builder().format(Format::Jpeg).build().unwrap(), &Limits::new());
    let jpeg = jpeg.unwrap().bytes;
    let part = b"\xff\xe2\x00\x14ICC_PROFILE\0\x01\x02abcd";
    let file = [&jpeg[..2], part, &jpeg[2..]].concat();
    let Metadata { profile, profile_ignored, .. } = metadata(&file).unwrap();
    assert_eq!((profile.as_deref(), profile_ignored), (Some("ICC"), Some(ProfileFault::Damaged)));
}

/// The data of an `iCCP` chunk.
fn iccp(profile: &[u8]) -> Vec<u8> {
    [b"name\0\0", &compress_to_vec_zlib(profile, 6)[..]].concat()
}

/// A pixel of (200, 100, 50) behind chunks.
fn png(chunks: &[Chunk<'_>]) -> Vec<u8> {
    let header: Chunk<'_> = (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
    let pixels = compress_to_vec_zlib(&[&[0], &UNCHANGED[..]].concat(), 6);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [header].iter().chain(chunks).chain(&[(b"IDAT", &pixels[..]), (b"IEND", &[])]) {
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(*kind);
        file.extend(*data);
        file.extend(crc(&[&kind[..], data].concat()).to_be_bytes());
    }
    file
}

/// Of ISO/IEC 15948 annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

fn pixel(file: &[u8]) -> [u8; 3] {
    let result = transform(file, &Transform::default(), &Limits::new()).unwrap().bytes;
    let mut reader = png::Decoder::new(std::io::Cursor::new(&result)).read_info().unwrap();
    assert!(reader.info().icc_profile.is_none() && reader.info().source_gamma.is_none());
    let mut pixel = [0; 3];
    reader.next_frame(&mut pixel).unwrap();
    pixel
}
