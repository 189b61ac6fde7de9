//! The canonical form of a request: equal requests are equal text. It is the cache's key and a part of every `ETag`.
//!
//! Names and values are decoded once and encoded again with only RFC 3986's unreserved characters bare, sorted by
//! name, defaults left out, the route in front.

use edgepix_core::{Format, Transform};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters (§2.3).
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The canonical form of a `/resize/` request. `format` is `None` while only the source's header can tell PNG from
/// JPEG.
///
/// `normalized`: the options that the core is given. Sizes are device pixels there, and what has no meaning for the format
/// is gone.
pub(crate) fn resize(
    source: &str,
    version: Option<&str>,
    normalized: &Transform,
    format: Option<Format>,
) -> String {
    let parameters = normalized.parameters().into_iter().filter(|(name, _)| *name != "format");
    let mut query = Query(parameters.collect());
    query.put("src", Some(source));
    query.put("format", Some(format.map_or("auto", Format::name)));
    query.put("v", version);
    query.below("/resize/")
}

/// The canonical form of an `/info/` request.
pub(crate) fn info(source: &str, version: Option<&str>) -> String {
    let mut query = Query(Vec::new());
    query.put("src", Some(source));
    query.put("v", version);
    query.below("/info/")
}

/// The pairs of a canonical query.
struct Query(Vec<(&'static str, String)>);

impl Query {
    fn put(&mut self, name: &'static str, value: Option<&str>) {
        self.0.extend(value.map(|value| (name, value.to_owned())));
    }

    fn below(mut self, route: &str) -> String {
        self.0.sort();
        let encoded =
            |(name, value): &(_, String)| format!("{name}={}", utf8_percent_encode(value, RESERVED));
        let pairs: Vec<_> = self.0.iter().map(encoded).collect();
        format!("{route}?{}", pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::request::params::parse_query;
    use edgepix_core::Effort;

    fn key(query: &str, format: Format) -> String {
        let config = Config::default();
        let params = parse_query(query, &config).expect(query);
        let normalized = params.transform(format, &config);
        let source = params.source.map(|source| source.canonical()).unwrap_or_default();
        resize(&source, params.version.as_deref(), &normalized, Some(format))
    }

    #[test]
    fn equal_requests_are_equal_text() {
        let canonical = "/resize/?format=webp&src=%2Fa%2520b.jpg&w=800";
        for query in [
            "src=/a b.jpg&w=800",
            "w=800&src=%2Fa%20b.jpg",
            "src=a%20b.jpg&w=400&dpr=2",
            "w=%38%30%30&src=/a%20b.jpg&dpr=1.0&fit=inside&enlarge=0&gravity=center&q=80&effort=balanced\
             &lossless=0&metadata=none&profile=srgb",
            "src=/a b.jpg&w=0800&format=webp",
            "%73rc=/a b.jpg&&w=800&format=auto&",
        ] {
            assert_eq!(key(query, Format::Webp), canonical, "{query}");
        }
    }

    #[test]
    fn every_parameter_that_matters_is_in_the_key() {
        let plain = key("src=/a", Format::Webp);
        let mut seen = vec![plain];
        for pair in [
            "w=1",
            "h=1",
            "w=1&h=1",
            "fit=cover",
            "enlarge=1",
            "gravity=north",
            "gravity=0.5,0.5",
            "crop=0,0,1,1",
            "rotate=90",
            "flip=h",
            "bg=fff",
            "bg=fff0f0",
            "q=81",
            "effort=small",
            "lossless=1",
            "frame=0",
            "metadata=all",
            "profile=keep",
            "v=1",
        ] {
            let key = key(&format!("src=/a&{pair}"), Format::Webp);
            assert!(!seen.contains(&key), "{pair}");
            seen.push(key);
        }
        assert_eq!(seen.last().map(String::as_str), Some("/resize/?format=webp&src=%2Fa&v=1"));
        assert_eq!(key("src=/a&bg=fff", Format::Webp), key("src=/a&bg=FFFFFF", Format::Webp));
        assert_eq!(key("src=/a&q=81", Format::Png), key("src=/a", Format::Png));
        let named = |query: &str| key(&format!("src=/a&format=png{query}"), Format::Png);
        assert_eq!(named("&q=81"), "/resize/?format=png&q=81&src=%2Fa");
        assert_eq!(named("&q=81&lossless=1"), named(""));
        assert_ne!(key("src=/a", Format::Png), key("src=/a", Format::Jpeg));
    }

    #[test]
    fn configured_defaults_are_in_the_key() {
        let (quality, effort) = ("jpeg=70".parse().unwrap(), Effort::Small);
        let config = Config { quality, effort, ..Config::default() };
        let key = |query: &str| {
            let normalized = parse_query(query, &config).unwrap().transform(Format::Jpeg, &config);
            resize("/a", None, &normalized, Some(Format::Jpeg))
        };
        assert_eq!(key(""), "/resize/?effort=small&format=jpeg&q=70&src=%2Fa");
        assert_eq!(key("q=80&effort=balanced"), "/resize/?format=jpeg&src=%2Fa");
    }

    #[test]
    fn values_cannot_pose_as_pairs() {
        assert_eq!(
            key("src=/a%26w=1&v=%26%3D%20%C3%A4~", Format::Gif),
            "/resize/?format=gif&src=%2Fa%26w%3D1&v=%26%3D%20%C3%A4~"
        );
        assert_eq!(info("/a", Some("1")), "/info/?src=%2Fa&v=1");
    }
}
