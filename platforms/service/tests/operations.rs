//! What those who run the service see: request ids, readiness, and what is told to logs and metrics.

mod support;

use std::time::Duration;

use edgepix_service::RequestId;
use http::Request;
use support::{Answer, World, header, json, slug};

#[tokio::test]
async fn every_answer_carries_the_id_of_its_own_request_and_the_cache_keeps_none() {
    let world = World::standard();
    let ask = async |method, uri, id| {
        header(&world.ask(method, uri, &[("x-request-id", id)]).await, "x-request-id").to_owned()
    };
    for (method, uri) in [
        ("GET", "/resize/a.jpg?w=100"),
        // From the cache.
        ("GET", "/resize/a.jpg?w=100"),
        ("HEAD", "/resize/a.jpg?w=101"),
        ("GET", "/info/a.jpg"),
        ("GET", "/resize/a.jpg?w=none"),
        ("GET", "/resize/missing.jpg"),
        ("POST", "/resize/a.jpg"),
        ("GET", "/health"),
        ("GET", "/ready"),
        ("GET", "/"),
    ] {
        for id in ["first", "second"] {
            assert_eq!(ask(method, uri, id).await, id, "{method} {uri}");
        }
        assert_eq!(ask(method, uri, "no id \" at all").await, "");
    }
    assert_eq!(world.fake.entries(), 2);
    let stored: Vec<_> =
        world.fake.cache.lock().unwrap().values().map(|stored| stored.to_response()).collect();
    assert!(stored.iter().all(|stored| !stored.headers().contains_key("x-request-id")));
    // Nothing of the caller's goes to the origin.
    assert!(world.fake.sent.lock().unwrap().iter().all(|sent| !sent.headers.contains_key("x-request-id")));

    let mut request = Request::get("/resize/a.jpg?w=100").header("if-none-match", "*").body(()).unwrap();
    RequestId::assign(&mut request, || RequestId::new("of-the-host"));
    let answer = world.service.answer(&world.fake, &world.engine, request).await.response;
    assert_eq!((answer.status().as_u16(), header(&answer, "x-request-id")), (304, "of-the-host"));
}

#[tokio::test]
async fn it_is_ready_while_jobs_are_taken() {
    let mut world = World::standard();
    let ready = world.get("/ready").await;
    assert_eq!((ready.status().as_u16(), ready.body().as_ref()), (200, &br#"{"status":"ready"}"#[..]));
    assert_eq!(header(&ready, "cache-control"), "no-store");
    world.engine.not_ready = Some("The queue is full.");
    let busy = world.get("/ready").await;
    assert_eq!((busy.status().as_u16(), slug(&busy).as_str()), (503, "busy"));
    assert_eq!(
        (json(&busy)["detail"].as_str(), header(&busy, "cache-control")),
        (Some("The queue is full."), "no-store")
    );
    assert_eq!(world.status("/health").await, 200);
}

#[tokio::test]
async fn the_origins_part_is_told_however_it_ends() {
    let redirect = Answer::redirect(302, "/a.jpg");
    let world = World::new(
        &[],
        [
            ("https://origin.example/a.jpg", Answer::image("IMGo").with("etag", "\"one\"")),
            ("https://origin.example/to", redirect),
            ("https://origin.example/broken.jpg", Answer::image("text")),
        ],
    );
    let etag = header(&world.get("/resize/a.jpg?w=100").await, "etag").to_owned();
    // From the cache: nothing was fetched.
    world.get("/resize/a.jpg?w=100").await;
    world.get("/resize/to?w=100").await;
    world.get("/resize/broken.jpg").await;
    world.get("/resize/missing.jpg").await;
    world.fake.cache.lock().unwrap().clear();
    assert_eq!(world.ask("GET", "/resize/a.jpg?w=100", &[("if-none-match", &etag)]).await.status(), 304);
    let ms = Duration::from_millis;
    let told = world.fake.fetches.lock().unwrap().clone();
    assert_eq!(told, [(ms(12), Some(4)), (ms(19), Some(4)), (ms(12), Some(4)), (ms(7), None), (ms(7), None)]);
    assert_eq!(world.service.memory_reserved(), 0);
}

#[tokio::test]
async fn the_log_says_which_setting_raises_a_limit() {
    let world = World::new(
        &[("EDGEPIX_MAX_SOURCE_BYTES", "3")],
        [("https://origin.example/a.jpg", Answer::image("IMGo"))],
    );
    let refused = world.get("/resize/a.jpg").await;
    assert_eq!((refused.status().as_u16(), json(&refused)["hint"].as_str()), (413, None));
    let log = world.fake.log.lock().unwrap().join("\n");
    assert!(log.contains("at most 3") && log.contains("EDGEPIX_MAX_SOURCE_BYTES sets this limit."), "{log}");
}
