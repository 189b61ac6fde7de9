//! An answer of the source's own format and size is never longer than the source for nothing.

use edgepix_core::{
    Crop, Format, KeepMetadata, Limits, Rotate, Source, Transform, TransformBuilder, metadata, transform,
};
use fastrand::Rng;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources");

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{SOURCES}/{name}")).expect(name)
}

fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    transform(source, &options.build().expect("options"), &Limits::new()).expect("an image").bytes
}

/// Without loss in an other format, in which nothing is coded again.
fn pixels(source: &[u8]) -> Vec<u8> {
    let format =
        if metadata(source).expect("a header").format == Format::Webp { Format::Png } else { Format::Webp };
    made(source, Transform::builder().format(format).lossless(format == Format::Webp))
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
        if is_new {
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
    for name in ["made/text.png", "photos/brushes-1mp-420.jpg", "made/odd-77x53-lossy.webp"] {
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

/// A picture by rule, with so many channels.
fn picture(kind: u32, width: u32, height: u32, channels: usize, random: &mut Rng) -> Vec<u8> {
    let mut sample = |at: usize| {
        let (i, channel) = (at / channels, at % channels);
        let (x, y) = (i as u32 % width, i as u32 / width);
        match kind {
            0 => random.u8(..),
            1 => (x * 3 + y * 2 + channel as u32 * 50) as u8,
            2 => ((x / 7 * y / 5) as u8 & 3) * 80 + random.u8(..2) * 9,
            _ => ((x ^ y) & 1) as u8 * 255,
        }
    };
    (0..(width * height) as usize * channels).map(&mut sample).collect()
}

/// A file of libwebp by random settings.
fn webp(lossless: bool, random: &mut Rng) -> Vec<u8> {
    let (width, height) = (random.u32(1..120), random.u32(1..90));
    let has_alpha = random.bool();
    let pixels = picture(random.u32(..4), width, height, if has_alpha { 4 } else { 3 }, random);
    let mut config = webp::WebPConfig::new().expect("a configuration");
    config.lossless = lossless.into();
    config.exact = 1;
    config.quality = random.u8(..95).into();
    config.method = random.i32(0..=6);
    config.segments = random.i32(1..=4);
    config.partitions = random.i32(0..=3);
    config.filter_strength = random.i32(0..=100);
    config.filter_sharpness = random.i32(0..=7);
    config.filter_type = random.i32(0..=1);
    config.alpha_compression = random.i32(0..=1);
    config.alpha_filtering = random.i32(0..=2);
    config.alpha_quality = random.i32(50..=100);
    let layout = if has_alpha { webp::PixelLayout::Rgba } else { webp::PixelLayout::Rgb };
    webp::Encoder::new(&pixels, layout, width, height).encode_advanced(&config).expect("a file").to_vec()
}

#[test]
fn webps_of_an_other_encoder_keep_their_pixels_and_do_not_grow() {
    let mut random = Rng::with_seed(5);
    let mut recoded = [0; 2];
    for round in 0..240 {
        let is_lossless = round % 2 == 0;
        let source = webp(is_lossless, &mut random);
        let options =
            Transform::builder().quality(100).lossless(is_lossless).effort(edgepix_core::Effort::Fast);
        let same = made(&source, options);
        assert!(same.len() <= source.len(), "{round}: {} of {}", same.len(), source.len());
        // A new picture may be as short where there is next to none.
        let facts = metadata(&source).expect("a header");
        if same.len() + 8 >= source.len() && facts.width * facts.height > 1000 {
            assert_eq!(pixels(&same), pixels(&source), "{round}");
            recoded[usize::from(is_lossless)] += 1;
        }
    }
    assert!(recoded.iter().all(|&count| count > 40), "{recoded:?}");
}

#[test]
fn chunks_of_a_webp_follow_the_rules() {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        [&kind[..], &(data.len() as u32).to_le_bytes(), data, &[0][..data.len() % 2]].concat()
    };
    let poor = read("made/poor.webp");
    let facts = metadata(&poor).expect("a header");
    let [w0, w1, ..] = (facts.width - 1).to_le_bytes();
    let [h0, h1, ..] = (facts.height - 1).to_le_bytes();
    // A TIFF structure with nothing but who made it.
    let tiff = b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x06\0\0\0\x1a\0\0\0\0\0\0\0Maker\0";
    let chunks = [
        chunk(b"VP8X", &[0x08, 0, 0, 0, w0, w1, 0, h0, h1, 0]),
        chunk(b"WHAT", b"secret"),
        poor[12..].to_vec(),
        chunk(b"EXIF", tiff),
        b"secret behind".to_vec(),
    ];
    let source = [b"RIFF\xff\xff\0\0WEBP", &chunks.concat()[..]].concat();
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|found| found == text);
    for (keep, is_kept) in [(KeepMetadata::None, false), (KeepMetadata::All, true)] {
        let same = made(&source, Transform::builder().quality(90).metadata(keep));
        assert!(same.len() <= source.len(), "{} of {}", same.len(), source.len());
        assert_eq!(pixels(&same), pixels(&poor));
        assert!(!has(&same, b"secret"));
        assert_eq!(has(&same, b"Maker"), is_kept);
    }
}

/// Where the extended header has no alpha, there is none.
#[test]
fn alpha_that_does_not_count_is_left_out() {
    for name in ["made/alpha-edges-lossy.webp", "made/alpha-edges.webp"] {
        let mut source = read(name);
        if &source[12..16] != b"VP8X" {
            let facts = metadata(&source).expect("a header");
            let head = [0, 0, 0, 0, facts.width as u8 - 1, 0, 0, facts.height as u8 - 1, 0, 0];
            source = [&source[..12], b"VP8X\x0a\0\0\0", &head, &source[12..]].concat();
        }
        assert!(
            !metadata(&{
                source[20] = 0;
                source.clone()
            })
            .expect("a header")
            .has_alpha,
            "{name}"
        );
        let lossless = name.ends_with("edges.webp");
        let same = made(&source, Transform::builder().quality(100).lossless(lossless));
        assert!(same.len() <= source.len(), "{name}: {} of {}", same.len(), source.len());
        assert!(!metadata(&same).expect("a header").has_alpha, "{name}");
        assert_eq!(pixels(&same), pixels(&source), "{name}");
    }
}
