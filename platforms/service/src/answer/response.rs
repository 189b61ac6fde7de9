//! Answers: the headers of a 200 and a 304, and those that every answer carries.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_core::{Kind, Query};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::etag::{Conditions, Verdict};
use super::freshness::Freshness;
use super::problem;
use crate::cache::stored::{Content, Head};
use crate::request::{ImageRequest, RequestId, Route};

/// What the headers say of an image or its description, whether it is sent or not (RFC 9110 §3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Representation<'a> {
    pub(crate) request: &'a ImageRequest,
    /// Seconds since 1970.
    pub(crate) last_modified: Option<u64>,
    pub(crate) freshness: Freshness,
    pub(crate) cache: CacheStatus,
    /// Seconds since it was stored, where it comes from our cache.
    pub(crate) age: Option<u64>,
    /// Seconds until the URL ends, where it does.
    pub(crate) left: Option<u64>,
    /// Names of metadata that was asked for and left out; empty where there is none, or it is not known yet.
    pub(crate) dropped: &'a str,
}

/// How our cache has handled a request (RFC 9211).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheStatus {
    /// It had nothing that could be of use.
    Miss,
    /// What it had was given.
    Hit,
    /// What it had was past its life, and the origin says that the source is the same.
    Unchanged,
    /// What it had was past its life, and the source has changed or cannot be compared.
    Changed,
    /// What it had was past its life, and is given because of this error.
    OnError(Kind),
}

impl<'a> Representation<'a> {
    /// Of a stored answer.
    pub(crate) fn of_stored(request: &'a ImageRequest, head: &'a Head, cache: CacheStatus, now: u64) -> Self {
        let age = now.saturating_sub(head.stored_at);
        Self {
            request,
            last_modified: head.last_modified,
            freshness: head.freshness,
            cache,
            // What the origin has just validated has no age (RFC 9111 §5.1).
            age: (cache != CacheStatus::Unchanged).then_some(age),
            left: request.left(now),
            dropped: &head.dropped,
        }
    }

    /// A 200. The body is empty where a `HEAD` request saves making it.
    pub(crate) fn ok(&self, etag: &str, content: Content, body: Bytes) -> Response<Bytes> {
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        put(headers, header::CONTENT_TYPE, content.media_type());
        put(headers, header::CONTENT_DISPOSITION, &disposition(&self.request.source.stem(), content));
        self.describe(headers, etag);
        response
    }

    /// The answer where conditions leave no need of the image: a 304 or a 412.
    pub(crate) fn settled_by(&self, conditions: &Conditions, etag: &str) -> Option<Response<Bytes>> {
        match conditions.judge(etag, self.last_modified) {
            Verdict::Send => None,
            Verdict::NotModified => Some(self.not_modified(etag)),
            Verdict::Failed => Some(problem::of_http(
                StatusCode::PRECONDITION_FAILED,
                "The image is not the one that `If-Match` or `If-Unmodified-Since` names.",
            )),
        }
    }

    /// A 304 (RFC 9110 §15.4.5).
    pub(crate) fn not_modified(&self, etag: &str) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.describe(response.headers_mut(), etag);
        response
    }

    fn describe(&self, headers: &mut HeaderMap, etag: &str) {
        put(headers, header::ETAG, etag);
        // Whoever counts from `Age` must not count past the end of the URL.
        let most = self.left.map(|left| left.saturating_add(self.age.unwrap_or(0)));
        let freshness = most.map_or(self.freshness, |most| self.freshness.at_most(most));
        put(headers, header::CACHE_CONTROL, &freshness.cache_control());
        if let Some(date) = self
            .last_modified
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
        {
            put(headers, header::LAST_MODIFIED, &httpdate::fmt_http_date(date));
        }
        // RFC 9111 §5.1 and RFC 9211.
        if let Some(age) = self.age {
            put(headers, header::AGE, &age.to_string());
        }
        if !self.dropped.is_empty() {
            put(headers, HeaderName::from_static("edgepix-dropped"), self.dropped);
        }
        put(headers, HeaderName::from_static("cache-status"), &self.cache_status());
        let tag = self.request.tag();
        put(headers, HeaderName::from_static("cache-tag"), &tag);
        put(headers, HeaderName::from_static("surrogate-key"), &tag);
    }

    fn cache_status(&self) -> String {
        let overdue = self.age.unwrap_or(0).checked_sub(self.freshness.lifetime.unwrap_or(0));
        match (self.cache, overdue) {
            // What is left of its life: nothing, or less.
            (CacheStatus::Hit, Some(overdue)) => {
                format!("edgepix; hit; ttl={}", 0_i64.saturating_sub_unsigned(overdue))
            }
            (CacheStatus::Hit, None) => "edgepix; hit".to_owned(),
            (CacheStatus::Miss, _) => "edgepix; fwd=miss".to_owned(),
            (CacheStatus::Unchanged, _) => "edgepix; fwd=stale; fwd-status=304".to_owned(),
            (CacheStatus::Changed, _) => "edgepix; fwd=stale; fwd-status=200".to_owned(),
            (CacheStatus::OnError(kind), _) => format!("edgepix; fwd=stale; detail={}", kind.slug()),
        }
    }
}

/// The answer to `/health`.
pub(crate) fn health() -> Response<Bytes> {
    status(br#"{"status":"healthy"}"#)
}

/// The answer to `/ready` where jobs are taken.
pub(crate) fn ready() -> Response<Bytes> {
    status(br#"{"status":"ready"}"#)
}

/// A 200 for whoever watches the service.
fn status(json: &'static [u8]) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(json));
    put(response.headers_mut(), header::CONTENT_TYPE, "application/json");
    put(response.headers_mut(), header::CACHE_CONTROL, "no-store");
    response
}

/// Gives another life to what is shown in place of something else, which may come back.
pub(crate) fn lives(mut response: Response<Bytes>, life: Freshness) -> Response<Bytes> {
    let headers = response.headers_mut();
    let forbids = |value: &HeaderValue| value.as_bytes().starts_with(b"no-store");
    let is_stored = headers.get(header::CACHE_CONTROL).is_some_and(|value| !forbids(value));
    if is_stored {
        put(headers, header::CACHE_CONTROL, &life.cache_control());
        headers.remove(header::AGE);
    }
    response
}

/// `Server-Timing`, without the parts that the platform's clock does not measure.
pub(crate) fn server_timing(response: &mut Response<Bytes>, parts: &[(&str, Duration)]) {
    let known = parts.iter().filter(|(_, duration)| !duration.is_zero());
    let entries: Vec<_> =
        known.map(|(name, duration)| format!("{name};dur={:.1}", duration.as_secs_f64() * 1e3)).collect();
    if !entries.is_empty() {
        put(response.headers_mut(), HeaderName::from_static("server-timing"), &entries.join(", "));
    }
}

/// The headers that every answer carries, errors included, and whether it has a body.
#[derive(Clone, Debug)]
pub(crate) struct CommonHeaders {
    /// `HEAD`: the headers alone.
    head: bool,
    /// `format=auto`: caches must look at `Accept`.
    vary: bool,
    /// Never part of what our caches store: these headers are added to each answer anew.
    id: Option<RequestId>,
}

impl CommonHeaders {
    pub(crate) fn for_request<B>(request: &Request<B>) -> Self {
        let resizes = matches!(Route::of(request.uri().path()), Some(Route::Resize(_)));
        Self {
            head: request.method() == Method::HEAD,
            vary: resizes && leaves_format(request.uri().query().unwrap_or_default()),
            id: RequestId::of(request),
        }
    }

    /// Adds the length, which some hosts leave out and others get wrong, and headers that
    /// keep browsers from taking it for anything but what it is.
    pub(crate) fn apply(self, mut response: Response<Bytes>) -> Response<Bytes> {
        let length = response.body().len();
        let headers = response.headers_mut();
        if length > 0 {
            headers.insert(header::CONTENT_LENGTH, length.into());
        }
        if self.vary {
            put(headers, header::VARY, "Accept");
        }
        if let Some(id) = &self.id {
            id.put(headers);
        }
        put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        put(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
        put(headers, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
        put(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        if self.head {
            response.body_mut().clear();
        }
        response
    }
}

/// Whether `Accept` may decide on the format: a preset may leave it open whatever the rest of the query says.
fn leaves_format(query: &str) -> bool {
    let names_preset = |(name, _)| Query::decode(name).as_deref() == Some("preset");
    Query::leaves_format(query) || Query::split(query).any(names_preset)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // All that is put here is ASCII of our own making.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// `Content-Disposition` with a file name in ASCII, and in full where that is not the same (RFC 6266 §4.3,
/// RFC 8187).
fn disposition(stem: &str, content: Content) -> String {
    const BARE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    /// File systems take 255 bytes; a character has up to 12 when it is encoded.
    const LONGEST: usize = 80;
    let extension = match content {
        Content::Image(format) => format.extension(),
        Content::Json => "json",
    };
    let stem: String = stem.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let stem = if stem.is_empty() { "image".to_owned() } else { stem };
    let harmless = |c: char| if c.is_ascii_alphanumeric() || " -._~()+,=@".contains(c) { c } else { '_' };
    let ascii: String = stem.chars().map(harmless).collect();
    let mut disposition = format!("inline; filename=\"{ascii}.{extension}\"");
    if ascii != stem {
        disposition.push_str(&format!("; filename*=UTF-8''{}.{extension}", utf8_percent_encode(&stem, BARE)));
    }
    disposition
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepix_core::Format;

    #[test]
    fn dispositions_are_ascii_and_cannot_be_broken_out_of() {
        let jpeg = Content::Image(Format::Jpeg);
        for (stem, expected) in [
            ("photo", "inline; filename=\"photo.jpg\""),
            ("", "inline; filename=\"image.jpg\""),
            ("a b (1)", "inline; filename=\"a b (1).jpg\""),
            ("fü\"r;x", "inline; filename=\"f__r_x.jpg\"; filename*=UTF-8''f%C3%BC%22r%3Bx.jpg"),
            ("a\r\nb", "inline; filename=\"ab.jpg\""),
            ("日本", "inline; filename=\"__.jpg\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.jpg"),
        ] {
            assert_eq!(disposition(stem, jpeg), expected);
        }
        assert_eq!(disposition("a", Content::Json), "inline; filename=\"a.json\"");
        assert!(disposition(&"ä".repeat(500), jpeg).len() < 700);
    }

    #[test]
    fn clocks_that_stand_still_measure_nothing() {
        let mut response = health();
        server_timing(&mut response, &[("fetch", Duration::ZERO)]);
        assert!(response.headers().get("server-timing").is_none());
        server_timing(
            &mut response,
            &[("fetch", Duration::from_micros(1500)), ("transform", Duration::ZERO)],
        );
        assert_eq!(response.headers()["server-timing"], "fetch;dur=1.5");
    }
}
