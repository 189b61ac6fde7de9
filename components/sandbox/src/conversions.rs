//! Tests of the conversions between the core's types and the interface's, both directions on the types that Wasmtime
//! makes.

use edgepix_core::{
    Background, Compass, Crop, Effort, Error, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Limits,
    Profile, Rotate, Transform, TransformBuilder,
};
use wit_parser::{Resolve, TypeDefKind};

use crate::bindings::exports::edgepix::pipeline::pipeline as wit;

edgepix_wit_types::component!(@without_formats crate::bindings::exports::edgepix::pipeline::pipeline);

/// A record in which everything is absent.
#[rustfmt::skip]
const NOTHING: wit::Options = wit::Options {
    width: None, height: None, dpr: None, fit: None, enlarge: None, gravity: None, crop: None, trim: None, rotate: None,
    flip: None, pad: None, background: None, blur: None, sharpen: None, brightness: None, contrast: None,
    saturation: None, overlay: None, format: None, quality: None, auto_quality: None, lossless: None, auto_lossless: None, effort: None,
    max_bytes: None, frame: None, metadata: None, profile: None,
};

fn read(options: wit::Options) -> Result<Transform, Error> {
    options.try_into()
}

#[test]
fn what_is_absent_has_its_default() {
    assert_eq!(read(NOTHING), Ok(Transform::default()));
    assert_eq!(read((&Transform::default()).try_into().unwrap()), Ok(Transform::default()));
    let nothing = wit::Limits {
        source_bytes: None,
        source_pixels: None,
        output_side: None,
        output_pixels: None,
        frames: None,
        animation_pixels: None,
        memory: None,
        work: None,
    };
    assert_eq!(Limits::from(nothing), Limits::default());
}

#[test]
fn every_option_arrives_as_it_was() {
    let length = |percent| Length::percent(percent).unwrap();
    let all = Transform::builder()
        .width(300)
        .height(200)
        .dpr(1.5)
        .enlarge(true)
        .crop(Crop::new(Length::Pixels(1), length(2.5), Length::Pixels(30), length(100.0)).unwrap())
        .background(Background { red: 1, green: 2, blue: 3, alpha: 4 })
        .quality(77)
        .lossless(true)
        .frame(3)
        .build()
        .unwrap();
    let with =
        |change: &dyn Fn(TransformBuilder) -> TransformBuilder| change(all.to_builder()).build().unwrap();
    let mut transforms = vec![
        all.clone(),
        with(&|all| all.auto_lossless(true)),
        with(&|all| all.gravity(Gravity::focal(0.25, 1.0).unwrap())),
    ];
    for fit in [Fit::Inside, Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill] {
        transforms.push(with(&|all| all.fit(fit)));
    }
    for compass in [
        Compass::Center,
        Compass::North,
        Compass::Northeast,
        Compass::East,
        Compass::Southeast,
        Compass::South,
        Compass::Southwest,
        Compass::West,
        Compass::Northwest,
    ] {
        transforms.push(with(&|all| all.gravity(Gravity::Compass(compass))));
    }
    for rotate in [Rotate::None, Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters] {
        transforms.push(with(&|all| all.rotate(rotate)));
    }
    for flip in [Flip::None, Flip::Horizontal, Flip::Vertical, Flip::Both] {
        transforms.push(with(&|all| all.flip(flip)));
    }
    for format in Format::all() {
        transforms.push(with(&|all| all.format(format)));
    }
    for metadata in [KeepMetadata::None, KeepMetadata::Copyright, KeepMetadata::All] {
        transforms.push(with(&|all| all.metadata(metadata)));
    }
    for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
        transforms.push(with(&|all| all.effort(effort)));
    }
    for profile in [Profile::Srgb, Profile::Keep] {
        transforms.push(with(&|all| all.profile(profile)));
    }
    for transform in &transforms {
        assert_eq!(read(transform.try_into().unwrap()).as_ref(), Ok(transform));
    }
}

#[test]
fn every_limit_arrives_as_it_was() {
    let mut limits = Limits::default();
    limits.source_bytes = 1;
    limits.source_pixels = 2;
    limits.output_side = 3;
    limits.output_pixels = 4;
    limits.frames = 5;
    limits.animation_pixels = 6;
    limits.memory = 7;
    limits.work = 8;
    assert_eq!(Limits::from(wit::Limits::from(&limits)), limits);
}

#[test]
fn what_is_not_built_is_refused_by_its_name() {
    let overlay = wit::Overlay { image: Vec::new(), gravity: None, width: None, opacity: None };
    let pad = wit::Pad { top: 0, right: 0, bottom: 0, left: 0 };
    for (parameter, options) in [
        ("gravity", wit::Options { gravity: Some(wit::Gravity::Smart), ..NOTHING }),
        ("gravity", wit::Options { gravity: Some(wit::Gravity::Face), ..NOTHING }),
        ("trim", wit::Options { trim: Some(10.0), ..NOTHING }),
        ("pad", wit::Options { pad: Some(pad), ..NOTHING }),
        ("blur", wit::Options { blur: Some(1.0), ..NOTHING }),
        ("sharpen", wit::Options { sharpen: Some(1.0), ..NOTHING }),
        ("brightness", wit::Options { brightness: Some(-1.0), ..NOTHING }),
        ("contrast", wit::Options { contrast: Some(1.0), ..NOTHING }),
        ("saturation", wit::Options { saturation: Some(f64::NAN), ..NOTHING }),
        ("overlay", wit::Options { overlay: Some(overlay), ..NOTHING }),
        ("q", wit::Options { auto_quality: Some(true), ..NOTHING }),
        ("max", wit::Options { max_bytes: Some(1000), ..NOTHING }),
    ] {
        let error = read(options).unwrap_err();
        assert_eq!((error.kind, error.parameter.as_deref()), (Kind::Unsupported, Some(parameter)));
    }
    let defaults = wit::Options {
        brightness: Some(0.0),
        auto_quality: Some(false),
        profile: Some(wit::Profile::Srgb),
        ..NOTHING
    };
    assert_eq!(read(defaults), Ok(Transform::default()));
}

#[test]
fn what_is_out_of_range_is_refused_by_its_name() {
    let crop = |width| {
        let none = wit::Length::Pixels(0);
        Some(wit::Crop { x: none, y: none, width, height: wit::Length::Pixels(1) })
    };
    let focal = wit::Gravity::Focal(wit::Point { x: 2.0, y: 0.5 });
    for (parameter, options) in [
        ("w", wit::Options { width: Some(0), ..NOTHING }),
        ("h", wit::Options { height: Some(0), ..NOTHING }),
        ("dpr", wit::Options { dpr: Some(f64::NAN), ..NOTHING }),
        ("gravity", wit::Options { gravity: Some(focal), ..NOTHING }),
        ("crop", wit::Options { crop: crop(wit::Length::Pixels(0)), ..NOTHING }),
        ("crop", wit::Options { crop: crop(wit::Length::Percent(-1.0)), ..NOTHING }),
        ("q", wit::Options { quality: Some(101), ..NOTHING }),
    ] {
        let error = read(options).unwrap_err();
        assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, Some(parameter)));
    }
}

#[test]
fn every_error_arrives_as_it_was() {
    for kind in Kind::ALL {
        let mut error = Error::new(kind, "A sentence.");
        error.parameter = Some("memory".into());
        error.allowed = Some("less".into());
        (error.limit, error.actual) = (Some(1), Some(2));
        assert_eq!(Error::from(wit::Error::from(error.clone())), error);
    }
}

/// The names of the interface's cases and fields are those of the one vocabulary.
#[test]
fn kinds_and_formats_have_the_same_names_everywhere() {
    let mut resolve = Resolve::default();
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/wit");
    resolve.push_path(format!("{wit}/image-processor")).unwrap();
    let (package, _) = resolve.push_path(format!("{wit}/pipeline")).unwrap();
    let interface = &resolve.interfaces[resolve.packages[package].interfaces["pipeline"]];
    let cases = |name: &str| -> Vec<String> {
        match &resolve.types[interface.types[name]].kind {
            TypeDefKind::Enum(it) => it.cases.iter().map(|case| case.name.clone()).collect(),
            TypeDefKind::Variant(it) => it.cases.iter().map(|case| case.name.clone()).collect(),
            other => panic!("{name} is no list of cases: {other:?}"),
        }
    };
    assert_eq!(cases("error"), Kind::ALL.map(Kind::slug));
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(
        sorted(cases("format")),
        sorted(Format::all().map(|format| format.name().to_owned()).collect())
    );
}
