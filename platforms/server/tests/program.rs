//! The program itself: its help, its refusals, its start and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The program with nothing of this process's variables.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
    command.env_clear().stdin(Stdio::null());
    command
}

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
        ("EDGEPIX_LISTEN", "192.0.2.1:1", "cannot be listened on"),
        ("EDGEPIX_PAGE", "on", "0 or 1"),
        ("EDGEPIX_CACHE_BYTES", "64MiB", "whole number"),
        ("EDGEPIX_CONCURRENCY", "0", "1 … 1024"),
        ("EDGEPIX_ORIGIN", "/nothing/here", "folder"),
        ("EDGEPIX_ORIGIN", "ftp://example.com", "http or https"),
        ("EDGEPIX_ALLOWED_SOURCES", "example.com", "https://images.example.com/photos/"),
        ("EDGEPIX_TTL_MIN", "a minute", "whole number"),
        ("EDGEPIX_SIGNING_KEYS", "a:00ff", "not built yet"),
        ("EDGEPIX_PRESETS", "a?w=1", "not built yet"),
        ("EDGEPIX_DRAIN", "8", "not built yet"),
        ("EDGEPIX_LOG", "loud", "warn"),
        ("PORT", "http", "65535"),
    ] {
        let (output, text) = run(program().env(name, value));
        assert_eq!(output.status.code(), Some(1), "{name}={value}: {text}");
        assert!(text.contains(name) && text.contains(allowed) && text.lines().count() == 1, "{text}");
    }
    let (output, text) = run(program().args(["--listen", "here"]));
    assert!(!output.status.success() && text.contains("--listen"), "{text}");
    let (output, _) = run(program().arg("--no-such-flag"));
    assert_eq!(output.status.code(), Some(2));
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
            assert!(said.contains("EDGEPIX_ORIGN"), "{said}");
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
