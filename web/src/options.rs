//! Options, which JavaScript hands over one by one, each by the method for its type.

use edgepix_core::{Error, Length, Limits, Transform, Value, vocabulary};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;

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
        self.set("gravity", Value::Point { x, y })
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
        let all = || Some([length(0)?, length(1)?, length(2)?, length(3)?]);
        self.set("crop", Value::Lengths(all().ok_or_else(|| Self::wrong("crop"))?))
    }

    /// Sets a limit.
    ///
    /// # Errors
    ///
    /// Where there is no such limit, or it is no whole number.
    pub fn limit(&mut self, name: &str, value: f64) -> Result<(), Failure> {
        let allowed = "a whole number, 0 or more";
        let limit = whole(value).ok_or_else(|| Failure(Error::invalid_value(name.to_owned(), allowed)))?;
        self.limits.set(name, limit).map_err(Failure)
    }

    /// The error of an option whose value is of no type that any option has.
    pub fn wrong(name: &str) -> Failure {
        if name == LIMITS_OPTION {
            return Failure(limits_are_wrong());
        }
        Failure(vocabulary::wrong(name, &[LIMITS_OPTION]))
    }
}

impl Options {
    /// The options that the core is given.
    pub fn transform(&self) -> &Transform {
        &self.transform
    }

    fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Failure> {
        if name == LIMITS_OPTION {
            return Err(Failure(limits_are_wrong()));
        }
        vocabulary::set(&mut self.transform, name, value, &[LIMITS_OPTION]).map_err(Failure)
    }
}

/// The error of `limits` that are no object.
fn limits_are_wrong() -> Error {
    let names = Limits::new().named().map(|(name, _)| name);
    Error::invalid_value(LIMITS_OPTION, format!("an object of limits: {{ {} }}", names.join(", ")))
}

/// A whole number, 0 or more. Doubles hold these exactly up to 2⁵³.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value.fract() == 0.0).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepix_core::{Background, Crop, Fit, Gravity, Kind, Rotate};

    /// The kind and the parameter of an error, and its sentence.
    fn refused(result: Result<(), Failure>) -> (Kind, String, String) {
        let Failure(error) = result.unwrap_err();
        assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()));
        (error.kind, error.parameter.unwrap_or_default().into(), error.message.into())
    }

    #[test]
    fn every_option_has_values() {
        let names = vocabulary::options().map(|(name, _)| name);
        for name in names.chain([LIMITS_OPTION]) {
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
        for (limit, _) in Limits::new().named() {
            options.limit(limit, 7.0).unwrap();
        }
        assert!(options.limits.named().iter().all(|(_, value)| *value == 7));
        refused(options.number("limits", 1.0));
    }
}
