//! Errors as answers: status codes in one match, bodies as RFC 9457 has them.

use std::fmt;

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a refused job may be tried again.
const RETRY_AFTER: &str = "1";

/// The status code of an error.
pub(crate) const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::InvalidParameter | Kind::Unsupported => StatusCode::BAD_REQUEST,
        Kind::SourceRefused | Kind::SignatureRefused => StatusCode::FORBIDDEN,
        Kind::NotFound | Kind::SourceNotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedSource => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::DamagedSource => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::OriginFailed => StatusCode::BAD_GATEWAY,
        Kind::Busy | Kind::Timeout | Kind::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Kind::OriginTimeout => StatusCode::GATEWAY_TIMEOUT,
        Kind::Loop => StatusCode::LOOP_DETECTED,
        // And a kind that is newer than this list, which a test would notice.
        Kind::Configuration | Kind::Internal | _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A few words that are the same for all errors of a kind.
const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::InvalidParameter => "Invalid parameter",
        Kind::Unsupported => "Not built yet",
        Kind::NotFound => "Not found",
        Kind::MethodNotAllowed => "Method not allowed",
        Kind::UnsupportedSource => "Not an image that is read here",
        Kind::DamagedSource => "Damaged image",
        Kind::TooLarge => "Too large",
        Kind::SourceRefused => "Source not allowed",
        Kind::SignatureRefused => "Not signed",
        Kind::SourceNotFound => "Source not found",
        Kind::OriginFailed => "Origin failed",
        Kind::OriginTimeout => "Origin too slow",
        Kind::Loop => "Loop",
        Kind::Busy => "Too busy",
        Kind::Timeout => "Took too long",
        Kind::Cancelled => "Stopped",
        Kind::Configuration => "Wrong configuration",
        Kind::Internal | _ => "Internal error",
    }
}

/// The cause of an error that is kept nowhere, because the origin keeps what it is about to itself.
#[derive(Debug)]
struct KeptToItself;

impl fmt::Display for KeptToItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the origin forbids to store its answer")
    }
}

impl std::error::Error for KeptToItself {}

/// The same error, which is not to be stored: the origin says so of what it is about.
pub(crate) fn unstorable(error: Error) -> Error {
    error.with_source(KeptToItself)
}

/// Whether an error is not to be stored because of the origin.
pub(crate) fn is_unstorable(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<KeptToItself>())
}

/// A problem detail (RFC 9457 §3) as JSON, with our members behind the standard's.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// The answer for an error, without the [common headers](super::response::CommonHeaders). The error's kind is among the
/// [extensions](Response::extensions), for the host's log. A hint is only given to
/// [whoever runs the service](super::hint::FromOperator).
pub(crate) fn response(error: &Error, hint: Option<String>) -> Response<Bytes> {
    let status = status(error.kind);
    let is_stored = status.is_client_error() && hint.is_none() && !is_unstorable(error);
    let problem = Problem {
        r#type: format!("urn:edgepix:error:{}", error.kind.slug()),
        title: title(error.kind),
        status: status.as_u16(),
        detail: &error.message,
        parameter: error.parameter.as_deref(),
        allowed: error.allowed.as_deref(),
        limit: error.limit,
        actual: error.actual,
        hint,
    };
    let mut response = problem.answer(status, if is_stored { "public, max-age=60" } else { "no-store" });
    response.extensions_mut().insert(error.kind);
    let headers = response.headers_mut();
    let mut insert = |name, value| headers.insert(name, HeaderValue::from_static(value));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        insert(header::ALLOW, "GET, HEAD");
    }
    response
}

/// A problem that HTTP itself has a name for, and that is no error of a kind of ours: the type `about:blank` says so
/// (RFC 9457 §4.2.1). It depends on headers that no cache looks at, so that none may keep it.
pub(crate) fn of_http(status: StatusCode, detail: &str) -> Response<Bytes> {
    let problem = Problem {
        r#type: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail,
        parameter: None,
        allowed: None,
        limit: None,
        actual: None,
        hint: None,
    };
    problem.answer(status, "no-store")
}

impl Problem<'_> {
    fn answer(&self, status: StatusCode, cache_control: &'static str) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(serde_json::to_vec(self).unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_its_status() {
        let codes: Vec<_> = Kind::ALL.iter().map(|kind| status(*kind).as_u16()).collect();
        let titles: HashSet<_> = Kind::ALL.iter().map(|kind| title(*kind)).collect();
        assert_eq!(titles.len(), Kind::ALL.len());
        assert_eq!(
            codes,
            [400, 400, 404, 405, 415, 422, 413, 403, 403, 404, 502, 504, 508, 503, 503, 503, 500, 500]
        );
    }

    #[test]
    fn problems_of_http_have_its_names_and_are_kept_nowhere() {
        let response = of_http(StatusCode::PRECONDITION_FAILED, "It is another.");
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Precondition Failed", "status": 412, "detail": "It is another.",
        });
        assert_eq!((body, response.status().as_u16()), (expected, 412));
        assert_eq!(response.headers()["content-type"], MEDIA_TYPE);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.extensions().get::<Kind>(), None);
    }

    #[test]
    fn the_body_is_a_problem_detail() {
        let error = Error::too_large("memory", "The job is too large.", 10, 20);
        let mut expected = serde_json::json!({
            "type": "urn:edgepix:error:too-large", "title": "Too large", "status": 413,
            "detail": "The job is too large.", "parameter": "memory", "limit": 10, "actual": 20,
        });
        for (hint, stored) in [(None, "public, max-age=60"), (Some("Do that.".to_owned()), "no-store")] {
            if let Some(hint) = &hint {
                expected["hint"] = hint.as_str().into();
            }
            let response = response(&error, hint);
            let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(body, expected);
            assert_eq!(response.headers()["cache-control"], stored);
            assert_eq!(response.extensions().get(), Some(&Kind::TooLarge));
        }
    }
}
