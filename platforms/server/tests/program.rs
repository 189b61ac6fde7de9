//! The program itself: its help, its refusals, its start and its end.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use support::process::{Process, program};

/// Runs the program to its end. One that serves instead is killed after a minute.
fn run(command: &mut Command) -> (Output, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..6000 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned();
    (output, text)
}

/// The names that are the server's own; the others are the service's.
const OWN_NAMES: [&str; 14] = [
    "EDGEPIX_LISTEN",
    "PORT",
    "EDGEPIX_PAGE",
    "EDGEPIX_CACHE_BYTES",
    "EDGEPIX_CONCURRENCY",
    "EDGEPIX_ENGINE",
    "EDGEPIX_COMPONENT",
    "EDGEPIX_COMPONENT_CACHE",
    "EDGEPIX_FUEL",
    "EDGEPIX_RESULTS",
    "EDGEPIX_METRICS",
    "EDGEPIX_DRAIN",
    "EDGEPIX_CLIENT_TIMEOUT",
    "EDGEPIX_CONNECTIONS",
];

fn names() -> impl Iterator<Item = &'static str> {
    OWN_NAMES.into_iter().chain(edgepix_service::NAMES)
}

#[test]
fn help_and_readme_name_every_variable() {
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let (output, text) = run(program().args(arguments));
        assert!(output.status.success());
        for name in names() {
            assert!(text.contains(name), "{name} is missing in {arguments:?}");
        }
    }
    let readme = include_str!("../README.md");
    for name in names() {
        assert!(readme.contains(name), "{name} is missing in the README");
    }
}

#[test]
fn a_wrong_configuration_refuses_to_start_and_says_why() {
    for (name, value, allowed) in [
        ("EDGEPIX_LISTEN", "localhost", "127.0.0.1:3000"),
        ("EDGEPIX_LISTEN", ":3000", "0.0.0.0:3000"),
        ("EDGEPIX_LISTEN", "192.0.2.1:1", "does not have the address. Example: EDGEPIX_LISTEN=0.0.0.0:1"),
        ("EDGEPIX_PAGE", "on", "0 or 1"),
        ("EDGEPIX_CACHE_BYTES", "64MiB", "whole number"),
        ("EDGEPIX_CONCURRENCY", "0", "1 … 1024"),
        ("EDGEPIX_ORIGIN", "/nothing/here", "folder"),
        ("EDGEPIX_ORIGIN", "ftp://example.com", "http or https"),
        ("EDGEPIX_ALLOWED_SOURCES", "example.com", "https://images.example.com/photos/"),
        ("EDGEPIX_TTL_MIN", "a minute", "whole number"),
        ("EDGEPIX_SIGNING_KEYS", "k:5ec2e7", "16 bytes"),
        ("EDGEPIX_PRESETS", "a?w=0", "preset `a`"),
        ("EDGEPIX_MEMORY_BUDGET", "1", "at least 2097152"),
        ("EDGEPIX_DRAIN", "8s", "It is `8s`. Example: EDGEPIX_DRAIN=30"),
        (
            "EDGEPIX_ORIGIN",
            "https://me:secret@example.com/",
            "Example: EDGEPIX_ORIGIN=https://images.example.com/photos/",
        ),
        ("EDGEPIX_LOG", "loud", "warn"),
        ("PORT", "http", "65535"),
    ] {
        let (output, text) = run(program().env(name, value));
        assert_eq!(output.status.code(), Some(1), "{name}={value}: {text}");
        assert!(text.contains(name) && text.contains(allowed) && text.lines().count() == 1, "{text}");
        assert!(!text.contains("me:secret") && !text.contains("5ec2e7"), "{text}");
        assert!(text.contains(&format!("{name}=")) || text.contains("not built yet"), "no example: {text}");
    }
    // An example as it was given.
    let (output, text) = run(program().args(["--timeout", "soon"]));
    assert!(!output.status.success() && text.contains("It is `soon`. Example: --timeout=30"), "{text}");
    let (output, text) = run(program().args(["--listen", "here"]));
    assert!(!output.status.success() && text.contains("--listen"), "{text}");
    let (output, _) = run(program().arg("--no-such-flag"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_port_in_use_is_said_with_another_to_take() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let (output, text) = run(program().args(["--listen", &address]));
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    for part in [&*address, "another program listens there", "Example: EDGEPIX_LISTEN=127.0.0.1:"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn health_is_asked_of_a_server_that_runs() {
    let server = Process::start(&[]);
    let address = server.address.to_string();
    let (output, text) = run(program().args(["health", "--listen", &address]));
    assert!(output.status.success() && text.contains("healthy"), "{text}");
    // As a container's variables say it: the port, on all addresses.
    let port = server.address.port().to_string();
    let (output, text) = run(program().arg("health").env("PORT", port));
    assert!(output.status.success(), "{text}");

    let silent = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (output, text) = run(program().arg("health").env("EDGEPIX_LISTEN", &silent));
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&silent) && text.contains("EDGEPIX_LISTEN"), "{text}");
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").unwrap();
    });
    let (output, text) = run(program().args(["health", "--listen", &address]));
    assert!(output.status.code() == Some(1) && text.contains("404 Not Found"), "{text}");
    answering.join().unwrap();
}

#[test]
fn errors_are_logged_with_their_kind_and_source() {
    let server = Process::start(&[]);
    for path in ["/resize/none.jpg", "/resize/?src=https%3A%2F%2Fa.example%2Fb.jpg%3Fkey%3Dsecret&w=8"] {
        let mut client = TcpStream::connect(server.address).unwrap();
        write!(client, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        client.read_to_end(&mut Vec::new()).unwrap();
    }
    let line = server.line("source-not-found");
    assert_eq!((line["path"].as_str(), line["status"].as_u64()), (Some("/resize/none.jpg"), Some(404)));
    assert!(line.get("source").is_none(), "{line}");
    let line = server.line("\"source-refused\"");
    assert_eq!(
        (line["path"].as_str(), line["source"].as_str()),
        (Some("/resize/"), Some("https://a.example/b.jpg"))
    );
    let why = server.line("is refused: ");
    assert!(
        why["message"].as_str().unwrap().contains("https://a.example/ in EDGEPIX_ALLOWED_SOURCES"),
        "{why}"
    );
    assert!(!server.log().contains("secret"));
}

#[cfg(unix)]
#[test]
fn it_starts_without_configuration_says_a_url_that_works_and_ends_when_told() {
    for (signal, format) in [("-TERM", "text"), ("-INT", "json")] {
        // An empty variable is unset; a flag wins over a variable.
        let mut server = program()
            .args(["--listen", "127.0.0.1:0", "--log-format", format])
            .envs([("EDGEPIX_LISTEN", "127.0.0.1:1"), ("EDGEPIX_ORIGIN", ""), ("EDGEPIX_LOG", "info")])
            .env("EDGEPIX_ORIGN", "a typing error")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(server.stderr.take().unwrap());
        let mut said = String::new();
        if format == "text" {
            let mut lines = BufReader::new(server.stdout.take().unwrap());
            while !said.contains("Jobs") {
                assert!(lines.read_line(&mut said).unwrap() > 0, "{said}");
            }
            for fact in ["sample photos", "refused", "32 MiB", "64 MiB"] {
                assert!(said.contains(fact), "{fact}: {said}");
            }
        } else {
            while !said.contains("listening") {
                assert!(log.read_line(&mut said).unwrap() > 0, "{said}");
            }
            assert!(
                said.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
                "{said}"
            );
            assert!(said.contains("EDGEPIX_ORIGN") && said.contains("is EDGEPIX_ORIGIN meant?"), "{said}");
        }

        let url = said.split(['"', ' ', '\n']).find(|word| word.contains("/resize/")).unwrap();
        let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        write!(client, "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));

        let killed = Command::new("kill").args([signal, &server.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert!(server.wait().unwrap().success());
        let mut rest = String::new();
        log.read_to_string(&mut rest).unwrap();
        let line = rest.lines().find(|line| line.contains("/resize/")).unwrap();
        for fact in ["GET", "200", "miss", "bytes", "ms"] {
            assert!(line.contains(fact), "{fact}: {line}");
        }
        assert!(!line.contains("w=800"), "the query is nobody's affair: {line}");
    }
}
