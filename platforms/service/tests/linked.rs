//! The core behind the service, where it is linked in.
#![cfg(feature = "core")]

mod support;

use edgepix_service::{Linked, Service};
use http::Request;
use support::{Answer, Fake, World, header, json, slug};

/// One transparent pixel (PNG, RGBA).
const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 31,
    21, 196, 137, 0, 0, 0, 11, 73, 68, 65, 84, 120, 218, 99, 96, 0, 2, 0, 0, 5, 0, 1, 233, 250, 220, 216, 0,
    0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

async fn get(uri: &str) -> http::Response<bytes::Bytes> {
    let config = World::standard().service.config().clone();
    let fake = Fake::new([
        ("https://origin.example/a.png", Answer::image(PIXEL)),
        ("https://origin.example/cut.png", Answer::image(&PIXEL[..20])),
        ("https://origin.example/text", Answer::image("text")),
    ]);
    Service::new(config).answer(&fake, &Linked, Request::get(uri).body(()).unwrap()).await.response
}

#[tokio::test]
async fn images_are_made() {
    for (format, media_type) in
        [("auto", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp"), ("gif", "image/gif")]
    {
        let response = get(&format!("/resize/a.png?format={format}")).await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-type")),
            (200, media_type),
            "{response:?}"
        );
        let sniffed = edgepix_core::Format::sniff(response.body()).map(|format| format.media_type());
        assert_eq!(sniffed, Some(media_type));
    }
    let info = json(&get("/info/a.png").await);
    assert_eq!(
        (&info["width"], &info["format"], &info["hasAlpha"]),
        (&1.into(), &"png".into(), &true.into())
    );
}

#[tokio::test]
async fn hosts_that_block_get_the_same_answer() {
    let config = World::standard().service.config().clone();
    let fake = Fake::new([("https://origin.example/a.png", Answer::image(PIXEL))]);
    let request = Request::get("/resize/a.png?format=webp").body(()).unwrap();
    let blocking = Service::new(config).answer_blocking(&fake, &Linked, request).response;
    let waiting = get("/resize/a.png?format=webp").await;
    assert_eq!(blocking.headers().get("etag"), waiting.headers().get("etag"));
    assert_eq!((blocking.status(), blocking.body()), (waiting.status(), waiting.body()));
}

#[tokio::test]
async fn what_is_none_is_refused() {
    for (uri, status, kind) in [
        ("/resize/text", 415, "unsupported-source"),
        ("/resize/cut.png", 422, "damaged-source"),
        ("/info/cut.png", 422, "damaged-source"),
    ] {
        let response = get(uri).await;
        assert_eq!((response.status().as_u16(), slug(&response).as_str()), (status, kind), "{uri}");
    }
}

#[tokio::test]
async fn a_picture_of_a_source_that_ended_early_does_not_live_long() {
    let whole = include_bytes!("../../server/samples/fig.jpg");
    let answer = |body: &'static [u8]| Answer::image(body).with("etag", "\"one\"").validating(&[]);
    let world = World::new(
        &[],
        [
            ("https://origin.example/whole.jpg", answer(whole)),
            ("https://origin.example/cut.jpg", answer(&whole[..whole.len() - 2000])),
        ],
    );
    for (uri, control) in [("whole", "public, max-age=86400"), ("cut", "public, max-age=60")] {
        let uri = format!("/resize/{uri}.jpg?w=40");
        let request = || Request::get(&uri).body(()).unwrap();
        let first = world.service.answer(&world.fake, &Linked, request()).await.response;
        assert_eq!((first.status().as_u16(), header(&first, "cache-control")), (200, control));
    }
    // All of it is asked for again: it may have been completed.
    world.fake.pass(std::time::Duration::from_secs(60));
    let request = Request::get("/resize/cut.jpg?w=40").body(()).unwrap();
    let second = world.service.answer(&world.fake, &Linked, request).await.response;
    assert_eq!(header(&second, "cache-status"), "edgepix; fwd=stale; fwd-status=200");
}
