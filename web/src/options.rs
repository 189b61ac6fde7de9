//! Options, which JavaScript hands over one by one, each by the method for its type.

use std::borrow::Cow;
use std::str::FromStr;

use edgepix_core::{
    Background, Crop, Dpr, Error, Fit, Flip, Format, Gravity, InvalidValue, KeepMetadata, Kind, Length,
    Limits, Quality, Rotate, Transform, TransformBuilder,
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
        let mut limits = Limits::default();
        limits.memory = MEMORY;
        Self { transform: Transform::default(), limits }
    }

    /// Sets an option to a number.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the number is none of them.
    pub fn number(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        let whole = || whole(value);
        let byte = || u8::try_from(whole()?).ok();
        self.build(name, |options| {
            Some(match name {
                "width" => options.width(whole()?),
                "height" => options.height(whole()?),
                "dpr" => options.dpr(value),
                "rotate" => options.rotate(whole()?.to_string().parse::<Rotate>().ok()?),
                "quality" => options.quality(byte()?),
                "frame" => options.frame(whole()?),
                _ => return None,
            })
        })
    }

    /// Sets an option to a word.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the word is none of them.
    pub fn text(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        if (name, value) == ("gravity", "smart") {
            return Err(not_built(name, "gravity: \"smart\"", GRAVITY));
        }
        self.build(name, |options| {
            Some(match name {
                "fit" => options.fit(value.parse::<Fit>().ok()?),
                "gravity" => options.gravity(value.parse::<Gravity>().ok()?),
                "crop" => options.crop(value.parse::<Crop>().ok()?),
                "flip" => options.flip(value.parse::<Flip>().ok()?),
                "background" => options.background(value.parse::<Background>().ok()?),
                "format" => options.format(value.parse::<Format>().ok()?),
                "metadata" => options.metadata(value.parse::<KeepMetadata>().ok()?),
                _ => return None,
            })
        })
    }

    /// Sets an option that is on or off.
    ///
    /// # Errors
    ///
    /// Names the option and its values where it is not of that kind.
    pub fn flag(&mut self, name: &str, value: bool) -> Result<(), Failure> {
        self.build(name, |options| {
            Some(match name {
                "enlarge" => options.enlarge(value),
                "lossless" => options.lossless(value),
                _ => return None,
            })
        })
    }

    /// Sets `gravity` to a focal point.
    ///
    /// # Errors
    ///
    /// Where a share is not within 0 … 1.
    pub fn focus(&mut self, x: f64, y: f64) -> Result<(), Failure> {
        self.build("gravity", |options| Some(options.gravity(Gravity::focal(x, y)?)))
    }

    /// Sets `crop`: x, y, width and height. The bit of a length that is in per cent, the first the lowest, is set in
    /// `percent`.
    ///
    /// # Errors
    ///
    /// Where a length is out of range.
    pub fn crop(&mut self, lengths: &[f64], percent: u8) -> Result<(), Failure> {
        let length = |index: usize| {
            let value = *lengths.get(index)?;
            match percent >> index & 1 {
                0 => whole(value).map(Length::Pixels),
                _ => Length::percent(value),
            }
        };
        self.build("crop", |options| {
            Some(options.crop(Crop::new(length(0)?, length(1)?, length(2)?, length(3)?)?))
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
            let limit = if valid { value as u64 } else { return Err(LIMIT.into()) };
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
    /// Sets an option by its method of the builder; `None` where the value is of the wrong type.
    fn build(
        &mut self,
        name: &str,
        with: impl FnOnce(TransformBuilder) -> Option<TransformBuilder>,
    ) -> Result<(), Failure> {
        set(name, || {
            let built = with(self.transform.to_builder()).and_then(|options| options.build().ok());
            self.transform = built.ok_or_else(|| values(name))?;
            Ok(())
        })
    }

    /// What the core is told.
    pub fn transform(&self) -> &Transform {
        &self.transform
    }
}

/// Sets an option that there is, or says what is wrong with its value.
fn set(name: &str, value: impl FnOnce() -> Result<(), Cow<'static, str>>) -> Result<(), Failure> {
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
fn values(name: &str) -> Cow<'static, str> {
    let listed = match name {
        "width" | "height" => SIDE,
        "dpr" => return allowed::<Dpr>(),
        "fit" => return allowed::<Fit>(),
        "enlarge" | "lossless" => FLAG,
        "gravity" => GRAVITY,
        "crop" => CROP,
        "rotate" => return allowed::<Rotate>(),
        "flip" => return allowed::<Flip>(),
        "background" => return allowed::<Background>(),
        "format" => return allowed::<Format>(),
        "quality" => return allowed::<Quality>(),
        "metadata" => return allowed::<KeepMetadata>(),
        "frame" => FRAME,
        _ => "an object of limits: { sourceBytes, sourcePixels, outputSide, frames, memory }",
    };
    listed.into()
}

/// The values that a type allows, which it tells when it is given none of them.
fn allowed<T: FromStr<Err = InvalidValue>>() -> Cow<'static, str> {
    "".parse::<T>().err().map(|error| error.allowed().to_owned()).unwrap_or_default().into()
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
        let expected = Transform::builder()
            .width(800)
            .dpr(4.0 / 3.0)
            .rotate(Rotate::ThreeQuarters)
            .fit(Fit::Cover)
            .background(Background { red: 0, green: 255, blue: 0, alpha: 136 })
            .lossless(true)
            .gravity(Gravity::focal(1.0 / 3.0, 1.0))
            .crop(Crop::new(
                Length::Pixels(10),
                Length::percent(12.5).unwrap(),
                Length::Pixels(50),
                Length::Pixels(60),
            ));
        assert_eq!(options.transform, expected.build().unwrap());
        assert_eq!((options.limits.output_side, options.limits.memory), (9000, MEMORY));
    }
}
