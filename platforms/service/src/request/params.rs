//! The query becomes a typed request, or an error that names the parameter.

use edgepix_core::{Action, Error, Format, Quality, Query, Transform, device_pixels};
use http::HeaderMap;

use crate::config::Config;
use crate::request::negotiate::{AutoFormats, Coding, Outcome};
use crate::source::location::SourceReference;

/// What a query asks of `/resize/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The value of `src`, where there is one.
    pub source: Option<SourceReference>,
    /// What to do with the image, as the request has it; [`Params::transform`] normalizes it.
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
/// `src` may be absent, as a path may name the source.
///
/// # Errors
///
/// [`InvalidParameter`](edgepix_core::Kind::InvalidParameter) for a name that is unknown or repeated and a value that is empty or
/// out of range, [`Unsupported`](edgepix_core::Kind::Unsupported) for what is known but not built yet,
/// [`TooLarge`](edgepix_core::Kind::TooLarge) where a side times `dpr` is over the limit.
pub fn parse_query(query: &str, config: &Config) -> Result<Params, Error> {
    let mut query = Query::parse(query, Action::Transform, &config.limits)?;
    config.presets.resolve(&mut query, &config.limits)?;
    let (source, version) = own_parameters(&mut query)?;
    let asked = query.transform(&config.limits)?;
    check_width(&asked, config)?;
    let format = asked.format().map_or(Choice::Auto, Choice::Named);
    Ok(Params { source, asked, format, version })
}

/// Reads the query of an `/info/` request, which has no names but `src` and `v`.
pub(crate) fn parse_info_query(
    query: &str,
    config: &Config,
) -> Result<(Option<SourceReference>, Option<String>), Error> {
    own_parameters(&mut Query::parse(query, Action::Metadata, &config.limits)?)
}

/// Takes out what is about the request and not about the image: `src` and `v`, and what a signature needs.
fn own_parameters(query: &mut Query<'_>) -> Result<(Option<SourceReference>, Option<String>), Error> {
    if query.take("exp").is_some_and(|end| end.parse::<u64>().is_err()) {
        return Err(Error::invalid_value("exp", "seconds since 1970"));
    }
    query.take("kid");
    query.take("sig");
    let source = query.take("src").map(|text| SourceReference::parse(&text)).transpose()?;
    Ok((source, query.take("v").map(|text| text.into_owned())))
}

impl Params {
    /// The options [normalized](Transform::normalized) for `format`, with the configured quality and effort.
    pub fn transform(&self, format: Format, config: &Config) -> Transform {
        let normalized = self.asked.normalized(format);
        let mut configured = normalized.to_builder().effort(self.asked.effort().unwrap_or(config.effort));
        if self.asked.quality().is_none() && normalized.quality().is_some() {
            configured = configured.quality(config.quality.of(format).map(Quality::get));
        }
        // A quality that was configured is in range.
        configured.build().unwrap_or(normalized)
    }

    /// The same for what was negotiated.
    pub(crate) fn negotiated(&self, coding: Coding, config: &Config) -> Transform {
        if coding.auto_lossless {
            let asked = self.asked.or_auto_lossless();
            Self { asked, ..self.clone() }.transform(coding.format, config)
        } else {
            self.transform(coding.format, config)
        }
    }

    /// The format that is answered to callers who name none that they accept: the one asked for; else PNG where the
    /// source's header announces transparency, JPEG where it does not.
    pub fn plain_format(&self, has_alpha: bool) -> Format {
        let formats = AutoFormats::default();
        Outcome::of(self.format, &HeaderMap::new(), &formats).resolve(has_alpha, &formats).format
    }
}

/// Refuses a width that is not on the list of widths, where there is one.
fn check_width(asked: &Transform, config: &Config) -> Result<(), Error> {
    let Some(widths) = &config.widths else { return Ok(()) };
    let width = asked.width().map(|css| device_pixels(css.get(), asked.dpr()));
    if width.is_some_and(|width| widths.iter().any(|allowed| u64::from(*allowed) == width)) {
        return Ok(());
    }
    let list: Vec<_> = widths.iter().map(u32::to_string).collect();
    let message = "Only some output widths are answered here: `w`, times `dpr`, must be one of them.";
    Err(Error::parameter("w", message, list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Params {
        parse_query(query, &Config::default()).expect(query)
    }

    #[test]
    fn every_name_is_read() {
        let params = parsed(
            "src=a.jpg&w=10&h=20&dpr=1.5&fit=cover&enlarge=1&gravity=0.3,0.7&crop=10p,10p,50p,50p&rotate=90&flip=hv\
             &bg=fff&format=png&q=7&effort=fast&lossless=1&frame=0&metadata=all&profile=keep&v=%26",
        );
        let asked = &params.asked;
        assert_eq!((asked.width(), asked.height()), (10.try_into().ok(), 20.try_into().ok()));
        assert_eq!(
            (asked.dpr().get(), asked.frame(), asked.enlarge(), asked.lossless()),
            (1.5, Some(0), true, true)
        );
        assert_eq!(params.format, Choice::Named(Format::Png));
        assert_eq!(params.version.as_deref(), Some("&"));
        assert_eq!(params.source, SourceReference::parse("/a.jpg").ok());
    }

    #[test]
    fn what_has_no_meaning_for_the_format_goes() {
        let (params, config) = (parsed("q=70&lossless=1"), Config::default());
        let normalized = |format| {
            let transform = params.transform(format, &config);
            (transform.quality().map(|quality| quality.get()), transform.lossless())
        };
        assert_eq!(normalized(Format::Jpeg), (Some(70), false));
        assert_eq!(normalized(Format::Png), (None, false));
        assert_eq!(normalized(Format::Webp), (None, true));
        let quality =
            |query| parsed(query).transform(Format::Png, &config).quality().map(|quality| quality.get());
        assert_eq!(quality("format=png&q=70"), Some(70));
        assert_eq!(quality("format=png&q=70&lossless=1"), None);
        assert_eq!(quality("format=auto&q=70"), None);
        assert_eq!(quality("format=webp&q=70"), None);
        assert_eq!(quality("format=png"), None);
        assert_eq!(
            parsed("").transform(Format::Webp, &config).quality().map(|quality| quality.get()),
            Some(80)
        );
    }

    #[test]
    fn the_services_own_parameters_are_checked_too() {
        for (query, name) in
            [("src=ftp://a/b", "src"), ("src=", "src"), ("v=", "v"), ("v=1&v=1", "v"), ("exp=soon", "exp")]
        {
            let error = parse_query(query, &Config::default()).expect_err(query);
            assert_eq!(error.parameter.as_deref(), Some(name), "{query}");
        }
        let config = Config::default();
        assert!(parse_info_query("src=/a&v=1&exp=1&kid=a&sig=b", &config).is_ok());
        assert!(parse_info_query("src=/a&w=1", &config).is_err());
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
}
