//! Where the source of a stored answer came from, and how to ask whether it has changed.

use edgepix_core::ENCODER_VERSION;
use http::header::{
    ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use serde::{Deserialize, Serialize};

use crate::answer::etag::sha256_hex;
use crate::answer::terms::Terms;

/// The longest validator that is kept: it stands beside each answer made of the source.
const LONGEST: usize = 512;

/// The validators of a source, and what its origin said about keeping it. Only made where there is a validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    /// Which URL, behind all redirects, or which local path: the digest of it. Validators mean nothing anywhere else.
    at: String,
    /// The encoders that made the answer. Others may make another one of the same source.
    encoders: String,
    /// The origin's entity tag, strong or weak, as it was sent.
    etag: Option<String>,
    /// The origin's `Last-Modified`, as it was sent.
    modified: Option<String>,
    pub(crate) terms: Terms,
}

impl Provenance {
    /// What the headers of a source say. `location`: its URL or path.
    pub(crate) fn of(location: &str, headers: &HeaderMap, terms: Terms) -> Option<Self> {
        let validator = |name| {
            let value: &HeaderValue = headers.get(name)?;
            value.to_str().ok().filter(|value| value.len() <= LONGEST).map(str::to_owned)
        };
        let etag = validator(ETAG).filter(|tag| opaque(tag).is_some());
        let modified = validator(LAST_MODIFIED).filter(|date| httpdate::parse_http_date(date).is_ok());
        let known = etag.is_some() || modified.is_some();
        known.then(|| Self {
            at: digest(location),
            encoders: ENCODER_VERSION.to_owned(),
            etag,
            modified,
            terms,
        })
    }

    /// Whether an unchanged source means an unchanged answer: made by the encoders of this release.
    pub(crate) fn is_current(&self) -> bool {
        self.encoders == ENCODER_VERSION
    }

    /// The headers that ask a URL whether the source has changed (RFC 9111 §4.3.1); none where it came from elsewhere.
    pub(crate) fn conditions(&self, location: &str) -> Vec<(HeaderName, HeaderValue)> {
        if self.at != digest(location) {
            return Vec::new();
        }
        let pairs = [(IF_NONE_MATCH, &self.etag), (IF_MODIFIED_SINCE, &self.modified)];
        let sent =
            |(name, value): (HeaderName, &Option<String>)| Some((name, value.as_ref()?.try_into().ok()?));
        pairs.into_iter().filter_map(sent).collect()
    }

    /// Whether a 304 is about the source that is known: it may name the entity tag (RFC 9111 §4.3.4).
    pub(crate) fn is_meant_by(&self, not_modified: &HeaderMap) -> bool {
        let named = not_modified.get(ETAG).and_then(|tag| tag.to_str().ok()).and_then(opaque);
        let known = self.etag.as_deref().and_then(opaque);
        named.is_none() || known.is_none() || named == known
    }

    /// Whether a 200 is the same source again: by its strong entity tag; by whatever it has where the `host` itself has it,
    /// which cannot be asked with conditions.
    pub(crate) fn is_unchanged(&self, location: &str, headers: &HeaderMap, host: bool) -> bool {
        let sent = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (etag, modified) = (sent(ETAG), sent(LAST_MODIFIED));
        let strong = self.etag.as_deref().is_some_and(|tag| tag.starts_with('"'));
        self.at == digest(location)
            && etag == self.etag.as_deref()
            && (strong || (host && modified == self.modified.as_deref()))
    }

    /// Bytes of memory that this takes beside itself.
    pub(crate) fn size(&self) -> usize {
        let Self { at, encoders, etag, modified, terms: _ } = self;
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        at.len() + encoders.len() + length(etag) + length(modified)
    }
}

/// An entity tag without `W/`, for the weak comparison (RFC 9110 §8.8.3.2).
fn opaque(tag: &str) -> Option<&str> {
    crate::answer::etag::strong(tag.strip_prefix("W/").unwrap_or(tag))
}

fn digest(location: &str) -> String {
    sha256_hex(&[location.as_bytes()])[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://a.example/a.jpg";
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn known(pairs: &[(&'static str, &str)]) -> Option<Provenance> {
        Provenance::of(URL, &headers(pairs), Terms::default())
    }

    #[test]
    fn whatever_validates_is_asked_with_at_its_own_url() {
        let long = format!("\"{}\"", "a".repeat(LONGEST));
        for nothing in [&[][..], &[("etag", "abc")], &[("last-modified", "yesterday")], &[("etag", &long)]] {
            assert_eq!(known(nothing), None);
        }
        let asked = |pairs: &[(&'static str, &str)], url: &str| {
            let conditions = known(pairs).unwrap().conditions(url);
            let text =
                |(name, value): &(HeaderName, HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
            conditions.iter().map(text).collect::<Vec<_>>()
        };
        let date = format!("if-modified-since: {DATE}");
        assert_eq!(asked(&[("etag", "W/\"1\"")], URL), ["if-none-match: W/\"1\""]);
        assert_eq!(asked(&[("last-modified", DATE), ("etag", "1")], URL), [date.as_str()]);
        assert_eq!(
            asked(&[("etag", "\"1\""), ("last-modified", DATE)], URL),
            ["if-none-match: \"1\"", &date]
        );
        assert!(asked(&[("etag", "\"1\"")], "https://a.example/b.jpg").is_empty());
    }

    #[test]
    fn a_304_may_name_what_is_meant() {
        let tagged = known(&[("etag", "W/\"1\"")]).unwrap();
        for (named, meant) in [("\"1\"", true), ("W/\"1\"", true), ("\"2\"", false), ("1", true)] {
            assert_eq!(tagged.is_meant_by(&headers(&[("etag", named)])), meant, "{named}");
        }
        assert!(tagged.is_meant_by(&HeaderMap::new()));
        assert!(known(&[("last-modified", DATE)]).unwrap().is_meant_by(&headers(&[("etag", "\"2\"")])));
    }

    #[test]
    fn a_200_may_be_the_same_source() {
        let (strong, weak) = ([("etag", "\"1\"")], [("etag", "W/\"1\"")]);
        let (dated, other) = ([("last-modified", DATE)], [("etag", "\"2\"")]);
        for (before, after, over_http, of_the_host) in [
            (&strong, &strong, true, true),
            (&weak, &weak, false, true),
            (&dated, &dated, false, true),
            (&strong, &weak, false, false),
            (&strong, &other, false, false),
            (&dated, &other, false, false),
        ] {
            let before = known(before).unwrap();
            for (host, expected) in [(false, over_http), (true, of_the_host)] {
                assert_eq!(before.is_unchanged(URL, &headers(after), host), expected, "{before:?} {after:?}");
            }
            assert!(!before.is_unchanged("https://a.example/b.jpg", &headers(after), true));
        }
    }
}
