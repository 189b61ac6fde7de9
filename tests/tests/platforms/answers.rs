//! The form of answers, sources near and far, and configurations that are wrong.

use edgepix_golden::runtimes::Settings;
use edgepix_golden::{client, hosts};
use edgepix_origin::Origin;
use edgepix_service::SigningKey;

use crate::support::{assert_error, encoded, header, origin, pair, size, small_photo, start};

pub(crate) fn are_complete(runtime: &str) {
    let pair = pair(runtime, |settings| settings);
    assert_eq!(pair.get("/health").body(), br#"{"status":"healthy"}"#);
    pair.assert_error("/nothing", 404, "not-found");
    let wrong = pair.assert_error("/resize/photo.jpg?w=32&fit=covr", 400, "invalid-parameter");
    assert_eq!(wrong.parameter.as_deref(), Some("fit"));
    let post = pair.send("POST", "/resize/photo.jpg?w=32", &[]);
    assert_error(&post, 405, "method-not-allowed", "POST", || pair.runtime.log());
    assert_eq!(header(&post, "allow"), "GET, HEAD");

    for path in ["photo.jpg", "no-length.jpg", "chunked.jpg", "hops/5", "hints.jpg"] {
        // workerd takes the first head, early hints or not, for the answer's.
        if path == "hints.jpg" && runtime == "cloudflare" {
            pair.assert_error("/resize/hints.jpg?w=32", 502, "origin-failed");
            continue;
        }
        let answer = pair.ask(&format!("/resize/{path}?w=32"), &[("accept", "image/webp,*/*")]);
        assert_eq!(size(&answer), (32, 22), "{path}");
        let length = answer.body().len().to_string();
        for (name, value) in [
            ("content-type", "image/webp"),
            ("content-length", &*length),
            ("vary", "Accept"),
            ("x-content-type-options", "nosniff"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
        ] {
            assert_eq!(header(&answer, name), value, "{path}: {name}");
        }
        assert!(header(&answer, "etag").starts_with('"'), "{path}");
        assert!(header(&answer, "surrogate-key").starts_with("edgepix-"), "{path}");
        assert_eq!(header(&answer, "cache-tag"), header(&answer, "surrogate-key"), "{path}");
    }

    let info = pair.get("/info/photos/dandelion-16mp-progressive.jpg");
    let facts: serde_json::Value = serde_json::from_slice(info.body()).unwrap();
    assert_eq!((&facts["format"], &facts["progressive"]), (&"jpeg".into(), &true.into()), "{facts}");

    // No pixel is decoded for `HEAD`, so that its length is not known.
    let head = pair.send("HEAD", "/resize/photo.jpg?w=33", &[]);
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_ne!(header(&head, "content-length"), "0");
    assert_eq!(header(&head, "content-type"), "image/jpeg");

    // What of the caller's goes to the origin: nothing. (Hosts add what HTTP asks of them.)
    let request = [("cookie", "session=1"), ("authorization", "Basic abc"), ("x-forwarded-for", "10.0.0.1")];
    assert_eq!(pair.ask("/resize/secrets.jpg?w=32", &request).status(), 200);
    let sent = pair.origin.last().to_ascii_lowercase();
    assert!(
        !sent.contains("session=1") && !sent.contains("basic abc") && !sent.contains("10.0.0.1"),
        "{sent}"
    );
    assert!(sent.contains("cdn-loop: edgepix") && sent.contains("user-agent: edgepix/"), "{sent}");

    let again = pair.ask("/resize/photo.jpg?w=32", &[("via", "1.0 fred, 1.1 edgepix")]);
    assert_error(&again, 508, "loop", "Via", || pair.runtime.log());
}

pub(crate) fn sources_are_found_where_the_configuration_allows(runtime: &str) {
    let other = Origin::start(small_photo()).unwrap();
    let pair = pair(runtime, |settings| {
        settings.with("EDGEPIX_ALLOWED_SOURCES", other.url("/hops/")).with("EDGEPIX_ALLOW_PRIVATE", 1)
    });
    let absolute = |url: &str| format!("/resize/?src={}&w=32", encoded(url));
    // By its URL, and behind a redirect of the origin's.
    assert_eq!(size(&pair.get(&absolute(&other.url("/hops/0")))), (32, 22));
    assert_eq!(size(&pair.get(&absolute(&other.url("/hops/1")))), (32, 22));
    let redirect = pair.origin.url(&format!("/to/{}", other.url("/hops/0")));
    assert_eq!(size(&pair.get(&absolute(&redirect))), (32, 22));
    pair.assert_error(&absolute(&other.url("/photo.jpg")), 403, "source-refused");
    assert_eq!(other.count("/photo.jpg"), 0);
    // Names that only look like the allowed one.
    pair.assert_error(&absolute("http://127.0.0.1.example.com/hops/0"), 403, "source-refused");
}

pub(crate) fn signatures_and_presets_are_what_is_answered(runtime: &str) {
    const KEY: &str = "k:000102030405060708090a0b0c0d0e0f";
    let pair = pair(runtime, |settings| {
        settings
            .with("EDGEPIX_SIGNING_KEYS", KEY)
            .with("EDGEPIX_SIGNING", "presets")
            .with("EDGEPIX_PRESETS", "thumb?w=32&format=png;small?w=16")
            .with("EDGEPIX_FORMATS", "jpeg")
            .with("EDGEPIX_FALLBACK", "/photo.jpg")
    });
    let key: SigningKey = KEY.parse().unwrap();
    let signed = |path: &str, query: &str| {
        format!("{path}?{query}&sig={}", key.sign(path, query).expect("the URL is percent-encoded"))
    };
    pair.assert_error("/resize/photo.jpg?w=32", 403, "signature-refused");
    pair.assert_error("/resize/photo.jpg?w=32&sig=AAAA", 403, "signature-refused");
    pair.assert_error(&signed("/resize/photo.jpg", "w=32&exp=1"), 403, "signature-refused");
    assert_eq!(pair.origin.count("/photo.jpg"), 0);
    let webp = [("accept", "image/webp,*/*")];
    let answer = pair.ask(&signed("/resize/photo.jpg", "w=32&kid=k"), &webp);
    assert_eq!((size(&answer), header(&answer, "content-type")), ((32, 22), "image/jpeg"));
    let preset = pair.ask("/resize/photo.jpg?preset=small,thumb", &webp);
    assert_eq!((size(&preset), header(&preset, "content-type")), ((32, 22), "image/png"));
    let fallback = pair.get("/resize/missing/photo.jpg?preset=thumb");
    assert_eq!((size(&fallback), header(&fallback, "cache-control")), ((32, 22), "public, max-age=60"));
}

pub(crate) fn a_wrong_configuration_is_named(runtime: &str) {
    let settings = Settings::with_origin(&origin().url("/")).with("EDGEPIX_MAX_FRAMES", "many");
    // The native server does not start.
    if runtime == "server" {
        let Err(error) = edgepix_golden::runtimes::Runtime::start(runtime, &settings) else {
            panic!("it starts")
        };
        assert!(error.contains("EDGEPIX_MAX_FRAMES"), "{error}");
        return;
    }
    let running = start(runtime, &settings);
    let answer = client::get(&running.url("/resize/photo.jpg?w=32")).unwrap();
    assert_error(&answer, 500, "configuration", "/resize/", || running.log());
    assert_eq!(hosts::problem(&answer).parameter.as_deref(), Some("EDGEPIX_MAX_FRAMES"));
}
