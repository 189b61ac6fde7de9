//! Which profiles are applied, and by what in them.

use edgepix_core::ProfileFault;
use edgepix_core::stages::Colours;

use crate::build::{Profile, Tone, xyz};
use crate::exactness::convert;
use crate::profiles::{D65, P3, SRGB, case, grey, matrix, srgb_linear, srgb_tone};

/// Whether there is something to convert.
fn converts(icc: &[u8], channels: usize) -> Result<bool, ProfileFault> {
    Colours::of(icc, channels, false).map(|colours| colours.is_some())
}

#[test]
fn what_is_srgb_by_its_numbers_changes_nothing() {
    let three = |tone: Tone| [tone.clone(), tone.clone(), tone];
    let matrix = |of, tone| matrix("", 2, D65, of, three(tone)).bytes;
    assert_eq!(converts(&matrix(SRGB, srgb_tone()), 3), Ok(false));
    for samples in [256, 1024, 4096] {
        assert_eq!(converts(&matrix(SRGB, Tone::sampled(samples, srgb_linear)), 3), Ok(false), "{samples}");
    }
    assert_eq!(converts(&matrix(SRGB, Tone::Gamma(563)), 3), Ok(true));
    assert_eq!(converts(&matrix(P3, srgb_tone()), 3), Ok(true));
    let mixed = [srgb_tone(), srgb_tone(), Tone::Gamma(563)];
    assert_eq!(converts(&self::matrix("", 2, D65, SRGB, mixed).bytes, 3), Ok(true));

    assert_eq!(converts(&grey("", 4, b"XYZ ", srgb_tone()).bytes, 1), Ok(false));
    assert_eq!(converts(&grey("", 4, b"XYZ ", Tone::Gamma(563)).bytes, 1), Ok(true));

    // The numbers of the profile that most files carry, "sRGB IEC61966-2.1", which are rounded otherwise.
    let tone = Tone::sampled(1024, srgb_linear).bytes();
    let common = Profile {
        version: 2,
        space: b"RGB ",
        pcs: b"XYZ ",
        tags: vec![
            (b"rXYZ", xyz([0.436066, 0.222488, 0.013916])),
            (b"gXYZ", xyz([0.385147, 0.716873, 0.097076])),
            (b"bXYZ", xyz([0.143066, 0.060608, 0.714096])),
            (b"rTRC", tone.clone()),
            (b"gTRC", tone.clone()),
            (b"bTRC", tone),
        ],
    };
    assert_eq!(converts(&common.bytes(), 3), Ok(false));

    // Others have rounded more coarsely.
    let coarse = Profile {
        version: 4,
        tags: vec![
            (b"rXYZ", xyz([0.435852, 0.222382, 0.013916])),
            (b"gXYZ", xyz([0.385330, 0.717041, 0.097137])),
            (b"bXYZ", xyz([0.143021, 0.060593, 0.713837])),
            (b"rTRC", srgb_tone().bytes()),
            (b"gTRC", srgb_tone().bytes()),
            (b"bTRC", srgb_tone().bytes()),
        ],
        ..common
    };
    assert_eq!(converts(&coarse.bytes(), 3), Ok(false));
}

#[test]
fn grey_in_a_space_of_colours_is_taken_by_its_curve() {
    let ramp: Vec<u8> = (0..=255).collect();
    let colours: Vec<u8> = ramp.iter().flat_map(|&grey| [grey; 3]).collect();
    for name in ["Adobe RGB", "ProPhoto v4"] {
        let icc = case(name).bytes;
        let grey: Vec<u8> = convert(&icc, 1, &ramp).iter().flat_map(|&grey| [grey; 3]).collect();
        assert_eq!(grey, convert(&icc, 3, &colours), "{name}");
    }
    // Its curve is that of sRGB.
    assert_eq!(converts(&case("P3 v4").bytes, 1), Ok(false));
    assert_eq!(converts(&case("measured monitor").bytes, 1), Err(ProfileFault::OtherChannels));
    assert_eq!(converts(&case("RGB table v2 Lut16 Lab ").bytes, 1), Err(ProfileFault::OtherChannels));
    assert_eq!(converts(&case("grey gamma 2.2").bytes, 3), Err(ProfileFault::OtherChannels));
}

#[test]
fn what_cannot_be_used_says_why() {
    let rgb = case("P3 v4").bytes;
    assert_eq!(converts(&rgb, 4), Err(ProfileFault::OtherChannels));
    assert_eq!(converts(&rgb[..200], 3), Err(ProfileFault::Damaged));
    assert_eq!(converts(b"", 3), Err(ProfileFault::Damaged));
    let with = |at: usize, bytes: &[u8]| {
        let mut icc = rgb.clone();
        icc[at..at + bytes.len()].copy_from_slice(bytes);
        icc
    };
    assert_eq!(converts(&with(36, b"none"), 3), Err(ProfileFault::Damaged));
    assert_eq!(converts(&with(8, &[5]), 3), Err(ProfileFault::Unsupported));
    assert_eq!(converts(&with(12, b"link"), 3), Err(ProfileFault::Unsupported));
    assert_eq!(converts(&with(20, b"RGB "), 3), Err(ProfileFault::Damaged));

    // Primaries that are not adapted to D50: white would be blue.
    let profile = Profile {
        version: 2,
        space: b"RGB ",
        pcs: b"XYZ ",
        tags: vec![
            (b"rXYZ", xyz([0.4124, 0.2126, 0.0193])),
            (b"gXYZ", xyz([0.3576, 0.7152, 0.1192])),
            (b"bXYZ", xyz([0.1805, 0.0722, 0.9505])),
            (b"rTRC", srgb_tone().bytes()),
            (b"gTRC", srgb_tone().bytes()),
            (b"bTRC", srgb_tone().bytes()),
        ],
    };
    assert_eq!(converts(&profile.bytes(), 3), Err(ProfileFault::Damaged));
}

#[test]
fn the_perceptual_table_comes_first_and_other_tables_last() {
    let tag = |case: &str, name: &'static [u8; 4]| {
        let icc = crate::profiles::case(case).bytes;
        let count = u32::from_be_bytes(*icc[128..].first_chunk().unwrap()) as usize;
        let entry = icc[132..].chunks(12).take(count).find(|entry| entry.starts_with(b"A2B0")).unwrap();
        let number = |at: usize| u32::from_be_bytes(*entry[at..].first_chunk().unwrap()) as usize;
        (name, icc[number(4)..][..number(8)].to_vec())
    };
    let table = "RGB table v2 Lut16 Lab ";
    let alone =
        |name| Profile { version: 2, space: b"RGB ", pcs: b"Lab ", tags: vec![tag(table, name)] }.bytes();
    let pixels: Vec<u8> = (0..=254).collect();
    let by_table = convert(&alone(b"A2B0"), 3, &pixels);
    assert_eq!(convert(&alone(b"A2B1"), 3, &pixels), by_table);
    assert_eq!(convert(&alone(b"A2B2"), 3, &pixels), by_table);

    let with_curves = |name| {
        let to_pcs = crate::reference::primaries(D65, P3);
        let column = |i: usize| xyz(to_pcs.map(|row| row[i]));
        let mut tags = vec![(b"rXYZ", column(0)), (b"gXYZ", column(1)), (b"bXYZ", column(2))];
        tags.extend([b"rTRC", b"gTRC", b"bTRC"].map(|name| (name, srgb_tone().bytes())));
        tags.push(tag(table, name));
        Profile { version: 2, space: b"RGB ", pcs: b"Lab ", tags }.bytes()
    };
    assert_eq!(convert(&with_curves(b"A2B0"), 3, &pixels), by_table);
    assert_eq!(convert(&with_curves(b"A2B1"), 3, &pixels), convert(&case("P3 v4").bytes, 3, &pixels));
}
