//! The parameters as text: `w=800&fit=cover`, percent-encoded (RFC 3986 §2.1), and back.

use std::borrow::Cow;
use std::num::NonZeroU32;

use percent_encoding::percent_decode_str;

use super::value::Value;
use super::vocabulary::{AUTO, PARAMETERS, Parameter, Refusal, parameter};
use super::{Lossless, Transform};
use crate::{Error, Limits, device_pixels};

/// What is asked for.
///
/// ```
/// use edgepix_core::{Action, Limits, Query};
///
/// let limits = Limits::default();
/// assert!(Query::parse("w=400", Action::Transform, &limits).is_ok());
/// // Metadata has no width to choose.
/// assert!(Query::parse("w=400", Action::Metadata, &limits).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An image.
    Transform,
    /// What an image's headers say.
    Metadata,
}

/// Parameters that there are, each at most once and none empty; their values are still texts.
///
/// ```
/// use edgepix_core::{Action, Limits, Query};
///
/// let limits = Limits::default();
/// let mut query = Query::parse("src=/a%20b.jpg&w=400&dpr=2", Action::Transform, &limits)?;
/// assert_eq!(query.take("src").as_deref(), Some("/a b.jpg"));
/// let transform = query.transform(&limits)?;
/// assert_eq!((transform.width().map(u32::from), transform.dpr().get()), (Some(400), 2.0));
/// # Ok::<(), edgepix_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query<'q> {
    pairs: Vec<(&'static Parameter, Cow<'q, str>)>,
}

impl<'q> Query<'q> {
    /// Splits a text into pairs and decodes them. A plus is a plus: values are percent-encoded as URLs are, not as forms
    /// are. `limits` stand in the errors, as the values that are allowed.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::Kind::InvalidParameter) for a name that is unknown, given twice or without a value, with
    /// the name that was meant where one is like it; [`Unsupported`](crate::Kind::Unsupported) for one that is not built yet.
    pub fn parse(query: &'q str, action: Action, limits: &Limits) -> Result<Self, Error> {
        let mut read = Self { pairs: Vec::new() };
        for (name, value) in Self::split(query) {
            let Some(name) = Self::decode(name) else {
                return Err(unknown(name, action));
            };
            let parameter = known(&name, action)?;
            let value = match Self::decode(value) {
                Some(value) => value,
                None => {
                    let message = format!("The value of `{name}` is not percent-encoded UTF-8.");
                    return Err(Error::parameter(parameter.name, message, parameter.allowed(limits)));
                }
            };
            read.push(parameter, value, limits)?;
        }
        Ok(read)
    }

    /// Takes pairs as they are, without any encoding.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (&'q str, &'q str)>,
        action: Action,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut read = Self { pairs: Vec::new() };
        for (name, value) in pairs {
            read.push(known(name, action)?, value.into(), limits)?;
        }
        Ok(read)
    }

    /// Names and values as they are written, for callers that look at a text that may be wrong. A part without `=` is a name
    /// with an empty value.
    pub fn split(query: &str) -> impl Iterator<Item = (&str, &str)> {
        let parts = query.split('&').filter(|part| !part.is_empty());
        parts.map(|part| part.split_once('=').unwrap_or((part, "")))
    }

    /// Decodes percent-encoding once. `None` where an escape is malformed or the result is not UTF-8.
    pub fn decode(text: &str) -> Option<Cow<'_, str>> {
        let hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
        let well_formed = text.match_indices('%').all(|(at, _)| hex(at + 1) && hex(at + 2));
        if well_formed { percent_decode_str(text).decode_utf8().ok() } else { None }
    }

    /// Whether a text leaves the format to be chosen, by the word for it or by silence. The rest of it may be wrong.
    pub fn leaves_format(query: &str) -> bool {
        let mut formats =
            Self::split(query).filter(|(name, _)| Self::decode(name).as_deref() == Some("format"));
        formats.all(|(_, value)| Self::decode(value).as_deref() == Some(AUTO))
    }

    /// Takes out the value of a parameter that the caller reads, and not the core.
    pub fn take(&mut self, name: &str) -> Option<Cow<'q, str>> {
        let place = self.pairs.iter().position(|(parameter, _)| parameter.name == name)?;
        Some(self.pairs.remove(place).1)
    }

    /// The names of the parameters that are given, in their order.
    ///
    /// ```
    /// use edgepix_core::{Action, Limits, Query};
    ///
    /// let query = Query::parse("w=400&dpr=2", Action::Transform, &Limits::default())?;
    /// assert!(query.names().eq(["w", "dpr"]));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.pairs.iter().map(|(parameter, _)| parameter.name)
    }

    /// Whether a parameter is given.
    ///
    /// ```
    /// use edgepix_core::{Action, Limits, Query};
    ///
    /// let query = Query::parse("w=400", Action::Transform, &Limits::default())?;
    /// assert!(query.has("w") && !query.has("h"));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|given| given == name)
    }

    /// Gives a parameter of the image a value, in place of the one that it has.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    ///
    /// ```
    /// use edgepix_core::{Action, Limits, Query};
    ///
    /// let limits = Limits::default();
    /// let mut query = Query::parse("w=400", Action::Transform, &limits)?;
    /// query.replace("w", "500", &limits)?;
    /// assert_eq!(query.take("w").as_deref(), Some("500"));
    /// # Ok::<(), edgepix_core::Error>(())
    /// ```
    pub fn replace(
        &mut self,
        name: &str,
        value: impl Into<Cow<'q, str>>,
        limits: &Limits,
    ) -> Result<(), Error> {
        self.take(name);
        self.push(known(name, Action::Transform)?, value.into(), limits)
    }

    /// Reads all that is left as options. The format is absent where it is to be chosen.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::Kind::InvalidParameter) for a value that is out of range and for a parameter that is no
    /// option, [`Unsupported`](crate::Kind::Unsupported) for a value that is not built yet,
    /// [`TooLarge`](crate::Kind::TooLarge) where a side times `dpr` is over the limit.
    pub fn transform(&self, limits: &Limits) -> Result<Transform, Error> {
        let mut transform = Transform::default();
        for (parameter, value) in &self.pairs {
            let name = parameter.name;
            if parameter.option.is_none() {
                let message = format!("The parameter `{name}` has no meaning here; leave it out.");
                return Err(Error::parameter(name, message, "none"));
            }
            parameter.set(&mut transform, Value::Written(value)).map_err(|refusal| match refusal {
                Refusal::Invalid => Error::invalid_value(name, parameter.allowed(limits)),
                Refusal::NotBuilt => {
                    Error::not_built(name, &format!("{name}={value}"), parameter.allowed(limits))
                }
            })?;
        }
        for (name, side) in [("w", transform.width), ("h", transform.height)] {
            if let (Some(side), Some(parameter)) = (side, parameter(name))
                && side.get() > limits.output_side
            {
                return Err(Error::invalid_value(name, parameter.allowed(limits)));
            }
        }
        let device = |side: Option<NonZeroU32>| side.map_or(1, |css| device_pixels(css.get(), transform.dpr));
        limits.check_output(device(transform.width), device(transform.height))?;
        Ok(transform)
    }

    fn push(
        &mut self,
        parameter: &'static Parameter,
        value: Cow<'q, str>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let name = parameter.name;
        let refused = |message| Err(Error::parameter(name, message, parameter.allowed(limits)));
        if self.pairs.iter().any(|(other, _)| other.name == name) {
            return refused(format!("The parameter `{name}` is given more than once."));
        }
        if value.is_empty() {
            return refused(format!("The parameter `{name}` has no value; leave it out instead."));
        }
        self.pairs.push((parameter, value));
        Ok(())
    }
}

impl Transform {
    /// The parameters that differ from their defaults, by their names in URLs, sorted by these: equal options are equal
    /// lists. A quality that is the format's own is left out.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        // Every field by name: one that is added does not compile until it is written here.
        let Self {
            width,
            height,
            dpr,
            fit,
            enlarge,
            gravity,
            crop,
            rotate,
            flip,
            background,
            format,
            quality,
            effort,
            lossless,
            frame,
            metadata,
            profile,
        } = self;
        fn unless<T: PartialEq + Default + ToString>(value: &T) -> Option<String> {
            (*value != T::default()).then(|| value.to_string())
        }
        fn some(value: &Option<impl ToString>) -> Option<String> {
            value.as_ref().map(ToString::to_string)
        }
        let own_quality = format.and_then(|format| format.default_quality());
        let flag = |flag: bool| flag.then(|| "1".to_owned());
        let pairs = [
            ("bg", some(background)),
            ("crop", some(crop)),
            ("dpr", unless(dpr)),
            ("effort", unless(&effort.unwrap_or_default())),
            ("enlarge", flag(*enlarge)),
            ("fit", unless(fit)),
            ("flip", unless(flip)),
            ("format", some(format)),
            ("frame", some(frame)),
            ("gravity", unless(gravity)),
            ("h", some(height)),
            ("lossless", lossless.and_then(Lossless::word)),
            ("metadata", unless(metadata)),
            ("profile", unless(profile)),
            ("q", some(&quality.filter(|quality| Some(*quality) != own_quality))),
            ("rotate", unless(rotate)),
            ("w", some(width)),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The parameter of this name that goes with the action.
fn known(name: &str, action: Action) -> Result<&'static Parameter, Error> {
    match parameter(name).filter(|parameter| answers(parameter, action)) {
        Some(parameter) if parameter.is_built() => Ok(parameter),
        Some(parameter) => Err(Error::not_built(parameter.name, parameter.name, names(action).join(", "))),
        None => Err(unknown(name, action)),
    }
}

fn answers(parameter: &Parameter, action: Action) -> bool {
    match action {
        Action::Transform => true,
        Action::Metadata => parameter.with_metadata,
    }
}

/// The names that are built.
fn names(action: Action) -> Vec<&'static str> {
    let built = PARAMETERS.iter().filter(|parameter| parameter.is_built() && answers(parameter, action));
    built.map(|parameter| parameter.name).collect()
}

fn unknown(name: &str, action: Action) -> Error {
    let names = names(action);
    Error::unknown("parameter", name, Parameter::closest(name, &names, false), &names)
}

#[cfg(test)]
mod tests;
