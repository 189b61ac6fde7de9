//! Options, which JavaScript hands over one by one, each by the method for its type.

use std::num::NonZeroU32;
use std::str::FromStr;

use edgepix_core::{
    Background, Crop, Dpr, Error, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Limits, Quality,
    Rotate, Transform,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;
use crate::suggest;

/// The options, in the order of the documentation.
const OPTIONS: [&str; 16] = [
    "width",
    "height",
    "dpr",
    "fit",
    "enlarge",
    "gravity",
    "crop",
    "rotate",
    "flip",
    "background",
    "format",
    "quality",
    "lossless",
    "metadata",
    "frame",
    "limits",
];

/// The options that are known but not built yet.
const LATER: [&str; 7] = ["trim", "pad", "blur", "sharpen", "brightness", "contrast", "saturation"];

/// What `limits` may hold.
const LIMITS: [&str; 5] = ["sourceBytes", "sourcePixels", "outputSide", "frames", "memory"];

/// Memory that one job may plan for where nobody says: half of what a server gives, as a tab shares a phone.
const MEMORY: u64 = 256 << 20;

const SIDE: &str = "a whole number, at least 1";
const FLAG: &str = "true, false";
const FRAME: &str = "a whole number, 0 or more";
const LIMIT: &str = "a whole number, 0 or more";
const GRAVITY: &str = "center, north, northeast, east, southeast, south, southwest, west, northwest, or a focal \
                       point as two shares of 0 … 1: { x: 0.3, y: 0.7 }";
const CROP: &str = "{ x, y, width, height } in source pixels, or each as a text with a p for per cent: \
                    \"10p\"; width and height are more than 0";

/// What to do with an image, and what it may cost.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Options {
    pub(crate) transform: Transform,
    pub(crate) limits: Limits,
}

#[wasm_bindgen]
impl Options {
    /// The defaults.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "JavaScript has no other way to make one")]
    pub fn new() -> Self {
        let limits = Limits { memory: MEMORY, ..Limits::default() };
        Self { transform: Transform::default(), limits }
    }

    /// Sets an option to a number.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the number is none of them.
    pub fn number(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        let Transform { width, height, dpr, rotate, quality, frame, .. } = &mut self.transform;
        let side = || whole(value).and_then(NonZeroU32::new).ok_or(SIDE).map(Some);
        set(name, || {
            match name {
                "width" => *width = side()?,
                "height" => *height = side()?,
                "dpr" => *dpr = Dpr::new(value).ok_or(allowed::<Dpr>())?,
                "rotate" => *rotate = whole(value).ok_or(allowed::<Rotate>())?.to_string().parse()?,
                "quality" => {
                    let valid =
                        whole(value).and_then(|value| u8::try_from(value).ok()).and_then(Quality::new);
                    *quality = Some(valid.ok_or(allowed::<Quality>())?);
                }
                "frame" => *frame = Some(whole(value).ok_or(FRAME)?),
                _ => return Err(values(name)),
            }
            Ok(())
        })
    }

    /// Sets an option to a word.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the word is none of them.
    pub fn text(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let Transform { fit, gravity, crop, flip, background, format, metadata, .. } = &mut self.transform;
        if (name, value) == ("gravity", "smart") {
            return Err(not_built(name, "gravity: \"smart\"", GRAVITY));
        }
        set(name, || {
            match name {
                "fit" => *fit = value.parse()?,
                "gravity" => *gravity = value.parse().map_err(|_| GRAVITY)?,
                "crop" => *crop = Some(value.parse().map_err(|_| CROP)?),
                "flip" => *flip = value.parse()?,
                "background" => *background = Some(value.parse()?),
                "format" => *format = Some(value.parse()?),
                "metadata" => *metadata = value.parse()?,
                _ => return Err(values(name)),
            }
            Ok(())
        })
    }

    /// Sets an option that is on or off.
    ///
    /// # Errors
    ///
    /// Names the option and its values where it is not of that kind.
    pub fn flag(&mut self, name: &str, value: bool) -> Result<(), Failure> {
        let Transform { enlarge, lossless, .. } = &mut self.transform;
        set(name, || {
            match name {
                "enlarge" => *enlarge = value,
                "lossless" => *lossless = value,
                _ => return Err(values(name)),
            }
            Ok(())
        })
    }

    /// Sets `gravity` to a focal point.
    ///
    /// # Errors
    ///
    /// Where a share is not within 0 … 1.
    pub fn focus(&mut self, x: f64, y: f64) -> Result<(), Failure> {
        set("gravity", || {
            let valid = [x, y].iter().all(|share| (0.0..=1.0).contains(share));
            self.transform.gravity = valid.then_some(Gravity::Focal(x, y)).ok_or(GRAVITY)?;
            Ok(())
        })
    }

    /// Sets `crop`: x, y, width and height. The bit of a length that is in per cent, the first the lowest, is set in
    /// `percent`.
    ///
    /// # Errors
    ///
    /// Where a length is out of range.
    pub fn crop(&mut self, lengths: &[f64], percent: u8) -> Result<(), Failure> {
        let length = |index: usize| {
            let value = *lengths.get(index).ok_or(CROP)?;
            match percent >> index & 1 {
                0 => whole(value).map(Length::Pixels).ok_or(CROP),
                _ => (0.0..=100.0).contains(&value).then_some(Length::Percent(value)).ok_or(CROP),
            }
        };
        let side = |index| match length(index)? {
            Length::Pixels(0) | Length::Percent(0.0) => Err(CROP),
            side => Ok(side),
        };
        set("crop", || {
            let crop = Crop { x: length(0)?, y: length(1)?, width: side(2)?, height: side(3)? };
            self.transform.crop = Some(crop);
            Ok(())
        })
    }

    /// Sets a limit.
    ///
    /// # Errors
    ///
    /// Where there is no such limit, or it is no whole number.
    pub fn limit(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        if !LIMITS.contains(&name) {
            return Err(unknown("limit", name, &LIMITS));
        }
        set(name, || {
            // Doubles hold whole numbers exactly up to 2⁵³; a larger limit is none.
            let valid = value >= 0.0 && value.fract() == 0.0;
            let limit = if valid { value as u64 } else { return Err(LIMIT) };
            let narrow = u32::try_from(limit).unwrap_or(u32::MAX);
            match name {
                "sourceBytes" => self.limits.source_bytes = limit,
                "sourcePixels" => self.limits.source_pixels = limit,
                "outputSide" => self.limits.output_side = narrow,
                "frames" => self.limits.frames = narrow,
                _ => self.limits.memory = limit,
            }
            Ok(())
        })
    }

    /// The error of an option whose value is of no type that any option has.
    pub fn wrong(name: &str) -> Failure {
        match set(name, || Err(values(name))) {
            Err(failure) => failure,
            Ok(()) => unknown("option", name, &OPTIONS),
        }
    }
}

impl Options {
    /// What the core is told.
    pub fn transform(&self) -> &Transform {
        &self.transform
    }
}

/// Sets an option that there is, or says what is wrong with its value.
fn set(name: &str, value: impl FnOnce() -> Result<(), &'static str>) -> Result<(), Failure> {
    if LATER.contains(&name) {
        return Err(not_built(name, name, OPTIONS.join(", ")));
    }
    if !OPTIONS.contains(&name) && !LIMITS.contains(&name) {
        return Err(unknown("option", name, &OPTIONS));
    }
    value().map_err(|allowed| {
        let message = format!("The value of `{name}` must be: {allowed}.");
        Failure(Error::parameter(name.to_owned(), message, allowed))
    })
}

/// The values that an option may have.
fn values(name: &str) -> &'static str {
    match name {
        "width" | "height" => SIDE,
        "dpr" => allowed::<Dpr>(),
        "fit" => allowed::<Fit>(),
        "enlarge" | "lossless" => FLAG,
        "gravity" => GRAVITY,
        "crop" => CROP,
        "rotate" => allowed::<Rotate>(),
        "flip" => allowed::<Flip>(),
        "background" => allowed::<Background>(),
        "format" => allowed::<Format>(),
        "quality" => allowed::<Quality>(),
        "metadata" => allowed::<KeepMetadata>(),
        "frame" => FRAME,
        _ => "an object of limits: { sourceBytes, sourcePixels, outputSide, frames, memory }",
    }
}

/// The values that a type allows, which it tells when it is given none of them.
fn allowed<T: FromStr<Err = &'static str>>() -> &'static str {
    "".parse::<T>().err().unwrap_or_default()
}

fn whole(value: f64) -> Option<u32> {
    let valid = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
    valid.then_some(value as u32)
}

fn not_built(name: &str, what: &str, allowed: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    let mut error = Error::parameter(name.to_owned(), format!("`{what}` is not built yet."), allowed);
    error.kind = Kind::Unsupported;
    Failure(error)
}

fn unknown(what: &str, name: &str, names: &[&'static str]) -> Failure {
    // Enough to recognise it.
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let message = match suggest::closest(name, names) {
        Some(meant) => format!("There is no {what} `{shown}`; is `{meant}` meant?"),
        None => format!("There is no {what} `{shown}`."),
    };
    Failure(Error::parameter(shown, message, names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind and the parameter of an error, and its sentence.
    fn refused(result: Result<(), Failure>) -> (Kind, String, String) {
        let Failure(error) = result.unwrap_err();
        assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()));
        (error.kind, error.parameter.unwrap_or_default().into(), error.message.into())
    }

    #[test]
    fn every_option_has_values() {
        for name in OPTIONS {
            let Failure(error) = Options::wrong(name);
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, Some(name)));
            assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()), "{name}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let numbers = [
            ("width", 0.0),
            ("width", 1.5),
            ("width", -1.0),
            ("height", f64::NAN),
            ("height", 4_294_967_296.0),
            ("dpr", 0.5),
            ("dpr", f64::INFINITY),
            ("rotate", 45.0),
            ("rotate", 0.0),
            ("quality", 0.0),
            ("quality", 101.0),
            ("quality", 257.0),
            ("frame", -1.0),
            ("fit", 1.0),
            ("enlarge", 1.0),
        ];
        for (name, value) in numbers {
            let (kind, parameter, _) = refused(Options::new().number(name, value));
            assert_eq!((kind, parameter.as_str()), (Kind::InvalidParameter, name), "{value}");
        }
    }

    #[test]
    fn words_out_of_place_are_refused() {
        for (name, value) in [
            ("fit", "Cover"),
            ("gravity", "up"),
            ("crop", "1,2,3"),
            ("flip", "vh"),
            ("background", "#fff"),
            ("format", "auto"),
            ("metadata", "some"),
            ("width", "100"),
        ] {
            let (kind, parameter, _) = refused(Options::new().text(name, value));
            assert_eq!((kind, parameter.as_str()), (Kind::InvalidParameter, name), "{value}");
        }
        refused(Options::new().focus(0.5, 1.1));
        refused(Options::new().crop(&[0.0, 0.0, 0.0, 1.0], 0));
        refused(Options::new().crop(&[0.0, 0.0, 101.0, 1.0], 0b0100));
        refused(Options::new().crop(&[0.5, 0.0, 1.0, 1.0], 0));
        refused(Options::new().limit("memory", -1.0));
    }

    #[test]
    fn unknown_names_suggest_what_was_meant() {
        let (kind, parameter, message) = refused(Options::new().number("wdith", 1.0));
        assert_eq!((kind, parameter.as_str()), (Kind::InvalidParameter, "wdith"));
        assert_eq!(message, "There is no option `wdith`; is `width` meant?");
        assert!(refused(Options::new().limit("sourcePixel", 1.0)).2.contains("`sourcePixels`"));
        assert!(!refused(Options::new().flag("nonsense", true)).2.contains("meant"));
    }

    #[test]
    fn what_is_not_built_yet_is_never_ignored() {
        assert_eq!(refused(Options::new().number("blur", 2.0)).0, Kind::Unsupported);
        assert_eq!(refused(Options::new().text("gravity", "smart")).0, Kind::Unsupported);
    }

    #[test]
    fn what_is_set_is_what_the_core_is_told() {
        let mut options = Options::new();
        options.number("width", 800.0).unwrap();
        options.number("dpr", 4.0 / 3.0).unwrap();
        options.number("rotate", 270.0).unwrap();
        options.text("fit", "cover").unwrap();
        options.text("background", "0f08").unwrap_err();
        options.text("background", "00ff0088").unwrap();
        options.flag("lossless", true).unwrap();
        options.focus(1.0 / 3.0, 1.0).unwrap();
        options.crop(&[10.0, 12.5, 50.0, 60.0], 0b0010).unwrap();
        options.limit("outputSide", 9000.0).unwrap();
        let expected = Transform {
            width: NonZeroU32::new(800),
            dpr: Dpr::new(4.0 / 3.0).unwrap(),
            rotate: Rotate::ThreeQuarters,
            fit: Fit::Cover,
            background: Some(Background { red: 0, green: 255, blue: 0, alpha: 136 }),
            lossless: true,
            gravity: Gravity::Focal(1.0 / 3.0, 1.0),
            crop: Some(Crop {
                x: Length::Pixels(10),
                y: Length::Percent(12.5),
                width: Length::Pixels(50),
                height: Length::Pixels(60),
            }),
            ..Transform::default()
        };
        assert_eq!(options.transform, expected);
        assert_eq!((options.limits.output_side, options.limits.memory), (9000, MEMORY));
    }
}
