//! Options, which JavaScript hands over one by one, each by the method for its type.

use edgepix_core::vocabulary::{self, PARAMETERS, Parameter, Refusal};
use edgepix_core::{Crop, Error, Gravity, Length, Limits, Transform, TransformBuilder, Value};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;

/// What `limits` may hold.
const LIMITS: [&str; 8] = [
    "sourceBytes",
    "sourcePixels",
    "outputSide",
    "outputPixels",
    "frames",
    "animationPixels",
    "memory",
    "work",
];

/// The option that is no parameter of the vocabulary.
const LIMITS_OPTION: &str = "limits";

/// Memory that one job may plan for where nobody says: half of what a server gives, as a tab shares a phone.
const MEMORY: u64 = 256 << 20;

/// Instructions that one job may plan for, where nothing else is said: more than on a server, as whoever asks also waits, and can
/// stop the job. Photos of 50 megapixels fit, as PNG too.
const WORK: u64 = 200_000_000_000;

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
        (limits.memory, limits.work) = (MEMORY, WORK);
        Self { transform: Transform::default(), limits }
    }

    /// Sets an option to a number.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the number is none of them.
    pub fn number(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        self.set(name, Value::Number(value))
    }

    /// Sets an option to a word.
    ///
    /// # Errors
    ///
    /// Names the option and its values where the word is none of them.
    pub fn text(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        self.set(name, Value::Text(value))
    }

    /// Sets an option that is on or off.
    ///
    /// # Errors
    ///
    /// Names the option and its values where it is not of that kind.
    pub fn flag(&mut self, name: &str, value: bool) -> Result<(), Failure> {
        self.set(name, Value::Flag(value))
    }

    /// Sets `gravity` to a focal point.
    ///
    /// # Errors
    ///
    /// Where a share is not within 0 … 1.
    pub fn focus(&mut self, x: f64, y: f64) -> Result<(), Failure> {
        self.build("gravity", |options| Some(options.gravity(Gravity::focal(x, y).ok()?)))
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
                0 => whole(value).and_then(|pixels| u32::try_from(pixels).ok()).map(Length::Pixels),
                _ => Length::percent(value).ok(),
            }
        };
        self.build("crop", |options| {
            Some(options.crop(Crop::new(length(0)?, length(1)?, length(2)?, length(3)?).ok()?))
        })
    }

    /// Sets a limit.
    ///
    /// # Errors
    ///
    /// Where there is no such limit, or it is no whole number.
    pub fn limit(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        // A larger limit than a type holds is none.
        let limit = whole(value);
        let narrow = limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX));
        let limits = &mut self.limits;
        let set = match name {
            "sourceBytes" => put(&mut limits.source_bytes, limit),
            "sourcePixels" => put(&mut limits.source_pixels, limit),
            "outputSide" => put(&mut limits.output_side, narrow),
            "outputPixels" => put(&mut limits.output_pixels, limit),
            "frames" => put(&mut limits.frames, narrow),
            "animationPixels" => put(&mut limits.animation_pixels, limit),
            "memory" => put(&mut limits.memory, limit),
            "work" => put(&mut limits.work, limit),
            _ => {
                let meant = edgepix_core::closest(name, &LIMITS, &[]);
                return Err(Failure(Error::unknown("limit", name, meant, &LIMITS)));
            }
        };
        set.ok_or_else(|| Failure(Error::invalid_value(name.to_owned(), "a whole number, 0 or more")))
    }

    /// The error of an option whose value is of no type that any option has.
    pub fn wrong(name: &str) -> Failure {
        known(name).map_or_else(|failure| failure, wrong)
    }
}

impl Options {
    /// The options that the core is given.
    pub fn transform(&self) -> &Transform {
        &self.transform
    }

    fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Failure> {
        let parameter = known(name)?;
        parameter.set(&mut self.transform, value).map_err(|refusal| match (refusal, value) {
            (Refusal::NotBuilt, Value::Text(text)) if parameter.is_built() => {
                not_built(name, &format!("{name}: \"{text}\""), &parameter.values.in_words())
            }
            _ => wrong(parameter),
        })
    }

    /// Sets an option of a type of its own by its method of the builder.
    fn build(
        &mut self,
        name: &str,
        with: impl FnOnce(TransformBuilder) -> Option<TransformBuilder>,
    ) -> Result<(), Failure> {
        let built = with(self.transform.to_builder()).and_then(|options| options.build().ok());
        self.transform = match built {
            Some(transform) => transform,
            None => return Err(Self::wrong(name)),
        };
        Ok(())
    }
}

/// The options that are built, in the order of the documentation.
fn names() -> Vec<&'static str> {
    let options = PARAMETERS.iter().filter(|parameter| parameter.is_built());
    options.filter_map(|parameter| parameter.option).chain([LIMITS_OPTION]).collect()
}

/// The parameter that an option is.
fn known(name: &str) -> Result<&'static Parameter, Failure> {
    if name == LIMITS_OPTION {
        let allowed = format!("an object of limits: {{ {} }}", LIMITS.join(", "));
        return Err(Failure(Error::invalid_value(LIMITS_OPTION, allowed)));
    }
    vocabulary::option(name).ok_or_else(|| {
        let names = names();
        Failure(Error::unknown("option", name, Parameter::closest(name, &names, true), &names))
    })
}

/// The error of a value that is none of the parameter's.
fn wrong(parameter: &'static Parameter) -> Failure {
    let name = parameter.option.unwrap_or(parameter.name);
    if !parameter.is_built() {
        return not_built(name, name, &names().join(", "));
    }
    Failure(Error::invalid_value(name, parameter.values.in_words()))
}

fn not_built(name: &str, what: &str, allowed: &str) -> Failure {
    Failure(Error::not_built(name.to_owned(), what, allowed.to_owned()))
}

/// A whole number, 0 or more. Doubles hold these exactly up to 2⁵³.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value.fract() == 0.0).then_some(value as u64)
}

fn put<T>(field: &mut T, value: Option<T>) -> Option<()> {
    *field = value?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepix_core::{Background, Fit, Kind, Rotate};

    /// The kind and the parameter of an error, and its sentence.
    fn refused(result: Result<(), Failure>) -> (Kind, String, String) {
        let Failure(error) = result.unwrap_err();
        assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()));
        (error.kind, error.parameter.unwrap_or_default().into(), error.message.into())
    }

    #[test]
    fn every_option_has_values() {
        for name in names() {
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
        assert_eq!(refused(Options::new().text("format", "avif")).0, Kind::Unsupported);
        assert_eq!(refused(Err(Options::wrong("maxBytes"))).0, Kind::Unsupported);
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
            .gravity(Gravity::focal(1.0 / 3.0, 1.0).unwrap())
            .crop("10,12.5p,50,60".parse::<Crop>().unwrap());
        assert_eq!(options.transform, expected.build().unwrap());
        assert_eq!((options.limits.output_side, options.limits.memory), (9000, MEMORY));
        for limit in LIMITS {
            options.limit(limit, 7.0).unwrap();
        }
        let Limits { source_bytes, source_pixels, output_pixels, animation_pixels, work, .. } =
            options.limits;
        assert_eq!([source_bytes, source_pixels, output_pixels, animation_pixels, work], [7; 5]);
        assert_eq!((options.limits.output_side, options.limits.frames, options.limits.memory), (7, 7, 7));
        refused(options.number("limits", 1.0));
    }
}
