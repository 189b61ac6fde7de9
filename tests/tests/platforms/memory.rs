//! The largest jobs that a platform's budget admits, in the memory that the platform gives.

use std::sync::Arc;
use std::thread::{self, sleep};
use std::time::Duration;

use edgepix_core::{Error, Fit, Format, Kind, Limits, Transform};

use crate::support::{Pair, assert_error, header, pair, size, source};

/// Kinds of jobs that take their memory in different places.
const JOBS: [(&str, Format); 6] = [
    // A large result, straight from the encoder by rows, and from those that hold a whole picture.
    ("photos/fig-3mp.jpg", Format::Jpeg),
    ("photos/fig-3mp.jpg", Format::Webp),
    ("photos/fig-3mp.jpg", Format::Gif),
    // All coefficients of a progressive file beside it.
    ("photos/dandelion-16mp-progressive.jpg", Format::Jpeg),
    // A source that fills its own limit, with a plain tail.
    ("padded.jpg", Format::Jpeg),
    ("padded.jpg", Format::Png),
];

pub(crate) fn the_largest_jobs_fit_and_larger_ones_are_refused(runtime: &str) {
    let pair = isolate(runtime);
    let budget = budget(&pair);
    for (name, format) in JOBS {
        let file = file(name);
        let side = largest_side(&file, format, budget);
        let path = |side: u32| format!("/resize/{name}?{}&format={}", square(side), format.name());
        let answer = pair.get(&path(side));
        assert_eq!(answer.status(), 200, "{} {side}: {}\n{}", name, text(answer.body()), pair.runtime.log());
        assert_eq!(size(&answer), (side, side), "{name}");
        if side < Limits::default().output_side {
            let error = pair.assert_error(&path(side + 1), 413, "too-large");
            assert_eq!(error.parameter.as_deref(), Some("memory"), "{error:?}");
        }
    }
    assert_eq!(size(&pair.get("/resize/photo.jpg?w=32")), (32, 22));
}

pub(crate) fn eight_at_once_are_all_answered_in_the_end(runtime: &str) {
    let pair = Arc::new(isolate(runtime));
    let name = "photos/dandelion-16mp-progressive.jpg";
    // Four of them fit at a time, so that an instance that takes all eight must refuse some.
    let side = largest_side(&file(name), Format::Jpeg, budget(&pair) / 2);
    let path = format!("/resize/{name}?{}&format=jpeg", square(side));
    let expected = pair.get(&format!("{path}&v=first"));
    assert_eq!(size(&expected), (side, side), "{}", pair.runtime.log());
    let expected = Arc::new(expected.into_body());
    let clients: Vec<_> = (0..8)
        .map(|number| {
            let (pair, path, expected) =
                (Arc::clone(&pair), format!("{path}&v={number}"), Arc::clone(&expected));
            thread::spawn(move || {
                for _ in 0..60 {
                    let answer = pair.get(&path);
                    if answer.status() == 200 {
                        assert_eq!(answer.body(), &*expected);
                        return;
                    }
                    assert_error(&answer, 503, "busy", &path, || pair.runtime.log());
                    sleep(Duration::from_secs(header(&answer, "retry-after").parse().unwrap()));
                }
                panic!("number {number} is always refused");
            })
        })
        .collect();
    for client in clients {
        client.join().unwrap();
    }
    assert_eq!(size(&pair.get("/resize/photo.jpg?w=32")), (32, 22));
}

fn isolate(runtime: &str) -> Pair {
    let pair = pair(runtime, |settings| {
        // Nothing but memory is to refuse a job.
        let settings =
            settings.with("EDGEPIX_MAX_OUTPUT_PIXELS", u64::MAX).with("EDGEPIX_MAX_WORK", u64::MAX);
        // The native server's budget is made for machines.
        if runtime == "server" { settings.with("EDGEPIX_MEMORY_BUDGET", 96 << 20) } else { settings }
    });
    pair.origin.put("/padded.jpg", file("padded.jpg"));
    pair
}

/// The memory that a runtime gives to one job, as its own refusal says.
fn budget(pair: &Pair) -> u64 {
    let name = "photos/fig-3mp.jpg";
    let error = pair.assert_error(&format!("/resize/{name}?{}&format=gif", square(8192)), 413, "too-large");
    assert_eq!(error.parameter.as_deref(), Some("memory"), "{error:?}");
    // The source is held beside what the core is given.
    error.limit.unwrap() + file(name).len() as u64
}

fn file(name: &str) -> Vec<u8> {
    if name != "padded.jpg" {
        return source(name);
    }
    let mut file = source("photos/fig-3mp.jpg");
    file.resize(16 << 20, 0);
    file
}

fn square(side: u32) -> String {
    format!("w={side}&h={side}&fit=fill&enlarge=1")
}

/// The largest square that can be made of a file within a budget.
fn largest_side(file: &[u8], format: Format, budget: u64) -> u32 {
    let fits = |side: u32| {
        let transform =
            Transform::builder().width(side).height(side).fit(Fit::Fill).enlarge(true).format(format);
        let mut limits = Limits::default();
        limits.memory = budget - file.len() as u64;
        (limits.output_pixels, limits.work) = (u64::MAX, u64::MAX);
        match edgepix_core::plan(file, &transform.build().unwrap(), &limits) {
            Ok(_) => true,
            Err(Error { kind: Kind::TooLarge, .. }) => false,
            Err(error) => panic!("{error}"),
        }
    };
    let (mut fitting, mut large) = (1, Limits::default().output_side + 1);
    assert!(fits(fitting), "not even a pixel fits into {budget}");
    while large - fitting > 1 {
        let middle = fitting.midpoint(large);
        if fits(middle) { fitting = middle } else { large = middle }
    }
    fitting
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned()
}
