//! The service before an origin in memory, and the targets that are about it: signatures, configurations, what origins say.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_service::{
    BodyBuffer, Cache, Clock, Config, Defaults, Failure, Fetch, Linked, NAMES, Observer, OriginRequest,
    Service, SigningKey, Store,
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use crate::seeds::{KEY, small_jpeg};

/// The statuses that a request may be answered with, whatever the origin does. 500 is no one's fault but ours.
const STATUSES: [u16; 12] = [200, 304, 400, 403, 404, 413, 415, 422, 502, 503, 504, 508];
const TTL_MAX: u64 = 31_536_000;
const BASE: &str = "https://images.example.com/";

/// A URL, signed: the signature holds however the URL is spelt, and for no other.
pub(crate) fn signature(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let key: SigningKey = KEY.parse().expect("a key");
    let Some(signature) = key.sign(path, query) else { return };
    let spelt = |text: &str, bare: &str| -> Option<String> {
        let mut out = String::new();
        let decoded = edgepix_core::Query::decode(text)?;
        for byte in decoded.bytes() {
            if bare.as_bytes().contains(&byte) {
                out.push(byte.into())
            } else {
                out += &format!("%{byte:02x}")
            }
        }
        Some(out)
    };
    let whole = |text: &str| spelt(text, "");
    let other_path: Option<Vec<_>> = path.split('/').map(whole).collect();
    let pairs = edgepix_core::Query::split(query);
    let pairs: Option<Vec<_>> =
        pairs.map(|(name, value)| Some(format!("{}={}", whole(name)?, whole(value)?))).collect();
    let (Some(other_path), Some(mut pairs)) = (other_path, pairs) else { panic!("it was signed") };
    pairs.reverse();
    let same = key.sign(&other_path.join("/"), &pairs.join("&"));
    assert_eq!(same.as_ref(), Some(&signature), "of another spelling");
    let other = key.sign(path, &format!("{query}&more=1"));
    assert_ne!(other, Some(signature.clone()), "of another URL");

    let Ok(config) = config(|name| (name == "EDGEPIX_SIGNING_KEYS").then(|| KEY.to_owned())) else {
        panic!("the configuration is right")
    };
    let service = Service::new(config);
    let asked = |signature: &str| {
        let signed = format!("{query}&sig={signature}");
        let request = Request::get(format!("{path}?{signed}")).body(()).ok()?;
        // A request line ends where a fragment begins, for one: then this is not what was signed.
        let as_sent = request.uri().path() == path && request.uri().query() == Some(&signed);
        as_sent.then(|| service.handle_blocking(&Origin::default(), &Linked, request))
    };
    let signs_itself =
        query.contains("sig") || query.contains('%') || query.contains("exp") || query.contains("kid");
    if let (Some(held), Some(refused)) = (asked(&signature), asked("AAAA")) {
        assert!(signs_itself || held.status() != 403 || is_refused_source(&held), "{text}");
        assert!(refused.status() != 200 || path == "/health", "{text}");
    }
}

fn is_refused_source(answer: &Response<Bytes>) -> bool {
    answer.body().windows(14).any(|window| window == b"source-refused")
}

/// Variables, one a line: `NAME=value`, the name in full or as its number. They are refused by name, or the service answers.
pub(crate) fn configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let named =
        |name: &str| name.parse().map_or(name.to_owned(), |at: usize| NAMES[at % NAMES.len()].to_owned());
    let variables: Vec<_> = lines.map(|(name, value)| (named(name), value.to_owned())).collect();
    let lookup =
        |name: &str| variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    match config(lookup) {
        Err(error) => {
            assert!(NAMES.contains(&error.name), "{}", error.name);
            assert!(!error.message.is_empty());
            // What else was written may be told, even where it is the same text; so do the error's own words.
            let keys = lookup("EDGEPIX_SIGNING_KEYS").filter(|_| error.name.starts_with("EDGEPIX_SIGNING"));
            let keys = keys.unwrap_or_default();
            for secret in keys.split(|c: char| !c.is_ascii_hexdigit()).filter(|secret| secret.len() >= 16) {
                assert!(!error.message.contains(secret), "a secret is told");
            }
        }
        Ok(config) => {
            let preset =
                lookup("EDGEPIX_PRESETS").and_then(|text| Some(text.split_once('?')?.0.trim().to_owned()));
            let preset = preset.map(|name| format!("&preset={name}")).unwrap_or_default();
            let service = Service::new(config);
            for url in [
                "/resize/a.jpg?v=1".to_owned(),
                format!("/resize/?src={BASE}b.jpg{preset}"),
                "/info/a.jpg".to_owned(),
            ] {
                let Ok(request) = Request::get(url).body(()) else { continue };
                is_of_the_contract(&service.handle_blocking(&Origin::default(), &Linked, request));
            }
        }
    }
}

/// What an origin answers: a status, and lines of a head.
pub(crate) fn origin(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.lines();
    let status =
        lines.next().and_then(|line| line.parse().ok()).and_then(|code: u16| StatusCode::from_u16(code).ok());
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')).take(64) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim())) {
            headers.append(name, value);
        }
    }
    let forbidden = headers.get_all(CACHE_CONTROL).iter().any(|value| {
        value.to_str().is_ok_and(|value| {
            !value.contains('"')
                && value.to_ascii_lowercase().split(',').any(|part| part.trim() == "no-store")
        })
    });
    let origin = Origin { status: status.unwrap_or_default(), headers };
    let Ok(config) =
        config(|name| (name == "EDGEPIX_ALLOWED_SOURCES").then(|| "https://*.example.com/".to_owned()))
    else {
        panic!("the configuration is right")
    };
    let service = Service::new(config);
    let ask = |request: http::request::Builder| {
        service.handle_blocking(&origin, &Linked, request.body(()).expect("a request"))
    };
    let first = ask(Request::get("/resize/a.jpg?w=8&format=jpeg"));
    is_of_the_contract(&first);
    let lives = first.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).expect("a lifetime");
    assert!(lives == "no-store" || !forbidden || first.status() != 200, "{lives}");
    if let Some((_, seconds)) = lives.split_once("max-age=") {
        let seconds = seconds.split(',').next().and_then(|seconds| seconds.trim().parse::<u64>().ok());
        assert!(seconds.is_some_and(|seconds| seconds <= TTL_MAX), "{lives}");
    }
    if first.status() == 200 {
        let tag = first.headers().get(ETAG).expect("a tag");
        let held = ask(Request::get("/resize/a.jpg?w=8&format=jpeg").header("if-none-match", tag));
        assert_eq!(held.status(), 304);
        let described = ask(Request::builder().method(Method::HEAD).uri("/resize/a.jpg?w=8&format=jpeg"));
        assert_eq!(described.headers().get(ETAG), Some(tag));
    }
}

/// The status is one that there is, and an error is a problem detail.
fn is_of_the_contract(answer: &Response<Bytes>) {
    let status = answer.status().as_u16();
    let text = || String::from_utf8_lossy(&answer.body()[..answer.body().len().min(300)]).into_owned();
    assert!(STATUSES.contains(&status), "{status}: {}", text());
    if status >= 400 {
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
        assert!(answer.body().starts_with(br#"{"type":"urn:edgepix:error:"#), "{}", text());
    }
}

/// A configuration with an origin and small limits, but for what is looked up.
fn config(lookup: impl Fn(&str) -> Option<String>) -> Result<Config, edgepix_service::ConfigError> {
    let base = |name: &str| match name {
        "EDGEPIX_ORIGIN" => Some(BASE.to_owned()),
        "EDGEPIX_MAX_OUTPUT_SIDE" => Some("512".to_owned()),
        "EDGEPIX_MAX_SOURCE_PIXELS" => Some("65536".to_owned()),
        _ => None,
    };
    Config::from_lookup(|name| lookup(name).or_else(|| base(name)), &Defaults::default())
}

/// What the service answers, with nothing but an origin configured.
pub(crate) fn answer(request: Request<()>) -> Response<Bytes> {
    let service = Service::new(config(|_| None).expect("a configuration"));
    service.handle_blocking(&Origin::default(), &Linked, request)
}

/// An origin that has the same small photo everywhere, and a clock that stands still.
#[derive(Default)]
struct Origin {
    status: StatusCode,
    headers: HeaderMap,
}

impl Fetch for Origin {
    type Body = ();

    async fn send(&self, _: OriginRequest) -> Result<Response<()>, Failure> {
        let mut head = Response::new(());
        *head.status_mut() = self.status;
        head.headers_mut().extend(self.headers.clone());
        Ok(head)
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
