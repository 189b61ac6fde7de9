//! Options and limits, as a host writes them: a URL's query, or JSON with the names of programs.

use edgepix_core::{
    Action, Error, Format, Kind, Length, Limits, Metadata, Query, Transform, Value, vocabulary,
};
use serde_json::{Map, Value as Json};

/// The first character of JSON, which no query begins with: no parameter has such a name.
const OBJECT: char = '{';

/// What to do with an image, and which format a source becomes where the host names none.
pub(crate) struct Options {
    transform: Transform,
    /// Whether these are the options of a URL, whose `format` is `auto` by default.
    of_url: bool,
}

impl Options {
    /// Reads a query, or JSON where the text begins like an object.
    pub(crate) fn read(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        let text = utf8(text, "options")?;
        let of_url = !text.starts_with(OBJECT);
        let transform = if of_url { of_query(text, limits) } else { of_object(&object(text, "options")?) }?;
        Ok(Self { transform, of_url })
    }

    /// The options for a source. Without a format, a query chooses one by the source's transparency, as there is no
    /// `Accept` to choose by; JSON keeps the source's own.
    pub(crate) fn for_source(self, metadata: &Metadata) -> Transform {
        let Self { transform, of_url } = self;
        let chosen = of_url.then(|| Format::universal(metadata.has_alpha));
        match transform.format().or(chosen) {
            Some(format) => transform.normalized(format),
            None => transform,
        }
    }
}

/// The limits of a JSON object, `{"memory":67108864}`. Those that are left out have their defaults.
pub(crate) fn limits(text: &[u8]) -> Result<Limits, Error> {
    let mut limits = Limits::new();
    for (name, value) in &object(utf8(text, "limits")?, "limits")? {
        let value =
            whole(value).ok_or_else(|| Error::invalid_value(name.clone(), "a whole number, 0 or more"));
        limits.set(name, value?)?;
    }
    Ok(limits)
}

fn of_query(text: &str, limits: &Limits) -> Result<Transform, Error> {
    let mut query = Query::parse(text, Action::Transform, limits)?;
    // It is part of a cache's key where there is one.
    query.take("v");
    query.transform(limits)
}

fn of_object(object: &Map<String, Json>) -> Result<Transform, Error> {
    let mut transform = Transform::default();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let value = self::value(value).ok_or_else(|| vocabulary::wrong(name, &[]))?;
        vocabulary::set(&mut transform, name, value, &[])?;
    }
    Ok(transform)
}

fn object(text: &str, what: &str) -> Result<Map<String, Json>, Error> {
    serde_json::from_str(text).map_err(|error| {
        // The parser's own sentence names the line and column.
        let message = format!("The {what} are not a JSON object: {error}.");
        Error::new(Kind::InvalidParameter, message)
    })
}

fn utf8<'t>(text: &'t [u8], what: &str) -> Result<&'t str, Error> {
    std::str::from_utf8(text)
        .map_err(|_| Error::new(Kind::InvalidParameter, format!("The {what} are not UTF-8.")))
}

/// A value of a type that some option has.
fn value(json: &Json) -> Option<Value<'_>> {
    match json {
        Json::Bool(flag) => Some(Value::Flag(*flag)),
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::String(text) => Some(Value::Text(text)),
        Json::Object(members) => shape(members),
        Json::Null | Json::Array(_) => None,
    }
}

/// `{"x":0.3,"y":0.7}`, a point; `{"x":0,"y":"10p","width":400,"height":"50p"}`, a rectangle.
fn shape(members: &Map<String, Json>) -> Option<Value<'_>> {
    match members.len() {
        2 => Some(Value::Point { x: members.get("x")?.as_f64()?, y: members.get("y")?.as_f64()? }),
        4 => {
            let length = |name| length(members.get(name)?);
            Some(Value::Lengths([length("x")?, length("y")?, length("width")?, length("height")?]))
        }
        _ => None,
    }
}

/// Pixels as a number, or a text of pixels or of per cent with a `p` behind.
fn length(json: &Json) -> Option<Length> {
    match json {
        Json::Number(_) => whole(json).and_then(|pixels| pixels.try_into().ok()).map(Length::Pixels),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A whole number, 0 or more; at most 2⁶⁴ − 1. Some hosts write all numbers as doubles, `5e7`.
fn whole(json: &Json) -> Option<u64> {
    let of_double = |number: f64| (number >= 0.0 && number.fract() == 0.0).then_some(number as u64);
    json.as_u64().or_else(|| of_double(json.as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepix_core::{Crop, Fit, Gravity};

    fn transform(text: &str) -> Result<Transform, Error> {
        Options::read(text.as_bytes(), &Limits::new()).map(|options| options.transform)
    }

    #[test]
    fn json_has_the_names_and_types_of_programs() {
        let text = r#" {"width":800,"dpr":1.5,"fit":"cover","enlarge":true,"gravity":{"x":0.25,"y":1},"height":null,
            "crop":{"x":0,"y":"12.5p","width":40.0,"height":"50p"},"rotate":90,"quality":70,"format":"webp"}"#;
        let crop = Crop::new(
            Length::Pixels(0),
            Length::percent(12.5).unwrap(),
            Length::Pixels(40),
            Length::percent(50.0).unwrap(),
        );
        let expected = Transform::builder()
            .width(800)
            .dpr(1.5)
            .fit(Fit::Cover)
            .enlarge(true)
            .gravity(Gravity::focal(0.25, 1.0).unwrap())
            .crop(crop.unwrap())
            .rotate(edgepix_core::Rotate::Quarter)
            .quality(70)
            .format(Format::Webp);
        assert_eq!(transform(text.trim()), expected.build());
        assert_eq!(transform("{}"), transform(""));
        assert_eq!(transform(r#"{"width":60}"#), transform("w=60"));
        assert_eq!(
            transform(r#"{"gravity":"0.3,0.7","crop":"1,1,1,1"}"#),
            transform("gravity=0.3,0.7&crop=1,1,1,1")
        );
    }

    #[test]
    fn errors_name_options_as_programs_do() {
        for (text, kind, parameter) in [
            (r#"{"w":8}"#, Kind::InvalidParameter, Some("w")),
            (r#"{"width":0}"#, Kind::InvalidParameter, Some("width")),
            (r#"{"width":"8"}"#, Kind::InvalidParameter, Some("width")),
            (r#"{"width":[8]}"#, Kind::InvalidParameter, Some("width")),
            (r#"{"width":1e400}"#, Kind::InvalidParameter, None),
            (r#"{"format":"auto"}"#, Kind::InvalidParameter, Some("format")),
            (r#"{"gravity":{"x":0.1,"z":1}}"#, Kind::InvalidParameter, Some("gravity")),
            (r#"{"gravity":{"x":0.1,"y":1.5}}"#, Kind::InvalidParameter, Some("gravity")),
            (r#"{"crop":{"x":0,"y":0,"width":1,"height":-1}}"#, Kind::InvalidParameter, Some("crop")),
            (r#"{"crop":{"x":0,"y":0,"width":1,"height":0.5}}"#, Kind::InvalidParameter, Some("crop")),
            (r#"{"gravity":"smart"}"#, Kind::Unsupported, Some("gravity")),
            (r#"{"width":8"#, Kind::InvalidParameter, None),
        ] {
            let error = transform(text).expect_err(text);
            assert_eq!((error.kind, error.parameter.as_deref()), (kind, parameter), "{text}");
            assert!(error.message.ends_with(['.', '?']), "{}", error.message);
        }
    }

    #[test]
    fn limits_are_set_by_name() {
        let limits = |text: &str| super::limits(text.as_bytes());
        assert_eq!(limits("{}"), Ok(Limits::new()));
        let set = limits(r#"{"sourcePixels":5e7,"memory":18446744073709551615,"work":1e30}"#).unwrap();
        assert_eq!((set.source_pixels, set.memory, set.work), (50_000_000, u64::MAX, u64::MAX));
        for (text, parameter) in [
            (r#"{"memroy":1}"#, Some("memroy")),
            (r#"{"memory":-1}"#, Some("memory")),
            (r#"{"memory":"1"}"#, Some("memory")),
            ("[]", None),
            ("", None),
        ] {
            let error = limits(text).expect_err(text);
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, parameter));
        }
        assert!(limits(r#"{"memroy":1}"#).unwrap_err().message.contains("`memory`"));
    }
}
