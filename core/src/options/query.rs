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
mod tests {
    use super::*;
    use crate::{
        Background, Compass, Crop, Effort, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Profile,
        Rotate,
    };
    use fastrand::Rng;

    fn parsed(query: &str) -> Result<Transform, Error> {
        let limits = Limits::default();
        Query::parse(query, Action::Transform, &limits)?.transform(&limits)
    }

    fn error(query: &str) -> Error {
        parsed(query).expect_err(query)
    }

    /// Any options, with all fields set now and then.
    fn some_options(random: &mut Rng) -> Transform {
        let mut chance = || random.bool();
        let given: [bool; 17] = std::array::from_fn(|_| chance());
        let mut of = |count| random.usize(..count);
        let crop = Crop::new(
            Length::Pixels(of(9) as u32),
            Length::percent(of(1000) as f64 / 10.0).unwrap(),
            Length::Pixels(1),
            Length::percent(12.5).unwrap(),
        );
        let gravities = [Gravity::focal(0.1, of(11) as f64 / 10.0).unwrap(), Compass::Southwest.into()];
        let colour = Background { red: of(256) as u8, green: 0, blue: 255, alpha: [255, 7][of(2)] };
        Transform::builder()
            .width(given[0].then_some(1 + of(8192) as u32))
            .height(given[1].then_some(1 + of(8192) as u32))
            .dpr(given[2].then_some((1000 + of(3001)) as f64 / 1000.0))
            .fit(given[3].then_some([Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill][of(4)]))
            .enlarge(given[4])
            .gravity(given[5].then_some(gravities[of(2)]))
            .crop(given[6].then(|| crop.unwrap()))
            .rotate(given[7].then_some([Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters][of(3)]))
            .flip(given[8].then_some([Flip::Horizontal, Flip::Vertical, Flip::Both][of(3)]))
            .background(given[9].then_some(colour))
            .format(Format::outputs().nth(of(4)).filter(|_| given[10]))
            .quality(given[11].then_some(1 + of(79) as u8))
            .lossless(given[12].then_some(true))
            .frame(given[13].then_some(of(9) as u32))
            .metadata(given[14].then_some([KeepMetadata::Copyright, KeepMetadata::All][of(2)]))
            .effort(given[15].then_some([Effort::Fast, Effort::Small][of(2)]))
            .profile(given[16].then_some(Profile::Keep))
            .build()
            .unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_equal_options_are_equal_text() {
        let limits = Limits { output_side: u32::MAX, ..Limits::default() };
        let mut random = Rng::with_seed(1);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2000 {
            let options = some_options(&mut random);
            let pairs = options.parameters();
            assert!(pairs.is_sorted());
            let text: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let text = text.join("&");
            let read = Query::parse(&text, Action::Transform, &limits);
            assert_eq!(read.and_then(|query| query.transform(&limits)), Ok(options), "{text}");
            let as_they_are = pairs.iter().map(|(name, value)| (*name, value.as_str()));
            assert!(Query::from_pairs(as_they_are, Action::Transform, &limits).is_ok());
            seen.extend(pairs.into_iter().map(|(name, _)| name));
        }
        let options =
            PARAMETERS.iter().filter(|parameter| parameter.is_built() && parameter.option.is_some());
        assert!(options.clone().all(|parameter| seen.contains(parameter.name)), "{seen:?}");
        assert_eq!(options.count(), seen.len());
        assert_eq!(Transform::default().parameters(), []);
        assert_eq!(
            parsed("format=jpeg&q=80&dpr=1.0&fit=inside").unwrap().parameters(),
            [("format", "jpeg".to_owned())]
        );
    }

    #[test]
    fn wrong_values_name_the_parameter_and_what_is_allowed() {
        for query in [
            "w=0",
            "w=-1",
            "w=+1",
            "w=8193",
            "w=1e3",
            "w=4294967296",
            "h=1.5",
            "w=",
            "w",
            "w=1&w=1",
            "w=1&%77=2",
            "dpr=0.5",
            "dpr=5",
            "fit=crop",
            "fit=Cover",
            "enlarge=true",
            "gravity=up",
            "crop=1,2,3",
            "rotate=45",
            "rotate=0",
            "flip=vh",
            "bg=%23fff",
            "format=bmp",
            "q=0",
            "q=101",
            "lossless=yes",
            "frame=-1",
            "metadata=some",
            "effort=most",
            "profile=p3",
            "v=",
            "v=%ff",
            "v=%2",
            "src=",
            "src=/a",
            "v=1",
        ] {
            let error = error(query);
            let name = query.split('=').next();
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, name), "{query}");
            assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()), "{query}");
        }
        assert_eq!(error("h=9000").allowed.as_deref(), Some("1 … 8192"));
        let error = error("w=8192&dpr=2");
        assert_eq!((error.kind, error.limit, error.actual), (Kind::TooLarge, Some(8192), Some(16384)));
    }

    #[test]
    fn empty_and_repeated_parameters_tell_the_values_too() {
        for parameter in PARAMETERS.iter().filter(|parameter| parameter.is_built()) {
            let (name, allowed) = (parameter.name, parameter.allowed(&Limits::default()));
            for query in [format!("{name}="), format!("{name}=1&{name}=1")] {
                let error = error(&query);
                assert_eq!(
                    (error.parameter.as_deref(), error.allowed.as_ref()),
                    (Some(name), Some(&allowed))
                );
            }
        }
    }

    #[test]
    fn what_is_not_built_yet_is_never_ignored() {
        let later = PARAMETERS.iter().filter(|parameter| !parameter.is_built());
        let values = ["gravity=smart", "gravity=face", "format=avif", "format=jxl", "q=auto"];
        let queries = later.map(|parameter| format!("{}=1", parameter.name)).chain(values.map(str::to_owned));
        for query in queries {
            let error = error(&query);
            assert_eq!(
                (error.kind, error.parameter.as_deref()),
                (Kind::Unsupported, query.split('=').next())
            );
        }
    }

    #[test]
    fn unknown_names_suggest_what_was_meant() {
        assert!(error("wdith=1").message.contains("is `w` meant?"));
        assert!(error("qualty=1").message.contains("`q`"));
        assert!(!error("utm_source=x").message.contains("meant"));
        assert_eq!(error("%ff=1").kind, Kind::InvalidParameter);
        assert_eq!(error("=1").kind, Kind::InvalidParameter);
        let limits = Limits::default();
        let metadata = |query| Query::parse(query, Action::Metadata, &limits).map(|query| query.pairs.len());
        assert_eq!(metadata("src=/a&v=1"), Ok(2));
        let error = metadata("src=/a&w=1").unwrap_err();
        assert_eq!(
            (error.parameter.as_deref(), error.allowed.as_deref()),
            (Some("w"), Some("src, v, exp, kid, sig"))
        );
    }

    #[test]
    fn a_callers_own_parameters_are_taken_out() {
        let limits = Limits::default();
        let mut query = Query::parse("v=%26&w=%31&src=a+b", Action::Transform, &limits).unwrap();
        assert_eq!(query.take("src").as_deref(), Some("a+b"));
        assert_eq!(query.take("v").as_deref(), Some("&"));
        assert_eq!(query.take("v"), None);
        assert_eq!(query.transform(&limits), Transform::builder().width(1).build());
    }

    #[test]
    fn the_format_is_left_by_silence_too() {
        for (query, left) in [
            ("", true),
            ("w=x", true),
            ("format=auto", true),
            ("format=%61uto&q=0", true),
            ("format=png", false),
            ("format=bmp", false),
            ("format=", false),
            ("f%6frmat=webp&w=", false),
        ] {
            assert_eq!(Query::leaves_format(query), left, "{query}");
        }
    }
}
