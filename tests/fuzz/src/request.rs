//! Targets in front of the pixels: the parameters, the URL and `Accept`, at the service before an origin in memory.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_core::{Blame, Format, Transform};
use edgepix_service::params::{self, Choice, Params};
use edgepix_service::{
    BodyBuffer, Cache, Clock, Config, Defaults, Failure, Fetch, Linked, Observer, OriginRequest, Service,
    Store,
};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, VARY};
use http::{Request, Response};

use crate::seeds::small_jpeg;

/// A query, without a service around it: it is read, or an error names the parameter. What is read can be done.
pub(crate) fn query(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    match params::parse_query(query, &Config::default()) {
        Ok(params) => {
            let transform = transform_of(&params);
            // Of the source, only its size matters to the geometry.
            let source = edgepix_core::Source::open(small_jpeg(), &Default::default()).expect("a small JPEG");
            let _ = source.prepare(&transform);
        }
        Err(error) => {
            assert!(matches!(error.kind.blame(), Blame::Caller | Blame::Limit), "{error}");
            assert!(error.parameter.is_some(), "no parameter is named: {error}");
        }
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

fn answer(request: Request<()>) -> Response<Bytes> {
    let origin = |name: &str| (name == "EDGEPIX_ORIGIN").then(|| "https://images.example.com/".to_owned());
    let mut config = Config::from_lookup(origin, &Defaults::default()).expect("a configuration");
    config.limits.source_pixels = 1 << 16;
    config.limits.output_side = 512;
    Service::new(config).handle_blocking(&Origin, &Linked, request)
}

/// An origin that has the same small photo everywhere, and a clock that stands still.
struct Origin;

impl Fetch for Origin {
    type Body = ();

    async fn send(&self, _: OriginRequest) -> Result<Response<()>, Failure> {
        Ok(Response::new(()))
    }

    async fn read(&self, (): (), _: BodyBuffer, _: Duration) -> Result<Bytes, Failure> {
        Ok(Bytes::from_static(small_jpeg()))
    }
}

impl Store for Origin {}

impl Cache for Origin {
    type Slot = ();
}

impl Clock for Origin {
    fn wall(&self) -> SystemTime {
        // 2027, after any release that the tests are run for.
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_798_761_600)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

impl Observer for Origin {}
