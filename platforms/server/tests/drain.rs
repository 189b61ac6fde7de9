//! The end of a server that is told to stop: what becomes of requests that run, in a process of its own.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use support::process::Process;
use support::{Gate, start_origin};

#[test]
fn a_slow_request_finishes_within_its_time() {
    let origin = Gate::new();
    let server = before(&origin, "600");
    let answer = ask(server.address, "/resize/photo.jpg?w=32&format=jpeg");
    origin.asked();
    server.signal("TERM");
    refuses(server.address);
    origin.open();
    let answer = answer.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("connection: close"), "{answer}");
    let (status, log) = server.end();
    assert!(status.success(), "{status}");
    for part in [r#""signal":"SIGTERM","requests":1,"seconds":600"#, "all requests are answered"] {
        assert!(log.contains(part), "{part}: {log}");
    }
}

#[test]
fn what_takes_longer_is_answered_with_503() {
    for drain in ["0", "1"] {
        let origin = Gate::new();
        let pictures = start_origin();
        let base = pictures.url("/");
        // One request waits for its source, another is in the middle of a picture of 500 megapixels.
        let server = Process::start(&[
            ("EDGEPIX_DRAIN", drain),
            ("EDGEPIX_ORIGIN", &origin.url()),
            ("EDGEPIX_ALLOWED_SOURCES", &base),
            ("EDGEPIX_ALLOW_PRIVATE", "1"),
            ("EDGEPIX_FETCH_TIMEOUT", "600"),
            ("EDGEPIX_TIMEOUT", "600"),
            ("EDGEPIX_MAX_OUTPUT_SIDE", "30000"),
            ("EDGEPIX_MAX_OUTPUT_PIXELS", "600000000"),
            ("EDGEPIX_MAX_WORK", "1000000000000"),
            ("EDGEPIX_MEMORY_BUDGET", "4000000000"),
        ]);
        let fetching = ask(server.address, "/resize/photo.jpg?w=32");
        let large = format!("/resize/?src={base}large-1&w=30000&enlarge=1&format=jpeg");
        let making = ask(server.address, &large);
        origin.asked();
        while !pictures.exchanges("/large-1").iter().any(|exchange| exchange.complete) {
            thread::sleep(Duration::from_millis(10));
        }
        server.signal("TERM");
        for answer in [fetching, making] {
            let answer = answer.join().unwrap();
            assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
            for part in ["retry-after: 1", "cache-control: no-store", "urn:edgepix:error:busy", "is stopping"]
            {
                assert!(answer.contains(part), "{part}: {answer}");
            }
        }
        let (status, log) = server.end();
        assert!(status.success(), "{status}");
        assert!(log.contains("EDGEPIX_DRAIN is over") && log.contains(r#""error":"busy""#), "{log}");
    }
}

#[test]
fn a_second_signal_does_not_wait() {
    let origin = Gate::new();
    let server = before(&origin, "600");
    let answer = ask(server.address, "/resize/photo.jpg?w=32");
    origin.asked();
    server.signal("INT");
    refuses(server.address);
    server.signal("INT");
    let answer = answer.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after"), "{answer}");
    let (status, log) = server.end();
    assert!(status.success() && log.contains("told to stop again"), "{status}: {log}");
}

/// A server before this origin, with this time to finish.
fn before(origin: &Gate, drain: &str) -> Process {
    let (url, long) = (origin.url(), "600");
    Process::start(&[
        ("EDGEPIX_DRAIN", drain),
        ("EDGEPIX_ORIGIN", &url),
        ("EDGEPIX_FETCH_TIMEOUT", long),
        ("EDGEPIX_TIMEOUT", long),
    ])
}

/// Asks for a path, and gives the whole answer in the end.
fn ask(address: SocketAddr, path: &str) -> JoinHandle<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    thread::spawn(move || {
        let mut answer = Vec::new();
        // A connection that is reset in the end has an answer, too.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    })
}

/// Waits until no new connection is accepted.
fn refuses(address: SocketAddr) {
    for _ in 0..6000 {
        if TcpStream::connect(address).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("connections are accepted still");
}
