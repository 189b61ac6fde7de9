//! The server with its sandbox, in which a component sits that means no good: each request gets its own error, and the
//! others do not notice.
#![cfg(feature = "sandbox")]

#[path = "../../../components/sandbox/tests/hostile/mod.rs"]
mod hostile;
mod support;

use std::time::{Duration, Instant};

use edgepix_origin::Origin;
use http::StatusCode;
use support::Server;

/// Seconds that a request may take in all.
const TIMEOUT: &str = "3";

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

async fn start() -> (Origin, Server, tempfile::NamedTempFile) {
    let origin = Origin::start(hostile::OBEY).unwrap();
    FILES.iter().for_each(|(name, file)| origin.put(&format!("/{name}"), *file));
    let component = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(component.path(), hostile::component()).unwrap();
    let server = Server::start(&[
        ("EDGEPIX_ORIGIN", &origin.url("/")),
        ("EDGEPIX_ENGINE", "sandbox"),
        ("EDGEPIX_COMPONENT", component.path().to_str().unwrap()),
        ("EDGEPIX_TIMEOUT", TIMEOUT),
        ("EDGEPIX_FETCH_TIMEOUT", "1"),
        ("EDGEPIX_CONCURRENCY", "3"),
        ("EDGEPIX_MEMORY_BUDGET", "67108864"),
    ])
    .await;
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
    let (_origin, server, _component) = start().await;
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
    let (_origin, server, _component) = start().await;
    let began = Instant::now();
    let looping = async {
        let answer = ask(&server, "loop").await;
        (answer, began.elapsed())
    };
    let others = async {
        // The loop is under way.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut slowest = Duration::ZERO;
        for name in ["obey", "trap", "obey", "flood", "grow", "obey"].repeat(5) {
            let asked = Instant::now();
            let (status, _) = ask(&server, name).await;
            slowest = slowest.max(asked.elapsed());
            assert_eq!(status == StatusCode::OK, name == "obey", "{name}: {status}");
        }
        (slowest, began.elapsed())
    };
    let (((status, kind), ended), (slowest, done)) = tokio::join!(looping, others);
    assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "timeout"));
    assert!(done < ended, "the others waited for the loop: {done:?}, {ended:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}
