//! Origins that fail, lie, redirect and stall.

use crate::support::{encoded, pair};

pub(crate) fn have_their_statuses(runtime: &str) {
    let pair = pair(runtime, |settings| settings);
    let gone = "http://127.0.0.1:1/a.jpg";
    let redirect =
        |target: &str| format!("/resize/?src={}&w=32", encoded(&pair.origin.url(&format!("/to/{target}"))));
    for (path, status, kind) in [
        ("/resize/status/404?w=32".to_owned(), 404, "source-not-found"),
        ("/resize/status/403?w=32".to_owned(), 404, "source-not-found"),
        ("/resize/status/500?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/status/504?w=32".to_owned(), 504, "origin-timeout"),
        // Shorter than announced, however it ends: never decoded as far as it goes.
        ("/resize/short.jpg?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/cut.jpg?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/chunked-cut.jpg?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/announced-10mb.jpg?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/hangs-up?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/garbage?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/gzip.jpg?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/announced.jpg?w=32".to_owned(), 413, "too-large"),
        ("/resize/endless.jpg?w=32".to_owned(), 413, "too-large"),
        ("/resize/text.jpg?w=32".to_owned(), 415, "unsupported-source"),
        ("/resize/empty.jpg?w=32".to_owned(), 415, "unsupported-source"),
        ("/resize/truncated.jpg?w=32".to_owned(), 422, "damaged-source"),
        // Every hop is checked like the first.
        ("/resize/loop?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/hops/6?w=32".to_owned(), 502, "origin-failed"),
        ("/resize/nowhere?w=32".to_owned(), 502, "origin-failed"),
        (redirect("http://169.254.169.254/latest/"), 403, "source-refused"),
        (redirect("https://images.example.com/a.jpg"), 403, "source-refused"),
        (redirect(gone), 403, "source-refused"),
        (format!("/resize/?src={}&w=32", encoded(gone)), 403, "source-refused"),
    ] {
        let error = pair.assert_error(&path, status, kind);
        for word in ["127.0.0.1", "backtrace", "wasm", "polling", "refused (", "Eof"] {
            assert!(!error.message.contains(word), "a host's words reach the client: {error:?}");
        }
    }
    // 20 MB announced and 8 kB sent: over the limit of an isolate, else too short.
    let (status, kind) = if runtime == "server" { (502, "origin-failed") } else { (413, "too-large") };
    pair.assert_error("/resize/announced-20mb.jpg?w=32", status, kind);
    // None of this has hurt the instance.
    assert_eq!(pair.get("/resize/photo.jpg?w=32").status(), 200);
}

pub(crate) fn stalls_are_too_slow(runtime: &str) {
    let pair = pair(runtime, |settings| settings.with("EDGEPIX_FETCH_TIMEOUT", 1));
    // The origin stalls until it is hung up on: only the service's own clock can end the wait.
    for path in ["/resize/stalls-at-once?w=32", "/resize/stalls-in-head?w=32", "/info/stalls-in-body"] {
        pair.assert_error(path, 504, "origin-timeout");
    }
    assert_eq!(pair.get("/resize/photo.jpg?w=32").status(), 200);
}
