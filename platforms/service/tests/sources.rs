//! Which sources a request may name.

mod support;

use edgepix_service::{FetchError, FromOperator};
use http::Request;
use support::{Answer, World, header, json};

/// The URL, and whether it is asked (200-like), refused by policy (403) or wrong by itself (400).
const FORMS: &[(&str, u16)] = &[
    // Allowed. The fake origin has none of them.
    ("https://images.example.com/photos/a.jpg", 404),
    ("https://images.example.com/photos/", 404),
    ("https://images.example.com/photos", 404),
    ("HTTPS://IMAGES.EXAMPLE.COM/photos/a.jpg", 404),
    ("https://images.example.com:443/photos/a.jpg", 404),
    ("https://images.example.com./photos/a.jpg", 404),
    ("https://images.example.com/x/../photos/a.jpg", 404),
    ("https://images.example.com/photos/a.jpg?x=../../", 404),
    ("https://images.example.com/photos/a.jpg#/../../x", 404),
    ("https://im%61ges.example.com/photos/a.jpg", 404),
    ("https://a.cdn.test/any/a.jpg", 404),
    ("https://a.b.cdn.test/any/a.jpg", 404),
    ("https://a.cdn.test/o/a%2Fb.jpg", 404),
    ("https://b\u{fc}cher.test/a.jpg", 404),
    ("https://xn--bcher-kva.test/a.jpg", 404),
    ("http://8.8.8.8:8080/a.jpg", 404),
    ("http://0x08080808:8080/a.jpg", 404),
    ("http://134744072:8080/a.jpg", 404),
    ("http://010.8.8.8:8080/a.jpg", 404),
    ("http://[2606:4700::1111]/a.jpg", 404),
    ("https://origin.example/a.jpg", 404),
    // Not on the list.
    ("http://images.example.com/photos/a.jpg", 403),
    ("https://images.example.com:8443/photos/a.jpg", 403),
    ("https://images.example.com/a.jpg", 403),
    ("https://images.example.com/photosecret/a.jpg", 403),
    ("https://images.example.com/Photos/a.jpg", 403),
    ("https://images.example.com/photos/../secret/a.jpg", 403),
    ("https://images.example.com/photos/%2e%2e/secret/a.jpg", 403),
    ("https://images.example.com/photos/..%2Fsecret/a.jpg", 403),
    ("https://images.example.com/photos/%2e%2e%2fsecret", 403),
    ("https://images.example.com/photos/..;/secret", 403),
    ("https://images.example.com/photos/..;a=b/secret", 403),
    ("https://images.example.com/photos/..%5csecret", 403),
    ("https://images.example.com/photos/%252e%252e%252fsecret", 403),
    ("https://images.example.com.evil.test/photos/a.jpg", 403),
    ("https://evil.test/images.example.com/photos/a.jpg", 403),
    ("https://evil.test/?https://images.example.com/photos/", 403),
    ("https://evil.test#images.example.com/photos/", 403),
    ("https://xn--images.example.com/photos/a.jpg", 400),
    ("https://cdn.test/a.jpg", 403),
    ("https://evilcdn.test/a.jpg", 403),
    ("https://.cdn.test/a.jpg", 403),
    ("https://example.com/photos/a.jpg", 403),
    ("http://origin.example/a.jpg", 403),
    // User names.
    ("https://user@images.example.com/photos/a.jpg", 403),
    ("https://user:pass@images.example.com/photos/a.jpg", 403),
    ("https://images.example.com@evil.test/photos/a.jpg", 403),
    ("https://images.example.com%40evil.test/photos/a.jpg", 400),
    // Private addresses, though the list names them.
    ("http://127.0.0.1/a.jpg", 403),
    ("http://127.1/a.jpg", 403),
    ("http://2130706433/a.jpg", 403),
    ("http://0x7f.0.0.1/a.jpg", 403),
    ("http://0177.0.0.1/a.jpg", 403),
    ("http://%31%32%37.0.0.1/a.jpg", 403),
    ("http://\u{ff11}27.0.0.1/a.jpg", 403),
    ("http://[::1]/a.jpg", 403),
    ("http://[::ffff:127.0.0.1]/a.jpg", 403),
    ("http://[::ffff:7f00:1]/a.jpg", 403),
    ("http://[0:0:0:0:0:ffff:127.0.0.1]/a.jpg", 403),
    ("http://localhost/a.jpg", 403),
    ("http://LOCALHOST./a.jpg", 403),
    ("http://self.alt/a.jpg", 403),
    ("http://app.spin.internal/a.jpg", 403),
    ("http://169.254.169.254/latest/meta-data", 403),
    // Wrong by themselves.
    ("https:\\\\images.example.com\\photos\\a.jpg", 400),
    ("https://images.example.com\\@evil.test/photos/a.jpg", 400),
    ("https:/images.example.com/photos/a.jpg", 400),
    ("https:images.example.com/photos/a.jpg", 400),
    ("https:///images.example.com/photos/a.jpg", 400),
    ("//images.example.com/photos/a.jpg", 400),
    (" https://images.example.com/photos/a.jpg", 400),
    ("ht\ntps://images.example.com/photos/a.jpg", 400),
    ("https://images.exa\tmple.com/photos/a.jpg", 400),
    ("ftp://images.example.com/photos/a.jpg", 400),
    ("file:///etc/passwd", 400),
    ("data:image/png;base64,AAAA", 400),
    ("https://[::1/a.jpg", 400),
    ("https://images.example.com:99999/photos/a.jpg", 400),
    ("https://", 400),
];

const ALLOWED: &str = "https://images.example.com/photos/, https://*.cdn.test, https://b\u{fc}cher.test, \
                       http://8.8.8.8:8080, http://[2606:4700::1111], http://127.0.0.1, http://[::1], \
                       http://[::ffff:127.0.0.1], http://localhost, http://self.alt, http://*.spin.internal, \
                       http://169.254.169.254";

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn the_allow_list_is_not_matched_as_text() {
    let world = World::new(&[("EDGEPIX_ALLOWED_SOURCES", ALLOWED)], []);
    for (url, status) in FORMS {
        for route in ["resize", "info"] {
            world.fake.sent.lock().unwrap().clear();
            assert_eq!(world.status(&format!("/{route}/?src={}", encoded(url))).await, *status, "{url:?}");
            assert_eq!(world.fake.requests().len(), usize::from(*status == 404), "{url:?}");
        }
    }
    assert!(FORMS.len() > 60);
}

#[tokio::test]
async fn nothing_is_allowed_but_the_origin_by_default() {
    let world = World::new(&[("EDGEPIX_ALLOWED_SOURCES", "")], []);
    assert_eq!(world.status("/resize/?src=https://images.example.com/a.jpg").await, 403);
    assert_eq!(world.status("/resize/?src=https://origin.example/a.jpg").await, 404);
    assert_eq!(world.status("/resize/?src=https://origin.example:444/a.jpg").await, 403);
    let bare = World::with(edgepix_service::Config::default(), []);
    assert_eq!(bare.status("/resize/a.jpg").await, 403);
    assert_eq!(bare.status("/resize/?src=https://images.example.com/a.jpg").await, 403);
}

#[tokio::test]
async fn the_origin_may_be_private_but_only_below_its_base() {
    let world = World::new(&[("EDGEPIX_ORIGIN", "http://10.0.0.1/base")], []);
    assert_eq!(world.status("/resize/a.jpg").await, 404);
    assert_eq!(world.status("/resize/?src=http://10.0.0.1/base/a.jpg").await, 404);
    assert_eq!(world.status("/resize/?src=http://10.0.0.1/a.jpg").await, 403);
    assert_eq!(world.status("/resize/?src=http://10.0.0.1/based/a.jpg").await, 403);
    assert_eq!(world.fake.requests().len(), 2);
}

#[tokio::test]
async fn private_addresses_where_the_configuration_says_so() {
    let settings = [("EDGEPIX_ALLOWED_SOURCES", ALLOWED), ("EDGEPIX_ALLOW_PRIVATE", "1")];
    let world = World::new(&settings, []);
    for (url, status) in [
        ("http://127.0.0.1/a.jpg", 404),
        ("http://localhost/a.jpg", 404),
        ("http://127.0.0.2/a.jpg", 403),
        ("http://self.alt/a.jpg", 403),
        ("http://app.spin.internal/a.jpg", 403),
    ] {
        assert_eq!(world.status(&format!("/resize/?src={url}")).await, status, "{url}");
    }
}

#[tokio::test]
async fn policy_is_asked_before_the_cache() {
    let world = World::standard();
    assert_eq!(world.status("/resize/?src=https://evil.test/a.jpg").await, 403);
    assert!(world.fake.tags.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_the_log_proposes_allows_the_source() {
    for source in
        ["https://images.example.com/photos/a.jpg?key=1", "http://192.168.0.9:8080/a.jpg", "http://a.local/b"]
    {
        let uri = format!("/resize/?src={}", encoded(source));
        let world = World::new(&[("EDGEPIX_ALLOWED_SOURCES", "")], []);
        assert_eq!(world.status(&uri).await, 403, "{source}");
        let line = world.fake.log.lock().unwrap().pop().unwrap();
        assert!(line.starts_with(source.split('?').next().unwrap()), "{line}");
        // A list's last word with a slash before the variable's name, and the switch where it is named.
        let before = line.split(" in EDGEPIX_ALLOWED_SOURCES").next().unwrap();
        let pattern = before.rsplit(' ').next().unwrap();
        let kind = line.split_once("EDGEPIX_ALLOW_PRIVATE=").map(|(_, rest)| rest.split(' ').next().unwrap());
        let private = kind.unwrap_or("0");
        let settings = [("EDGEPIX_ALLOWED_SOURCES", pattern), ("EDGEPIX_ALLOW_PRIVATE", private)];
        let world = World::new(&settings, []);
        // Asked for, and not there.
        assert_eq!(world.status(&uri).await, 404, "{line}");
    }
    // What the host refuses is one line too, and a level above the configured one is none.
    let refused = || Answer { send_error: Some(FetchError::Refused), ..Answer::status(200) };
    for (level, lines) in [("warn", 1), ("error", 0)] {
        let world = World::new(&[("EDGEPIX_LOG", level)], [("https://a.example.com/f", refused())]);
        assert_eq!(world.status("/resize/?src=https://a.example.com/f").await, 403);
        let log = world.fake.log.lock().unwrap();
        assert_eq!(log.len(), lines);
        assert!(
            log.iter()
                .all(|line| line.contains("EDGEPIX_ALLOW_PRIVATE") && line.ends_with("(the host's words)"))
        );
    }
}

#[tokio::test]
async fn whoever_runs_the_service_is_told_the_setting_and_nobody_else() {
    let world = World::new(
        &[("EDGEPIX_MAX_SOURCE_BYTES", "3")],
        [("https://origin.example/a.jpg", Answer::image("IMGo"))],
    );
    for (uri, name) in [
        ("/resize/?src=https://evil.test/a.jpg", "EDGEPIX_ALLOWED_SOURCES"),
        ("/info/a.jpg", "EDGEPIX_MAX_SOURCE_BYTES"),
    ] {
        let mut request = Request::get(uri).body(()).unwrap();
        let answer = world.service.answer(&world.fake, &world.engine, request.clone()).await.response;
        assert!(!String::from_utf8_lossy(answer.body()).contains("EDGEPIX_"), "{uri}");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=60");
        request.extensions_mut().insert(FromOperator);
        let answer = world.service.answer(&world.fake, &world.engine, request).await.response;
        assert!(json(&answer)["hint"].as_str().unwrap().contains(name), "{uri}");
        // The setting may be another one a moment later.
        assert_eq!(header(&answer, "cache-control"), "no-store");
    }
}
