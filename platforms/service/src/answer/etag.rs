//! Entity tags: how ours are made, and how a caller's conditions compare with them (RFC 9110 §8.8, §13).

use edgepix_core::ENCODER_VERSION;
use http::header::{HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use sha2::{Digest, Sha256};

use crate::seams::unix;

/// When this release was made, in seconds since 1970. No answer of ours is older: an older release may have given
/// other bytes for the same source.
pub(crate) const RELEASED: u64 = 1_795_132_800;

/// What differs between two versions of a source.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Validator<'a> {
    /// The origin's strong entity tag, with its quotes.
    Tag(&'a str),
    /// The bytes themselves.
    Bytes(&'a [u8]),
}

/// Our entity tag, with its quotes: the same on every host for the same request, encoders and source.
pub(crate) fn of(canonical: &str, validator: Validator<'_>) -> String {
    let (kind, source) = match validator {
        Validator::Tag(tag) => ("tag", tag.to_owned()),
        Validator::Bytes(bytes) => ("sha-256", sha256_hex(&[bytes])),
    };
    let parts = [canonical, ENCODER_VERSION, kind, &source].join("\n");
    format!("\"{}\"", sha256_hex(&[parts.as_bytes()]))
}

/// The SHA-256 of the parts in a row, in hexadecimal.
pub(crate) fn sha256_hex(parts: &[&[u8]]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digits = |byte: u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    hash.finalize().iter().flat_map(|&byte| digits(byte)).map(char::from).collect()
}

/// The origin's entity tag where it is strong and well-formed (RFC 9110 §8.8.3).
pub(crate) fn strong(tag: &str) -> Option<&str> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(tag)
}

/// What the caller holds already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    none_match: Option<NoneMatch>,
    /// Seconds since 1970.
    modified_since: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NoneMatch {
    Any,
    /// Opaque tags without `W/` and quotes.
    Tags(Vec<String>),
}

impl Conditions {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let none_match = headers.contains_key(IF_NONE_MATCH).then(|| {
            let lines = headers.get_all(IF_NONE_MATCH).iter();
            let tags: Vec<_> =
                lines.flat_map(|line| tags(&String::from_utf8_lossy(line.as_bytes()))).collect();
            if tags.iter().any(|tag| tag == "*") { NoneMatch::Any } else { NoneMatch::Tags(tags) }
        });
        let date = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let modified_since = date.and_then(|date| httpdate::parse_http_date(date).ok()).map(unix);
        Self { none_match, modified_since }
    }

    /// Whether the caller names this entity tag, by weak comparison (RFC 9110 §13.1.2). Not true of `*`, which names
    /// whatever there is.
    fn name(&self, etag: &str) -> bool {
        match &self.none_match {
            Some(NoneMatch::Tags(tags)) => tags.iter().any(|tag| tag == etag.trim_matches('"')),
            _ => false,
        }
    }

    /// The one of our possible entity tags that the caller holds, while the source's body is unread. Without
    /// `If-None-Match` the tag that a 304 must name is only known where one is possible; and `*` asks for more than
    /// tags: that there is an image.
    pub(crate) fn settle<'a>(
        &self,
        possible: &'a [String],
        last_modified: Option<u64>,
    ) -> Option<&'a String> {
        match (&self.none_match, possible) {
            (Some(_), _) => possible.iter().find(|etag| self.name(etag)),
            (None, [etag]) => self.hold(etag, last_modified).then_some(etag),
            (None, _) => None,
        }
    }

    /// Whether the caller holds this representation, which exists. `If-None-Match` wins over `If-Modified-Since`,
    /// even where nothing in it could be read (RFC 9110 §13.2.2).
    pub(crate) fn hold(&self, etag: &str, last_modified: Option<u64>) -> bool {
        match (&self.none_match, self.modified_since, last_modified) {
            (Some(NoneMatch::Any), ..) => true,
            (Some(NoneMatch::Tags(_)), ..) => self.name(etag),
            (None, Some(since), Some(modified)) => modified <= since,
            (None, ..) => false,
        }
    }
}

/// Reads a list of entity tags and makes the best of what is malformed: missing quotes, a missing end. Tags may
/// hold commas.
fn tags(mut text: &str) -> Vec<String> {
    let mut tags = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return tags;
        }
        let quoted = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"');
        let (tag, rest) = match quoted {
            Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
            None => text.split_once(',').unwrap_or((text, "")),
        };
        tags.push(tag.trim().to_owned());
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(pairs: &[(&'static str, &'static str)]) -> Conditions {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        Conditions::of(&headers)
    }

    #[test]
    fn none_match_reads_what_clients_send() {
        for (value, holds) in [
            ("\"abc\"", true),
            ("W/\"abc\"", true),
            ("\"x\", \"abc\"", true),
            ("\"x\",W/\"abc\" , \"y\"", true),
            ("\"a,b\", \"abc\"", true),
            ("abc", true),
            ("x, abc", true),
            ("\"abc", true),
            ("*", true),
            ("", false),
            (",,", false),
            ("\"", false),
            ("\"abcd\"", false),
            ("\"x, abc\"", false),
            ("w/\"abc\"", false),
        ] {
            assert_eq!(conditions(&[("if-none-match", value)]).hold("\"abc\"", None), holds, "{value}");
        }
        let two_lines = conditions(&[("if-none-match", "\"x\""), ("if-none-match", "\"abc\"")]);
        assert!(two_lines.hold("\"abc\"", None));
    }

    #[test]
    fn none_match_wins_over_modified_since() {
        let later = ("if-modified-since", "Sun, 06 Nov 2044 08:49:37 GMT");
        assert!(conditions(&[later]).hold("\"abc\"", Some(RELEASED)));
        assert!(!conditions(&[later]).hold("\"abc\"", None));
        assert!(!conditions(&[later, ("if-none-match", "\"x\"")]).hold("\"abc\"", Some(RELEASED)));
        assert!(!conditions(&[later, ("if-none-match", "")]).hold("\"abc\"", Some(RELEASED)));
        let earlier = ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert!(!conditions(&[earlier]).hold("\"abc\"", Some(RELEASED)));
        assert!(!conditions(&[("if-modified-since", "yesterday")]).hold("\"abc\"", Some(0)));
    }

    #[test]
    fn only_strong_tags_validate() {
        assert_eq!(strong("\"a\""), Some("\"a\""));
        for weak in ["W/\"a\"", "a", "\"", "", "\"a\"b\""] {
            assert_eq!(strong(weak), None, "{weak}");
        }
    }

    #[test]
    fn tags_depend_on_request_and_source_and_their_kind() {
        let all = [
            of("/a", Validator::Tag("\"1\"")),
            of("/b", Validator::Tag("\"1\"")),
            of("/a", Validator::Tag("\"2\"")),
            of("/a", Validator::Bytes(b"\"1\"")),
        ];
        for (index, tag) in all.iter().enumerate() {
            assert!(strong(tag).is_some() && tag.len() == 66);
            assert!(!all[..index].contains(tag));
        }
        assert_eq!(
            sha256_hex(&[b"ab", b"c"]),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
