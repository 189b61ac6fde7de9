//! Answers past their life: revalidated, given stale where that is allowed, and failures that are met once.

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::{Server, header, photo, problem, start_origin, until};
use tokio::time::sleep;

/// Longer than the second for which the origin lets its answers live.
const LIFE: Duration = Duration::from_millis(1100);

async fn start(base: &str, more: &[(&str, &str)]) -> Server {
    Server::start(&[&[("EDGEPIX_ORIGIN", base), ("EDGEPIX_TTL_MIN", "0")], more].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_source_is_not_sent_again() {
    let origin = start_origin();
    let server = start(&origin.url("/"), &[]).await;
    let first = server.get("/resize/second-tagged.jpg?w=32").await;
    assert_eq!(header(&first, "cache-control"), "public, max-age=1");
    sleep(LIFE).await;
    let second = server.get("/resize/second-tagged.jpg?w=32").await;
    assert_eq!(header(&second, "cache-status"), "edgepix; fwd=stale; fwd-status=304");
    assert_eq!((second.body(), header(&second, "etag")), (first.body(), header(&first, "etag")));
    let asked: Vec<_> = origin.exchanges("/second-tagged.jpg");
    assert_eq!(asked.len(), 2);
    assert!(asked[1].head.to_ascii_lowercase().contains("if-none-match: \"one\""), "{}", asked[1].head);
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_answers_are_refreshed_behind_the_answer() {
    let origin = start_origin();
    let server = start(&origin.url("/"), &[]).await;
    let first = server.get("/resize/second-stale.jpg?w=32").await;
    sleep(LIFE).await;
    let stale = server.get("/resize/second-stale.jpg?w=32").await;
    assert_eq!(stale.body(), first.body());
    assert!(header(&stale, "cache-status").starts_with("edgepix; hit; ttl="), "{stale:?}");
    until(|| origin.exchanges("/second-stale.jpg").get(1).is_some_and(|second| second.complete)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_answers_stand_in_for_an_origin_that_fails() {
    let origin = start_origin();
    let server = start(&origin.url("/"), &[]).await;
    let configured = start(&origin.url("/"), &[("EDGEPIX_STALE", "600")]).await;
    let first = server.get("/resize/second-on-error.jpg?w=32").await;
    let same = configured.get("/resize/second.jpg?w=32").await;
    assert_eq!(
        (same.body(), header(&same, "cache-control")),
        (first.body(), "public, max-age=1, stale-while-revalidate=600, stale-if-error=600",)
    );
    origin.fail(true);
    sleep(LIFE).await;
    let stale = server.get("/resize/second-on-error.jpg?w=32").await;
    assert_eq!((stale.status().as_u16(), stale.body()), (200, first.body()));
    assert_eq!(header(&stale, "cache-status"), "edgepix; fwd=stale; detail=origin-failed");
    assert_eq!(configured.get("/resize/second.jpg?w=32").await.status(), 200);
    // What was never made cannot stand in.
    assert_eq!(server.get("/resize/second-on-error.jpg?w=33").await.status(), 502);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_who_ask_a_silent_origin_fail_together() {
    let origin = start_origin();
    let server = Arc::new(start(&origin.url("/"), &[("EDGEPIX_FETCH_TIMEOUT", "5")]).await);
    let ask = |_| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.get("/resize/stalls-at-once?w=32").await })
    };
    let all: Vec<_> = (0..12).map(ask).collect();
    for answer in all {
        let answer = answer.await.unwrap();
        assert_eq!((answer.status().as_u16(), problem(&answer).as_str()), (504, "origin-timeout"));
    }
    assert_eq!(origin.count("/stalls-at-once"), 1);
    // It was a failure of those who asked together: the next one asks again.
    let (next, ()) = tokio::join!(server.get("/resize/stalls-at-once?w=32"), async {
        until(|| origin.count("/stalls-at-once") == 2).await;
    });
    assert_eq!(next.status(), 504);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_compared_before_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jpg");
    std::fs::write(&file, photo()).unwrap();
    let server = start(folder.path().to_str().unwrap(), &[("EDGEPIX_TTL_DEFAULT", "1")]).await;
    let first = server.get("/resize/a.jpg?w=32").await;
    sleep(LIFE).await;
    let second = server.get("/resize/a.jpg?w=32").await;
    assert_eq!(header(&second, "cache-status"), "edgepix; fwd=stale; fwd-status=304");
    assert_eq!(second.body(), first.body());
    std::fs::write(&file, [&photo()[..], b"more"].concat()).unwrap();
    sleep(LIFE).await;
    let third = server.get("/resize/a.jpg?w=32").await;
    assert_eq!(header(&third, "cache-status"), "edgepix; fwd=stale; fwd-status=200");
    assert_ne!(header(&third, "etag"), header(&first, "etag"));
}
