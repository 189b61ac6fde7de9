//! Every function of the component, called in its sandbox, gives what the core linked in gives.

use edgepix_core::{Fit, Format, Kind, Limits, Source, Transform};
use edgepix_golden::component::{built, load};
use edgepix_golden::golden_folder;
use edgepix_sandbox::{Options, Sandbox, simple};

/// A photo with an EXIF orientation, so that everything that can differ does.
fn photo() -> Vec<u8> {
    std::fs::read(golden_folder().join("sources/photos/peaks-1mp-6.jpg")).unwrap()
}

fn component() -> Sandbox {
    load(&built()).unwrap()
}

#[test]
fn typed_functions_equal_the_native_core() {
    let (component, photo, limits) = (component(), photo(), Limits::default());
    let options = Transform::builder().width(200).height(120).fit(Fit::Cover).format(Format::Webp);
    let transform = options.build().unwrap();
    assert_eq!(component.metadata(&photo), edgepix_core::metadata(&photo));
    assert_eq!(component.plan(&photo, &transform, &limits), edgepix_core::plan(&photo, &transform, &limits));
    let native = edgepix_core::transform(&photo, &transform, &limits);
    assert!(native.is_ok());
    assert_eq!(component.transform(&photo, &transform, &limits), native);
}

#[test]
fn a_source_gives_what_the_native_source_gives() {
    let (component, photo, limits) = (component(), photo(), Limits::default());
    let native = Source::open(&photo, &limits).unwrap();
    let mut source = component.open(&photo, &limits).unwrap();
    assert_eq!(source.metadata(), native.metadata());
    for width in [64, 300, 50] {
        let transform = Transform::builder().width(width).format(Format::Png).build().unwrap();
        let job = native.prepare(&transform).unwrap();
        assert_eq!(source.plan(&transform).as_ref(), Ok(job.plan()));
        assert_eq!(source.transform(&transform), job.run(&mut ()));
    }
}

#[test]
fn the_header_is_parsed_once() {
    let bytes = std::fs::read(built()).unwrap();
    let component = Sandbox::new(&bytes, &Options { fuel: Some(u64::MAX), ..Options::default() }).unwrap();
    let photo = photo();
    // A header of 100,000 empty comments (ITU-T T.81 B.2.4.5), which parsing goes through one by one.
    let comments = b"\xff\xfe\x00\x02".repeat(100_000);
    let file = [&photo[..2], &comments, &photo[2..]].concat();
    let mut source = component.open(&file, &Limits::default()).unwrap();
    let opened = source.executed().unwrap();
    for _ in 0..10 {
        source.plan(&Transform::default()).unwrap();
    }
    let planned = source.executed().unwrap() - opened;
    assert!(opened > planned, "{opened} instructions to open, {planned} for ten plans");
}

#[test]
fn typed_errors_carry_every_field() {
    let (component, photo) = (component(), photo());
    let mut limits = Limits::default();
    limits.source_pixels = 1000;
    let transform = Transform::default();
    let native = edgepix_core::plan(&photo, &transform, &limits);
    assert_eq!(native.as_ref().unwrap_err().kind, Kind::TooLarge);
    assert_eq!(component.plan(&photo, &transform, &limits), native);
    assert_eq!(
        component.transform(b"no image", &transform, &limits),
        edgepix_core::transform(b"no image", &transform, &limits)
    );
    assert_eq!(component.metadata(&photo[..30]), edgepix_core::metadata(&photo[..30]));
}

#[test]
fn frozen_functions_equal_the_native_core() {
    let (component, photo, limits) = (component(), photo(), Limits::default());
    let facts = edgepix_core::metadata(&photo).unwrap();
    let simple = component.simple_metadata(&photo).unwrap();
    assert_eq!((simple.width, simple.height), (facts.width, facts.height));
    assert_eq!((simple.format.as_str(), simple.size_bytes), ("jpeg", photo.len() as u64));

    let options = simple::TransformOptions {
        max_width: Some(150),
        max_height: Some(150),
        quality: Some(70),
        format: Some("png".to_owned()),
    };
    let transform =
        Transform::builder().width(150).height(150).quality(70).format(Format::Png).build().unwrap();
    let native = edgepix_core::transform(&photo, &transform, &limits).unwrap();
    assert_eq!(component.simple_resize(&photo, &options), Ok(native.bytes));

    let small = component.simple_resize(&photo, &options).unwrap();
    let gif = Transform::builder().format(Format::Gif).build().unwrap();
    let native = edgepix_core::transform(&small, &gif, &limits).unwrap();
    assert_eq!(component.simple_convert(&small, "gif"), Ok(native.bytes));
}

#[test]
fn frozen_errors_are_a_kind_and_a_sentence() {
    let component = component();
    for (max_width, max_height, name) in [(Some(0), None, "max-width"), (Some(150), Some(0), "max-height")] {
        let options = simple::TransformOptions { max_width, max_height, quality: None, format: None };
        let error = component.simple_resize(&photo(), &options).unwrap_err();
        let expected =
            format!("invalid-parameter: The value of `{name}` must be: a whole number, at least 1.");
        assert_eq!(error, expected, "0 is no word for the source's own size");
    }
    let error = component.simple_metadata(b"GIF89a").unwrap_err();
    assert!(error.starts_with("damaged-source: "), "{error}");
    let error = component.simple_convert(&photo(), "tiff").unwrap_err();
    assert!(error.starts_with("invalid-parameter: "), "{error}");
    let error = component.simple_convert(&photo(), "avif").unwrap_err();
    assert!(error.starts_with("unsupported: "), "{error}");
}
