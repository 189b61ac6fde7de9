//! Whatever comes in, an answer comes out: never a panic, never a status that is not ours.

mod support;

use std::time::Duration;

use edgepix_service::{Config, Defaults, params};
use fastrand::Rng;
use http::Request;
use support::{Answer, World};

/// The same in every run, so that a failure comes back with its number.
struct Random(Rng);

impl Random {
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.0.usize(..words.len())]
    }

    fn text(&mut self, words: &[&str], most: usize) -> String {
        (0..self.0.usize(..most)).map(|_| self.pick(words)).collect()
    }
}

const PIECES: &[&str] = &[
    "src",
    "w",
    "h",
    "dpr",
    "fit",
    "gravity",
    "crop",
    "rotate",
    "bg",
    "format",
    "q",
    "frame",
    "v",
    "sig",
    "=",
    "=",
    "&",
    "&",
    "%",
    "%2",
    "%2F",
    "%00",
    "%ff",
    "%C3",
    "%C3%A4",
    "%25",
    "1",
    "0",
    "9999999999",
    "-1",
    "1.5",
    ",",
    ".",
    "..",
    "/",
    "//",
    "\\",
    "?",
    "p",
    "auto",
    "webp",
    "cover",
    "http://",
    "https://",
    "a.example.com",
    "@",
    ":",
    "[::1]",
    "127.1",
    "\u{e4}",
    "+",
    "~",
    "0x7f",
    "*",
];

const HEADERS: &[&str] = &[
    "\"",
    "W/",
    "*",
    ",",
    ";",
    "=",
    "q",
    "0",
    "image/webp",
    "edgepix",
    "1.1",
    " ",
    "\t",
    "no-store",
    "max-age",
    "private",
    "stale-while-revalidate=9",
    ",stale-if-error=",
    "\u{e4}",
    "9999999999999999999999",
    "-",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "bytes",
    "\u{7f}",
];

#[tokio::test]
async fn requests() {
    let ours = [200, 304, 400, 403, 404, 405, 413, 415, 422, 502, 503, 504, 508];
    let mut random = Random(Rng::with_seed(1));
    let world = World::standard();
    for round in 0..10_000 {
        let uri = format!(
            "{}{}?{}",
            random.pick(&["/resize/", "/info/", "/"]),
            random.text(PIECES, 4),
            random.text(PIECES, 12)
        );
        let mut request = Request::builder().method(random.pick(&["GET", "HEAD", "POST"])).uri(&uri);
        for name in ["accept", "if-none-match", "if-modified-since", "via", "cdn-loop"] {
            if random.0.u8(..3) == 0 {
                request = request.header(name, random.text(HEADERS, 6).as_bytes());
            }
        }
        // What the `http` crate does not take never arrives.
        let Ok(request) = request.body(()) else { continue };
        world.fake.cache.lock().unwrap().clear();
        let mut origin = Answer::image("IMGo");
        for name in [
            "cache-control",
            "age",
            "date",
            "vary",
            "expires",
            "etag",
            "last-modified",
            "location",
            "content-length",
        ] {
            let value = random.text(HEADERS, 5);
            if random.0.u8(..3) == 0 && http::HeaderValue::from_str(&value).is_ok() {
                origin = origin.with(name, &value);
            }
        }
        // Which it is asked with two days later.
        let origin = if random.0.bool() { origin.validating(&[]) } else { origin };
        world.fake.set("https://origin.example/a.jpg", origin.clone());
        world.fake.set("https://origin.example/1", Answer { status: 302, ..origin });
        for _ in 0..2 {
            let answer = world.service.answer(&world.fake, &world.engine, request.clone()).await;
            let response = answer.response;
            assert!(ours.contains(&response.status().as_u16()), "{round}: {uri}: {response:?}");
            world.fake.pass(Duration::from_secs(2 * 86_400));
        }
    }
}

#[test]
fn queries_and_configurations() {
    let mut random = Random(Rng::with_seed(2));
    let config = Config::default();
    for _ in 0..10_000 {
        let text = random.text(PIECES, 10);
        let _ = params::parse_query(&text, &config);
        for name in [
            "EDGEPIX_ORIGIN",
            "EDGEPIX_ALLOWED_SOURCES",
            "EDGEPIX_QUALITY",
            "EDGEPIX_WIDTHS",
            "EDGEPIX_TIMEOUT",
        ] {
            let _ = Config::from_lookup(|asked| (asked == name).then(|| text.clone()), &Defaults::default());
        }
    }
}
