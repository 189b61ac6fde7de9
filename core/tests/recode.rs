//! An answer of the source's own format and size is never longer than the source for nothing.

use edgepix_core::{
    Crop, Format, KeepMetadata, Limits, Rotate, Source, Transform, TransformBuilder, metadata, transform,
};
use fastrand::Rng;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources");

/// The formats whose stills are coded again.
const RECODED: [Format; 3] = [Format::Jpeg, Format::Png, Format::Gif];

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{SOURCES}/{name}")).expect(name)
}

fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    transform(source, &options.build().expect("options"), &Limits::new()).expect("an image").bytes
}

/// As PNG, which is lossless. (Of a PNG: as an other one, smaller by half, as it would be coded again itself.)
fn pixels(source: &[u8]) -> Vec<u8> {
    let (width, height) = metadata(source).map(|facts| (facts.width, facts.height)).expect("a header");
    made(source, Transform::builder().format(Format::Webp).lossless(true).width(width).height(height))
}

/// The sources of the golden suite that are not too large.
fn sources() -> Vec<(String, Vec<u8>)> {
    let folders = ["made", "photos", "graphics"].map(|folder| format!("{SOURCES}/{folder}"));
    let mut files: Vec<_> =
        folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten().collect();
    files.sort_by_key(|file| file.path());
    let named =
        |file: std::fs::DirEntry| Some((file.path().display().to_string(), std::fs::read(file.path()).ok()?));
    files.into_iter().filter_map(named).filter(|(_, bytes)| bytes.len() < 500_000).collect()
}

#[test]
fn no_still_grows() {
    let mut checked = 0;
    for (name, source) in sources() {
        let Ok(output) = transform(&source, &Transform::default(), &Limits::new()) else { continue };
        let facts = metadata(&source).expect("a header");
        // What is cut short is a new picture, and so is what has its colours converted or is turned.
        let is_new = name.contains("cut")
            || facts.profile.is_some()
            || facts.orientation.exif() != 1
            || name.contains("cmyk")
            || name.contains("ycck");
        if is_new || !RECODED.contains(&output.format) {
            continue;
        }
        checked += 1;
        assert!(output.bytes.len() <= source.len(), "{name}: {} of {}", output.bytes.len(), source.len());
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn a_photo_of_low_quality_stays_as_it_is() {
    let photo = read("photos/brushes-1mp-420.jpg");
    let mut random = Rng::with_seed(1);
    for _ in 0..8 {
        let size = (random.u32(1..500), random.u32(1..400));
        let quality = random.u8(1..70);
        let source = made(
            &photo,
            Transform::builder().width(size.0).height(size.1).fit(edgepix_core::Fit::Fill).quality(quality),
        );
        let same = made(&source, Transform::builder().quality(100));
        assert!(same.len() <= source.len(), "{size:?}, {quality:?}: {} of {}", same.len(), source.len());
        assert_eq!(pixels(&same), pixels(&source));
        // Other options than quality and effort need pixels.
        let turned = made(&source, Transform::builder().quality(100).rotate(Rotate::Half));
        assert!(turned.len() > source.len());
    }
}

/// A side that is mirrored must be whole MCUs; else there is no way to turn the picture but a new one.
#[test]
fn a_turned_photo_becomes_upright_without_loss_where_it_can() {
    let photo = read("photos/brushes-1mp-420.jpg");
    let crop = |width, height| {
        Transform::builder().width(width).height(height).fit(edgepix_core::Fit::Cover).quality(30)
    };
    for (width, height) in [(320, 240), (321, 240), (320, 241)] {
        let stored = made(&photo, crop(width, height));
        for orientation in 2..=8u8 {
            // A TIFF structure with nothing but the orientation.
            let tiff =
                [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation, 0, 0, 0, 0, 0, 0][..]]
                    .concat();
            let length = (2 + 6 + tiff.len() as u16).to_be_bytes();
            let source = [&stored[..2], &[0xFF, 0xE1], &length, b"Exif\0\0", &tiff, &stored[2..]].concat();
            let facts = metadata(&source).expect("a header");
            assert_eq!(facts.orientation.exif(), orientation);
            let output = made(&source, Transform::builder().quality(100));
            let turned = metadata(&output).expect("a header");
            assert_eq!(
                (turned.width, turned.height, turned.orientation.exif()),
                (facts.width, facts.height, 1)
            );
            // What is mirrored, where it is stored.
            let (mirror_x, mirror_y) = [
                (true, false),
                (true, true),
                (false, true),
                (false, false),
                (false, true),
                (true, true),
                (true, false),
            ][usize::from(orientation) - 2];
            let is_lossless = !(mirror_x && width == 321 || mirror_y && height == 241);
            let is_recoded = output.len() < source.len() * 3 / 2;
            assert_eq!(
                is_recoded,
                is_lossless,
                "{width}×{height}, {orientation}: {} of {}",
                output.len(),
                source.len()
            );
        }
    }
}

#[test]
fn graphics_stay_as_small_as_they_were() {
    // By a program that tries many ways to pack.
    let source = read("made/text.png");
    let same = made(&source, Transform::builder().format(Format::Png));
    assert!(same.len() <= source.len(), "{} of {}", same.len(), source.len());
    assert_eq!(pixels(&same), pixels(&source));
}

/// What the result says of itself follows the rules for metadata, however it came to be.
#[test]
fn metadata_follows_its_rules() {
    for name in ["made/text.png", "photos/brushes-1mp-420.jpg"] {
        let source = made(&read(name), Transform::builder().quality(20));
        for keep in [KeepMetadata::None, KeepMetadata::All] {
            let same = made(&source, Transform::builder().metadata(keep));
            assert!(same.len() <= source.len(), "{name}: {} of {}", same.len(), source.len());
            assert_eq!(pixels(&same), pixels(&source));
        }
    }
}

#[test]
fn the_plan_counts_it() {
    let source = read("photos/brushes-1mp-420.jpg");
    let source = Source::open(source, &Limits::new()).expect("a header");
    let work = |options: TransformBuilder| {
        source.prepare(&options.build().expect("options")).expect("a job").plan().work
    };
    let crop = format!("0,0,{},{}", source.metadata().width, source.metadata().height - 1);
    // Nearly the same picture, but not all of it.
    let (same, other) =
        (work(Transform::builder()), work(Transform::builder().crop(crop.parse::<Crop>().expect("a crop"))));
    assert!(same > other + source.bytes().len() as u64 * 100, "{same}, {other}");
}
