//! What is stored, for how long, and what the memory budget admits.

mod support;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use support::{Answer, FakeEngine, World, header, slug};
use tokio::sync::Semaphore;

#[tokio::test]
async fn forty_accepts_make_two_entries() {
    let world = World::standard();
    let types = ["image/avif", "image/webp", "image/png", "image/*", "*/*", "text/html", "image/webp;q=0"];
    let mut asked = 0;
    for first in types {
        for second in types {
            let accept = format!("{first}, {second};v={asked}");
            let response = world.ask("GET", "/resize/a.jpg?w=10", &[("accept", &accept)]).await;
            assert_eq!(response.status(), 200);
            asked += 1;
        }
    }
    assert!(asked > 40);
    assert_eq!((world.fake.entries(), world.engine.transforms.load(Ordering::Relaxed)), (2, 2));
    // One that is named shares the entry of one that was negotiated, where that may not be lossless.
    let negotiated = world.ask("GET", "/resize/a.jpg?w=10&lossless=0", &[("accept", "image/webp")]).await;
    assert_eq!(header(&negotiated, "cache-status"), "edgepix; fwd=miss");
    assert_eq!(header(&world.get("/resize/a.jpg?w=10&format=webp").await, "cache-status"), "edgepix; hit");
}

#[tokio::test]
async fn hits_tell_their_age_and_end_with_their_lifetime() {
    let world = World::standard();
    let origin = Answer::image("IMGo").with("cache-control", "max-age=600").with("age", "100");
    world.fake.set("https://origin.example/a.jpg", origin);
    let first = world.get("/resize/a.jpg").await;
    assert_eq!(header(&first, "cache-control"), "public, max-age=500");
    assert_eq!(*world.fake.ttls.lock().unwrap(), [500]);
    world.fake.pass(Duration::from_secs(60));
    let hit = world.get("/resize/a.jpg").await;
    assert_eq!(hit.body(), first.body());
    for name in [
        "etag",
        "content-type",
        "content-length",
        "content-disposition",
        "cache-control",
        "cache-tag",
        "vary",
    ] {
        assert_eq!(header(&hit, name), header(&first, name), "{name}");
    }
    assert_eq!((header(&hit, "age"), header(&hit, "cache-status")), ("60", "edgepix; hit"));
    let held = world.ask("GET", "/resize/a.jpg", &[("if-none-match", header(&first, "etag"))]).await;
    assert_eq!((held.status().as_u16(), header(&held, "age")), (304, "60"));
    assert_eq!(world.fake.requests().len(), 1);
    // A cache that keeps things too long is not believed.
    world.fake.pass(Duration::from_secs(440));
    assert_eq!(
        header(&world.get("/resize/a.jpg").await, "cache-status"),
        "edgepix; fwd=stale; fwd-status=200"
    );
}

#[tokio::test]
async fn what_the_origin_keeps_to_itself_is_not_stored() {
    for (control, ours) in [
        ("no-store", "no-store"),
        ("private, max-age=600", "no-store"),
        ("no-cache", "public, max-age=0, must-revalidate"),
        ("max-age=0", "public, max-age=0, must-revalidate"),
    ] {
        let world = World::standard();
        world.fake.set("https://origin.example/a.jpg", Answer::image("IMGo").with("cache-control", control));
        assert_eq!(header(&world.get("/resize/a.jpg").await, "cache-control"), ours);
        assert_eq!((world.fake.entries(), world.fake.cancelled.load(Ordering::Relaxed)), (0, 1));
    }
}

#[tokio::test]
async fn slots_are_given_back_on_errors() {
    let world = World::standard();
    world.fake.set("https://origin.example/text", Answer::image("text"));
    let mut dropped = 0;
    for uri in ["/resize/none", "/resize/text", "/info/text"] {
        assert_ne!(world.status(uri).await, 200);
        dropped += 1;
        assert_eq!(world.fake.cancelled.load(Ordering::Relaxed), dropped);
    }
    assert_eq!(world.fake.entries(), 0);
}

#[tokio::test]
async fn a_platform_without_a_cache_works() {
    let mut world = World::standard();
    world.fake.no_cache = true;
    for _ in 0..2 {
        assert_eq!(header(&world.get("/resize/a.jpg").await, "cache-status"), "edgepix; fwd=miss");
    }
}

#[tokio::test]
async fn a_cache_that_fails_is_logged_and_does_not_matter() {
    let mut world = World::standard();
    world.fake.broken_cache = true;
    assert_eq!(world.status("/resize/a.jpg").await, 200);
    assert_eq!(*world.fake.log.lock().unwrap(), ["the cache failed: no such table"]);
}

#[tokio::test]
async fn a_wait_for_another_answer_is_not_the_origins_time() {
    let mut world = World::standard();
    world.fake.waits = Duration::from_secs(25);
    assert_eq!(world.status("/resize/a.jpg").await, 200);
    assert_eq!(world.fake.sent.lock().unwrap()[0].timeout, Duration::from_secs(5));
    world.fake.waits = Duration::from_secs(31);
    let response = world.get("/resize/a.jpg?w=1").await;
    assert_eq!((response.status().as_u16(), slug(&response).as_str()), (503, "timeout"));
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn one_tag_a_source() {
    let world = World::standard();
    for uri in
        ["/resize/a.jpg", "/resize/a.jpg?w=5", "/info/a.jpg", "/resize/?src=https://origin.example/a.jpg"]
    {
        assert_eq!(world.status(uri).await, 200);
    }
    world.get("/resize/b.jpg").await;
    let mut tags = world.fake.tags.lock().unwrap().clone();
    tags.dedup();
    assert_eq!(tags.len(), 2);
}

#[tokio::test]
async fn jobs_side_by_side_stay_within_the_budget() {
    let mut world = World::new(&[("EDGEPIX_MEMORY_BUDGET", "2500")], []);
    world.engine = FakeEngine { memory: 1000, gate: Some(Semaphore::new(0)), ..FakeEngine::default() };
    for name in ["a", "b", "c"] {
        world.fake.set(&format!("https://origin.example/{name}"), Answer::image("IMGo"));
    }
    let world = Arc::new(world);
    let start = |uri: &'static str| {
        let world = world.clone();
        tokio::spawn(async move { world.get(uri).await })
    };
    let (a, b) = (start("/resize/a"), start("/resize/b"));
    while world.engine.plans.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    let refused = world.get("/resize/c").await;
    assert_eq!((refused.status().as_u16(), slug(&refused).as_str()), (503, "busy"));
    assert_eq!((header(&refused, "retry-after"), header(&refused, "cache-control")), ("1", "no-store"));
    if let Some(gate) = &world.engine.gate {
        gate.add_permits(10);
    }
    assert_eq!((a.await.unwrap().status().as_u16(), b.await.unwrap().status().as_u16()), (200, 200));
    assert_eq!(world.status("/resize/c").await, 200);
}

#[tokio::test]
async fn a_cancelled_request_gives_its_memory_back() {
    let mut world = World::new(&[("EDGEPIX_MEMORY_BUDGET", "3000")], []);
    world.engine = FakeEngine { memory: 1400, gate: Some(Semaphore::new(0)), ..FakeEngine::default() };
    world.fake.set("https://origin.example/a", Answer::image("IMGo"));
    {
        let (mut first, mut second) = (pin!(world.get("/resize/a")), pin!(world.get("/resize/a?w=6")));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(context).is_pending() && second.as_mut().poll(context).is_pending());
        assert_eq!(world.status("/resize/a?w=7").await, 503);
    }
    assert_eq!(world.fake.cancelled.load(Ordering::Relaxed), 3);
    if let Some(gate) = &world.engine.gate {
        gate.add_permits(1);
    }
    assert_eq!(world.status("/resize/a").await, 200);
}

#[tokio::test]
async fn the_core_gets_what_half_of_the_budget_leaves_beside_the_source() {
    let world = World::new(&[("EDGEPIX_MEMORY_BUDGET", "2008")], []);
    world.fake.set("https://origin.example/a", Answer::image("IMGo"));
    assert_eq!(world.status("/resize/a?format=webp&w=50&dpr=2").await, 200);
    let plans = world.engine.plans.lock().unwrap();
    assert_eq!((plans[0].1.memory, plans[0].0.width().map(u32::from)), (1000, Some(100)));
}

#[test]
fn blocking_platforms_are_done_at_the_first_poll() {
    let world = World::standard();
    let mut request = pin!(world.get("/resize/a.jpg"));
    match request.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => assert_eq!(response.status(), 200),
        Poll::Pending => panic!("the service waits for nothing of its own"),
    }
}

#[test]
fn the_future_is_send_where_the_platform_is() {
    fn assert_send<T: Send>(_: T) {}
    let world = World::standard();
    assert_send(world.service.answer(&world.fake, &world.engine, http::Request::new(())));
}
