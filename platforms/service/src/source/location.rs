//! Where a source is: an absolute URL, or a path on the configured origin; and where it is read from.

use std::borrow::Cow;

use edgepix_core::vocabulary::SOURCE;
use edgepix_core::{Error, Query};
use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::address::AddressPolicy;
use super::policy::{hides_separators, is_dots};
use super::refusal::{Reason, Refusal};
use crate::config::{Config, Origin};

/// Where a source is, as the request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceReference {
    /// An `http` or `https` URL, without its fragment.
    Absolute(Url),
    /// A path on the configured origin.
    Path(SourcePath),
}

/// A path on the origin, free of anything that could lead out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    /// Decoded text that starts with a slash.
    path: String,
    /// The source's own query, as it was written.
    query: Option<String>,
}

/// Where a source is read from: what the policy made of the request's [`SourceReference`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourceLocation {
    /// A URL that may be asked, and the addresses that its host may resolve to.
    Web(Url, AddressPolicy),
    /// A path of the platform's own folder or samples.
    Local(String),
}

/// What stays bare in a path: RFC 3986's unreserved characters, sub-delimiters but for the plus, `:`, `@` and the slash. Some
/// origins, S3 for one, take a bare plus in a path for a space.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl SourceReference {
    /// Reads the value of `src`, already decoded once.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if text.contains(|c: char| c.is_control() || c == '\\') {
            return Err(wrong("A source holds no backslash and no control character."));
        }
        let Some((scheme, rest)) = scheme(text) else {
            let (path, query) = match text.split_once('?') {
                Some((path, query)) => (path, Some(query.to_owned())),
                None => (text, None),
            };
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
            return SourcePath::new(path, query).map(SourceReference::Path);
        };
        // The URL parser would also take `https:host` and `https:///host`, which are typing errors.
        let well_begun =
            rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) || !well_begun {
            return Err(wrong("An absolute source begins with http:// or https:// and a host."));
        }
        let mut url = Url::parse(text).map_err(|_| wrong("The source is not a URL."))?;
        url.set_fragment(None);
        Ok(SourceReference::Absolute(url))
    }

    /// Reads the rest of a route's path, as in `/resize/a/b.jpg`: percent-encoded, without a query of its own.
    pub(crate) fn from_route(encoded: &str) -> Result<Self, Error> {
        if hides_separators(encoded) {
            return Err(wrong(
                "A source's path holds no encoded slash, backslash, dot or NUL, and is encoded once.",
            ));
        }
        SourcePath::new(Query::decode(encoded).ok_or_else(not_text)?.into_owned(), None)
            .map(SourceReference::Path)
    }

    /// The one spelling: equal sources are equal text.
    pub(crate) fn canonical(&self) -> String {
        match self {
            SourceReference::Absolute(url) => url.as_str().to_owned(),
            SourceReference::Path(SourcePath { path, query: None }) => {
                utf8_percent_encode(path, IN_PATH).to_string()
            }
            SourceReference::Path(SourcePath { path, query: Some(query) }) => {
                format!("{}?{query}", utf8_percent_encode(path, IN_PATH))
            }
        }
    }

    /// The file's name without its extension, decoded; empty where there is none.
    pub(crate) fn stem(&self) -> String {
        let path: Cow<'_, str> = match self {
            SourceReference::Absolute(url) => percent_decode_str(url.path()).decode_utf8_lossy(),
            SourceReference::Path(source) => source.path.as_str().into(),
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }
}

impl SourcePath {
    fn new(path: String, query: Option<String>) -> Result<Self, Error> {
        let Some(relative) = path.strip_prefix('/') else {
            return Err(wrong("A source's path begins with a slash."));
        };
        if path.contains(|c: char| c.is_control() || c == '\\') || hides_separators(&path) {
            return Err(wrong(
                "A source's path is encoded once, and holds no backslash, control character or encoded slash.",
            ));
        }
        if relative.split('/').any(is_dots) || path.contains("//") {
            return Err(wrong("A source's path holds no empty segment, `.` or `..`."));
        }
        Ok(Self { path, query })
    }

    /// Decoded text that starts with a slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.path
    }

    /// Joined to an origin's base URL as text.
    pub(crate) fn below(&self, base: &Url) -> Url {
        let mut url = base.clone();
        let base = base.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}", utf8_percent_encode(&self.path, IN_PATH)));
        url.set_query(self.query.as_deref());
        url
    }
}

impl SourceLocation {
    /// Decides where to read a source from, or that it is not to be read.
    pub(crate) fn of(source: &SourceReference, config: &Config) -> Result<Self, Error> {
        match (source, &config.origin) {
            (SourceReference::Absolute(url), _) => {
                Ok(SourceLocation::Web(url.clone(), config.policy.check(url)?))
            }
            // Made by joining to the origin, so there is nothing to check.
            (SourceReference::Path(path), Origin::Url(base)) => {
                Ok(SourceLocation::Web(path.below(base), AddressPolicy::ANY))
            }
            (SourceReference::Path(path), Origin::Folder(_) | Origin::Samples) => {
                Ok(SourceLocation::Local(path.as_str().to_owned()))
            }
            (SourceReference::Path(path), Origin::None) => {
                Err(Refusal::of_path(Reason::NoOrigin, path.as_str()).into())
            }
        }
    }

    /// The source's name in caches, which outlive a change of the configured origin.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            SourceLocation::Web(url, _) => url.as_str(),
            SourceLocation::Local(path) => path,
        }
    }
}

/// The source that a request names by `src`, as logs may show it. `None` where it names none, or by its path.
pub fn source_for_log(uri: &Uri) -> Option<String> {
    let (_, value) = Query::split(uri.query()?).find(|(name, _)| *name == "src")?;
    match SourceReference::parse(&Query::decode(value)?).ok()? {
        SourceReference::Absolute(url) => Some(for_log(&url)),
        SourceReference::Path(path) => Some(path.path),
    }
}

/// A URL as logs may show it: the query may hold a secret, and a user's name and password do.
pub(crate) fn for_log(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    // Only refused where there is no host, and then there is neither.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.into()
}

/// Splits off what looks like a scheme (RFC 3986 §3.1).
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let letters = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (letters && scheme.starts_with(|first: char| first.is_ascii_alphabetic())).then_some((scheme, rest))
}

fn wrong(message: &'static str) -> Error {
    Error::parameter("src", message, SOURCE)
}

fn not_text() -> Error {
    wrong("The source is not percent-encoded UTF-8.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_could_lead_out_are_refused() {
        for text in [
            "//evil.example/a.jpg",
            "/a//b.jpg",
            "/../a.jpg",
            "/a/../b.jpg",
            "a/..",
            "/a/..;/b.jpg",
            "/..;x=y/b.jpg",
            "/.;/b.jpg",
            "..",
            ".",
            "/./a.jpg",
            "/a\\b.jpg",
            "\\\\host\\a",
            "/a\0.jpg",
            "/a\n.jpg",
            "/a%2Fb.jpg",
            "/a%2fb.jpg",
            "/%2e%2e/b.jpg",
            "/a%5cb",
            "/a%00",
            "/a%252e",
        ] {
            assert!(SourceReference::parse(text).is_err(), "{text:?}");
        }
        for path in [
            "/../a",
            "//a",
            "/a//b",
            "/%2e%2e/a",
            "/a/..;/b",
            "/.%2E/a",
            "/a%2Fb",
            "/a%5Cb",
            "/a\\b",
            "/a%00b",
            "/a%252Fb",
            "/%ff",
            "/%zz",
            "/%",
            "/a%25252F",
            "/a%2541.jpg",
        ] {
            assert!(SourceReference::from_route(path).is_err(), "{path}");
        }
    }

    #[test]
    fn schemes_other_than_http_and_odd_beginnings_are_refused() {
        for text in [
            "ftp://a.example/a",
            "file:///etc/passwd",
            "data:image/png;base64,AA",
            "javascript:1",
            "https:a.example",
            "https:/a.example/",
            "https:///a.example",
            "http://",
            "a:b.jpg",
            "https://exa mple/",
            "https://[::1/",
            "gopher://x/",
            "https:\\\\a.example\\",
            "https://a.example:99999/",
        ] {
            assert!(SourceReference::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn one_spelling_for_one_source() {
        for (text, canonical) in [
            ("a.jpg", "/a.jpg"),
            ("/a b.jpg?v=1", "/a%20b.jpg?v=1"),
            ("/ä#1.jpg", "/%C3%A4%231.jpg"),
            ("HTTPS://A.Example:443/x/../y.jpg#f", "https://a.example/y.jpg"),
            ("https://a.example", "https://a.example/"),
            ("http://0x7f.1/a", "http://127.0.0.1/a"),
            ("https://a.example/o/a%2Fb.jpg?alt=media", "https://a.example/o/a%2Fb.jpg?alt=media"),
        ] {
            assert_eq!(SourceReference::parse(text).unwrap().canonical(), canonical);
        }
        for (encoded, canonical) in [
            ("/100%25.jpg", "/100%25.jpg"),
            ("/a%2Bb.jpg", "/a%2Bb.jpg"),
            ("/a+b.jpg", "/a%2Bb.jpg"),
            ("/5%25", "/5%25"),
        ] {
            assert_eq!(SourceReference::from_route(encoded).unwrap().canonical(), canonical);
        }
        assert_eq!(
            SourceReference::from_route("/a%20b+c.jpg").unwrap(),
            SourceReference::parse("/a b+c.jpg").unwrap()
        );
    }

    #[test]
    fn logs_name_the_source_without_its_secrets() {
        for (uri, name) in [
            (
                "/resize/?src=https%3A%2F%2Fa.example%2Fb.jpg%3Fkey%3Dsecret&w=8",
                Some("https://a.example/b.jpg"),
            ),
            ("/resize/?w=8&src=https%3A%2F%2Fme:word%40a.example%2Fb.jpg", Some("https://a.example/b.jpg")),
            ("/info/?src=a%20b.jpg", Some("/a b.jpg")),
            ("/resize/a.jpg?w=8", None),
            ("/resize/?src=ftp%3A%2F%2Fa", None),
            ("/resize/?src=%zz", None),
        ] {
            assert_eq!(source_for_log(&uri.parse().unwrap()).as_deref(), name, "{uri}");
        }
    }

    #[test]
    fn paths_join_as_text_and_stems_lose_one_extension() {
        let base = Url::parse("https://o.example/base/").unwrap();
        let SourceReference::Path(path) = SourceReference::parse("/a 100%.jpg?v=1").unwrap() else {
            panic!()
        };
        assert_eq!(path.below(&base).as_str(), "https://o.example/base/a%20100%25.jpg?v=1");
        for (text, stem) in [
            ("/x/ä.tar.gz", "ä.tar"),
            ("/", ""),
            ("https://a.example/f%C3%BC.png?x", "fü"),
            ("/name", "name"),
        ] {
            assert_eq!(SourceReference::parse(text).unwrap().stem(), stem);
        }
    }
}
