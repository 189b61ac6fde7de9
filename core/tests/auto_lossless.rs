//! Which WebP is written where the coding is left open: without loss for graphics where that is smaller, else lossy.

use std::path::Path;

use edgepix_core::{Format, Limits, Transform, TransformBuilder, transform};

fn source(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/sources").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    transform(source, &options.build().unwrap(), &Limits::default()).unwrap().bytes
}

fn webp() -> TransformBuilder {
    Transform::builder().format(Format::Webp)
}

/// Whether a WebP's pixels are coded without loss.
fn is_lossless(file: &[u8]) -> bool {
    assert_eq!((&file[..4], &file[8..12]), (&b"RIFF"[..], &b"WEBP"[..]));
    let has = |kind: &[u8]| file.windows(4).any(|window| window == kind);
    assert_ne!(has(b"VP8L"), has(b"VP8 "));
    has(b"VP8L")
}

#[test]
fn graphics_are_kept_where_that_is_smaller() {
    let text = source("made/text.png");
    let auto = made(&text, webp().auto_lossless(true));
    let (lossy, lossless) = (made(&text, webp()), made(&text, webp().lossless(true)));
    assert!(is_lossless(&lossless) && !is_lossless(&lossy));
    assert!(auto.len() <= lossy.len() && is_lossless(&auto), "{} against {}", auto.len(), lossy.len());
    assert_eq!(auto, lossless);
    // Not where it is forbidden.
    assert_eq!(made(&text, webp().lossless(false).auto_lossless(false)), lossy);
}

#[test]
fn photos_stay_lossy() {
    let photo = source("photos/brushes-1mp-420.jpg");
    let small = Transform::builder().width(240).format(Format::Png);
    let png = made(&photo, small);
    for photo in [&photo, &png] {
        let options = || webp().width(240);
        let auto = made(photo, options().auto_lossless(true));
        assert!(!is_lossless(&auto));
        assert_eq!(auto, made(photo, options()));
    }
}
