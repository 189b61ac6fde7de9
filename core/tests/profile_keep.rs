//! `profile=keep`: pixels stay as they are stored, and their profile goes along.

#[path = "icc/build.rs"]
mod build;
#[path = "icc/profiles.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod profiles;
#[path = "icc/reference.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod reference;

use std::borrow::Cow;

use edgepix_core::{Background, Fit, Format, Limits, Profile, Transform, TransformBuilder, transform};
use profiles::{D65, SRGB, matrix, srgb_tone};

const COLOUR: [u8; 3] = [200, 100, 50];

#[test]
fn rgb_keeps_its_profile_and_its_pixels() {
    for name in ["P3 v4", "ProPhoto", "RGB table v2 Lut16 Lab "] {
        let profile = profiles::case(name).bytes;
        let source = png(png::ColorType::Rgb, &COLOUR, Some(&profile));
        for format in [Format::Png, Format::Jpeg, Format::Webp] {
            let kept = run(&source, keep().format(format).lossless(true));
            assert_eq!(embedded(format, &kept), Some(profile.clone()), "{name}, {format}");
            assert!(near(&pixel(format, &kept)[..3], &COLOUR, 2), "{name}, {format}");
            // It is kept again: from a JPEG by way of planes, and from a WebP.
            let again = run(&kept, keep().format(Format::Png));
            assert_eq!(embedded(Format::Png, &again), Some(profile.clone()), "{name}, {format}");
            assert!(near(&pixel(Format::Png, &again)[..3], &COLOUR, 3), "{name}, {format}");

            let plain = run(&source, Transform::builder().format(format).lossless(true));
            assert_eq!(embedded(format, &plain), None, "{name}, {format}");
            assert!(!near(&pixel(format, &plain)[..3], &COLOUR, 8), "{name}, {format}");
        }
    }
}

#[test]
fn a_long_profile_is_split_and_a_too_long_one_is_not_kept() {
    let mut profile = profiles::case("P3 v4").bytes;
    for (length, stays) in
        [(65_519, true), (65_520, true), (200_000, true), (768 << 10, true), (769 << 10, false)]
    {
        // What stands behind all tags is part of the profile all the same.
        profile.resize(length, 7);
        profile[..4].copy_from_slice(&(length as u32).to_be_bytes());
        let source = jpeg(&profile);
        for format in [Format::Jpeg, Format::Webp] {
            let kept = run(&source, keep().format(format));
            assert_eq!(embedded(format, &kept), stays.then(|| profile.clone()), "{length}, {format}");
            assert_eq!(near(&pixel(format, &kept)[..3], &COLOUR, 3), stays, "{length}, {format}");
        }
    }
}

#[test]
fn nothing_is_embedded_where_it_would_say_nothing_or_something_wrong() {
    let p3 = profiles::case("P3 v4").bytes;
    let srgb = matrix("", 2, D65, SRGB, [srgb_tone(), srgb_tone(), srgb_tone()]).bytes;
    let grey_profile = profiles::case("grey gamma 1.8 v4").bytes;
    let rgb = |profile: Option<&[u8]>| png(png::ColorType::Rgb, &COLOUR, profile);
    let grey = png(png::ColorType::Grayscale, &[100], Some(&grey_profile));
    let grey_alpha = png(png::ColorType::GrayscaleAlpha, &[100, 255], Some(&grey_profile));
    for (what, source, expected) in [
        ("no profile", rgb(None), COLOUR),
        ("sRGB by its numbers", rgb(Some(&srgb)), COLOUR),
        ("damaged", rgb(Some(&p3[..200])), COLOUR),
        ("for grey", rgb(Some(&grey_profile)), COLOUR),
        ("grey", grey, [119; 3]),
        ("grey with alpha", grey_alpha, [119; 3]),
    ] {
        for format in [Format::Png, Format::Webp] {
            let kept = run(&source, keep().format(format).lossless(true));
            assert_eq!(embedded(format, &kept), None, "{what}, {format}");
            let pixel = pixel(format, &kept);
            let colour = if pixel.len() < 3 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] };
            assert_eq!(colour, expected, "{what}, {format}");
        }
    }
    // A GIF carries none: its colours are those without `keep`.
    let gif = |builder: TransformBuilder| run(&rgb(Some(&p3)), builder.format(Format::Gif));
    assert_eq!(gif(keep()), gif(Transform::builder()));
}

#[test]
fn a_background_is_stated_in_srgb() {
    let background = Background { red: 220, green: 40, blue: 90, alpha: 255 };
    for name in ["P3 v4", "Adobe RGB", "ProPhoto v4"] {
        let case = profiles::case(name);
        let source = png(png::ColorType::Rgba, &[1, 2, 3, 0], Some(&case.bytes));
        let kept = run(&source, keep().format(Format::Jpeg).quality(100).background(background));
        let device: Vec<f64> =
            pixel(Format::Jpeg, &kept).iter().map(|&sample| f64::from(sample) / 255.0).collect();
        let shown = (case.reference)(&device).map(|sample| sample.round() as u8);
        assert!(near(&shown, &[220, 40, 90], 3), "{name}: {shown:?}");

        let canvas = keep().format(Format::Png).width(4).height(2).fit(Fit::Contain).background(background);
        let opaque = png(png::ColorType::Rgb, &COLOUR, Some(&case.bytes));
        let left = pixel(Format::Png, &run(&opaque, canvas.enlarge(true)));
        let device: Vec<f64> = left.iter().map(|&sample| f64::from(sample) / 255.0).collect();
        let shown = (case.reference)(&device).map(|sample| sample.round() as u8);
        assert!(near(&shown, &[220, 40, 90], 2), "{name}: {shown:?}");
    }
}

fn keep() -> TransformBuilder {
    Transform::builder().profile(Profile::Keep)
}

fn run(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    transform(source, &options.build().unwrap(), &Limits::new()).unwrap().bytes
}

fn near(a: &[u8], b: &[u8], most: u8) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= most)
}

/// A PNG of one pixel.
fn png(colour: png::ColorType, pixel: &[u8], profile: Option<&[u8]>) -> Vec<u8> {
    let mut info = png::Info::with_size(1, 1);
    info.color_type = colour;
    info.icc_profile = profile.map(Cow::Borrowed);
    let mut file = Vec::new();
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    writer.write_image_data(pixel).unwrap();
    writer.finish().unwrap();
    file
}

/// A JPEG of the colour, with a profile in as many parts as it needs.
fn jpeg(profile: &[u8]) -> Vec<u8> {
    let plain = Transform::builder().format(Format::Jpeg).quality(100);
    let jpeg = run(&png(png::ColorType::Rgb, &COLOUR, None), plain);
    let parts: Vec<&[u8]> = profile.chunks(50_000).collect();
    let mut file = jpeg[..2].to_vec();
    for (number, part) in (1..).zip(&parts) {
        file.extend([0xff, 0xe2]);
        file.extend((part.len() as u16 + 16).to_be_bytes());
        file.extend(b"ICC_PROFILE\0");
        file.extend([number, parts.len() as u8]);
        file.extend(*part);
    }
    file.extend(&jpeg[2..]);
    file
}

/// The profile in a file, read by others than the core's readers.
fn embedded(format: Format, file: &[u8]) -> Option<Vec<u8>> {
    match format {
        Format::Png => {
            let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            reader.info().icc_profile.as_ref().map(|profile| profile.to_vec())
        }
        Format::Webp => {
            let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file)).unwrap();
            decoder.icc_profile().unwrap()
        }
        Format::Jpeg => {
            let (mut at, mut profile, mut expected) = (2, Vec::new(), 1);
            let mut count = 0;
            while file[at + 1] != 0xda {
                let end = at + 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
                if let Some([number, of, part @ ..]) = file[at + 4..end].strip_prefix(b"ICC_PROFILE\0") {
                    assert_eq!((file[at + 1], *number), (0xe2, expected));
                    expected += 1;
                    count = *of;
                    profile.extend_from_slice(part);
                }
                at = end;
            }
            assert_eq!(count, expected - 1);
            (count > 0).then_some(profile)
        }
        other => panic!("{other} carries no profile"),
    }
}

/// The samples of the first pixel.
fn pixel(format: Format, file: &[u8]) -> Vec<u8> {
    let png = match format {
        Format::Png => file.to_vec(),
        // What it says about its colours would change them.
        _ => run(&without_profile(format, file), Transform::builder().format(Format::Png)),
    };
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let (colour, _) = reader.output_color_type();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels.truncate(colour.samples());
    pixels
}

/// The file with its profile's name broken, so that nobody finds it.
fn without_profile(format: Format, file: &[u8]) -> Vec<u8> {
    let name: &[u8] = if format == Format::Jpeg { b"ICC_PROFILE" } else { b"ICCP" };
    let mut file = file.to_vec();
    while let Some(at) = file.windows(name.len()).position(|window| window == name) {
        file[at] = b'x';
    }
    file
}
