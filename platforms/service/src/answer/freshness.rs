//! How long an answer is fresh: the origin's `Cache-Control`, `Expires` and `Age` become ours (RFC 9111 §4.2).

use std::time::{Duration, SystemTime};

use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};

use crate::config::Ttl;
use crate::seams::unix;

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Not at all.
    NoStore,
    /// For so many seconds from now; with 0 it is never used without asking again, and we do not store it.
    Seconds(u64),
}

impl Freshness {
    /// From the origin's headers, within the configured bounds.
    pub(crate) fn of(origin: &HeaderMap, ttl: Ttl, now: SystemTime) -> Self {
        let directives = Directives::of(origin);
        if directives.has("no-store") || directives.has("private") {
            return Freshness::NoStore;
        }
        let lifetime = if directives.has("no-cache") {
            Some(0)
        } else {
            directives
                .seconds("s-maxage")
                .or_else(|| directives.seconds("max-age"))
                .or_else(|| expires(origin, now))
        };
        let left = match lifetime {
            Some(lifetime) => {
                let age = text(origin, AGE).and_then(|age| age.trim().parse().ok()).unwrap_or(0);
                u64::saturating_sub(lifetime, age)
            }
            None => ttl.default,
        };
        // The lower bound lifts positive lifetimes only: what is stale already stays so.
        Freshness::Seconds(if left == 0 { 0 } else { left.max(ttl.min).min(ttl.max) })
    }

    /// This, but not longer than so many seconds.
    pub(crate) fn at_most(self, most: u64) -> Self {
        match self {
            Freshness::NoStore => Freshness::NoStore,
            Freshness::Seconds(seconds) => Freshness::Seconds(seconds.min(most)),
        }
    }

    /// The time to live in our cache; `None` where the answer is not stored.
    pub(crate) fn storable(self) -> Option<Duration> {
        match self {
            Freshness::NoStore | Freshness::Seconds(0) => None,
            Freshness::Seconds(seconds) => Some(Duration::from_secs(seconds)),
        }
    }

    /// The value of our `Cache-Control`.
    pub(crate) fn cache_control(self) -> String {
        match self {
            Freshness::NoStore => "no-store".to_owned(),
            Freshness::Seconds(0) => "public, max-age=0, must-revalidate".to_owned(),
            Freshness::Seconds(seconds) => format!("public, max-age={seconds}"),
        }
    }
}

/// Seconds from the origin's `Date` (or now) to its `Expires`. A value that is no date, as the common `0`, lies in
/// the past (RFC 9111 §5.3).
fn expires(origin: &HeaderMap, now: SystemTime) -> Option<u64> {
    let date =
        |name| text(origin, name).and_then(|date| httpdate::parse_http_date(date.trim()).ok()).map(unix);
    origin.get(EXPIRES)?;
    let made = date(DATE).unwrap_or_else(|| unix(now));
    Some(date(EXPIRES).map_or(0, |expires| expires.saturating_sub(made)))
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

    /// The first value of a directive that counts seconds. One that cannot be read makes the answer stale, and one
    /// too large to count is for ever (RFC 9111 §4.2.1, §1.2.2).
    fn seconds(&self, name: &str) -> Option<u64> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        let digits = value.as_deref().filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
        Some(
            digits.map_or(0, |digits| if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }),
        )
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
    use super::*;

    const TTL: Ttl = Ttl { min: 60, default: 86_400, max: 31_536_000 };
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: u64 = 784_111_777;

    fn freshness(headers: &[(&'static str, &str)]) -> Freshness {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Freshness::of(&map, TTL, SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
    }

    #[test]
    fn cache_control_of_the_origin() {
        use Freshness::{NoStore, Seconds};
        for (value, expected) in [
            ("max-age=600", Seconds(600)),
            ("public, max-age=600", Seconds(600)),
            ("MAX-AGE=600", Seconds(600)),
            ("max-age=\"600\"", Seconds(600)),
            ("max-age = 600", Seconds(600)),
            ("s-maxage=900, max-age=600", Seconds(900)),
            ("max-age=600, s-maxage=900", Seconds(900)),
            ("s-maxage=0, max-age=600", Seconds(0)),
            ("max-age=600, max-age=700", Seconds(600)),
            ("max-age=1", Seconds(60)),
            ("max-age=0", Seconds(0)),
            ("max-age=-1", Seconds(0)),
            ("max-age=ten", Seconds(0)),
            ("max-age=", Seconds(0)),
            ("max-age", Seconds(0)),
            ("max-age=99999999999999999999999", Seconds(31_536_000)),
            ("max-age=31536001", Seconds(31_536_000)),
            ("no-store", NoStore),
            ("no-store, max-age=600", NoStore),
            ("private", NoStore),
            ("Private, max-age=600", NoStore),
            ("private=\"set-cookie, x\"", NoStore),
            ("x=\"a, no-store\", max-age=600", Seconds(600)),
            ("no-cache", Seconds(0)),
            ("no-cache=\"set-cookie\", max-age=600", Seconds(0)),
            ("public", Seconds(86_400)),
            ("immutable", Seconds(86_400)),
            ("", Seconds(86_400)),
            (",,", Seconds(86_400)),
            ("must-revalidate, max-age=120", Seconds(120)),
        ] {
            assert_eq!(freshness(&[("cache-control", value)]), expected, "{value}");
        }
        assert_eq!(freshness(&[]), Seconds(86_400));
        assert_eq!(freshness(&[("cache-control", "max-age=600"), ("cache-control", "no-store")]), NoStore);
    }

    #[test]
    fn expires_and_age() {
        use Freshness::Seconds;
        let in_an_hour = ("expires", "Sun, 06 Nov 1994 09:49:37 GMT");
        for (headers, expected) in [
            (&[in_an_hour][..], Seconds(3600)),
            (&[in_an_hour, ("age", "600")], Seconds(3000)),
            (&[in_an_hour, ("date", "Sun, 06 Nov 1994 09:39:37 GMT")], Seconds(600)),
            (&[in_an_hour, ("cache-control", "max-age=120")], Seconds(120)),
            (&[in_an_hour, ("cache-control", "public")], Seconds(3600)),
            (&[("expires", "0")], Seconds(0)),
            (&[("expires", "-1")], Seconds(0)),
            (&[("expires", "Sun, 06 Nov 1994 08:49:37 GMT")], Seconds(0)),
            (&[("expires", "Sat, 05 Nov 1994 08:49:37 GMT")], Seconds(0)),
            (&[("cache-control", "max-age=600"), ("age", "200")], Seconds(400)),
            (&[("cache-control", "max-age=600"), ("age", "599")], Seconds(60)),
            (&[("cache-control", "max-age=600"), ("age", "600")], Seconds(0)),
            (&[("cache-control", "max-age=600"), ("age", "9999")], Seconds(0)),
            (&[("cache-control", "max-age=600"), ("age", "x")], Seconds(600)),
            (&[("age", "9999")], Seconds(86_400)),
        ] {
            assert_eq!(freshness(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn ours_says_it() {
        assert_eq!(Freshness::NoStore.cache_control(), "no-store");
        assert_eq!(Freshness::Seconds(7).cache_control(), "public, max-age=7");
        assert_eq!(Freshness::Seconds(0).cache_control(), "public, max-age=0, must-revalidate");
    }
}
