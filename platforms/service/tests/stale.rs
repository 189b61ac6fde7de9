//! What becomes of stored answers past their life: revalidation, staleness that the origin or the configuration allows, and
//! failures. The origin's requests are counted.

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use edgepix_core::{Error, Kind};
use edgepix_service::FetchError;
use support::{Answer, World, header, slug};

const PHOTO: &str = "https://origin.example/a.jpg";
const URI: &str = "/resize/a.jpg?w=10";
const DATE: &str = "Fri, 01 Jan 2027 00:00:00 GMT";

/// A photo with an entity tag, whose origin answers conditions with a bare 304.
fn photo(control: &str) -> Answer {
    Answer::image("IMGo").with("etag", "\"one\"").with("cache-control", control).validating(&[])
}

fn world(answer: Answer) -> World {
    World::new(&[], [(PHOTO, answer)])
}

fn failing() -> Answer {
    Answer { send_error: Some(FetchError::Connect), ..Answer::status(200) }
}

impl World {
    /// The status, the `Cache-Status`, and how many requests and bodies the origin has been asked for, and images were made.
    async fn told(&self, uri: &str) -> (u16, String, usize, usize, usize) {
        let response = self.get(uri).await;
        let (requests, reads) = (self.fake.requests().len(), self.fake.reads.load(Ordering::Relaxed));
        let made = self.engine.transforms.load(Ordering::Relaxed);
        (response.status().as_u16(), header(&response, "cache-status").to_owned(), requests, reads, made)
    }

    fn pass(&self, seconds: u64) {
        self.fake.pass(Duration::from_secs(seconds));
    }
}

fn told(status: u16, cache: &str, counts: [usize; 3]) -> (u16, String, usize, usize, usize) {
    (status, format!("edgepix; {cache}"), counts[0], counts[1], counts[2])
}

#[tokio::test]
async fn an_unchanged_source_renews_the_answer_without_its_body() {
    let world = world(photo("max-age=100, no-transform"));
    let first = world.get(URI).await;
    assert_eq!(header(&first, "cache-control"), "public, max-age=100, no-transform");
    world.pass(100);
    let renewed = world.get(URI).await;
    assert_eq!(renewed.body(), first.body());
    for name in ["etag", "content-type", "content-length", "cache-control", "last-modified", "vary"] {
        assert_eq!(header(&renewed, name), header(&first, name), "{name}");
    }
    // It has just been validated.
    assert_eq!((header(&renewed, "age"), world.fake.renewals.load(Ordering::Relaxed)), ("", 1));
    assert_eq!(header(&renewed, "cache-status"), "edgepix; fwd=stale; fwd-status=304");
    {
        let sent = world.fake.sent.lock().unwrap();
        let tag = |request: usize| sent[request].headers.get("if-none-match").cloned();
        assert_eq!((tag(0), tag(1).unwrap().to_str().unwrap()), (None, "\"one\""));
    }
    // The new life is as long as the first, from now on.
    world.pass(99);
    assert_eq!(world.told(URI).await, told(200, "hit", [2, 1, 1]));
    world.pass(1);
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [3, 1, 1]));
}

#[tokio::test]
async fn a_304_says_how_long_the_new_life_is() {
    let answer = photo("max-age=100").validating(&[("cache-control", "max-age=500"), ("age", "200")]);
    let world = world(answer);
    world.get(URI).await;
    world.pass(100);
    assert_eq!(header(&world.get(URI).await, "cache-control"), "public, max-age=300");
    world.pass(299);
    assert_eq!(world.told(URI).await, told(200, "hit", [2, 1, 1]));

    // And may end it altogether.
    world.fake.set(PHOTO, photo("max-age=100").validating(&[("cache-control", "private")]));
    world.pass(1);
    let last = world.get(URI).await;
    assert_eq!((header(&last, "cache-control"), world.fake.entries()), ("no-store", 0));
}

#[tokio::test]
async fn head_and_conditional_requests_revalidate_too() {
    for method in ["HEAD", "GET"] {
        let world = world(photo("max-age=100"));
        let first = world.get(URI).await;
        world.pass(150);
        let held = world.ask(method, URI, &[("if-none-match", header(&first, "etag"))]).await;
        assert_eq!((held.status().as_u16(), held.body().len()), (304, 0));
        assert_eq!(header(&held, "cache-status"), "edgepix; fwd=stale; fwd-status=304");
        world.pass(100);
        let head = world.ask("HEAD", URI, &[]).await;
        assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
        assert_eq!(header(&head, "content-length"), header(&first, "content-length"));
        assert_eq!(world.told(URI).await, told(200, "hit", [3, 1, 1]));
    }
}

#[tokio::test]
async fn a_date_validates_and_weak_tags_do() {
    for (name, value, asked) in
        [("last-modified", DATE, "if-modified-since"), ("etag", "W/\"one\"", "if-none-match")]
    {
        let answer =
            Answer::image("IMGo").with("cache-control", "max-age=100").with(name, value).validating(&[]);
        let world = world(answer);
        world.get(URI).await;
        world.pass(100);
        assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [2, 1, 1]));
        assert_eq!(world.fake.sent.lock().unwrap()[1].headers[asked], value);
    }
}

#[tokio::test]
async fn a_changed_source_makes_another_answer() {
    let world = world(photo("max-age=100"));
    let first = world.get(URI).await;
    world.pass(100);
    world.fake.set(PHOTO, Answer::image("IMGa").with("etag", "\"two\"").validating(&[]));
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=200", [2, 2, 2]));
    let second = world.get(URI).await;
    assert_ne!((second.body(), header(&second, "etag")), (first.body(), header(&first, "etag")));
    assert_eq!(world.fake.requests().len(), 2);
}

#[tokio::test]
async fn an_origin_without_conditions_need_not_send_the_same_again() {
    let answer = Answer { not_modified: None, ..photo("max-age=100") };
    let world = world(answer);
    world.get(URI).await;
    world.pass(100);
    // It answers 200, with the same strong tag.
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [2, 1, 1]));
}

#[tokio::test]
async fn validators_are_for_the_url_that_gave_them() {
    let world = world(Answer::redirect(302, "/b.jpg"));
    world.fake.set("https://origin.example/b.jpg", photo("max-age=100"));
    world.get(URI).await;
    world.pass(100);
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [4, 1, 1]));
    {
        let sent = world.fake.sent.lock().unwrap();
        let asked = |request: usize| sent[request].headers.contains_key("if-none-match");
        assert_eq!([asked(2), asked(3)], [false, true]);
    }
    // Another file has the same tag, and the redirect leads there now.
    world.fake.set(PHOTO, Answer::redirect(302, "/c.jpg"));
    world.fake.set("https://origin.example/c.jpg", photo("max-age=100"));
    world.pass(100);
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=200", [6, 2, 2]));
}

#[tokio::test]
async fn a_304_for_another_version_is_not_believed() {
    let world = world(photo("max-age=100").validating(&[("etag", "\"two\"")]));
    world.get(URI).await;
    world.pass(100);
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=200", [3, 2, 2]));
}

#[tokio::test]
async fn what_must_be_asked_for_each_time_is_kept_with_its_validators() {
    let world = world(photo("no-cache"));
    let first = world.get(URI).await;
    assert_eq!(header(&first, "cache-control"), "public, max-age=0, must-revalidate");
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [2, 1, 1]));
    // Never without asking.
    world.fake.set(PHOTO, failing());
    assert_eq!(slug(&world.get(URI).await), "origin-failed");
}

#[tokio::test]
async fn stale_answers_are_given_while_they_are_revalidated() {
    let world = world(photo("max-age=100, stale-while-revalidate=50"));
    let first = world.get(URI).await;
    assert_eq!(header(&first, "cache-control"), "public, max-age=100, stale-while-revalidate=50");
    world.pass(120);
    let stale = world.get(URI).await;
    assert_eq!((stale.body(), header(&stale, "age")), (first.body(), "120"));
    assert_eq!(header(&stale, "cache-status"), "edgepix; hit; ttl=-20");
    assert_eq!(world.fake.requests().len(), 1);
    // Once, however many ask meanwhile.
    assert_eq!(world.told(URI).await, told(200, "hit; ttl=-20", [1, 1, 1]));
    assert_eq!(world.refresh().await, 1);
    assert_eq!(world.told(URI).await, told(200, "hit", [2, 1, 1]));

    // Beyond that it is revalidated first.
    world.pass(150);
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; fwd-status=304", [3, 1, 1]));
    assert_eq!(world.refresh().await, 0);
}

#[tokio::test]
async fn what_has_changed_or_gone_replaces_what_was_stale() {
    let world = world(photo("max-age=100, stale-while-revalidate=1000"));
    world.get(URI).await;
    world.pass(100);
    world
        .fake
        .set(PHOTO, Answer::image("IMGa").with("cache-control", "max-age=60, stale-while-revalidate=900"));
    assert_eq!(world.told(URI).await, told(200, "hit; ttl=0", [1, 1, 1]));
    assert_eq!(world.refresh().await, 1);
    assert_eq!(world.told(URI).await, told(200, "hit", [2, 2, 2]));
    world.pass(60);
    world.fake.set(PHOTO, Answer::status(404));
    assert_eq!(world.told(URI).await, told(200, "hit; ttl=0", [2, 2, 2]));
    assert_eq!(world.refresh().await, 1);
    assert_eq!(world.fake.entries(), 0);
    assert_eq!(world.status(URI).await, 404);
}

#[tokio::test]
async fn a_refresh_that_fails_is_tried_again_after_a_pause() {
    let world = world(photo("max-age=100, stale-while-revalidate=1000"));
    world.get(URI).await;
    world.pass(100);
    world.fake.set(PHOTO, failing());
    for (seconds, refreshes) in [(0, 1), (5, 0), (5, 1)] {
        world.pass(seconds);
        assert_eq!(world.status(URI).await, 200);
        assert_eq!(world.refresh().await, refreshes);
    }
    assert_eq!(world.fake.requests().len(), 3);
}

#[tokio::test]
async fn stale_answers_stand_in_for_failures() {
    let control = "max-age=100, stale-if-error=50";
    let good = photo(control);
    let slow = Answer { send_error: Some(FetchError::Timeout), ..good.clone() };
    let cut = Answer { read_error: Some(FetchError::Interrupted), ..Answer::image("IMGa") };
    for (failure, kind) in [
        (failing(), "origin-failed"),
        (slow, "origin-timeout"),
        (cut, "origin-failed"),
        (Answer::status(503), "origin-failed"),
        (Answer::status(504), "origin-timeout"),
        (Answer { read_error: Some(FetchError::Memory), ..Answer::image("IMGa") }, "busy"),
    ] {
        let world = world(good.clone());
        let first = world.get(URI).await;
        world.fake.set(PHOTO, failure);
        world.pass(120);
        let stale = world.get(URI).await;
        assert_eq!((stale.status().as_u16(), stale.body()), (200, first.body()), "{kind}");
        assert_eq!(header(&stale, "cache-status"), format!("edgepix; fwd=stale; detail={kind}"));
        assert_eq!(header(&stale, "age"), "120");
        let held = world.ask("GET", URI, &[("if-none-match", header(&first, "etag"))]).await;
        assert_eq!(held.status(), 304, "{kind}");
        world.pass(30);
        assert_eq!(slug(&world.get(URI).await), kind);
        // The origin is back.
        world.fake.set(PHOTO, good.clone());
        assert_eq!(world.status(URI).await, 200);
    }
    // What is gone, or was replaced by what is no image, is no failure of the origin.
    for (gone, status) in [(Answer::status(404), 404), (Answer::image("text"), 415)] {
        let world = world(good.clone());
        world.get(URI).await;
        world.fake.set(PHOTO, gone);
        world.pass(120);
        assert_eq!((world.status(URI).await, world.fake.entries()), (status, 0));
    }
}

#[tokio::test]
async fn the_configuration_allows_staleness_where_the_origin_says_nothing() {
    for (control, stale) in
        [("max-age=100", true), ("max-age=100, stale-while-revalidate=0, stale-if-error=0", false)]
    {
        let world = World::new(&[("EDGEPIX_STALE", "30")], [(PHOTO, photo(control))]);
        world.get(URI).await;
        world.pass(120);
        world.fake.set(PHOTO, failing());
        let answer = world.get(URI).await;
        assert_eq!((answer.status() == 200, world.refresh().await == 1), (stale, stale), "{control}");
    }
}

#[tokio::test]
async fn failures_are_shared_with_those_who_wait() {
    let good = photo("max-age=100, stale-if-error=50");
    let private = |status| Answer::status(status).with("cache-control", "no-store");
    for (answer, shared) in [
        (failing(), Some(Some(Kind::OriginFailed))),
        (Answer::status(404), Some(Some(Kind::SourceNotFound))),
        (Answer::image("text"), Some(Some(Kind::UnsupportedSource))),
        // What is to be kept nowhere is not passed on, and nobody waits for the next.
        (private(404), Some(None)),
        (Answer::image("text").with("cache-control", "private"), Some(None)),
        // The load of this moment is for each to try.
        (Answer { read_error: Some(FetchError::Memory), ..Answer::image("IMGa") }, None),
    ] {
        let world = world(answer);
        assert_ne!(world.status(URI).await, 200);
        assert_eq!(world.fake.shared.lock().unwrap().first(), shared.as_ref());
    }
    // What is heard so is answered, or something stale in its place.
    let mut world = world(good);
    world.fake.failure = Some(Error::new(Kind::OriginTimeout, "The origin took too long."));
    assert_eq!(slug(&world.get(URI).await), "origin-timeout");
    world.fake.failure = None;
    world.get(URI).await;
    world.pass(120);
    world.fake.failure = Some(Error::new(Kind::OriginTimeout, "The origin took too long."));
    assert_eq!(world.told(URI).await, told(200, "fwd=stale; detail=origin-timeout", [1, 1, 1]));
    world.fake.failure = Some(Error::new(Kind::SourceNotFound, "The origin does not have it."));
    assert_eq!(world.status(URI).await, 404);
}

#[tokio::test]
async fn what_the_origin_keeps_to_itself_stays_so_in_errors() {
    for (answer, status, control) in [
        (Answer::status(404), 404, "public, max-age=60"),
        (Answer::status(404).with("cache-control", "no-store"), 404, "no-store"),
        (Answer::status(410).with("cache-control", "private, max-age=5"), 404, "no-store"),
        (Answer::status(403).with("vary", "*"), 404, "no-store"),
        (Answer::image("text"), 415, "public, max-age=60"),
        (Answer::image("text").with("cache-control", "private"), 415, "no-store"),
    ] {
        let world = world(answer.clone());
        let response = world.get(URI).await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "cache-control")),
            (status, control),
            "{answer:?}"
        );

        // And in what is shown in its place.
        let fallback = ("https://origin.example/missing.png", Answer::image("IMGo"));
        let world = World::new(&[("EDGEPIX_FALLBACK", "/missing.png")], [(PHOTO, answer), fallback]);
        let response = world.get(URI).await;
        assert_eq!((response.status().as_u16(), header(&response, "cache-control")), (200, control));
    }
}

#[tokio::test]
async fn what_varies_on_everything_is_not_stored() {
    let world = world(photo("max-age=100").with("vary", "*"));
    assert_eq!(header(&world.get(URI).await, "cache-control"), "no-store");
    assert_eq!(world.told(URI).await, told(200, "fwd=miss", [2, 2, 2]));
}
