//! What an origin says about keeping its answer: `Cache-Control`, `Expires`, `Date`, `Age` and `Vary` (RFC 9111 §4.2).

use std::time::SystemTime;

use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, VARY};
use serde::{Deserialize, Serialize};

use super::freshness::Freshness;
use crate::config::Ttl;
use crate::seams::unix;

/// What an origin says about keeping its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Terms {
    /// Nobody may keep it.
    pub(crate) no_store: bool,
    /// Seconds for which it is fresh; `None` where nothing is said.
    lifetime: Option<u64>,
    /// Seconds of the lifetime that had passed when it came here.
    age: u64,
    /// It is never used past its life, not even where the origin fails.
    must_revalidate: bool,
    while_revalidate: Option<u64>,
    on_error: Option<u64>,
    no_transform: bool,
}

impl Terms {
    /// Reads the headers of an answer that has come `now`.
    pub(crate) fn of(origin: &HeaderMap, now: SystemTime) -> Self {
        let directives = Directives::of(origin);
        let no_cache = directives.has("no-cache");
        let said = || directives.seconds("s-maxage").or_else(|| directives.seconds("max-age"));
        Self {
            no_store: directives.has("no-store") || directives.has("private") || varies_on_all(origin),
            lifetime: if no_cache { Some(0) } else { said().or_else(|| expires(origin, now)) },
            age: age(origin, now),
            must_revalidate: no_cache
                || directives.has("must-revalidate")
                || directives.has("proxy-revalidate"),
            while_revalidate: directives.seconds("stale-while-revalidate"),
            on_error: directives.seconds("stale-if-error"),
            no_transform: directives.has("no-transform"),
        }
    }

    /// These terms after a 304 that has come `now`: what it says counts from then on, and where it says nothing, what was
    /// said before counts again (RFC 9111 §3.2).
    pub(crate) fn renewed(&self, not_modified: &HeaderMap, now: SystemTime) -> Self {
        let says = [CACHE_CONTROL, EXPIRES].iter().any(|name| not_modified.contains_key(name));
        if says || varies_on_all(not_modified) {
            Self::of(not_modified, now)
        } else {
            Self { age: age(not_modified, now), ..self.clone() }
        }
    }

    /// How long our answer is fresh, within the configured bounds.
    pub(crate) fn freshness(&self, ttl: Ttl) -> Freshness {
        let no_transform = self.no_transform;
        if self.no_store {
            return Freshness { no_transform, ..Freshness::NO_STORE };
        }
        let left = self.lifetime.map_or(ttl.default, |lifetime| lifetime.saturating_sub(self.age));
        // The lower bound lifts positive lifetimes only: what is stale already stays so.
        let lifetime = if left == 0 { 0 } else { left.max(ttl.min).min(ttl.max) };
        let overdue = self.lifetime.map_or(0, |lifetime| self.age.saturating_sub(lifetime));
        let stale = |said: Option<u64>| {
            let most = if self.must_revalidate { 0 } else { ttl.max };
            said.unwrap_or(ttl.stale).saturating_sub(overdue).min(most)
        };
        Freshness {
            lifetime: Some(lifetime),
            while_revalidate: stale(self.while_revalidate),
            on_error: stale(self.on_error),
            no_transform,
        }
    }
}

/// Seconds from the origin's `Date` (or now) to its `Expires`. A value that is no date, as the common `0`, lies in
/// the past (RFC 9111 §5.3).
fn expires(origin: &HeaderMap, now: SystemTime) -> Option<u64> {
    origin.get(EXPIRES)?;
    let made = date(origin, DATE).unwrap_or_else(|| unix(now));
    Some(date(origin, EXPIRES).map_or(0, |expires| expires.saturating_sub(made)))
}

/// How old an answer is that has come `now`: by its `Age`, of which the first member counts, or by its `Date` where
/// that is longer ago (RFC 9111 §4.2.3, §5.1). An `Age` that is no number says nothing.
fn age(origin: &HeaderMap, now: SystemTime) -> u64 {
    let first = text(origin, AGE).and_then(|list| list.split(',').next()).map(str::trim);
    let said = first.and_then(whole).unwrap_or(0);
    let apparent = date(origin, DATE).map_or(0, |made| unix(now).saturating_sub(made));
    said.max(apparent)
}

/// Whether the answer depends on what no request says (RFC 9110 §12.5.5).
fn varies_on_all(origin: &HeaderMap) -> bool {
    let lines = origin.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|member| member.trim() == "*")
}

/// A number of seconds; one too large to count is for ever (RFC 9111 §1.2.2).
fn whole(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name).and_then(|date| httpdate::parse_http_date(date.trim()).ok()).map(unix)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The directives of all `Cache-Control` lines, names in lower case, values without quotes.
struct Directives(Vec<(String, Option<String>)>);

impl Directives {
    fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
        Self(lines.flat_map(split).map(directive).collect())
    }

    /// Whether the directive stands there, with an argument or without: a cache may take `private="x"` and
    /// `no-cache="x"` as if they had none (RFC 9111 §5.2.2.4, §5.2.2.7).
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The first value of a directive that counts seconds. One that cannot be read is none at all, which makes the answer
    /// stale (RFC 9111 §4.2.1).
    fn seconds(&self, name: &str) -> Option<u64> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_deref().and_then(whole).unwrap_or(0))
    }
}

/// Splits at commas that stand outside of quotes.
fn split(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

fn directive(text: &str) -> (String, Option<String>) {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.trim().trim_matches('"').to_owned())),
        None => (text, None),
    };
    (name.trim().to_ascii_lowercase(), value)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TTL: Ttl = Ttl { min: 60, default: 86_400, max: 31_536_000, stale: 0 };
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: u64 = 784_111_777;

    fn map(headers: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn freshness(headers: &[(&'static str, &str)]) -> Freshness {
        Terms::of(&map(headers), now()).freshness(TTL)
    }

    fn lifetime(headers: &[(&'static str, &str)]) -> Option<u64> {
        freshness(headers).lifetime
    }

    #[test]
    fn cache_control_of_the_origin() {
        for (value, expected) in [
            ("max-age=600", Some(600)),
            ("public, max-age=600", Some(600)),
            ("MAX-AGE=600", Some(600)),
            ("max-age=\"600\"", Some(600)),
            ("max-age = 600", Some(600)),
            ("s-maxage=900, max-age=600", Some(900)),
            ("max-age=600, s-maxage=900", Some(900)),
            ("s-maxage=0, max-age=600", Some(0)),
            ("max-age=600, max-age=700", Some(600)),
            ("max-age=1", Some(60)),
            ("max-age=0", Some(0)),
            ("max-age=-1", Some(0)),
            ("max-age=ten", Some(0)),
            ("max-age=", Some(0)),
            ("max-age", Some(0)),
            ("max-age=99999999999999999999999", Some(31_536_000)),
            ("max-age=31536001", Some(31_536_000)),
            ("no-store", None),
            ("no-store, max-age=600", None),
            ("private", None),
            ("Private, max-age=600", None),
            ("private=\"set-cookie, x\"", None),
            ("x=\"a, no-store\", max-age=600", Some(600)),
            ("no-cache", Some(0)),
            ("no-cache=\"set-cookie\", max-age=600", Some(0)),
            ("public", Some(86_400)),
            ("immutable", Some(86_400)),
            ("", Some(86_400)),
            (",,", Some(86_400)),
            ("must-revalidate, max-age=120", Some(120)),
        ] {
            assert_eq!(lifetime(&[("cache-control", value)]), expected, "{value}");
        }
        assert_eq!(lifetime(&[]), Some(86_400));
        assert_eq!(lifetime(&[("cache-control", "max-age=600"), ("cache-control", "no-store")]), None);
    }

    #[test]
    fn expires_and_age() {
        let in_an_hour = ("expires", "Sun, 06 Nov 1994 09:49:37 GMT");
        for (headers, expected) in [
            (&[in_an_hour][..], Some(3600)),
            (&[in_an_hour, ("age", "600")], Some(3000)),
            (&[in_an_hour, ("date", "Sun, 06 Nov 1994 09:39:37 GMT")], Some(600)),
            (&[in_an_hour, ("cache-control", "max-age=120")], Some(120)),
            (&[in_an_hour, ("cache-control", "public")], Some(3600)),
            (&[("expires", "0")], Some(0)),
            (&[("expires", "-1")], Some(0)),
            (&[("expires", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(0)),
            (&[("expires", "Sat, 05 Nov 1994 08:49:37 GMT")], Some(0)),
            (&[("cache-control", "max-age=600"), ("age", "200")], Some(400)),
            (&[("cache-control", "max-age=600"), ("age", "599")], Some(60)),
            (&[("cache-control", "max-age=600"), ("age", "600")], Some(0)),
            (&[("cache-control", "max-age=600"), ("age", "9999")], Some(0)),
            (&[("cache-control", "max-age=600"), ("age", "x")], Some(600)),
            (&[("age", "9999")], Some(86_400)),
        ] {
            assert_eq!(lifetime(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn age_is_the_first_of_a_list_or_by_the_date() {
        let for_ten_minutes = ("cache-control", "max-age=600");
        let a_minute_ago = "Sun, 06 Nov 1994 08:48:37 GMT";
        for (headers, expected) in [
            (&[("age", "100, 200")][..], 500),
            (&[("age", "100,x")], 500),
            (&[("age", "100"), ("age", "200")], 500),
            (&[("age", "x, 100")], 600),
            (&[("age", "-100")], 600),
            (&[("age", "1.5")], 600),
            (&[("age", "99999999999999999999999")], 0),
            (&[("date", a_minute_ago)], 540),
            (&[("date", a_minute_ago), ("age", "100")], 500),
            (&[("date", a_minute_ago), ("age", "30")], 540),
            (&[("date", "Sun, 06 Nov 1994 08:39:37 GMT")], 0),
            (&[("date", "Sun, 06 Nov 1994 08:59:37 GMT")], 600),
            (&[("date", "yesterday")], 600),
        ] {
            let headers = [&[for_ten_minutes], headers].concat();
            assert_eq!(lifetime(&headers), Some(expected), "{headers:?}");
        }
    }

    #[test]
    fn what_varies_on_everything_is_not_kept() {
        for (vary, expected) in
            [("*", None), ("Accept, *", None), ("Accept", Some(86_400)), ("x*", Some(86_400))]
        {
            assert_eq!(lifetime(&[("vary", vary)]), expected, "{vary}");
        }
        assert_eq!(lifetime(&[("vary", "accept"), ("vary", "*")]), None);
    }

    #[test]
    fn stale_answers_by_the_origin_or_the_configuration() {
        let with = |value: &str, stale| {
            let terms = Terms::of(&map(&[("cache-control", value)]), now());
            let freshness = terms.freshness(Ttl { stale, ..TTL });
            (freshness.lifetime.unwrap(), freshness.while_revalidate, freshness.on_error)
        };
        for (value, stale, expected) in [
            ("max-age=600", 0, (600, 0, 0)),
            ("max-age=600", 7, (600, 7, 7)),
            ("max-age=600, stale-while-revalidate=30", 7, (600, 30, 7)),
            ("max-age=600, stale-while-revalidate=30, stale-if-error=40", 0, (600, 30, 40)),
            ("max-age=600, stale-while-revalidate=0, stale-if-error=x", 7, (600, 0, 0)),
            ("max-age=600, stale-if-error=99999999999", 0, (600, 0, 31_536_000)),
            ("s-maxage=600, stale-while-revalidate=30", 0, (600, 30, 0)),
            ("max-age=0, stale-while-revalidate=30", 0, (0, 30, 0)),
            ("", 7, (86_400, 7, 7)),
            // What the origin forbids, nobody allows.
            ("max-age=600, must-revalidate, stale-if-error=40", 7, (600, 0, 0)),
            ("max-age=600, proxy-revalidate", 7, (600, 0, 0)),
            ("no-cache, stale-if-error=40", 7, (0, 0, 0)),
        ] {
            assert_eq!(with(value, stale), expected, "{value}, {stale}");
        }
        // What came late has used up a part of that too.
        let late = freshness(&[("cache-control", "max-age=60, stale-while-revalidate=30"), ("age", "70")]);
        assert_eq!((late.lifetime, late.while_revalidate), (Some(0), 20));
    }

    #[test]
    fn a_304_renews_what_it_says_or_what_was_said() {
        let before = Terms::of(&map(&[("cache-control", "max-age=600, no-transform"), ("age", "50")]), now());
        let renewed = |headers: &[(&'static str, &str)]| {
            let freshness = before.renewed(&map(headers), now()).freshness(TTL);
            (freshness.lifetime, freshness.no_transform)
        };
        assert_eq!(renewed(&[]), (Some(600), true));
        assert_eq!(renewed(&[("age", "100")]), (Some(500), true));
        assert_eq!(renewed(&[("cache-control", "max-age=90")]), (Some(90), false));
        assert_eq!(renewed(&[("expires", "Sun, 06 Nov 1994 09:49:37 GMT")]), (Some(3600), false));
        assert_eq!(renewed(&[("cache-control", "no-store")]), (None, false));
        assert_eq!(renewed(&[("vary", "*")]), (None, false));
    }

    #[test]
    fn ours_says_it() {
        for (headers, ours) in [
            ("no-store", "no-store"),
            ("private, no-transform", "no-store, no-transform"),
            ("max-age=70", "public, max-age=70"),
            ("max-age=0", "public, max-age=0, must-revalidate"),
            ("no-cache, no-transform", "public, max-age=0, must-revalidate, no-transform"),
            ("max-age=0, stale-while-revalidate=5", "public, max-age=0, stale-while-revalidate=5"),
            (
                "max-age=70, stale-while-revalidate=5, stale-if-error=6, No-Transform",
                "public, max-age=70, stale-while-revalidate=5, stale-if-error=6, no-transform",
            ),
        ] {
            assert_eq!(freshness(&[("cache-control", headers)]).cache_control(), ours);
        }
    }
}
