//! The query becomes a typed request, or an error that names the parameter.

use std::num::NonZeroU32;
use std::str::FromStr;

use edgepix_core::{
    Background, Crop, Dpr, Error, Fit, Flip, Format, Gravity, InvalidValue, KeepMetadata, Quality, Rotate,
    Transform, device_pixels,
};
use http::HeaderMap;

use crate::config::Config;
use crate::request::negotiate::Outcome;
use crate::request::query::{Pair, not_built, pairs, raw_pairs, wrong};
use crate::request::vocabulary::{FLAGS, FORMATS, FRAMES, NAMES, allowed, plainly_allowed, values};
use crate::source::location::{SourceReference, decode};

/// What a query asks of `/resize/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The value of `src`, where there is one.
    pub source: Option<SourceReference>,
    /// What to do with the image, as it was asked. [`Params::transform`] gives what the core is told.
    pub asked: Transform,
    /// The format to answer.
    pub format: Choice,
    /// The value of `v`.
    pub version: Option<String>,
}

/// The value of `format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// What the caller accepts and the source needs.
    #[default]
    Auto,
    /// This one.
    Named(Format),
}

/// Reads the query of a `/resize/` request: everything behind the question mark, percent-encoded.
///
/// `src` may be absent, as a path may name the source. The result's [`transform`](Params::transform) with an explicit
/// format is what the core is told, so that whoever has an image at hand gets what a request would give:
///
/// ```
/// use edgepix_core::Format;
/// use edgepix_service::{Config, params};
///
/// let config = Config::default();
/// let params = params::parse_query("w=400&dpr=2&q=70", &config).unwrap();
/// let transform = params.transform(Format::Jpeg, &config);
/// assert_eq!(transform.width().map(u32::from), Some(800));
/// ```
///
/// # Errors
///
/// [`InvalidParameter`](edgepix_core::Kind::InvalidParameter) for a name that is unknown or repeated and a value that is empty or
/// out of range, [`Unsupported`](edgepix_core::Kind::Unsupported) for what is known but not built yet,
/// [`TooLarge`](edgepix_core::Kind::TooLarge) where a side times `dpr` is over the limit.
pub fn parse_query(query: &str, config: &Config) -> Result<Params, Error> {
    let side_limit = config.limits.output_side;
    let mut params =
        Params { source: None, asked: Transform::default(), format: Choice::Auto, version: None };
    let mut asked = Transform::builder();
    for Pair { name, value } in pairs(query, &NAMES, |name| allowed(name, config))? {
        match name {
            "src" => params.source = Some(SourceReference::parse(&value)?),
            "w" | "h" => {
                let pixels = whole(&value).filter(|pixels| (1..=side_limit).contains(pixels));
                let pixels = pixels.ok_or_else(|| wrong(name, allowed(name, config)))?;
                asked = if name == "w" { asked.width(pixels) } else { asked.height(pixels) };
            }
            "dpr" => asked = asked.dpr(typed::<Dpr>(name, &value)?.get()),
            "fit" => asked = asked.fit(typed::<Fit>(name, &value)?),
            "enlarge" => asked = asked.enlarge(flag(name, &value)?),
            "gravity" if value == "smart" => {
                return Err(not_built(name, "gravity=smart", values::<Gravity>()));
            }
            "gravity" => asked = asked.gravity(typed::<Gravity>(name, &value)?),
            "crop" => asked = asked.crop(typed::<Crop>(name, &value)?),
            "rotate" => asked = asked.rotate(typed::<Rotate>(name, &value)?),
            "flip" => asked = asked.flip(typed::<Flip>(name, &value)?),
            "bg" => asked = asked.background(typed::<Background>(name, &value)?),
            "format" => params.format = choice(&value)?,
            "q" => asked = asked.quality(typed::<Quality>(name, &value)?.get()),
            "lossless" => asked = asked.lossless(flag(name, &value)?),
            "frame" => asked = asked.frame(whole(&value).ok_or_else(|| wrong(name, FRAMES))?),
            "metadata" => asked = asked.metadata(typed::<KeepMetadata>(name, &value)?),
            _ => params.version = Some(value),
        }
    }
    params.asked = asked.build()?;
    params.check_sides(config)?;
    Ok(params)
}

/// Reads the query of an `/info/` request, which has no names but `src` and `v`.
pub(crate) fn parse_info_query(query: &str) -> Result<(Option<SourceReference>, Option<String>), Error> {
    let (mut source, mut version) = (None, None);
    for Pair { name, value } in pairs(query, &["src", "v"], plainly_allowed)? {
        match name {
            "src" => source = Some(SourceReference::parse(&value)?),
            _ => version = Some(value),
        }
    }
    Ok((source, version))
}

/// Whether a query asks for `format=auto`, by name or by silence, be the rest of it right or wrong.
pub(crate) fn asks_auto(query: &str) -> bool {
    let mut formats = raw_pairs(query).filter(|(name, _)| decode(name).as_deref() == Some("format"));
    formats.all(|(_, value)| decode(value).as_deref() == Some("auto"))
}

impl Params {
    /// What the core is told: `format`, sizes in device pixels, the quality that holds, and nothing that has no
    /// meaning for the format. Requests that are told the same get the same bytes.
    pub fn transform(&self, format: Format, config: &Config) -> Transform {
        let lossless = self.asked.lossless() && format.has_lossless_mode();
        let default_quality = config.quality.of(format);
        let quality =
            default_quality.filter(|_| !lossless).map(|default| self.asked.quality().unwrap_or(default));
        let told = self
            .asked
            .to_builder()
            .width(self.asked.width().map(|width| self.device(width)))
            .height(self.asked.height().map(|height| self.device(height)))
            .dpr(None)
            .format(format)
            .quality(quality.map(Quality::get))
            .lossless(lossless);
        // Every value is of its type: nothing is left that could be out of range.
        told.build().unwrap_or_default()
    }

    /// The format that is answered to callers who name none that they accept: the one asked for; else PNG where the
    /// source's header announces transparency, JPEG where it does not.
    pub fn plain_format(&self, has_alpha: bool) -> Format {
        Outcome::of(self.format, &HeaderMap::new()).resolve(has_alpha)
    }

    fn device(&self, css: NonZeroU32) -> u32 {
        u32::try_from(device_pixels(css.get(), self.asked.dpr())).unwrap_or(u32::MAX)
    }

    /// Sides times `dpr` against the limit, and the width against the list of widths.
    fn check_sides(&self, config: &Config) -> Result<(), Error> {
        let device =
            |side: Option<NonZeroU32>| side.map_or(1, |css| device_pixels(css.get(), self.asked.dpr()));
        config.limits.check_output(device(self.asked.width()), device(self.asked.height()))?;
        let Some(widths) = &config.widths else { return Ok(()) };
        let width = self.asked.width().map(|width| self.device(width));
        if width.is_some_and(|width| widths.contains(&width)) {
            return Ok(());
        }
        let list: Vec<_> = widths.iter().map(u32::to_string).collect();
        let message = "Only some output widths are answered here: `w`, times `dpr`, must be one of them.";
        Err(Error::parameter("w", message, list.join(", ")))
    }
}

fn choice(value: &str) -> Result<Choice, Error> {
    match value {
        "auto" => Ok(Choice::Auto),
        name => match name.parse() {
            Ok(format) if Format::is_written(format) => Ok(Choice::Named(format)),
            Ok(format) => Err(not_built("format", &format!("format={format}"), FORMATS)),
            Err(_) => Err(wrong("format", FORMATS)),
        },
    }
}

fn typed<T: FromStr<Err = InvalidValue>>(name: &'static str, value: &str) -> Result<T, Error> {
    value.parse().map_err(|error: InvalidValue| wrong(name, error.allowed().to_owned()))
}

fn flag(name: &'static str, value: &str) -> Result<bool, Error> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(wrong(name, FLAGS)),
    }
}

/// A number of digits alone.
fn whole(value: &str) -> Option<u32> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::vocabulary::LATER;
    use edgepix_core::Kind;

    fn error(query: &str) -> Error {
        parse_query(query, &Config::default()).expect_err(query)
    }

    fn parsed(query: &str) -> Params {
        parse_query(query, &Config::default()).expect(query)
    }

    #[test]
    fn every_name_is_read() {
        let params = parsed(
            "src=a.jpg&w=10&h=20&dpr=1.5&fit=cover&enlarge=1&gravity=0.3,0.7&crop=10p,10p,50p,50p&rotate=90&flip=hv\
             &bg=fff&format=png&q=7&lossless=1&frame=0&metadata=all&v=%26",
        );
        let asked = &params.asked;
        assert_eq!((asked.width(), asked.height()), (NonZeroU32::new(10), NonZeroU32::new(20)));
        assert_eq!(
            (asked.dpr().get(), asked.frame(), asked.enlarge(), asked.lossless()),
            (1.5, Some(0), true, true)
        );
        assert_eq!(params.format, Choice::Named(Format::Png));
        assert_eq!(params.version.as_deref(), Some("&"));
        assert_eq!(params.source, SourceReference::parse("/a.jpg").ok());
    }

    #[test]
    fn wrong_values_name_the_parameter_and_what_is_allowed() {
        for (query, name) in [
            ("w=0", "w"),
            ("w=-1", "w"),
            ("w=+1", "w"),
            ("w=8193", "w"),
            ("w=1e3", "w"),
            ("w=4294967296", "w"),
            ("h=1.5", "h"),
            ("w=", "w"),
            ("w", "w"),
            ("w=1&w=1", "w"),
            ("w=1&%77=2", "w"),
            ("dpr=0.5", "dpr"),
            ("dpr=5", "dpr"),
            ("fit=crop", "fit"),
            ("fit=Cover", "fit"),
            ("enlarge=true", "enlarge"),
            ("gravity=up", "gravity"),
            ("crop=1,2,3", "crop"),
            ("rotate=45", "rotate"),
            ("rotate=0", "rotate"),
            ("flip=vh", "flip"),
            ("bg=%23fff", "bg"),
            ("format=bmp", "format"),
            ("q=0", "q"),
            ("q=101", "q"),
            ("lossless=yes", "lossless"),
            ("frame=-1", "frame"),
            ("metadata=some", "metadata"),
            ("v=", "v"),
            ("v=%ff", "v"),
            ("v=%2", "v"),
            ("src=ftp://a/b", "src"),
            ("src=", "src"),
        ] {
            let error = error(query);
            assert_eq!(
                (error.kind, error.parameter.as_deref()),
                (Kind::InvalidParameter, Some(name)),
                "{query}"
            );
            assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()), "{query}");
        }
    }

    #[test]
    fn empty_and_repeated_parameters_tell_the_values_too() {
        for name in NAMES {
            for query in [format!("{name}="), format!("{name}=1&{name}=1")] {
                let error = parse_query(&query, &Config::default()).unwrap_err();
                let expected = allowed(name, &Config::default());
                assert!(!expected.is_empty());
                assert_eq!(
                    (error.parameter.as_deref(), error.allowed),
                    (Some(name), Some(expected)),
                    "{query}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_built_yet_is_never_ignored() {
        for name in LATER {
            let error = error(&format!("{name}=1"));
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::Unsupported, Some(name)));
        }
        for (query, name) in [("gravity=smart", "gravity"), ("format=avif", "format")] {
            let error = error(query);
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::Unsupported, Some(name)));
            assert!(
                error.allowed.is_some_and(|allowed| !allowed.contains("smart") && !allowed.contains("avif"))
            );
        }
    }

    #[test]
    fn unknown_names_suggest_what_was_meant() {
        let message = error("wdith=1").message;
        assert!(message.contains("`w`"), "{message}");
        assert!(error("qualty=1").message.contains("`q`"));
        assert!(error("gravty=center").message.contains("`gravity`"));
        assert!(!error("utm_source=x").message.contains("meant"));
        assert_eq!(error("%ff=1").kind, Kind::InvalidParameter);
        assert_eq!(error("=1").kind, Kind::InvalidParameter);
        assert!(parse_info_query("src=/a&w=1").is_err());
    }

    #[test]
    fn sizes_become_device_pixels_and_stay_within_the_limit() {
        let transform = parsed("w=333&dpr=1.5").transform(Format::Jpeg, &Config::default());
        assert_eq!((transform.width(), transform.dpr()), (NonZeroU32::new(500), Dpr::default()));
        let error = error("w=8192&dpr=2");
        assert_eq!((error.kind, error.limit, error.actual), (Kind::TooLarge, Some(8192), Some(16384)));
    }

    #[test]
    fn what_has_no_meaning_for_the_format_is_not_told_to_the_core() {
        let (params, config) = (parsed("q=70&lossless=1"), Config::default());
        let told = |format| {
            let transform = params.transform(format, &config);
            (transform.quality().map(|quality| quality.get()), transform.lossless())
        };
        assert_eq!(told(Format::Jpeg), (Some(70), false));
        assert_eq!(told(Format::Png), (None, false));
        assert_eq!(told(Format::Webp), (None, true));
        assert_eq!(
            parsed("").transform(Format::Webp, &config).quality().map(|quality| quality.get()),
            Some(80)
        );
    }

    #[test]
    fn widths_bound_the_variants() {
        let config = Config { widths: Some(vec![320, 640]), ..Config::default() };
        for (query, answered) in [
            ("w=320", true),
            ("w=320&dpr=2", true),
            ("w=640&h=9", true),
            ("w=321", false),
            ("", false),
            ("h=320", false),
        ] {
            let result = parse_query(query, &config);
            assert_eq!(result.is_ok(), answered, "{query}");
            if let Err(error) = result {
                assert_eq!(
                    (error.parameter.as_deref(), error.allowed.as_deref()),
                    (Some("w"), Some("320, 640"))
                );
            }
        }
    }

    #[test]
    fn auto_is_asked_by_silence_too() {
        for (query, auto) in [
            ("", true),
            ("w=x", true),
            ("format=auto", true),
            ("format=%61uto&q=0", true),
            ("format=png", false),
            ("format=bmp", false),
            ("format=", false),
            ("f%6frmat=webp&w=", false),
        ] {
            assert_eq!(asks_auto(query), auto, "{query}");
        }
    }
}
