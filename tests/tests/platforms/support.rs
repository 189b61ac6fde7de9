//! An origin, a runtime, and what comes back.

use std::sync::{Arc, OnceLock};

use edgepix_core::{Error, Format, Limits, Transform};
use edgepix_golden::runtimes::{ISOLATE, Runtime, Settings};
use edgepix_golden::{client, golden_folder, hosts};
use edgepix_origin::Origin;
use http::{Request, Response};

/// A runtime with its origin.
pub(crate) struct Pair {
    pub(crate) origin: Origin,
    pub(crate) runtime: Runtime,
}

/// Whether a runtime keeps answers.
pub(crate) fn caches(runtime: &str) -> bool {
    matches!(runtime, "server" | "fastly" | "cloudflare")
}

/// A file of the golden suite's sources.
pub(crate) fn source(name: &str) -> Vec<u8> {
    let path = golden_folder().join("sources").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JPEG of 64 pixels' width.
pub(crate) fn small_photo() -> Arc<[u8]> {
    static PHOTO: OnceLock<Arc<[u8]>> = OnceLock::new();
    let make = || {
        let options = Transform::builder().width(64).format(Format::Jpeg).build().unwrap();
        let photo = edgepix_core::transform(&source("photos/fig-3mp.jpg"), &options, &Limits::default());
        photo.unwrap().bytes.into()
    };
    Arc::clone(PHOTO.get_or_init(make))
}

pub(crate) fn origin() -> Origin {
    let origin = Origin::start(small_photo()).unwrap();
    origin.serve(&golden_folder().join("sources"));
    origin
}

/// A runtime in an isolate's memory, before an origin of its own; `configure` adds to its settings.
pub(crate) fn pair(runtime: &str, configure: impl FnOnce(Settings) -> Settings) -> Pair {
    let origin = origin();
    let settings = Settings { memory: Some(ISOLATE), ..Settings::with_origin(&origin.url("/")) };
    let runtime = start(runtime, &configure(settings));
    Pair { origin, runtime }
}

pub(crate) fn start(runtime: &str, settings: &Settings) -> Runtime {
    Runtime::start(runtime, settings).unwrap_or_else(|error| panic!("{runtime}: {error}"))
}

impl Pair {
    pub(crate) fn get(&self, path: &str) -> Response<Vec<u8>> {
        self.ask(path, &[])
    }

    pub(crate) fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response<Vec<u8>> {
        self.send("GET", path, headers)
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Vec<u8>> {
        let mut request = Request::builder().method(method).uri(self.runtime.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client::send(request.body(()).unwrap())
            .unwrap_or_else(|error| panic!("{error}\n{}", self.runtime.log()))
    }

    /// Asks for an error: its status and kind.
    #[track_caller]
    pub(crate) fn assert_error(&self, path: &str, status: u16, kind: &str) -> Error {
        let answer = self.get(path);
        assert_error(&answer, status, kind, path, || self.runtime.log())
    }
}

#[track_caller]
pub(crate) fn assert_error(
    answer: &Response<Vec<u8>>,
    status: u16,
    kind: &str,
    path: &str,
    log: impl Fn() -> String,
) -> Error {
    let error = hosts::problem(answer);
    let got = (answer.status().as_u16(), error.kind.slug());
    assert_eq!(got, (status, kind), "{path}: {error:?}\n{}", log());
    assert_eq!(header(answer, "content-type"), "application/problem+json", "{path}");
    error
}

/// A header's value; empty where there is none.
pub(crate) fn header<'a>(answer: &'a Response<Vec<u8>>, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Width and height of an answer's picture.
#[track_caller]
pub(crate) fn size(answer: &Response<Vec<u8>>) -> (u32, u32) {
    assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(answer.body()));
    let metadata = edgepix_core::metadata(answer.body()).unwrap();
    (metadata.width, metadata.height)
}

/// A URL as a value of `src`.
pub(crate) fn encoded(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}
