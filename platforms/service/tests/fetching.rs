//! What the service asks of origins, and what it makes of their answers.

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use edgepix_service::{AddressPolicy, Config, Defaults, FetchError, Origin};
use support::{Answer, World, header, slug};

#[tokio::test]
async fn origins_see_a_fixed_request() {
    let world = World::standard();
    let callers = [
        ("cookie", "a=b"),
        ("authorization", "Bearer x"),
        ("x-forwarded-for", "10.0.0.1"),
        ("accept", "image/webp"),
        ("accept-language", "de"),
        ("user-agent", "caller"),
        ("if-none-match", "\"x\""),
        ("range", "bytes=0-1"),
        ("via", "1.1 other"),
        ("host", "images.example"),
    ];
    assert_eq!(world.ask("GET", "/resize/a.jpg", &callers).await.status(), 200);
    let sent = world.fake.sent.lock().unwrap();
    let headers: Vec<_> =
        sent[0].headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(
        headers,
        [
            ("accept", "image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1"),
            ("accept-encoding", "identity"),
            ("user-agent", concat!("edgepix/", env!("CARGO_PKG_VERSION"))),
            ("via", "1.1 edgepix"),
            ("cdn-loop", "edgepix"),
        ]
    );
    assert_eq!((sent[0].timeout, sent[0].addresses), (Duration::from_secs(10), AddressPolicy::ANY));
}

#[tokio::test]
async fn loops_end() {
    let world = World::standard();
    for (name, value) in [("via", "1.1 varnish, 1.1 edgepix"), ("cdn-loop", "fastly, edgepix")] {
        let response = world.ask("GET", "/resize/a.jpg", &[(name, value)]).await;
        assert_eq!((response.status().as_u16(), slug(&response).as_str()), (508, "loop"));
        assert_eq!(header(&response, "cache-control"), "no-store");
    }
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn redirects_are_followed_hop_by_hop() {
    let base = "https://origin.example";
    let world = World::new(&[], []);
    let at = |path: &str| format!("{base}{path}");
    world.fake.set(&at("/1"), Answer::redirect(301, "/2"));
    world.fake.set(&at("/2"), Answer::redirect(302, "3?x=1#f"));
    world.fake.set(&at("/3?x=1"), Answer::redirect(303, "//origin.example/4"));
    world.fake.set(&at("/4"), Answer::redirect(307, "https://cdn.example.com/5"));
    world.fake.set("https://cdn.example.com/5", Answer::redirect(308, "https://cdn.example.com/6"));
    world.fake.set("https://cdn.example.com/6", Answer::image("IMGo"));
    assert_eq!(world.status("/resize/1").await, 200);
    assert_eq!(world.fake.requests().len(), 6);
    let policies: Vec<_> = world.fake.sent.lock().unwrap().iter().map(|sent| sent.addresses).collect();
    assert_eq!(policies[3..], [AddressPolicy::ANY, AddressPolicy::PUBLIC, AddressPolicy::PUBLIC]);

    world.fake.set(&at("/0"), Answer::redirect(301, "/1"));
    let response = world.get("/resize/0").await;
    assert_eq!((response.status().as_u16(), slug(&response).as_str()), (502, "origin-failed"));
    world.fake.set(&at("/round"), Answer::redirect(301, "/round"));
    assert_eq!(world.status("/resize/round").await, 502);
}

#[tokio::test]
async fn redirects_are_checked_like_the_first() {
    let world = World::new(&[("EDGEPIX_ALLOWED_SOURCES", "https://*.example.com,http://10.0.0.1")], []);
    for (location, status) in [
        ("https://evil.test/a.jpg", 403),
        ("http://cdn.example.com/a.jpg", 403),
        ("http://origin.example/a.jpg", 403),
        ("https://user:pass@cdn.example.com/a.jpg", 403),
        ("http://10.0.0.1/a.jpg", 403),
        ("http://169.254.169.254/latest/meta-data/", 403),
        ("http://[::ffff:10.0.0.1]/a.jpg", 403),
        ("http://localhost/a.jpg", 403),
        ("file:///etc/passwd", 403),
        ("data:image/png;base64,AA", 403),
        ("ftp://cdn.example.com/a.jpg", 403),
        ("https://", 502),
        ("http://[::1", 502),
    ] {
        world.fake.set("https://origin.example/r", Answer::redirect(302, location));
        world.fake.sent.lock().unwrap().clear();
        assert_eq!(world.status("/resize/r").await, status, "{location}");
        assert_eq!(world.fake.requests().len(), 1, "{location}");
    }
    world.fake.set("https://origin.example/r", Answer::status(302));
    assert_eq!(world.status("/resize/r").await, 502);
}

#[tokio::test]
async fn statuses_of_the_origin() {
    let world = World::standard();
    for (origin, ours, kind) in [
        (404, 404, "source-not-found"),
        (410, 404, "source-not-found"),
        (401, 404, "source-not-found"),
        (403, 404, "source-not-found"),
        (201, 502, "origin-failed"),
        (204, 502, "origin-failed"),
        (206, 502, "origin-failed"),
        (300, 502, "origin-failed"),
        (304, 502, "origin-failed"),
        (400, 502, "origin-failed"),
        (429, 502, "origin-failed"),
        (500, 502, "origin-failed"),
        (503, 502, "origin-failed"),
        (504, 504, "origin-timeout"),
    ] {
        world.fake.set("https://origin.example/s", Answer { status: origin, ..Answer::image("IMGo") });
        let response = world.get("/resize/s").await;
        assert_eq!((response.status().as_u16(), slug(&response).as_str()), (ours, kind), "{origin}");
    }
}

#[tokio::test]
async fn failures_of_the_fetch() {
    let world = World::standard();
    let good = Answer::image("IMGo");
    let sending = |error| Answer { send_error: Some(error), ..good.clone() };
    let reading = |error| Answer { read_error: Some(error), ..good.clone() };
    let long = Duration::from_secs(11);
    for (answer, status, kind) in [
        (sending(FetchError::Timeout), 504, "origin-timeout"),
        (sending(FetchError::Refused), 403, "source-refused"),
        (sending(FetchError::Connect), 502, "origin-failed"),
        (sending(FetchError::Failed), 502, "origin-failed"),
        (reading(FetchError::Timeout), 504, "origin-timeout"),
        (reading(FetchError::Interrupted), 502, "origin-failed"),
        (reading(FetchError::TooLarge), 413, "too-large"),
        (reading(FetchError::Memory), 503, "busy"),
        (reading(FetchError::Failed), 502, "origin-failed"),
        // Hosts that do not say why, and hosts that do not end a step in time.
        (Answer { takes: (long, Duration::ZERO), ..sending(FetchError::Failed) }, 504, "origin-timeout"),
        (Answer { takes: (Duration::ZERO, long), ..reading(FetchError::Failed) }, 504, "origin-timeout"),
        (Answer { takes: (long, Duration::ZERO), ..good.clone() }, 504, "origin-timeout"),
        // A body that is there is good, however late: the instance may have been busy with another image.
        (Answer { takes: (Duration::ZERO, long), ..good.clone() }, 200, ""),
        (good.clone().with("content-length", "5"), 502, "origin-failed"),
        (good.clone().with("content-encoding", "gzip"), 502, "origin-failed"),
        (good.clone().with("content-encoding", "br, gzip"), 502, "origin-failed"),
        (good.clone().with("content-encoding", "identity"), 200, ""),
    ] {
        world.fake.set("https://origin.example/f", answer.clone());
        world.fake.cache.lock().unwrap().clear();
        let response = world.get("/resize/f").await;
        assert_eq!(response.status().as_u16(), status, "{answer:?}");
        if status != 200 {
            assert_eq!(slug(&response), kind, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn failures_are_logged_in_the_hosts_words_and_without_the_query() {
    let failing = || Answer { send_error: Some(FetchError::Connect), ..Answer::status(200) };
    for (level, logged) in [("warn", 1), ("error", 0)] {
        let world = World::new(&[("EDGEPIX_LOG", level)], [("https://origin.example/f?key=1", failing())]);
        let response = world.get("/resize/?src=/f%3Fkey%3D1").await;
        assert_eq!(slug(&response), "origin-failed");
        assert!(!String::from_utf8_lossy(response.body()).contains("words"));
        let line = "https://origin.example/f could not be fetched: no connection: the host's words";
        assert_eq!(*world.fake.log.lock().unwrap(), [line][..logged]);
    }
}

#[tokio::test]
async fn hops_share_the_origins_time() {
    let world = World::standard();
    let slow = (Duration::from_secs(6), Duration::ZERO);
    let answer = Answer { takes: slow, ..Answer::redirect(302, "/b") };
    world.fake.set("https://origin.example/slow", answer);
    world.fake.set("https://origin.example/b", Answer { takes: slow, ..Answer::image("IMGo") });
    assert_eq!(world.status("/resize/slow").await, 504);
    assert_eq!(world.fake.sent.lock().unwrap()[1].timeout, Duration::from_secs(4));
}

#[tokio::test]
async fn bodies_have_a_cap_with_and_without_their_length() {
    let world = World::new(&[("EDGEPIX_MAX_SOURCE_BYTES", "1000")], []);
    world.fake.set("https://origin.example/known", Answer::image("IMGo"));
    world.fake.set("https://origin.example/chunked", Answer::image("IMGo").without_length());
    world.fake.set("https://origin.example/large", Answer::image(vec![0; 1001]));
    assert_eq!(world.status("/resize/known").await, 200);
    assert_eq!(world.status("/resize/chunked").await, 200);
    assert_eq!(world.status("/resize/large").await, 413);
    assert_eq!(world.fake.reads.load(Ordering::Relaxed), 2);
    let endless = Answer::image(vec![0; 1001]).without_length();
    world.fake.set("https://origin.example/endless", endless);
    let refused = world.get("/resize/endless").await;
    let problem: serde_json::Value = serde_json::from_slice(refused.body()).unwrap();
    assert_eq!((refused.status().as_u16(), &problem["limit"]), (413, &1000.into()));
}

#[tokio::test]
async fn a_small_body_of_unknown_length_takes_little_of_the_budget() {
    // Far less than the longest source.
    let world = World::new(&[("EDGEPIX_MEMORY_BUDGET", "1000000")], []);
    world.fake.set("https://origin.example/chunked", Answer::image("IMGo").without_length());
    assert_eq!(world.status("/resize/chunked").await, 200);
}

#[tokio::test]
async fn an_origin_that_states_two_lengths_has_failed() {
    let world = World::standard();
    for (headers, status) in [
        (&[("content-length", "4"), ("transfer-encoding", "chunked")][..], 502),
        (&[("content-length", "4"), ("content-length", "5")], 502),
        (&[("content-length", "4, 5")], 502),
        (&[("content-length", "-4")], 502),
        (&[("content-length", "+4")], 502),
        (&[("content-length", "x")], 502),
        (&[("content-length", "4"), ("content-length", "4")], 200),
        (&[("content-length", "4, 4")], 200),
        (&[("transfer-encoding", "chunked")], 200),
        (&[], 200),
    ] {
        let mut answer = Answer::image("IMGo").without_length();
        answer.headers.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        world.fake.set("https://origin.example/l", answer);
        world.fake.cache.lock().unwrap().clear();
        let response = world.get("/resize/l").await;
        assert_eq!(response.status(), status, "{headers:?}");
        if status != 200 {
            assert_eq!(slug(&response), "origin-failed", "{headers:?}");
        }
    }
}

#[tokio::test]
async fn local_origins_are_opened_by_decoded_paths() {
    let defaults = Defaults { origin: Origin::Samples, ..Defaults::default() };
    let config = Config::from_lookup(|_| None, &defaults).unwrap();
    let world = World::with(config, [("/a b/ü.jpg", Answer::image("IMGo"))]);
    assert_eq!(world.status("/resize/a%20b/%C3%BC.jpg").await, 200);
    assert_eq!(world.status("/resize/?src=a%20b/%C3%BC.jpg").await, 200);
    assert_eq!(world.status("/resize/none.jpg").await, 404);
    assert_eq!(world.status("/resize/?src=https://a.example.com/").await, 403);
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn paths_join_the_origin_as_text() {
    let world = World::new(&[("EDGEPIX_ORIGIN", "https://o.test/base/")], []);
    for (uri, sent) in [
        ("/resize/a.jpg", "https://o.test/base/a.jpg"),
        ("/resize/a%20b.jpg", "https://o.test/base/a%20b.jpg"),
        ("/resize/?src=a%20b.jpg", "https://o.test/base/a%20b.jpg"),
        ("/resize/?src=%2Fa.jpg%3Fv%3D1%26w%3D2", "https://o.test/base/a.jpg?v=1&w=2"),
        ("/resize/?src=100%25.jpg", "https://o.test/base/100%25.jpg"),
        ("/resize/100%25.jpg", "https://o.test/base/100%25.jpg"),
        // A bare plus is a space to some origins.
        ("/resize/a+b.jpg", "https://o.test/base/a%2Bb.jpg"),
        ("/resize/a%2Bb.jpg", "https://o.test/base/a%2Bb.jpg"),
        ("/resize/@evil.test/a", "https://o.test/base/@evil.test/a"),
        ("/resize/https://evil.test/a", ""),
        ("/resize/?src=/a%23b", "https://o.test/base/a%23b"),
    ] {
        world.fake.sent.lock().unwrap().clear();
        let status = world.status(uri).await;
        assert_eq!(world.fake.requests().first().map_or("", String::as_str), sent, "{uri}");
        assert_eq!(status, if sent.is_empty() { 400 } else { 404 }, "{uri}");
    }
    assert_eq!(world.fake.reads.load(Ordering::Relaxed), 0);
}
