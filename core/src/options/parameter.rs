//! What the vocabulary says of one parameter.

use std::borrow::Cow;

use super::value::Value;
use super::vocabulary::{AUTO, PARAMETERS};
use super::{Compass, Crop, Gravity, Quality, Transform};
use crate::{Format, Limits, closest, format};

/// A parameter.
///
/// ```
/// use edgepix_core::{Limits, vocabulary};
///
/// let quality = vocabulary::parameter("q").unwrap();
/// assert_eq!(quality.option, Some("quality"));
/// assert_eq!(quality.allowed(&Limits::default()), "1 … 100");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name in URLs.
    pub name: &'static str,
    /// Its name in programs; `None` where it is about the request and not about the image.
    pub option: Option<&'static str>,
    /// What it may be.
    pub values: Values,
    /// Values that are part of the vocabulary but not built yet.
    pub values_later: &'static [&'static str],
    /// What holds where it is absent, in words.
    pub default: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The version of this crate that has it; `None` where it is not built yet.
    pub since: Option<&'static str>,
    /// Whether a request for metadata alone may have it, too.
    pub with_metadata: bool,
    /// Other libraries' and services' words for it.
    pub also_called: &'static [&'static str],
    set: Option<Set>,
}

/// Sets a field; `None` where the value is none that the field has.
pub(super) type Set = fn(&mut Transform, Value<'_>) -> Option<()>;

/// What a parameter may be.
///
/// ```
/// use edgepix_core::vocabulary::{self, Values};
///
/// let fit = vocabulary::parameter("fit").unwrap();
/// let Values::Words(words) = fit.values else { panic!("`fit` is a word") };
/// assert!(words.contains(&"cover"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Values {
    /// A side of the box in pixels.
    Side,
    /// On or off.
    Flag,
    /// One of these words.
    Words(&'static [&'static str]),
    /// One of these numbers.
    Numbers(&'static [&'static str]),
    /// A format that is written.
    Format,
    /// A quality.
    Quality,
    /// A part of the image.
    Gravity,
    /// A rectangle of the source.
    Crop,
    /// A number, described.
    Number(&'static str),
    /// A text, described.
    Text(&'static str),
}

/// Why a parameter is not set to a value.
///
/// ```
/// use edgepix_core::vocabulary::{self, Refusal};
/// use edgepix_core::{Transform, Value};
///
/// let set = |value| {
///     vocabulary::parameter("w").unwrap().set(&mut Transform::default(), Value::Written(value))
/// };
/// assert_eq!(set("800"), Ok(()));
/// assert_eq!(set("0"), Err(Refusal::Invalid));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The value is none that the parameter has.
    Invalid,
    /// The parameter or the value is part of the vocabulary but not built yet.
    NotBuilt,
}

impl Parameter {
    /// Sets it.
    ///
    /// # Errors
    ///
    /// Where it is not built yet, or has no such value.
    pub fn set(&self, transform: &mut Transform, value: Value<'_>) -> Result<(), Refusal> {
        let set = self.set.ok_or(Refusal::NotBuilt)?;
        if value.text().is_some_and(|text| self.is_later(text)) {
            return Err(Refusal::NotBuilt);
        }
        set(transform, value).ok_or(Refusal::Invalid)
    }

    /// Whether it is built.
    pub fn is_built(&self) -> bool {
        self.since.is_some()
    }

    /// The values that it may have in a URL, in words.
    pub fn allowed(&self, limits: &Limits) -> Cow<'static, str> {
        match self.values {
            Values::Side => format!("1 … {}", limits.output_side).into(),
            Values::Flag => "0, 1".into(),
            Values::Format => format!("{AUTO}, {}", format::written()).into(),
            Values::Gravity => Gravity::ALLOWED.into(),
            Values::Crop => Crop::ALLOWED.into(),
            other => other.in_words(),
        }
    }

    /// What holds in a URL where it is absent, in words.
    pub fn default_in_urls(&self) -> Cow<'static, str> {
        match self.values {
            Values::Quality => {
                let default = |format: Format| match format.default_quality() {
                    Some(quality) => Some(format!("{format} {quality}")),
                    None => format.has_palette_mode().then(|| format!("{format} lossless")),
                };
                Format::outputs().filter_map(default).collect::<Vec<_>>().join(", ").into()
            }
            _ => self.default.into(),
        }
    }

    /// What holds in a program where it is absent, in words.
    pub fn default_in_programs(&self) -> Cow<'static, str> {
        match self.values {
            Values::Flag => if self.default == "0" { "false" } else { "true" }.into(),
            Values::Format => "the source's own".into(),
            _ => self.default_in_urls(),
        }
    }

    /// The one of `names` that `given` is most like, if it is like any. Names are those of URLs, or of programs where
    /// `in_programs`; the others, and those of other services, are recognised too.
    pub fn closest(given: &str, names: &[&'static str], in_programs: bool) -> Option<&'static str> {
        let aliases = PARAMETERS.iter().flat_map(|parameter| {
            let option = parameter.option.unwrap_or(parameter.name);
            let (name, other) = if in_programs { (option, parameter.name) } else { (parameter.name, option) };
            parameter.also_called.iter().copied().chain([other]).map(move |alias| (alias, name))
        });
        closest(given, names, &aliases.collect::<Vec<_>>())
    }

    fn is_later(&self, text: &str) -> bool {
        let is_format = matches!(self.values, Values::Format);
        let unwritten = || text.parse().is_ok_and(|format: Format| !format.is_written());
        self.values_later.contains(&text) || (is_format && unwritten())
    }

    /// About the request.
    pub(super) const fn request(name: &'static str, values: Values) -> Self {
        Self {
            name,
            option: None,
            values,
            values_later: &[],
            default: "none",
            help: "",
            since: None,
            with_metadata: false,
            also_called: &[],
            set: None,
        }
    }

    /// About the image.
    pub(super) const fn image(name: &'static str, option: &'static str, values: Values) -> Self {
        Self { option: Some(option), ..Self::request(name, values) }
    }

    pub(super) const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    pub(super) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(super) const fn built(self, since: &'static str, set: Set) -> Self {
        Self { set: Some(set), ..self.since(since) }
    }

    pub(super) const fn since(self, since: &'static str) -> Self {
        Self { since: Some(since), ..self }
    }

    pub(super) const fn later(self, values_later: &'static [&'static str]) -> Self {
        Self { values_later, ..self }
    }

    pub(super) const fn also(self, also_called: &'static [&'static str]) -> Self {
        Self { also_called, ..self }
    }

    pub(super) const fn with_metadata(self) -> Self {
        Self { with_metadata: true, ..self }
    }
}

impl Values {
    /// The kind of value, in a word: `side`, `flag`, `words` …, as JSON tells it.
    pub fn kind(self) -> &'static str {
        match self {
            Values::Side => "side",
            Values::Flag => "flag",
            Values::Words(_) => "words",
            Values::Numbers(_) => "numbers",
            Values::Format => "format",
            Values::Quality => "quality",
            Values::Gravity => "gravity",
            Values::Crop => "crop",
            Values::Number(_) => "number",
            Values::Text(_) => "text",
        }
    }

    /// The values that can be listed, as words; numbers too are written as words here. Others may be allowed beside them.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Values::Words(words) | Values::Numbers(words) => words.to_vec(),
            Values::Format => Format::outputs().map(Format::name).collect(),
            Values::Gravity => Compass::WORDS.to_vec(),
            Values::Side
            | Values::Flag
            | Values::Quality
            | Values::Crop
            | Values::Number(_)
            | Values::Text(_) => Vec::new(),
        }
    }

    /// The values in the words of programs.
    pub fn in_words(self) -> Cow<'static, str> {
        match self {
            Values::Side => "a whole number, at least 1".into(),
            Values::Flag => "true, false".into(),
            Values::Words(words) | Values::Numbers(words) => words.join(", ").into(),
            Values::Format => format::written().into(),
            Values::Quality => Quality::ALLOWED.into(),
            Values::Gravity => {
                "center, north, northeast, east, southeast, south, southwest, west, northwest, or a focal \
                                point as two shares of 0 … 1: { x: 0.3, y: 0.7 }"
                    .into()
            }
            Values::Crop => {
                "{ x, y, width, height } in source pixels, or each as a text with a p for per cent: \"10p\"; \
                             width and height are more than 0"
                    .into()
            }
            Values::Number(words) | Values::Text(words) => words.into(),
        }
    }
}

/// Sets a field that is absent by default.
pub(super) fn put<T>(field: &mut Option<T>, value: Option<T>) -> Option<()> {
    *field = Some(value?);
    Some(())
}

/// Sets a field that has a default.
pub(super) fn to<T>(field: &mut T, value: Option<T>) -> Option<()> {
    *field = value?;
    Some(())
}

/// In URLs and on the command line the word `auto` leaves the format open; programs leave the option out.
pub(super) fn format_of(field: &mut Option<Format>, value: Value<'_>) -> Option<()> {
    match value {
        Value::Written(AUTO) => *field = None,
        value => *field = Some(value.word()?),
    }
    Some(())
}
