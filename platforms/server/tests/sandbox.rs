//! The server with its sandbox, in which a component sits that means no good: each request gets its own error, and the
//! others do not notice.
#![cfg(feature = "sandbox")]

#[path = "../../../components/sandbox/tests/hostile/mod.rs"]
mod hostile;
mod support;

use std::sync::Arc;

use edgepix_origin::Origin;
use http::StatusCode;
use support::Server;

/// The origin's files: the first byte says what the component does with them.
const FILES: [(&str, &[u8]); 8] = [
    ("obey", hostile::OBEY),
    ("loop", hostile::LOOP),
    ("grow", hostile::GROW),
    ("recurse", hostile::RECURSE),
    ("trap", hostile::TRAP),
    ("far", hostile::FAR),
    ("text", hostile::WRONG_TEXT),
    ("flood", hostile::FLOOD),
];

async fn start(bounds: &[(&str, &str)]) -> (Origin, Server, tempfile::NamedTempFile) {
    let origin = Origin::start(hostile::OBEY).unwrap();
    FILES.iter().for_each(|(name, file)| origin.put(&format!("/{name}"), *file));
    let component = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(component.path(), hostile::component()).unwrap();
    let base = origin.url("/");
    let settings = [
        ("EDGEPIX_ORIGIN", base.as_str()),
        ("EDGEPIX_ENGINE", "sandbox"),
        ("EDGEPIX_COMPONENT", component.path().to_str().unwrap()),
        ("EDGEPIX_CONCURRENCY", "3"),
        ("EDGEPIX_MEMORY_BUDGET", "67108864"),
    ];
    let server = Server::start(&[&settings, bounds].concat()).await;
    (origin, server, component)
}

/// The problem's status and kind.
async fn ask(server: &Server, name: &str) -> (StatusCode, String) {
    let answer = server.get(&format!("/info/{name}")).await;
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let kind = body["type"].as_str().unwrap_or_default().trim_start_matches("urn:edgepix:error:").to_owned();
    (answer.status(), kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_crime_has_its_answer() {
    let (_origin, server, _component) = start(&[("EDGEPIX_TIMEOUT", "3")]).await;
    let expected = [
        ("obey", 200, ""),
        ("loop", 503, "timeout"),
        ("grow", 413, "too-large"),
        ("recurse", 500, "internal"),
        ("trap", 500, "internal"),
        ("far", 500, "internal"),
        ("text", 500, "internal"),
        ("flood", 500, "internal"),
        ("obey", 200, ""),
    ];
    for (name, status, kind) in expected {
        assert_eq!(
            ask(&server, name).await,
            (StatusCode::from_u16(status).unwrap(), kind.to_owned()),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_go_on_undisturbed() {
    // The loop ends by its instructions, of which it may execute thousands of times as many as the others need.
    let bounds = [("EDGEPIX_FUEL", "10000000000"), ("EDGEPIX_TIMEOUT", "3600")];
    let (origin, server, _component) = start(&bounds).await;
    let server = Arc::new(server);
    let looping = tokio::spawn({
        let server = Arc::clone(&server);
        async move { ask(&server, "loop").await }
    });
    support::until(|| origin.count("/loop") == 1).await;
    for name in ["obey", "trap", "obey", "flood", "grow", "obey"].repeat(5) {
        let (status, _) = ask(&server, name).await;
        assert_eq!(status == StatusCode::OK, name == "obey", "{name}: {status}");
    }
    assert!(!looping.is_finished(), "the others waited for the loop");
    let (status, kind) = looping.await.unwrap();
    assert_eq!((status, kind.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
}
