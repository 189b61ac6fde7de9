//! What the server answers, whatever an origin does.

mod support;

use http::{Request, StatusCode};
use support::{Server, header, problem, size, start_origin};
use tokio::io::AsyncWriteExt;

#[tokio::test(flavor = "multi_thread")]
async fn good_sources_in_all_forms() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    for path in
        ["photo.jpg", "no-length.jpg", "chunked.jpg", "hints.jpg", "hops/1", "hops/5", "to//photo.jpg"]
    {
        let response = server.get(&format!("/resize/?src=%2F{}&w=32", path.replace('/', "%2F"))).await;
        // A path of the origin has no empty segment.
        if path.contains("//") {
            assert_eq!(response.status(), 400, "{path}");
            continue;
        }
        assert_eq!(response.status(), 200, "{path}: {:?}", response.body());
        assert_eq!(size(&response), (32, 22), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_answers_have_their_statuses() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let cases = [
        ("status/404", 404, "source-not-found"),
        ("status/410", 404, "source-not-found"),
        ("status/401", 404, "source-not-found"),
        ("status/403", 404, "source-not-found"),
        ("status/500", 502, "origin-failed"),
        ("status/503", 502, "origin-failed"),
        ("status/504", 504, "origin-timeout"),
        ("status/304", 502, "origin-failed"),
        ("status/206", 502, "origin-failed"),
        ("status/204", 502, "origin-failed"),
        ("garbage", 502, "origin-failed"),
        ("hangs-up", 502, "origin-failed"),
        ("nowhere", 502, "origin-failed"),
        ("loop", 502, "origin-failed"),
        ("hops/6", 502, "origin-failed"),
        ("gzip.jpg", 502, "origin-failed"),
        ("short.jpg", 502, "origin-failed"),
        ("cut.jpg", 502, "origin-failed"),
        ("chunked-cut.jpg", 502, "origin-failed"),
        ("two-lengths.jpg", 502, "origin-failed"),
        ("announced.jpg", 413, "too-large"),
        ("endless.jpg", 413, "too-large"),
        ("text.jpg", 415, "unsupported-source"),
        ("empty.jpg", 415, "unsupported-source"),
        ("truncated.jpg", 422, "damaged-source"),
    ];
    for (path, status, kind) in cases {
        let response = server.get(&format!("/resize/{path}?w=32")).await;
        assert_eq!((response.status().as_u16(), problem(&response).as_str()), (status, kind), "{path}");
        let cache = if status < 500 { "public, max-age=60" } else { "no-store" };
        assert_eq!(header(&response, "cache-control"), cache, "{path}");
        assert_eq!(header(&response, "vary"), "Accept", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn origins_that_stall_are_too_slow_after_the_time_they_have() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let ask = |path: &'static str| server.get(path);
    let (at_once, in_head, in_body) = tokio::join!(
        ask("/resize/stalls-at-once?w=32"),
        ask("/resize/stalls-in-head?w=32"),
        ask("/info/stalls-in-body")
    );
    for response in [at_once, in_head, in_body] {
        assert_eq!(
            (response.status(), problem(&response).as_str()),
            (StatusCode::GATEWAY_TIMEOUT, "origin-timeout")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_is_not_there() {
    // Nobody listens; somebody does, but answers TLS with something else.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let without_tls = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    for base in ["http://127.0.0.1:1/", &without_tls] {
        let server = Server::start(&[("EDGEPIX_ORIGIN", base)]).await;
        let response = server.get("/resize/photo.jpg").await;
        assert_eq!(
            (response.status().as_u16(), problem(&response).as_str()),
            (502, "origin-failed"),
            "{base}"
        );
        // The host's own words stay in the log.
        let text = String::from_utf8_lossy(response.body()).into_owned();
        assert!(
            !text.contains("127.0.0.1") && !text.contains("refused") && !text.contains("nobody"),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused_but_for_the_origins_own() {
    let (origin, other) = (start_origin(), start_origin());
    let encoded = |url: String| url.replace(':', "%3A").replace('/', "%2F");
    let (base, pattern) = (origin.url("/"), other.url("/"));
    let named = pattern.replace("127.0.0.1", "localhost");
    let allowed = format!("{pattern},{named}");
    let server = Server::start(&[("EDGEPIX_ORIGIN", &base), ("EDGEPIX_ALLOWED_SOURCES", &allowed)]).await;

    // The origin's own host, by path, by URL, and behind a redirect to itself.
    assert_eq!(server.get("/resize/photo.jpg?w=9").await.status(), 200);
    let own = encoded(origin.url("/photo.jpg"));
    assert_eq!(server.get(&format!("/resize/?src={own}&w=9")).await.status(), 200);
    let to_itself = encoded(origin.url(&format!("/to/{}", origin.url("/photo.jpg"))));
    assert_eq!(server.get(&format!("/resize/?src={to_itself}&w=9")).await.status(), 200);

    // Others that are allowed but private: as an address, by name, and behind a redirect.
    for url in [
        other.url("/photo.jpg"),
        other.url("/photo.jpg").replace("127.0.0.1", "localhost"),
        origin.url(&format!("/to/{}", other.url("/photo.jpg"))),
    ] {
        let response = server.get(&format!("/resize/?src={}&w=9", encoded(url.clone()))).await;
        assert_eq!(
            (response.status().as_u16(), problem(&response).as_str()),
            (403, "source-refused"),
            "{url}"
        );
    }
    assert_eq!(other.count("/photo.jpg"), 0);

    // What is not allowed at all, wherever it is named.
    for url in ["http://127.0.0.1:1/a.jpg", "https://example.com/a.jpg", "http://169.254.169.254/latest/"] {
        for src in [encoded(url.to_owned()), encoded(origin.url(&format!("/to/{url}")))] {
            let response = server.get(&format!("/resize/?src={src}&w=9")).await;
            assert_eq!(
                (response.status().as_u16(), problem(&response).as_str()),
                (403, "source-refused"),
                "{src}"
            );
        }
    }

    let open =
        [("EDGEPIX_ORIGIN", &*base), ("EDGEPIX_ALLOWED_SOURCES", &allowed), ("EDGEPIX_ALLOW_PRIVATE", "1")];
    let server = Server::start(&open).await;
    for url in [other.url("/photo.jpg"), origin.url(&format!("/to/{}", other.url("/photo.jpg")))] {
        assert_eq!(server.get(&format!("/resize/?src={}&w=9", encoded(url))).await.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_caller_goes_out_and_nothing_of_the_origin_comes_in() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let request = Request::get("/resize/secrets.jpg?w=32")
        .header("cookie", "session=1")
        .header("authorization", "Basic abc")
        .header("x-forwarded-for", "10.0.0.1")
        .header("user-agent", "Somebody/1.0")
        .header("range", "bytes=0-9");
    let response = server.ask(request).await;
    assert_eq!(response.status(), 200);
    assert_eq!((header(&response, "set-cookie"), header(&response, "server")), ("", ""));

    let sent = origin.last().to_ascii_lowercase();
    let names: Vec<_> = sent.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
    for name in &names {
        let fixed = ["accept", "accept-encoding", "user-agent", "via", "cdn-loop", "host"];
        assert!(fixed.contains(name), "{sent}");
    }
    assert_eq!(names.len(), 6, "{sent}");
    assert!(sent.contains("accept-encoding: identity") && sent.contains("user-agent: edgepix/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_here_before_is_a_loop() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let response = server.ask(Request::get("/resize/photo.jpg").header("via", "1.1 edgepix")).await;
    assert_eq!((response.status().as_u16(), problem(&response).as_str()), (508, "loop"));
    assert_eq!(origin.count("/photo.jpg"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_this_machine_is_told_what_would_allow_a_source() {
    let refused = "/resize/?src=https%3A%2F%2Fa.example%2Fb.jpg&w=8";
    for (settings, is_told) in [(&[][..], true), (&[("EDGEPIX_PAGE", "0")], false)] {
        let server = Server::start(settings).await;
        let page = format!("http://{}/?src=a", server.address);
        let answer = server.ask(Request::get(refused).header("referer", page)).await;
        let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        let hint = is_told.then_some("https://a.example/ in EDGEPIX_ALLOWED_SOURCES would allow it.");
        assert_eq!((answer.status().as_u16(), body["hint"].as_str()), (403, hint));
    }
    // A proxy on this machine asks for strangers, and a server on all addresses has them as clients.
    let server = Server::start(&[]).await;
    let through_proxy = Request::get(refused).header("referer", "https://images.example.com/");
    let public = Server::start(&[("EDGEPIX_LISTEN", "0.0.0.0:0"), ("EDGEPIX_PAGE", "1")]).await;
    let page = format!("http://{}/", public.address);
    for answer in [
        server.get(refused).await,
        server.ask(through_proxy).await,
        public.ask(Request::get(refused).header("referer", page)).await,
    ] {
        assert_eq!(problem(&answer), "source-refused");
        assert!(!String::from_utf8_lossy(answer.body()).contains("EDGEPIX"));
    }
}
