//! What is asked, by chance: usual requests, those whose origin or whose client fails, and large ones.

use std::time::Duration;

use edgepix_core::{Format, Limits, Transform};
use fastrand::Rng;

use crate::golden_folder;

/// What a client does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Asks, and waits for the answer.
    Ask(Ask),
    /// Asks, and hangs up after so long without having read anything.
    HangUp(String, Duration),
    /// Sends these bytes of a head, and nothing more for so long.
    Stall(Vec<u8>, Duration),
}

/// A request, and what may come of it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// `GET`, or what is said here.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Fields of the head.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The statuses that are right.
    pub allowed: &'static [u16],
}

/// Photos that take little work.
const SOURCES: [&str; 6] = [
    "photos/fig-3mp.jpg",
    "photos/peaks-1mp-6.jpg",
    "photos/bowl-1mp-alpha.png",
    "photos/brushes-1mp.webp",
    "photos/fig-1mp.gif",
    "made/profile-prophoto.png",
];
/// What the busiest may answer, to anybody; and what becomes of an origin where the machine is so slow that its time is over.
const BUSY: u16 = 503;
const SLOW: u16 = 504;

/// Faults of the origin, and the statuses that they may have. A number behind each keeps it from being answered from a cache.
const FAULTS: [(&str, &[u16]); 24] = [
    ("resets-at-once", &[502, SLOW, BUSY]),
    ("resets-in-body", &[502, SLOW, BUSY]),
    ("hangs-up", &[502, SLOW, BUSY]),
    ("garbage", &[502, SLOW, BUSY]),
    ("stalls-at-once", &[SLOW, BUSY]),
    ("stalls-in-head", &[SLOW, BUSY]),
    ("stalls-in-body", &[SLOW, BUSY]),
    ("drips.jpg", &[SLOW, BUSY]),
    ("slow-", &[200, SLOW, BUSY]),
    ("short.jpg", &[502, SLOW, BUSY]),
    ("cut.jpg", &[502, SLOW, BUSY]),
    ("chunked-cut.jpg", &[502, SLOW, BUSY]),
    ("announced.jpg", &[413, SLOW, BUSY]),
    ("endless.jpg", &[413, SLOW, BUSY]),
    ("gzip.jpg", &[502, SLOW, BUSY]),
    // Some clients take heads of any length, others none of two megabytes.
    ("huge-head.jpg", &[200, 502, SLOW, BUSY]),
    ("many-lines.jpg", &[200, 502, SLOW, BUSY]),
    ("text.jpg", &[415, SLOW, BUSY]),
    ("empty.jpg", &[415, SLOW, BUSY]),
    ("truncated.jpg", &[422, SLOW, BUSY]),
    ("status/500", &[502, SLOW, BUSY]),
    ("status/404", &[404, SLOW, BUSY]),
    ("loop", &[502, SLOW, BUSY]),
    ("private.jpg", &[200, SLOW, BUSY]),
];

/// The photo that faults are played on.
///
/// # Errors
///
/// A source cannot be read.
pub fn small_photo() -> Result<Vec<u8>, String> {
    let path = golden_folder().join("sources/photos/fig-3mp.jpg");
    let photo = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let options = Transform::builder().width(64).format(Format::Jpeg).build();
    let made = options.and_then(|options| edgepix_core::transform(&photo, &options, &Limits::default()));
    made.map(|output| output.bytes).map_err(|error| error.to_string())
}

/// What comes on a quiet day.
pub fn usual(random: &mut Rng, _: &str) -> Act {
    let ask = |path: String, allowed| Ask { method: "GET", path, headers: Vec::new(), allowed };
    let source = SOURCES[random.usize(..SOURCES.len())];
    let width = [80, 120, 160, 240][random.usize(..4)];
    let format = ["jpeg", "webp", "png", "gif", "auto"][random.usize(..5)];
    let image = format!("/resize/{source}?w={width}&format={format}");
    // Another version each time is made anew, and has the same bytes.
    let version = random.u32(..);
    Act::Ask(match random.u8(..21) {
        0..8 => Ask { headers: vec![("accept", "image/webp,*/*")], ..ask(image, &[200, SLOW, BUSY]) },
        8..13 => ask(format!("{image}&v={version}"), &[200, SLOW, BUSY]),
        13 => Ask { method: "HEAD", ..ask(image, &[200, SLOW, BUSY]) },
        14 => ask(format!("/info/{source}"), &[200, SLOW, BUSY]),
        15 => ask(format!("/resize/{source}?w={width}&fit=covr"), &[400]),
        16 => ask(format!("/resize/missing-{version}.jpg?w={width}"), &[404, SLOW, BUSY]),
        17 => Ask { method: "POST", ..ask(image, &[405]) },
        18 => ask("/health".to_owned(), &[200]),
        19 => Ask { headers: vec![("if-none-match", "*")], ..ask(image, &[200, 304, SLOW, BUSY]) },
        _ => Ask { headers: vec![("via", "1.1 edgepix")], ..ask(image, &[508]) },
    })
}

/// Origins and clients that misbehave, and usual requests between them.
pub fn faults(random: &mut Rng, untrusted: &str) -> Act {
    let version = random.u32(..);
    let ask = |path: String, allowed| Act::Ask(Ask { method: "GET", path, headers: Vec::new(), allowed });
    let heavy = || format!("/resize/photos/sunset-12mp.jpg?w=1600&format=webp&v={version}");
    match random.u8(..20) {
        0..7 => usual(random, untrusted),
        7..13 => {
            let (fault, allowed) = FAULTS[random.usize(..FAULTS.len())];
            ask(format!("/resize/{fault}?w=32&format=jpeg&v={version}"), allowed)
        }
        // Files that lie: damaged ones, bombs, others than they seem.
        13..15 => {
            let files = HOSTILE[random.usize(..HOSTILE.len())];
            ask(
                format!("/resize/made/{files}?w=64&format=webp&v={version}"),
                &[200, 413, 415, 422, SLOW, BUSY],
            )
        }
        15 => {
            let url = percent_encoded(&format!("{untrusted}a.jpg"));
            ask(format!("/resize/?src={url}&w=32&v={version}"), &[502, SLOW, BUSY])
        }
        // Answers of half a megabyte and more fill the cache.
        16 => ask(format!("/resize/photos/fig-3mp.jpg?w=900&format=png&v={version}"), &[200, SLOW, BUSY]),
        17 => Act::HangUp(heavy(), Duration::from_millis(random.u64(..300))),
        18 => Act::HangUp(
            format!("/resize/stalls-in-body?w=32&v={version}"),
            Duration::from_millis(random.u64(..100)),
        ),
        _ => Act::Stall(half_a_head(random), Duration::from_millis(random.u64(..1000))),
    }
}

/// More than can be done: each of these takes all of a core for a while.
pub fn heavy(random: &mut Rng, _: &str) -> Act {
    let (source, format) = [
        ("photos/dandelion-16mp.jpg", "jpeg"),
        ("photos/sunset-12mp.jpg", "webp"),
        ("photos/dogs-6mp-progressive.jpg", "webp"),
    ][random.usize(..3)];
    let path = format!("/resize/{source}?w=1200&format={format}&v={}", random.u32(..));
    // 413: an isolate has not the memory for every one.
    Act::Ask(Ask { method: "GET", path, headers: Vec::new(), allowed: &[200, 413, SLOW, BUSY] })
}

/// Golden sources that are not what they say.
const HOSTILE: [&str; 20] = [
    "bomb-16383x16383.webp",
    "bomb-50000x50000.png",
    "bomb-65500x65500.jpg",
    "bomb-65535x65535.gif",
    "bomb-canvas.webp",
    "bomb-most-pixels.png",
    "cut-in-first-scan.jpg",
    "cut-after-96-of-128-rows.jpg",
    "cut-after-a-quarter-lossless.webp",
    "cut-after-a-quarter.gif",
    "frames-past-edge.gif",
    "profile-zip-bomb.png",
    "profile-damaged.png",
    "wrong-deflate.png",
    "no-pixels.png",
    "chart-mislabelled.png",
    "random.bin",
    "other.avif",
    "drawing.svg",
    "page.html",
];

/// The beginning of a request: too little of it, or far too much.
fn half_a_head(random: &mut Rng) -> Vec<u8> {
    let mut head = b"GET /resize/photos/fig-3mp.jpg?w=80 HTTP/1.1\r\nHost: a\r\n".to_vec();
    match random.u8(..3) {
        0 => head.truncate(random.usize(..head.len())),
        1 => head.extend(format!("X-Padding: {}\r\n", "a".repeat(2 << 20)).bytes()),
        _ => head.extend((0..20_000).flat_map(|number| format!("X-{number}: b\r\n").into_bytes())),
    }
    head
}

/// A URL as the value of a parameter.
fn percent_encoded(url: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    url.bytes().map(encoded).collect()
}
