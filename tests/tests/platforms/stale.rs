//! Answers past their life. The origin lets its answers live for a second.

use std::thread::{scope, sleep};
use std::time::Duration;

use crate::support::{assert_error, caches, header, pair};

const LIFE: Duration = Duration::from_millis(1200);

pub(crate) fn answers_past_their_life_are_revalidated(runtime: &str) {
    let pair = pair(runtime, |settings| settings.with("EDGEPIX_TTL_MIN", 0));
    let names = ["second-tagged.jpg", "second-stale.jpg", "second-on-error.jpg"];
    let paths = names.map(|name| format!("/resize/{name}?w=32&format=jpeg"));
    let [first, ..] = paths.each_ref().map(|path| pair.get(path));
    assert_eq!(header(&first, "cache-control"), "public, max-age=1", "{}", pair.runtime.log());
    sleep(LIFE);
    let status = |path: &str| {
        let answer = pair.get(path);
        assert_eq!((answer.status().as_u16(), answer.body()), (200, first.body()), "{}", pair.runtime.log());
        header(&answer, "cache-status").to_owned()
    };
    if !caches(runtime) {
        assert!(paths.iter().all(|path| status(path) == "edgepix; fwd=miss"));
        assert!(names.iter().all(|name| pair.origin.count(&format!("/{name}")) == 2));
        return;
    }
    let asked = |name: &str| pair.origin.exchanges(&format!("/{name}"));

    assert_eq!(status(&paths[0]), "edgepix; fwd=stale; fwd-status=304");
    let exchanges = asked(names[0]);
    assert_eq!(exchanges.len(), 2);
    let head = exchanges[1].head.to_ascii_lowercase();
    assert!(head.contains("if-none-match: \"one\""), "{head}");

    let stale = status(&paths[1]);
    assert!(stale.starts_with("edgepix; hit; ttl="), "{stale}");
    for _ in 0..6000 {
        if asked(names[1]).len() > 1 {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    assert!(asked(names[1]).len() > 1, "nothing was refreshed behind the answer: {}", pair.runtime.log());

    pair.origin.fail(true);
    assert_eq!(status(&paths[2]), "edgepix; fwd=stale; detail=origin-failed");
}

pub(crate) fn those_who_ask_a_silent_origin_fail_in_one_time_out(runtime: &str) {
    let pair = pair(runtime, |settings| settings.with("EDGEPIX_FETCH_TIMEOUT", 5));
    let path = "/resize/stalls-at-once?w=32";
    scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                assert_error(&pair.get(path), 504, "origin-timeout", path, || pair.runtime.log());
            });
        }
    });
    // Requests that wait for each other share the failure.
    if matches!(runtime, "server" | "fastly") {
        assert_eq!(pair.origin.count("/stalls-at-once"), 1, "{}", pair.runtime.log());
    }
}
