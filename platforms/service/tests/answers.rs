//! What callers see: statuses, headers, conditions, `HEAD`, errors.

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use edgepix_core::ENCODER_VERSION;
use sha2::{Digest, Sha256};
use support::{Answer, World, header, json, slug};

const WEBP: (&str, &str) = ("accept", "image/avif,image/webp,*/*;q=0.8");

#[tokio::test]
async fn a_200_carries_every_header() {
    let world = World::standard();
    let origin =
        Answer::image("IMGo").with("etag", "\"one\"").with("last-modified", "Sun, 06 Dec 2026 08:49:37 GMT");
    world.fake.set("https://origin.example/a.jpg", origin.with("set-cookie", "a=b").with("x-secret", "1"));
    let response = world.ask("GET", "/resize/a.jpg?w=100", &[WEBP]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "webp of IMGo");
    for (name, value) in [
        ("content-type", "image/webp"),
        ("content-length", "12"),
        ("cache-control", "public, max-age=86400"),
        ("last-modified", "Sun, 06 Dec 2026 08:49:37 GMT"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("content-disposition", "inline; filename=\"a.webp\""),
        ("vary", "Accept"),
        ("cache-status", "edgepix; fwd=miss"),
        ("age", ""),
        ("server-timing", ""),
        ("set-cookie", ""),
        ("x-secret", ""),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
    let etag = header(&response, "etag");
    assert!(etag.len() == 66 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    assert_eq!(header(&response, "cache-tag"), header(&response, "surrogate-key"));
    assert!(header(&response, "cache-tag").starts_with("edgepix-"));
}

#[tokio::test]
async fn health_and_nothing_else() {
    let world = World::standard();
    let health = world.get("/health").await;
    assert_eq!((health.status().as_u16(), health.body().as_ref()), (200, &br#"{"status":"healthy"}"#[..]));
    assert_eq!(header(&health, "cache-control"), "no-store");
    let head = world.ask("HEAD", "/health", &[]).await;
    assert_eq!((head.body().len(), header(&head, "content-length")), (0, "20"));
    for path in ["/", "/favicon.ico", "/resized/a.jpg", "/health/x"] {
        let response = world.get(path).await;
        assert_eq!((response.status().as_u16(), slug(&response).as_str()), (404, "not-found"), "{path}");
        assert_eq!(header(&response, "cache-control"), "public, max-age=60");
    }
    for method in ["OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PURGE"] {
        let response = world.ask(method, "/resize/a.jpg", &[]).await;
        assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, "GET, HEAD"));
    }
}

#[tokio::test]
async fn errors_say_what_and_carry_what_every_answer_carries() {
    let world = World::standard();
    let response = world.get("/resize/a.jpg?wdith=100").await;
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "content-type"), "application/problem+json");
    assert_eq!(header(&response, "content-length"), response.body().len().to_string());
    for (name, value) in [
        ("vary", "Accept"),
        ("cache-control", "public, max-age=60"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
    let problem = json(&response);
    assert_eq!(problem["type"], "urn:edgepix:error:invalid-parameter");
    assert_eq!((&problem["status"], &problem["parameter"]), (&400.into(), &"wdith".into()));
    assert!(problem["detail"].as_str().unwrap().contains("`w`"));
    assert!(problem["allowed"].as_str().unwrap().contains("gravity"));
    assert_eq!(header(&world.get("/resize/a.jpg?format=png&w=x").await, "vary"), "");
    assert_eq!(header(&world.get("/info/a.jpg?w=1").await, "vary"), "");
}

#[tokio::test]
async fn statuses() {
    let settings = [("EDGEPIX_MEMORY_BUDGET", "4000"), ("EDGEPIX_MAX_SOURCE_BYTES", "1500")];
    let world = World::new(
        &settings,
        [
            ("https://origin.example/a.jpg", Answer::image("IMGo")),
            ("https://origin.example/text", Answer::image("text")),
            ("https://origin.example/empty", Answer::image("")),
            ("https://origin.example/damaged", Answer::image("IMGd")),
            ("https://origin.example/large", Answer::image(vec![0; 1501])),
            ("https://origin.example/chunked", Answer::image(vec![0; 1501]).without_length()),
            ("https://origin.example/heavy", Answer::image([b"IMGo".as_slice(), &[0; 1100]].concat())),
        ],
    );
    for (uri, status, kind) in [
        ("/resize/a.jpg", 200, ""),
        ("/resize/", 400, "invalid-parameter"),
        ("/resize", 400, "invalid-parameter"),
        ("/resize/a.jpg?src=/a.jpg", 400, "invalid-parameter"),
        ("/resize/a.jpg?blur=3", 400, "unsupported"),
        ("/resize/a.jpg?format=avif", 400, "unsupported"),
        ("/resize/a.jpg?trim=5", 400, "unsupported"),
        ("/resize/a.jpg?w=8000&dpr=2", 413, "too-large"),
        ("/resize/%2e%2e/a.jpg", 400, "invalid-parameter"),
        ("/resize/?src=https://evil.test/a.jpg", 403, "source-refused"),
        ("/resize/none", 404, "source-not-found"),
        ("/resize/text", 415, "unsupported-source"),
        ("/resize/empty", 415, "unsupported-source"),
        ("/info/text", 415, "unsupported-source"),
        ("/resize/damaged", 422, "damaged-source"),
        ("/resize/large", 413, "too-large"),
        ("/resize/chunked", 413, "too-large"),
        ("/resize/heavy", 413, "too-large"),
        ("/info/heavy", 200, ""),
    ] {
        let response = world.get(uri).await;
        assert_eq!(response.status().as_u16(), status, "{uri}");
        if status != 200 {
            assert_eq!(slug(&response), kind, "{uri}");
        }
    }
    let large = json(&world.get("/resize/large").await);
    assert_eq!(
        (&large["parameter"], &large["limit"], &large["actual"]),
        (&"source-bytes".into(), &1500.into(), &1501.into())
    );
    let heavy = json(&world.get("/resize/heavy").await);
    assert_eq!(
        (&heavy["parameter"], &heavy["limit"], &heavy["actual"]),
        (&"memory".into(), &896.into(), &1000.into())
    );
}

#[tokio::test]
async fn a_request_opens_its_source_once_and_fetches_it_once() {
    for (uri, accept) in [
        ("/resize/a.jpg?w=10&format=webp", ""),
        ("/resize/a.jpg?w=10", "image/webp"),
        // The format depends on the header.
        ("/resize/a.jpg?w=10", "*/*"),
        ("/info/a.jpg", ""),
    ] {
        for method in ["GET", "HEAD"] {
            let world = World::standard();
            assert_eq!(world.ask(method, uri, &[("accept", accept)]).await.status(), 200);
            let counts = (
                world.engine.opens.load(Ordering::Relaxed),
                world.fake.requests().len(),
                world.fake.reads.load(Ordering::Relaxed),
            );
            assert_eq!(counts, (1, 1, 1), "{method} {uri} {accept}");
        }
    }
}

#[tokio::test]
async fn a_job_has_what_is_left_of_the_requests_time() {
    let world = World::standard();
    assert_eq!(world.status("/resize/a.jpg").await, 200);
    // The origin's head and body took 12 ms of the 30 seconds.
    assert_eq!(*world.engine.times.lock().unwrap(), [Duration::from_millis(30_000 - 12)]);
}

#[tokio::test]
async fn info_describes() {
    let world = World::standard();
    for uri in ["/info/a.jpg", "/info/?src=a.jpg", "/info?src=/a.jpg&v=1"] {
        let response = world.get(uri).await;
        assert_eq!(header(&response, "content-type"), "application/json");
        assert_eq!(header(&response, "content-disposition"), "inline; filename=\"a.json\"");
        assert!(!header(&response, "etag").is_empty());
        let expected = serde_json::json!({
            "width": 400, "height": 300, "format": "png", "sizeBytes": 4, "orientation": 6, "frames": 1,
            "hasAlpha": false, "bitDepth": 8, "profile": "Display P3", "profileIgnored": null,
            "progressive": true,
        });
        assert_eq!(json(&response), expected);
    }
    assert_eq!(world.status("/info/a.jpg?w=1").await, 400);
    assert_eq!(world.engine.transforms.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn auto_is_png_where_the_source_announces_alpha() {
    let world = World::standard();
    world.fake.set("https://origin.example/t.png", Answer::image("IMGa"));
    for (uri, accept, body) in [
        ("/resize/a.jpg", "*/*", "jpeg of IMGo"),
        ("/resize/t.png", "*/*", "png of IMGa"),
        ("/resize/t.png", "image/avif", "png of IMGa"),
        ("/resize/t.png", "image/webp", "webp of IMGa"),
        ("/resize/a.jpg?format=auto", "image/webp;q=0", "jpeg of IMGo"),
        ("/resize/t.png?format=jpeg", "image/webp", "jpeg of IMGa"),
        ("/resize/a.jpg?format=gif", "", "gif of IMGo"),
    ] {
        let response = world.ask("GET", uri, &[("accept", accept)]).await;
        assert_eq!(response.body(), body, "{uri} {accept}");
        let auto = !uri.contains("format=") || uri.contains("auto");
        assert_eq!(header(&response, "vary"), if auto { "Accept" } else { "" }, "{uri}");
    }
}

#[tokio::test]
async fn auto_passes_over_what_is_too_much_work() {
    let settings = [("EDGEPIX_MAX_WORK", "150")];
    let tagged = |body: &str| Answer::image(body.to_owned()).with("etag", "\"one\"");
    let world = World::new(
        &settings,
        [("https://origin.example/a.jpg", tagged("IMGo")), ("https://origin.example/t.png", tagged("IMGa"))],
    );
    let webp = [("accept", "image/webp")];
    for (uri, body) in [("/resize/a.jpg", "jpeg of IMGo"), ("/resize/t.png", "png of IMGa")] {
        let first = world.ask("GET", uri, &webp).await;
        assert_eq!((first.body().as_ref(), header(&first, "vary")), (body.as_bytes(), "Accept"));
        let again = world.ask("GET", uri, &webp).await;
        assert_eq!((again.body(), header(&again, "cache-status")), (first.body(), "edgepix; hit"));
        // The tag is that of the format that came out.
        let named =
            world.get(&format!("{uri}?format={}", if body.starts_with('j') { "jpeg" } else { "png" })).await;
        assert_eq!(header(&named, "etag"), header(&first, "etag"));
        world.fake.cache.lock().unwrap().clear();
        let reads = world.fake.reads.load(Ordering::Relaxed);
        let held = [webp[0], ("if-none-match", header(&first, "etag"))];
        assert_eq!(world.ask("GET", uri, &held).await.status(), 304);
        assert_eq!(world.fake.reads.load(Ordering::Relaxed), reads);
    }
    // One that is named is refused with the numbers, also where the other's answer is in the cache under its key.
    assert_eq!(world.ask("GET", "/resize/a.jpg", &webp).await.status(), 200);
    let refused = world.get("/resize/a.jpg?format=webp").await;
    assert_eq!((refused.status().as_u16(), slug(&refused).as_str()), (413, "too-large"));
    let problem = json(&refused);
    assert_eq!(
        (&problem["parameter"], &problem["limit"], &problem["actual"]),
        (&"work".into(), &150.into(), &200.into())
    );
}

#[tokio::test]
async fn lossless_coding_is_looked_at_where_auto_chose_webp_and_nobody_forbids_it() {
    let ask = async |settings: &[(&str, &str)], uri: &str| {
        let tagged = Answer::image("IMGa").with("etag", "\"one\"");
        let world = World::new(settings, [("https://origin.example/t.png", tagged)]);
        let response = world.ask("GET", uri, &[("accept", "image/webp")]).await;
        assert_eq!(response.body(), "webp of IMGa");
        let looked =
            world.engine.plans.lock().unwrap().last().map(|(transform, _)| transform.auto_lossless());
        (looked, header(&response, "etag").to_owned())
    };
    let auto = ask(&[], "/resize/t.png?w=9").await;
    let named = ask(&[], "/resize/t.png?w=9&format=webp").await;
    assert_eq!((auto.0, named.0), (Some(true), Some(false)));
    // Other bytes, another tag.
    assert_ne!(auto.1, named.1);
    assert_eq!(ask(&[], "/resize/t.png?w=9&format=auto&lossless=0").await, named);
    assert_eq!(
        ask(&[], "/resize/t.png?w=9&lossless=1").await,
        ask(&[], "/resize/t.png?w=9&lossless=1&format=webp").await
    );
    // Both ways would be too much work, one is not.
    assert_eq!(ask(&[("EDGEPIX_MAX_WORK", "250")], "/resize/t.png?w=9").await, named);
}

#[tokio::test]
async fn conditions_spare_the_body_where_the_origin_has_a_strong_tag() {
    for accept in ["image/webp", "*/*"] {
        for source in ["IMGo", "IMGa"] {
            let world = World::standard();
            let origin = Answer::image(source).with("etag", "\"one\"").with("cache-control", "no-store");
            world.fake.set("https://origin.example/a.jpg", origin);
            let ask = async |condition: &str| {
                let headers = [("accept", accept), ("if-none-match", condition)];
                world.ask("GET", "/resize/a.jpg?w=9", &headers).await
            };
            let first = ask("").await;
            let etag = header(&first, "etag").to_owned();
            let reads = world.fake.reads.load(Ordering::Relaxed);
            for condition in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}")] {
                let again = ask(&condition).await;
                assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
                assert_eq!(header(&again, "etag"), etag);
                assert_eq!(header(&again, "vary"), "Accept");
                assert_eq!(header(&again, "cache-control"), "no-store");
                assert_eq!((header(&again, "content-type"), header(&again, "content-length")), ("", ""));
            }
            assert_eq!(world.fake.reads.load(Ordering::Relaxed), reads);
            assert_eq!(ask("\"other\"").await.status(), 200);
        }
    }
}

#[tokio::test]
async fn conditions_without_a_strong_tag_spare_the_pixels() {
    let world = World::standard();
    for (headers, name) in [(vec![], "none"), (vec![("etag", "W/\"one\"")], "weak")] {
        let mut origin = Answer::image("IMGo").with("cache-control", "no-store");
        for (name, value) in headers {
            origin = origin.with(name, value);
        }
        world.fake.set("https://origin.example/a.jpg", origin);
        let first = world.get("/resize/a.jpg").await;
        let made = world.engine.transforms.load(Ordering::Relaxed);
        let again = world.ask("GET", "/resize/a.jpg", &[("if-none-match", header(&first, "etag"))]).await;
        assert_eq!(again.status(), 304, "{name}");
        assert_eq!(world.engine.transforms.load(Ordering::Relaxed), made);
    }
}

#[tokio::test]
async fn failed_preconditions_are_problems_that_no_cache_keeps() {
    for store in ["no-store", "max-age=600"] {
        let world = World::standard();
        let origin = || Answer::image("IMGo").with("etag", "\"one\"").with("cache-control", store);
        world.fake.set("https://origin.example/a.jpg", origin());
        world.fake.set("https://origin.example/text", Answer::image("text").with("etag", "\"t\""));
        let uri = "/resize/a.jpg";
        let first = world.get(uri).await;
        let etag = header(&first, "etag");
        let made = world.engine.transforms.load(Ordering::Relaxed);
        for method in ["GET", "HEAD"] {
            let failed = world.ask(method, uri, &[("if-match", "\"other\""), ("if-none-match", etag)]).await;
            assert_eq!(failed.status(), 412, "{store}");
            assert_eq!(header(&failed, "content-type"), "application/problem+json");
            assert_eq!((header(&failed, "cache-control"), header(&failed, "vary")), ("no-store", "Accept"));
            if method == "GET" {
                assert_eq!(
                    (&json(&failed)["type"], &json(&failed)["status"]),
                    (&"about:blank".into(), &412.into())
                );
            }
        }
        assert_eq!(world.engine.transforms.load(Ordering::Relaxed), made);
        let held = world.ask("GET", uri, &[("if-match", etag), ("if-none-match", etag)]).await;
        assert_eq!((held.status().as_u16(), header(&held, "etag")), (304, etag));
        assert_eq!(world.ask("GET", uri, &[("if-match", etag)]).await.status(), 200);
        // What would be an error without the condition is that error with it.
        for (uri, status) in [("/resize/text", 415), ("/resize/none", 404)] {
            assert_eq!(world.ask("GET", uri, &[("if-match", "\"other\"")]).await.status(), status);
        }
    }
}

#[tokio::test]
async fn a_star_needs_an_image() {
    let world = World::standard();
    world.fake.set("https://origin.example/text", Answer::image("text").with("etag", "\"t\""));
    let star = [("if-none-match", "*")];
    assert_eq!(world.ask("GET", "/resize/a.jpg", &star).await.status(), 304);
    assert_eq!(world.ask("GET", "/resize/text", &star).await.status(), 415);
    assert_eq!(world.ask("GET", "/resize/none", &star).await.status(), 404);
    assert_eq!(world.engine.transforms.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn dates() {
    let world = World::standard();
    let ask = async |origin: &str, since: &'static str| {
        let answer = Answer::image("IMGo").with("cache-control", "no-store");
        let answer = if origin.is_empty() { answer } else { answer.with("last-modified", origin) };
        world.fake.set("https://origin.example/a.jpg", answer);
        let response = world.ask("GET", "/resize/a.jpg?format=png", &[("if-modified-since", since)]).await;
        (response.status().as_u16(), header(&response, "last-modified").to_owned())
    };
    let (old, release) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 20 Nov 2026 00:00:00 GMT");
    let (newer, future) = ("Sun, 06 Dec 2026 08:49:37 GMT", "Sun, 06 Nov 2044 08:49:37 GMT");
    assert_eq!(ask(old, old).await, (200, release.to_owned()));
    assert_eq!(ask(old, release).await, (304, release.to_owned()));
    assert_eq!(ask(newer, release).await, (200, newer.to_owned()));
    assert_eq!(ask(newer, newer).await, (304, newer.to_owned()));
    assert_eq!(ask(future, newer).await.0, 200);
    assert!(ask(future, "").await.1.ends_with("2027 00:00:00 GMT"));
    assert_eq!(ask("yesterday", future).await, (200, String::new()));
    assert_eq!(ask("", future).await, (200, String::new()));
}

#[tokio::test]
async fn head_decodes_nothing_and_tells_lengths_only_where_known() {
    let world = World::standard();
    let head = world.ask("HEAD", "/resize/a.jpg", &[]).await;
    assert_eq!((head.status().as_u16(), head.body().len(), header(&head, "content-length")), (200, 0, ""));
    assert_eq!((header(&head, "content-type"), header(&head, "vary")), ("image/jpeg", "Accept"));
    assert_eq!(world.engine.transforms.load(Ordering::Relaxed), 0);
    assert_eq!(world.fake.entries(), 0);

    let get = world.get("/resize/a.jpg").await;
    assert_eq!(header(&get, "etag"), header(&head, "etag"));
    let head = world.ask("HEAD", "/resize/a.jpg", &[]).await;
    assert_eq!((head.body().len(), header(&head, "content-length")), (0, "12"));
    assert_eq!(header(&head, "cache-status"), "edgepix; hit");

    let error = world.ask("HEAD", "/resize/none", &[]).await;
    assert_eq!((error.status().as_u16(), error.body().len()), (404, 0));
    let range = world.ask("GET", "/resize/a.jpg", &[("range", "bytes=0-3")]).await;
    assert_eq!((range.status().as_u16(), range.body().len()), (200, 12));
}

#[tokio::test]
async fn the_same_request_has_the_same_tag_on_every_host() {
    let (one, two) = (World::standard(), World::new(&[("EDGEPIX_ORIGIN", "https://b.test/x")], []));
    two.fake.set("https://b.test/x/a.jpg", Answer::image("IMGo").with("etag", "\"one\""));
    two.fake.pass(Duration::from_secs(1000));
    let tag = async |world: &World, uri: &str| header(&world.get(uri).await, "etag").to_owned();
    let first = tag(&one, "/resize/a.jpg?w=200&format=jpeg").await;
    for uri in [
        "/resize/a.jpg?w=100&dpr=2&format=jpeg",
        "/resize/?w=200&src=a.jpg",
        "/resize/?src=%2Fa.jpg&w=200&q=80&fit=inside",
    ] {
        assert_eq!(tag(&two, uri).await, first, "{uri}");
    }
    assert_ne!(tag(&two, "/resize/a.jpg?w=201").await, first);
    // Written out: a change of this text is a change of every cached answer in the world.
    let text = format!("/resize/?format=jpeg&src=%2Fa.jpg&w=200\n{ENCODER_VERSION}\ntag\n\"one\"");
    let digits: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first, format!("\"{digits}\""));
}

#[tokio::test]
async fn timings_only_when_asked_for() {
    let answer = Answer::image("IMGo");
    let world = World::new(&[("EDGEPIX_DEBUG", "1")], [("https://origin.example/a.jpg", answer)]);
    assert_eq!(header(&world.get("/resize/a.jpg").await, "server-timing"), "fetch;dur=12.0");
}

#[tokio::test]
async fn a_wrong_configuration_names_the_variable() {
    let find = |name: &str| (name == "EDGEPIX_TIMEOUT").then(|| "soon".to_owned());
    let error = edgepix_service::Config::from_lookup(find, &Default::default()).unwrap_err();
    let request = http::Request::get("/resize/a.jpg").body(()).unwrap();
    let response = edgepix_service::misconfigured(&error, &request);
    assert_eq!((response.status().as_u16(), slug(&response).as_str()), (500, "configuration"));
    assert_eq!(json(&response)["parameter"], "EDGEPIX_TIMEOUT");
    assert_eq!((header(&response, "cache-control"), header(&response, "vary")), ("no-store", "Accept"));
}

/// With answers from the cache and to `HEAD` too.
#[tokio::test]
async fn metadata_that_had_to_be_left_out_is_told() {
    let world = World::standard();
    world.fake.set("https://origin.example/a.jpg", Answer::image("IMGo").with("etag", "\"one\""));
    let path = "/resize/a.jpg?w=100&format=jpeg&metadata=all";
    for (method, cached) in [("HEAD", "fwd=miss"), ("GET", "fwd=miss"), ("GET", "hit")] {
        let response = world.ask(method, path, &[]).await;
        assert_eq!(response.status(), 200);
        assert!(header(&response, "cache-status").ends_with(cached));
        assert_eq!(header(&response, "edgepix-dropped"), "exif");
    }
    let response = world.get("/resize/a.jpg?w=100&format=png&metadata=all").await;
    assert_eq!(header(&response, "edgepix-dropped"), "");
}
