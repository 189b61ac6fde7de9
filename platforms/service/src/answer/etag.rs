//! Entity tags: how ours are made, and how a caller's conditions compare with them (RFC 9110 §8.8, §13).

use edgepix_core::ENCODER_VERSION;
use http::header::{HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
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

/// On what the caller wants an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    matches: Option<Tags>,
    none_match: Option<Tags>,
    /// Seconds since 1970.
    unmodified_since: Option<u64>,
    modified_since: Option<u64>,
}

/// What follows from conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The answer is sent.
    Send,
    /// The caller holds it: 304.
    NotModified,
    /// It is not what the caller wants: 412.
    Failed,
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    Any,
    Listed(Vec<Tag>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Tag {
    is_weak: bool,
    /// Without `W/` and quotes.
    opaque: String,
}

impl Conditions {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            matches: Tags::of(headers, IF_MATCH),
            none_match: Tags::of(headers, IF_NONE_MATCH),
            unmodified_since: date(headers, IF_UNMODIFIED_SINCE),
            modified_since: date(headers, IF_MODIFIED_SINCE),
        }
    }

    /// What follows for this representation, which exists, in the order of RFC 9110 §13.2.2.
    pub(crate) fn judge(&self, etag: &str, last_modified: Option<u64>) -> Verdict {
        if !self.pass(etag, last_modified) {
            Verdict::Failed
        } else if self.hold(etag, last_modified) {
            Verdict::NotModified
        } else {
            Verdict::Send
        }
    }

    /// Whether this representation is one that the caller wants an answer of. `If-Match` compares strongly, and wins over
    /// `If-Unmodified-Since`; that says nothing where there is no date.
    fn pass(&self, etag: &str, last_modified: Option<u64>) -> bool {
        match (&self.matches, self.unmodified_since, last_modified) {
            (Some(Tags::Any), ..) => true,
            (Some(tags), ..) => tags.name(etag, |tag| !tag.is_weak),
            (None, Some(since), Some(modified)) => modified <= since,
            (None, ..) => true,
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
        let etag = match (&self.none_match, possible) {
            (Some(tags), _) => possible.iter().find(|etag| tags.name(etag, |_| true)),
            (None, [etag]) => self.hold(etag, last_modified).then_some(etag),
            (None, _) => None,
        };
        // Whether a condition has failed is only known where there is an image: an error comes before a 412.
        etag.filter(|etag| self.pass(etag, last_modified))
    }

    /// Whether the caller holds this representation, which exists. `If-None-Match` wins over `If-Modified-Since`,
    /// even where nothing in it could be read.
    fn hold(&self, etag: &str, last_modified: Option<u64>) -> bool {
        match (&self.none_match, self.modified_since, last_modified) {
            (Some(Tags::Any), ..) => true,
            (Some(tags), ..) => tags.name(etag, |_| true),
            (None, Some(since), Some(modified)) => modified <= since,
            (None, ..) => false,
        }
    }
}

impl Tags {
    fn of(headers: &HeaderMap, name: HeaderName) -> Option<Self> {
        headers.contains_key(&name).then(|| {
            let lines = headers.get_all(&name).iter();
            let tags: Vec<_> =
                lines.flat_map(|line| tags(&String::from_utf8_lossy(line.as_bytes()))).collect();
            let any = Tag { is_weak: false, opaque: "*".to_owned() };
            if tags.contains(&any) { Tags::Any } else { Tags::Listed(tags) }
        })
    }

    /// Whether this entity tag of ours is among those that count. Not true of `*`, which names whatever there is.
    fn name(&self, etag: &str, counts: impl Fn(&Tag) -> bool) -> bool {
        match self {
            Tags::Any => false,
            Tags::Listed(tags) => tags.iter().any(|tag| counts(tag) && tag.opaque == etag.trim_matches('"')),
        }
    }
}

/// The moment that a header states, in seconds since 1970; `None` where it is not one date (RFC 9110 §13.1.3, §13.1.4).
fn date(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    let mut lines = headers.get_all(name).iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    httpdate::parse_http_date(line.to_str().ok()?).ok().map(unix)
}

/// Reads a list of entity tags and makes the best of what is malformed: missing quotes, a missing end. Tags may
/// hold commas.
fn tags(mut text: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return tags;
        }
        let quoted = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"');
        let is_weak = quoted.is_some() && text.starts_with('W');
        let (tag, rest) = match quoted {
            Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
            None => text.split_once(',').unwrap_or((text, "")),
        };
        tags.push(Tag { is_weak, opaque: tag.trim().to_owned() });
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
    fn preconditions_come_first_and_fail_in_their_order() {
        use Verdict::{Failed, NotModified, Send};
        const EARLIER: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        const LATER: &str = "Sun, 06 Nov 2044 08:49:37 GMT";
        for (headers, expected) in [
            (&[][..], Send),
            (&[("if-match", "\"abc\"")], Send),
            (&[("if-match", "\"x\", \"abc\"")], Send),
            (&[("if-match", "*")], Send),
            (&[("if-match", "\"x\"")], Failed),
            (&[("if-match", "")], Failed),
            // A weak tag is never equal by strong comparison.
            (&[("if-match", "W/\"abc\"")], Failed),
            (&[("if-match", "\"x\""), ("if-match", "\"abc\"")], Send),
            // `If-Match` wins over the date.
            (&[("if-match", "\"abc\""), ("if-unmodified-since", EARLIER)], Send),
            (&[("if-match", "\"x\""), ("if-unmodified-since", LATER)], Failed),
            (&[("if-unmodified-since", EARLIER)], Failed),
            (&[("if-unmodified-since", LATER)], Send),
            // What is not one date is ignored.
            (&[("if-unmodified-since", "yesterday")], Send),
            (&[("if-unmodified-since", EARLIER), ("if-unmodified-since", EARLIER)], Send),
            (&[("if-modified-since", LATER), ("if-modified-since", LATER)], Send),
            // Both kinds: a failed condition comes before a 304.
            (&[("if-match", "\"abc\""), ("if-none-match", "\"abc\"")], NotModified),
            (&[("if-match", "\"x\""), ("if-none-match", "\"abc\"")], Failed),
            (&[("if-unmodified-since", EARLIER), ("if-none-match", "*")], Failed),
            (&[("if-unmodified-since", LATER), ("if-modified-since", LATER)], NotModified),
        ] {
            let conditions = conditions(headers);
            assert_eq!(conditions.judge("\"abc\"", Some(RELEASED)), expected, "{headers:?}");
            // Before the body is read, a 304 is all that can be certain.
            let possible = ["\"abc\"".to_owned()];
            let settled = conditions.settle(&possible, Some(RELEASED));
            assert!(settled.is_none() || expected == NotModified, "{headers:?}");
            assert!(
                expected != NotModified || settled.is_some() || headers.contains(&("if-none-match", "*"))
            );
        }
        // A representation without a date.
        assert_eq!(conditions(&[("if-unmodified-since", EARLIER)]).judge("\"abc\"", None), Send);
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
