//! Targets in front of the pixels: the parameters, the URL and `Accept`, at the service before an origin in memory.

use edgepix_core::{Blame, Format, Transform};
use edgepix_service::Config;
use edgepix_service::params::{self, Choice, Params};
use http::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use http::{Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::seeds::small_jpeg;
use crate::service::answer;

/// A query, without a service around it: it is read, or an error names the parameter. What is read can be done.
pub(crate) fn query(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    match params::parse_query(query, &Config::default()) {
        Ok(params) => {
            let transform = transform_of(&params);
            // Of the source, only its size matters to the geometry.
            let source = edgepix_core::Source::open(small_jpeg(), &Default::default()).expect("a small JPEG");
            let _ = source.prepare(&transform);
            canonical(query, &params, &transform);
        }
        Err(error) => {
            assert!(matches!(error.kind.blame(), Blame::Caller | Blame::Limit), "{error}");
            assert!(error.parameter.is_some(), "no parameter is named: {error}");
        }
    }
}

/// The canonical form is one of the request's own: it is read as the same options, is its own canonical form, and names the
/// same answer.
fn canonical(query: &str, params: &Params, transform: &Transform) {
    let text = |transform: &Transform| {
        let pair =
            |(name, value): (_, String)| format!("{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC));
        transform.parameters().into_iter().map(pair).collect::<Vec<_>>().join("&")
    };
    let canonical = text(transform);
    let again = params::parse_query(&canonical, &Config::default());
    let again = transform_of(&again.unwrap_or_else(|error| panic!("{canonical}: {error}")));
    assert_eq!(text(&again), canonical, "the canonical form of {query}");
    if params.source.is_some() || params.version.is_some() || params.format == Choice::Auto {
        return;
    }
    let tag = |query: &str| {
        let url = format!("/resize/a.jpg?{query}");
        let request = Request::builder().method(Method::HEAD).uri(url).body(()).ok()?;
        // A request line ends where a fragment begins: then this is another query.
        let as_sent = request.uri().query() == Some(query);
        as_sent.then(|| answer(request))?.headers().get(ETAG).cloned()
    };
    if let (Some(one), Some(other)) = (tag(query), tag(&canonical)) {
        assert_eq!(one, other, "{query} and {canonical}");
    }
}

/// Path and query of a URL.
pub(crate) fn url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(request) = Request::get(text).body(()) else { return };
    let answer = answer(request);
    // Whatever is asked for: no defect of ours, and no failure of an origin that never fails.
    assert!(answer.status().as_u16() < 500, "{}", answer.status());
}

/// The header field `Accept`.
pub(crate) fn accept(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let request = Request::get("/resize/a.jpg?w=8").header(ACCEPT, value).body(()).expect("a request");
    let answer = answer(request);
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[VARY], "Accept");
    let named = |format: Format| answer.headers()[CONTENT_TYPE] == format.media_type();
    assert!(named(Format::Jpeg) || named(Format::Webp), "{:?}", answer.headers()[CONTENT_TYPE]);
}

/// What a query asks the core for; the source's own format is kept where it names none.
pub(crate) fn transform(query: &str) -> Transform {
    transform_of(&params::parse_query(query, &Config::default()).expect("a right query"))
}

fn transform_of(params: &Params) -> Transform {
    match params.format {
        Choice::Named(format) => params.transform(format, &Config::default()),
        Choice::Auto => params.asked.clone(),
    }
}
