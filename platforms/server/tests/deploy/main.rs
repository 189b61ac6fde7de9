//! The files for those who run the server, tried as they are written: proxies in front of it, the image of a container, the
//! unit of systemd. Only addresses and folders are replaced by those of the test.
#![cfg(unix)]

mod caddy;
mod docker;
mod nginx;
#[path = "../support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod systemd;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use std::{env, fs};

use support::process::Process;

/// A file from the root of the repository.
fn file(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A text with parts of it replaced, each of which it must hold.
fn with(mut text: String, replacements: &[(&str, &str)]) -> String {
    for (from, to) in replacements {
        assert!(text.contains(from), "`{from}` is not in {text}");
        text = text.replace(from, to);
    }
    text
}

/// A program that is not ours: the one that `cargo xtask` has got, else the one on the path.
fn tool(variable: &str, name: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    let found = env::var_os(variable).map(PathBuf::from).or(found);
    found.unwrap_or_else(|| {
        panic!("{name} is needed: `cargo xtask setup` gets it, and `cargo xtask test` sets {variable}")
    })
}

/// A proxy that runs. Dropped, it is told to end, so that it can end its own processes.
struct Proxy {
    address: SocketAddr,
    child: Child,
}

impl Proxy {
    /// Starts it, and waits until it accepts connections.
    fn start(mut command: Command, address: SocketAddr) -> Self {
        let mut child = command.spawn().unwrap();
        for _ in 0..6000 {
            if TcpStream::connect(address).is_ok() {
                return Self { address, child };
            }
            assert!(child.try_wait().unwrap().is_none(), "{command:?} ended");
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{command:?} does not listen");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// An address of this machine where nobody listens.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// An answer over HTTP/1.1.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// All values of a header, in their order.
    fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let values = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        values.collect::<Vec<_>>().join(", ")
    }
}

fn get(address: SocketAddr, path: &str, accept: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let accept = if accept.is_empty() { String::new() } else { format!("Accept: {accept}\r\n") };
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: images.example.com\r\n{accept}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: answer.split_off(end + 4) }
}

/// How often a server was asked for a path so far.
fn asked(server: &Process, path: &str) -> usize {
    // Lines come in the order of the answers: those before this one's are there when it is.
    static MARKS: AtomicUsize = AtomicUsize::new(0);
    let mark = format!("/mark-{}-", MARKS.fetch_add(1, Ordering::Relaxed));
    get(server.address, &mark, "");
    server.line(&mark);
    let line = format!("\"path\":\"{path}\"");
    server.log().lines().filter(|entry| entry.contains(&line)).count()
}

/// What browsers and others write into `Accept`, and names that only look like WebP's.
const ACCEPTS: [&str; 12] = [
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "image/webp,image/avif,image/jxl,image/heic,video/*;q=0.8,*/*;q=0.5",
    "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "IMAGE/WebP",
    "image/webp;q=0.5, */*",
    "image/webp;q=0, */*",
    "image/webp; q=0.0",
    "image/webpx",
    "image/avif",
    "image/jxl",
    "*/*",
    "",
];
