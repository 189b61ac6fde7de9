//! The vocabulary: one table of all parameters, what each may be, and how it is set.
//!
//! URLs, the command line, the JavaScript options and the documentation's tables are made from [`PARAMETERS`], or held
//! against it by tests. To add a parameter: a row here, a field of [`Transform`](crate::Transform) and the stage that
//! does it.

use super::parameter::{format_of, put, to};
use super::{Background, Dpr, Effort, Fit, Flip, KeepMetadata, Lossless, Profile, Quality, Rotate};

pub use super::named::{options, set, wrong};
pub use super::parameter::{Parameter, Refusal, Values};

/// Every parameter, in the order of the documentation.
#[rustfmt::skip]
pub static PARAMETERS: &[Parameter] = &[
    Parameter::request("src", Values::Text(SOURCE))
        .default("given by the path")
        .help("Where the source is.")
        .also(&["url", "source", "image"]).since("0.1").with_metadata(),
    Parameter::image("w", "width", Values::Side)
        .default("the height's, by aspect ratio; without either the source's own")
        .help("Width of the box to fit into, in CSS pixels.")
        .also(&["maxwidth"]).built("0.1", |t, v| put(&mut t.width, v.side())),
    Parameter::image("h", "height", Values::Side)
        .default("the width's, by aspect ratio; without either the source's own")
        .help("Height of the box to fit into, in CSS pixels.")
        .also(&["maxheight"]).built("0.1", |t, v| put(&mut t.height, v.side())),
    Parameter::image("dpr", "dpr", Values::Number(Dpr::ALLOWED))
        .default("1")
        .help("Device pixels per CSS pixel; multiplies width and height.")
        .also(&["density"]).built("0.1", |t, v| to(&mut t.dpr, v.decimal().and_then(Dpr::new))),
    Parameter::image("fit", "fit", Values::Words(Fit::WORDS))
        .default("inside")
        .help("How the image meets the box.")
        .also(&["mode", "resize"]).built("0.1", |t, v| to(&mut t.fit, v.word())),
    Parameter::image("enlarge", "enlarge", Values::Flag)
        .default("0")
        .help("Whether small images are sampled up. Without it `cover` keeps the ratio asked for, `contain` the canvas.")
        .also(&["upscale"]).built("0.1", |t, v| to(&mut t.enlarge, v.flag())),
    Parameter::image("gravity", "gravity", Values::Gravity)
        .default("center")
        .help("Which part `cover` keeps, and where `contain` places the image.")
        .also(&["position", "focus"]).later(&["smart", "face"]).built("0.1", |t, v| to(&mut t.gravity, v.gravity())),
    Parameter::image("crop", "crop", Values::Crop)
        .default("all of it")
        .help("The part of the source to use, after EXIF orientation, before rotation and mirroring.")
        .built("0.1", |t, v| put(&mut t.crop, v.crop())),
    Parameter::image("trim", "trim", Values::Number("1 … 100"))
        .help("Cuts off borders whose colour differs from the corner's by no more than this, in per cent."),
    Parameter::image("rotate", "rotate", Values::Numbers(Rotate::WORDS))
        .help("Clockwise rotation in degrees, before mirroring.")
        .also(&["rotation"]).built("0.1", |t, v| to(&mut t.rotate, v.numeral())),
    Parameter::image("flip", "flip", Values::Words(Flip::WORDS))
        .help("Mirroring: left and right, top and bottom, both.")
        .also(&["mirror"]).built("0.1", |t, v| to(&mut t.flip, v.word())),
    Parameter::image("pad", "pad", Values::Text("all or vertical,horizontal or top,right,bottom,left in CSS pixels"))
        .help("Room around the image."),
    Parameter::image("bg", "background", Values::Text(Background::ALLOWED))
        .default("transparent; white where the format has no alpha")
        .help("Colour behind transparency and around `contain`.")
        .built("0.1", |t, v| put(&mut t.background, v.word())),
    Parameter::image("blur", "blur", Values::Number("0.3 … 100"))
        .help("Gaussian blur, by its sigma in CSS pixels."),
    Parameter::image("sharpen", "sharpen", Values::Number("0.3 … 10"))
        .help("Unsharp mask, by its sigma in CSS pixels."),
    Parameter::image("brightness", "brightness", Values::Number("-100 … 100"))
        .default("0")
        .help("Brighter or darker, in per cent."),
    Parameter::image("contrast", "contrast", Values::Number("-100 … 100"))
        .default("0")
        .help("More or less contrast, in per cent."),
    Parameter::image("saturation", "saturation", Values::Number("-100 … 100"))
        .default("0")
        .help("More or less colour, in per cent."),
    Parameter::image("overlay", "overlay", Values::Text("the name of an overlay of the configuration"))
        .help("An image on top."),
    Parameter::image("format", "format", Values::Format)
        .default(AUTO)
        .help("Format of the result.")
        .also(&["fm", "fmt", "output", "type", "ext"]).built("0.1", |t, v| format_of(&mut t.format, v)),
    Parameter::image("q", "quality", Values::Quality)
        .default("the format's")
        .help("Quality of lossy formats. A PNG that is asked for with `format` and `q` has at most 256 colours.")
        .later(&[AUTO]).built("0.1", |t, v| put(&mut t.quality, v.byte().and_then(Quality::new))),
    Parameter::image("effort", "effort", Values::Words(Effort::WORDS))
        .default("balanced")
        .help("How long encoders look for a smaller file of the same quality.")
        .built("0.1", |t, v| put(&mut t.effort, v.word())),
    Parameter::image("max", "maxBytes", Values::Number("1 or more"))
        .help("Bytes that the result may have; quality is chosen to fit."),
    Parameter::image("lossless", "lossless", Values::Flag)
        .default("0")
        .help("Whether WebP, or a PNG with `q`, is written losslessly.")
        .built("0.1", |t, v| put(&mut t.lossless, v.flag().map(Lossless::from))),
    Parameter::image("frame", "frame", Values::Number("0 or more"))
        .default("none: animations are not written yet, and refused")
        .help("One frame of an animation, counted from 0.")
        .also(&["page"]).built("0.1", |t, v| put(&mut t.frame, v.whole())),
    Parameter::image("metadata", "metadata", Values::Words(KeepMetadata::WORDS))
        .help("Which metadata stays. The colour profile is not part of it: see `profile`.")
        .built("0.1", |t, v| to(&mut t.metadata, v.word())),
    Parameter::image("profile", "profile", Values::Words(Profile::WORDS))
        .default("srgb")
        .help("Colour space of the result: sRGB, or the source's RGB space, with its profile.")
        .built("0.1", |t, v| to(&mut t.profile, v.word())),
    Parameter::request("preset", Values::Text("names of presets, with commas between"))
        .help("Sets of parameters that the configuration names.").since("0.1"),
    Parameter::request("v", Values::Text("anything"))
        .help("Makes another cache entry, and nothing else.")
        .also(&["version"]).since("0.1").with_metadata(),
    Parameter::request("exp", Values::Number("seconds since 1970"))
        .help("When a signed URL ends.")
        .also(&["expires"]).since("0.1").with_metadata(),
    Parameter::request("kid", Values::Text("the name of a key"))
        .help("The key that a URL is signed with.").since("0.1").with_metadata(),
    Parameter::request("sig", Values::Text("a signature"))
        .help("The signature of a URL.")
        .also(&["signature"]).since("0.1").with_metadata(),
];

/// What `src` may be, in words.
pub const SOURCE: &str = "an absolute http or https URL, percent-encoded once, or a path on the origin";

/// The word for what is chosen by looking at the source and at what the caller can show.
pub(crate) const AUTO: &str = "auto";

/// The parameter with this name in URLs.
///
/// ```
/// use edgepix_core::vocabulary;
///
/// assert_eq!(vocabulary::parameter("bg").unwrap().option, Some("background"));
/// ```
pub fn parameter(name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.name == name)
}

/// The parameter with this name in programs.
///
/// ```
/// use edgepix_core::vocabulary;
///
/// assert_eq!(vocabulary::option("background").unwrap().name, "bg");
/// ```
pub fn option(name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.option == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Length, Limits, Transform, Value};
    use std::collections::HashSet;

    #[test]
    fn every_name_is_one_parameters() {
        for names in [
            PARAMETERS.iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
            PARAMETERS.iter().filter_map(|parameter| parameter.option).collect(),
            PARAMETERS.iter().flat_map(|parameter| parameter.also_called).copied().collect(),
        ] {
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
        }
        for parameter in PARAMETERS {
            assert!(parameter.help.ends_with('.'), "{}", parameter.name);
            assert!(!parameter.allowed(&Limits::new()).is_empty(), "{}", parameter.name);
            let set = parameter.set(&mut Transform::default(), Value::Written(""));
            let settable = parameter.is_built() && parameter.option.is_some();
            assert_eq!(set, Err(if settable { Refusal::Invalid } else { Refusal::NotBuilt }));
        }
    }

    #[test]
    fn what_is_not_built_is_never_ignored_and_never_said_to_be_allowed() {
        for parameter in PARAMETERS.iter().filter(|parameter| parameter.option.is_some()) {
            let set = |text| parameter.set(&mut Transform::default(), Value::Written(text));
            let allowed = parameter.allowed(&Limits::new());
            for later in parameter.values_later {
                assert_eq!(set(later), Err(Refusal::NotBuilt), "{later}");
                assert!(!allowed.split(", ").any(|value| value == *later), "{later}");
            }
            if !parameter.is_built() {
                assert_eq!(set("1"), Err(Refusal::NotBuilt));
            }
        }
        let format = parameter("format").unwrap();
        for later in Format::all().filter(|format| !format.is_written()) {
            let value = Value::Text(later.name());
            assert_eq!(format.set(&mut Transform::default(), value), Err(Refusal::NotBuilt));
            assert!(!format.allowed(&Limits::new()).contains(later.name()));
        }
    }

    #[test]
    fn programs_give_values_of_their_type() {
        let set = |name, value| {
            let mut transform = Transform::default();
            option(name).unwrap().set(&mut transform, value).map(|()| transform.parameters())
        };
        for (name, value, written) in [
            ("width", Value::Number(800.0), "800"),
            ("dpr", Value::Number(1.5), "1.5"),
            ("rotate", Value::Number(90.0), "90"),
            ("quality", Value::Number(7.0), "7"),
            ("enlarge", Value::Flag(true), "1"),
            ("fit", Value::Text("cover"), "cover"),
            ("gravity", Value::Text("0.3,0.7"), "0.3,0.7"),
            ("gravity", Value::Point { x: 0.3, y: 0.7 }, "0.3,0.7"),
            ("crop", Value::Lengths([Length::Pixels(1); 4]), "1,1,1,1"),
            ("format", Value::Text("webp"), "webp"),
        ] {
            let name_in_urls = option(name).unwrap().name;
            assert_eq!(set(name, value), Ok(vec![(name_in_urls, written.to_owned())]));
        }
        for (name, value) in [
            ("width", Value::Text("800")),
            ("width", Value::Number(0.0)),
            ("height", Value::Number(1.5)),
            ("height", Value::Number(-1.0)),
            ("height", Value::Number(4_294_967_296.0)),
            ("dpr", Value::Number(f64::NAN)),
            ("rotate", Value::Number(45.0)),
            ("rotate", Value::Text("90")),
            ("quality", Value::Number(257.0)),
            ("enlarge", Value::Text("1")),
            ("enlarge", Value::Number(1.0)),
            ("fit", Value::Number(1.0)),
            ("fit", Value::Flag(true)),
            ("format", Value::Text("auto")),
            ("gravity", Value::Point { x: 0.3, y: 1.1 }),
            ("gravity", Value::Lengths([Length::Pixels(1); 4])),
            ("crop", Value::Lengths([Length::Pixels(0); 4])),
            ("crop", Value::Point { x: 0.3, y: 0.7 }),
        ] {
            assert_eq!(set(name, value), Err(Refusal::Invalid), "{name}: {value:?}");
        }
    }

    #[test]
    fn typing_errors_and_other_vocabularies_are_recognised() {
        let names = |of: fn(&'static Parameter) -> Option<&'static str>| -> Vec<_> {
            PARAMETERS.iter().filter(|parameter| parameter.is_built()).filter_map(of).collect()
        };
        let (urls, programs) = (names(|parameter| Some(parameter.name)), names(|parameter| parameter.option));
        for (typed, in_urls, in_programs) in [
            ("W", Some("w"), Some("width")),
            ("wdith", Some("w"), Some("width")),
            ("width", Some("w"), Some("width")),
            ("maxWidth", Some("w"), Some("width")),
            ("fromat", Some("format"), Some("format")),
            ("fmt", Some("format"), Some("format")),
            ("fti", Some("fit"), Some("fit")),
            ("gravitiy", Some("gravity"), Some("gravity")),
            ("los_sles", Some("lossless"), Some("lossless")),
            ("backgroud", Some("bg"), Some("background")),
            ("url", Some("src"), None),
            ("scr", Some("src"), None),
            ("foo", None, None),
            ("token", None, None),
            ("x", None, None),
            ("", None, None),
            ("callback", None, None),
            ("utm_campaign", None, None),
        ] {
            assert_eq!(Parameter::closest(typed, &urls, false), in_urls, "{typed}");
            assert_eq!(Parameter::closest(typed, &programs, true), in_programs, "{typed}");
        }
        assert_eq!(Parameter::closest("width", &["src", "v"], false), None);
    }
}
