//! Spans as a collector receives them.
#![cfg(feature = "otlp")]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use support::process::{Process, program};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[test]
fn a_request_and_its_parts_are_spans_of_the_callers_trace() {
    let (url, received) = collector();
    let server = Process::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_BSP_SCHEDULE_DELAY", "10")]);
    ask(&server, &format!("00-{TRACE}-b7ad6b7169203331-01"));
    // What ends later is sent later.
    let mut sent = Vec::new();
    while !contains(&sent, b"GET resize") {
        let (head, body) = received.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        sent.extend(body);
    }
    for name in ["fetch", "queue", "transform", "edgepix", "edgepix.outcome", "webp", "of-the-caller"] {
        assert!(contains(&sent, name.as_bytes()), "{name}");
    }
    let trace: Vec<_> =
        (0..32).step_by(2).map(|at| u8::from_str_radix(&TRACE[at..at + 2], 16).unwrap()).collect();
    assert_eq!(sent.windows(16).filter(|part| *part == trace).count(), 4);
    // Neither query nor path, and the log has the span that was sent.
    assert!(!contains(&sent, b"w=32") && !contains(&sent, b"fig.jpg"));
    let line = server.line("answered");
    assert_eq!(line["span"]["trace_id"].as_str(), Some(TRACE), "{line}");
    let span = u64::from_str_radix(line["span"]["span_id"].as_str().unwrap(), 16).unwrap();
    assert!(contains(&sent, &span.to_be_bytes()), "{line}");
    // Whoever does not record its trace is not recorded.
    ask(&server, "00-11111111111111111111111111111111-b7ad6b7169203331-00");
    server.line("11111111111111111111111111111111");
    server.signal("TERM");
    assert!(server.end().0.success());
    assert!(received.try_iter().all(|(_, body)| !contains(&body, &[0x11; 16])));
}

#[test]
fn a_collector_that_is_away_holds_nothing_up_and_is_told_of_once() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{address}");
    let server = Process::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_BSP_SCHEDULE_DELAY", "10")]);
    for _ in 0..3 {
        ask(&server, "");
    }
    server.line("spans cannot be sent");
    server.signal("TERM");
    let (status, log) = server.end();
    assert!(status.success(), "{log}");
    assert_eq!(log.matches("spans cannot be sent").count(), 1, "{log}");
}

#[test]
fn without_a_collector_nothing_is_exported_and_a_wrong_one_refuses_to_start() {
    let (url, received) = collector();
    for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
        let server =
            Process::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_BSP_SCHEDULE_DELAY", "10"), off]);
        ask(&server, "");
        server.signal("TERM");
        assert!(server.end().0.success());
    }
    assert!(received.try_recv().is_err());
    for (name, value) in
        [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "no url at all")]
    {
        let mut command = program();
        command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &url)
            .env(name, value)
            .env("EDGEPIX_LISTEN", "127.0.0.1:0");
        let output = command.output().unwrap();
        assert!(
            !output.status.success() && String::from_utf8_lossy(&output.stderr).contains(name),
            "{output:?}"
        );
    }
}

/// Asks for an image, with this `traceparent`.
fn ask(server: &Process, trace: &str) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let trace = if trace.is_empty() { String::new() } else { format!("traceparent: {trace}\r\n") };
    let head = "GET /resize/fig.jpg?w=32&format=webp HTTP/1.1\r\nHost: a\r\nX-Request-Id: of-the-caller";
    write!(stream, "{head}\r\nConnection: close\r\n{trace}\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}

/// A collector: its address, and the head and body of each request.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = Vec::new();
            let (head, length) = loop {
                let mut piece = [0; 4096];
                let read = stream.read(&mut piece).unwrap();
                assert!(read > 0);
                request.extend(&piece[..read]);
                if let Some(end) = request.windows(4).position(|part| part == b"\r\n\r\n") {
                    let head = String::from_utf8_lossy(&request[..end]).to_string();
                    let length = head.lines().find_map(|line| {
                        line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
                    });
                    break (head, end + 4 + length.unwrap_or(0_usize));
                }
            };
            while request.len() < length {
                let mut piece = vec![0; length - request.len()];
                let read = stream.read(&mut piece).unwrap();
                assert!(read > 0);
                request.extend(&piece[..read]);
            }
            let body = request.split_off(head.len() + 4);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            if sender.send((head, body)).is_err() {
                return;
            }
        }
    });
    (url, received)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
