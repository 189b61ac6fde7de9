//! Clients that hold connections: those that ask nothing, those that do not read, those of one address.

mod support;

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::Server;
use support::process::Process;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Only what hangs takes so long.
const HUNG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn idle_connections_keep_nobody_out() {
    let server = Server::start(&[("EDGEPIX_CONNECTIONS", "16,12")]).await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    assert_eq!(timeout(HUNG, server.get("/health")).await.unwrap().status(), 200);
    // The first to come were the first to go; the last is still there.
    let mut byte = [0];
    assert_eq!(timeout(HUNG, idle[0].read(&mut byte)).await.unwrap().unwrap_or(0), 0);
    let last = idle.last_mut().unwrap();
    last.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert_eq!(timeout(HUNG, last.read(&mut byte)).await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn as_many_idle_connections_as_there_may_be_leave_health_alone() {
    const MOST: usize = 1024;
    // Both ends are files of this process.
    let files = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files }).unwrap();
    let settings = [("EDGEPIX_CONNECTIONS", "1024,1024"), ("EDGEPIX_CLIENT_TIMEOUT", "600")];
    let server = Server::start(&settings).await;
    let mut idle = Vec::new();
    for _ in 0..MOST {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    for _ in 0..10 {
        assert_eq!(timeout(HUNG, server.get("/health")).await.unwrap().status(), 200);
    }
}

#[tokio::test]
#[cfg(unix)]
async fn idle_connections_make_room_where_the_system_has_no_files_left() {
    let server = Process::start_with_files(64, &[("EDGEPIX_CONNECTIONS", "1024,1024")]);
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut start = [0; 12];
    timeout(HUNG, client.read_exact(&mut start)).await.unwrap().unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
}

#[tokio::test]
async fn who_does_not_take_an_answer_is_left() {
    let server = Server::start(&[
        ("EDGEPIX_CLIENT_TIMEOUT", "1,1"),
        ("EDGEPIX_CACHE_BYTES", "0"),
        ("EDGEPIX_MAX_OUTPUT_SIDE", "4000"),
    ])
    .await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    // More than what systems buffer of a connection.
    client
        .write_all(
            b"GET /resize/dogs.jpg?w=3000&h=3000&enlarge=1&format=png&effort=fast HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        .await
        .unwrap();
    let mut start = [0; 12];
    timeout(Duration::from_secs(60), client.read_exact(&mut start)).await.unwrap().unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    tokio::time::sleep(Duration::from_secs(3)).await;
    // What was on its way comes, and then the end, before all of it.
    let mut rest = Vec::new();
    let read = timeout(Duration::from_secs(30), client.read_to_end(&mut rest)).await.unwrap();
    let head = String::from_utf8_lossy(&rest[..rest.len().min(2000)]).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
    let length: usize = length.parse().unwrap();
    assert!(read.is_err() || rest.len() < length, "all of {length} bytes came");
    assert_eq!(server.get("/health").await.status(), 200);
}

#[tokio::test]
async fn a_head_has_its_time() {
    let server = Server::start(&[("EDGEPIX_CLIENT_TIMEOUT", "1")]).await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.write_all(b"GET /health HTTP/1.1\r\nHost:").await.unwrap();
    let mut rest = Vec::new();
    timeout(Duration::from_secs(20), client.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}
