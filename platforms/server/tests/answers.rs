//! Good answers: their headers, their caching, and the routes beside `/resize/`.

mod support;

use std::time::Duration;

use http::Request;
use support::{Server, header, problem, size, start_origin, until};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn every_header_of_a_200() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let path = "/resize/tagged.jpg?w=32";
    let first = server.ask(Request::get(path).header("accept", "image/avif,image/webp,*/*")).await;
    assert_eq!((first.status().as_u16(), size(&first)), (200, (32, 22)));
    let length = first.body().len().to_string();
    for (name, value) in [
        ("content-type", "image/webp"),
        ("content-length", length.as_str()),
        ("cache-control", "public, max-age=120"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("content-disposition", "inline; filename=\"tagged.webp\""),
        ("vary", "Accept"),
        ("cache-status", "edgepix; fwd=miss"),
    ] {
        assert_eq!(header(&first, name), value, "{name}");
    }
    assert!(header(&first, "etag").starts_with('"') && header(&first, "etag").len() == 66);
    // Not before the release, however old the source is.
    assert!(
        header(&first, "last-modified").ends_with("GMT") && !header(&first, "last-modified").contains("1994")
    );
    assert!(header(&first, "cache-tag").starts_with("edgepix-"));
    assert_eq!(header(&first, "cache-tag"), header(&first, "surrogate-key"));
    for name in ["server-timing", "transfer-encoding", "set-cookie"] {
        assert_eq!(header(&first, name), "", "{name}");
    }

    let second = server.ask(Request::get(path).header("accept", "image/webp")).await;
    assert_eq!(header(&second, "cache-status"), "edgepix; hit");
    assert_eq!((second.body(), header(&second, "etag")), (first.body(), header(&first, "etag")));
    assert_eq!(origin.count("/tagged.jpg"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_modified_with_and_without_the_cache() {
    for cache in ["0", "1000000"] {
        let origin = start_origin();
        let variables = [("EDGEPIX_ORIGIN", &*origin.url("/")), ("EDGEPIX_CACHE_BYTES", cache)];
        let server = Server::start(&variables).await;
        for path in ["/resize/tagged.jpg?w=32", "/resize/photo.jpg?w=32", "/info/photo.jpg"] {
            let first = server.get(path).await;
            let etag = header(&first, "etag");
            for method in ["GET", "HEAD"] {
                let request = Request::builder().method(method).uri(path).header("if-none-match", etag);
                let second = server.ask(request).await;
                assert_eq!((second.status().as_u16(), second.body().len()), (304, 0), "{path}");
                assert_eq!(header(&second, "etag"), etag);
                assert_eq!(header(&second, "vary"), header(&first, "vary"));
                assert_eq!(header(&second, "cache-control"), header(&first, "cache-control"));
            }
            let other = server.ask(Request::get(path).header("if-none-match", "\"other\"")).await;
            assert_eq!((other.status().as_u16(), other.body()), (200, first.body()));
        }
        let since = "Fri, 01 Jan 2100 00:00:00 GMT";
        let dated = Request::get("/resize/tagged.jpg?w=32").header("if-modified-since", since);
        assert_eq!(server.ask(dated).await.status(), 304);
        let both = Request::get("/resize/tagged.jpg?w=32")
            .header("if-modified-since", since)
            .header("if-none-match", "\"other\"");
        assert_eq!(server.ask(both).await.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_says_what_get_would_and_a_length_only_where_it_is_known() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let path = "/resize/photo.jpg?w=32";
    let unmade = server.ask(Request::head(path)).await;
    let made = server.get(path).await;
    let known = server.ask(Request::head(path)).await;
    for response in [&unmade, &known] {
        assert_eq!((response.status().as_u16(), response.body().len()), (200, 0));
        for name in ["content-type", "etag", "cache-control", "content-disposition", "vary"] {
            assert_eq!(header(response, name), header(&made, name), "{name}");
        }
    }
    assert_eq!(header(&unmade, "content-length"), "");
    assert_eq!(header(&known, "content-length"), header(&made, "content-length"));
    assert_eq!(server.ask(Request::head("/resize/none.jpg")).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn identical_requests_at_the_same_time_are_done_once() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let get = || server.get("/resize/slow-1?w=32");
    let (a, b, c, d, e) = tokio::join!(get(), get(), get(), get(), get());
    for response in [&b, &c, &d, &e] {
        assert_eq!((response.status().as_u16(), response.body()), (200, a.body()));
    }
    assert_eq!(origin.count("/slow-1"), 1);
    let misses = [&a, &b, &c, &d, &e].map(|response| header(response, "cache-status").ends_with("miss"));
    assert_eq!(misses.iter().filter(|miss| **miss).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_stored_is_not() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    for round in 1..=2 {
        let response = server.get("/resize/private.jpg?w=32").await;
        assert_eq!(header(&response, "cache-control"), "no-store");
        assert_eq!(header(&response, "cache-status"), "edgepix; fwd=miss");
        assert_eq!(origin.count("/private.jpg"), round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_expire_and_a_cache_of_nothing_keeps_nothing() {
    let origin = start_origin();
    let base = origin.url("/");
    let path = "/resize/photo.jpg?w=32";
    let short = [("EDGEPIX_ORIGIN", &*base), ("EDGEPIX_TTL_MIN", "1"), ("EDGEPIX_TTL_DEFAULT", "1")];
    let server = Server::start(&short).await;
    assert_eq!(header(&server.get(path).await, "cache-status"), "edgepix; fwd=miss");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(header(&server.get(path).await, "cache-status"), "edgepix; fwd=miss");

    // None at all, and one that is too small for any answer.
    for bytes in ["0", "1"] {
        let server = Server::start(&[("EDGEPIX_ORIGIN", &base), ("EDGEPIX_CACHE_BYTES", bytes)]).await;
        for _ in 0..2 {
            let response = server.get(path).await;
            assert_eq!((response.status().as_u16(), size(&response)), (200, (32, 22)));
            assert_eq!(header(&response, "cache-status"), "edgepix; fwd=miss");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_leaves_its_place_to_the_next() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.write_all(b"GET /resize/slow-2?w=32 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until(|| origin.count("/slow-2") == 1).await;
    let (response, ()) = tokio::join!(server.get("/resize/slow-2?w=32"), async { drop(client) });
    assert_eq!((response.status().as_u16(), header(&response, "cache-status")), (200, "edgepix; fwd=miss"));
    assert_eq!(origin.count("/slow-2"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_page_and_health() {
    let server = Server::start(&[]).await;
    assert_eq!(server.get("/health").await.body(), &br#"{"status":"healthy"}"#[..]);
    let page = server.get("/").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
    assert!(header(&page, "content-security-policy").starts_with("default-src 'self';"));
    let text = String::from_utf8(page.body().to_vec()).unwrap();
    // Everything that the page and its scripts name is served.
    let named = text.split(['"', '\'']).filter(|name| name.ends_with(".js") || name.ends_with(".css"));
    for name in named {
        let file = server.get(&format!("/{name}")).await;
        assert_eq!(file.status(), 200, "{name}");
        let script = String::from_utf8(file.body().to_vec()).unwrap();
        for module in script.split('\'').filter_map(|part| part.strip_prefix("./")) {
            let file = server.get(&format!("/{module}")).await;
            let media_type = header(&file, "content-type");
            assert_eq!(
                (file.status().as_u16(), media_type),
                (200, "text/javascript; charset=utf-8"),
                "{module}"
            );
        }
    }

    let samples: serde_json::Value =
        serde_json::from_slice(server.get("/samples.json").await.body()).unwrap();
    assert_eq!(samples.as_array().unwrap().len(), 4);
    for sample in samples.as_array().unwrap() {
        let info = server.get(&format!("/info{}", sample["path"].as_str().unwrap())).await;
        let info: serde_json::Value = serde_json::from_slice(info.body()).unwrap();
        for (ours, theirs) in [("width", "width"), ("height", "height"), ("bytes", "sizeBytes")] {
            assert_eq!(sample[ours], info[theirs], "{sample}");
        }
    }
    assert_eq!(server.get("/resize/none.jpg").await.status(), 404);

    let server = Server::start(&[("EDGEPIX_PAGE", "0")]).await;
    for path in ["/", "/style.css", "/samples.json", "/vocabulary.js", "/original/fig.jpg"] {
        assert_eq!(problem(&server.get(path).await), "not-found");
    }
    for method in ["POST", "PUT", "OPTIONS", "DELETE"] {
        let response = server.ask(Request::builder().method(method).uri("/resize/fig.jpg")).await;
        assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, "GET, HEAD"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_are_for_the_page_alone() {
    let server = Server::start(&[]).await;
    let sample: &[u8] = include_bytes!("../samples/fig.jpg");
    let own = server.ask(Request::get("/original/fig.jpg").header("sec-fetch-site", "same-origin")).await;
    assert!(own.status() == 200 && own.body() == sample);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "private, no-cache"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(header(&own, name), value, "{name}");
    }
    for site in ["cross-site", "same-site", "none"] {
        let other = server.ask(Request::get("/original/fig.jpg").header("sec-fetch-site", site)).await;
        assert_eq!(
            (problem(&other), header(&other, "access-control-allow-origin")),
            ("source-refused".into(), "")
        );
    }
    assert_eq!(problem(&server.get("/original/fig.jpg").await), "source-refused");

    let origin = start_origin();
    let server = Server::before(&origin).await;
    for (path, expected) in [
        ("/original/text.jpg", "unsupported-source"),
        ("/original/none.jpg", "source-not-found"),
        ("/original/../etc/passwd", "invalid-parameter"),
        ("/original/?src=http://127.0.0.1:1/a.jpg", "source-refused"),
        ("/original/photo.jpg?w=10", "invalid-parameter"),
    ] {
        let answer = server.ask(Request::get(path).header("sec-fetch-site", "same-origin")).await;
        assert_eq!(problem(&answer), expected, "{path}");
    }
}
