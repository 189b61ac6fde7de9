//! Ids that connect what several programs log of one request: W3C trace context, and random ids of our own.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use edgepix_service::RequestId;
use http::{HeaderMap, HeaderName};

/// The header of W3C trace context.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The caller's place in a trace (<https://www.w3.org/TR/trace-context/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceParent {
    /// The trace; not 0.
    pub(crate) trace: u128,
    /// The caller's span; not 0.
    #[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "only exported spans name their parent"))]
    pub(crate) span: u64,
    /// Whether the caller records the trace.
    #[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "only what exports spans asks"))]
    pub(crate) is_sampled: bool,
}

/// A trace, and the span of one request in it, as logs show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanIds {
    pub(crate) trace: u128,
    pub(crate) span: u64,
}

impl TraceParent {
    /// What a request's headers say. Of two lines, neither.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(TRACEPARENT).iter();
        match (lines.next(), lines.next()) {
            (Some(line), None) => Self::parse(line.to_str().ok()?),
            _ => None,
        }
    }

    /// Reads `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`. Later versions may have more parts behind.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut hex = |digits: usize| {
            let part = parts.next()?;
            let is_hex = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            (part.len() == digits && is_hex).then(|| u128::from_str_radix(part, 16).ok()).flatten()
        };
        let (version, trace, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let ends = parts.next().is_none();
        let is_known = version == 0 && ends || (1..0xff).contains(&version);
        let span = u64::try_from(span).ok()?;
        (is_known && trace != 0 && span != 0).then_some(Self { trace, span, is_sampled: flags & 1 == 1 })
    }
}

impl SpanIds {
    /// A span of our own below the caller's.
    pub(crate) fn below(parent: &TraceParent) -> Self {
        Self { trace: parent.trace, span: random().max(1) }
    }
}

/// An id for a request that came without one: 32 hexadecimal digits.
pub(crate) fn request_id() -> Option<RequestId> {
    RequestId::new(&format!("{:016x}{:016x}", random(), random()))
}

/// A number that hardly any other call gives, in this process or another. It is no secret.
fn random() -> u64 {
    // The standard library's hash of a count, under a key that the system has chosen for this process.
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_standards_examples_are_read_and_nothing_else() {
        let parsed = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(
            parsed,
            TraceParent {
                trace: 0x0af7651916cd43dd8448eb211c80319c,
                span: 0xb7ad6b7169203331,
                is_sampled: true
            }
        );
        let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02";
        assert!(!TraceParent::parse(unsampled).unwrap().is_sampled);
        // A later version, with and without something behind.
        for text in [
            "cc-12345678901234567890123456789012-1234567890123456-01",
            "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-holds",
        ] {
            assert!(TraceParent::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "00",
            "ff-12345678901234567890123456789012-1234567890123456-01",
            "00-12345678901234567890123456789012-1234567890123456-01-more",
            "00-12345678901234567890123456789012-1234567890123456-01-",
            "00-00000000000000000000000000000000-1234567890123456-01",
            "00-12345678901234567890123456789012-0000000000000000-01",
            "00-1234567890123456789012345678901-1234567890123456-01",
            "00-123456789012345678901234567890123-1234567890123456-01",
            "00-ABCDEF78901234567890123456789012-1234567890123456-01",
            "00-+2345678901234567890123456789012-1234567890123456-01",
            "00-12345678901234567890123456789012-123456789012345-01",
            "00-12345678901234567890123456789012-1234567890123456-1",
            "00-12345678901234567890123456789012-1234567890123456",
            "0-12345678901234567890123456789012-1234567890123456-01",
        ] {
            assert_eq!(TraceParent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn two_headers_are_none() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_static("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        headers.append(TRACEPARENT, line.clone());
        assert!(TraceParent::of(&headers).is_some());
        headers.append(TRACEPARENT, line);
        assert_eq!(TraceParent::of(&headers), None);
    }

    #[test]
    fn ids_are_no_two_alike() {
        let ids: HashSet<_> = (0..10_000).map(|_| request_id().unwrap().as_str().to_owned()).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.len() == 32));
    }
}
