//! An origin that does all that origins should not. Its paths say what it will do.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::{LARGE, photo};

/// The origin, and the heads of the requests that it was sent.
#[derive(Clone)]
pub(crate) struct Origin {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Self { address: listener.local_addr().unwrap(), requests: Arc::default() };
        let this = origin.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Clients that hang up are what is being tested.
                let this = this.clone();
                tokio::spawn(async move { this.answer(stream).await.ok() });
            }
        });
        origin
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often a path was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        let line = format!("GET {path} HTTP/1.1\r\n");
        self.requests.lock().unwrap().iter().filter(|head| head.starts_with(&line)).count()
    }

    /// The last request's head.
    pub(crate) fn last(&self) -> String {
        self.requests.lock().unwrap().last().unwrap().clone()
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests.lock().unwrap().push(head);
        self.act(&path, &mut stream).await?;
        stream.shutdown().await
    }

    async fn act(&self, path: &str, stream: &mut TcpStream) -> std::io::Result<()> {
        let (photo, length) = (photo(), photo().len());
        let half = &photo[..length / 2];
        let (head, body) = match path.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "/photo.jpg" => (format!("200 OK\r\nContent-Length: {length}"), &photo[..]),
            "/no-length.jpg" => ("200 OK".to_owned(), &photo[..]),
            "/large-" => (format!("200 OK\r\nContent-Length: {}", LARGE.len()), LARGE),
            "/slow-" => {
                sleep(Duration::from_millis(300)).await;
                (format!("200 OK\r\nContent-Length: {length}"), &photo[..])
            }
            "/tagged.jpg" => {
                let facts = "ETag: \"one\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nCache-Control: max-age=120";
                (format!("200 OK\r\n{facts}\r\nContent-Length: {length}"), &photo[..])
            }
            "/private.jpg" => {
                (format!("200 OK\r\nCache-Control: no-store\r\nContent-Length: {length}"), &photo[..])
            }
            "/secrets.jpg" => (
                format!("200 OK\r\nSet-Cookie: a=b\r\nServer: secret\r\nContent-Length: {length}"),
                &photo[..],
            ),
            "/hints.jpg" => {
                stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").await?;
                (format!("200 OK\r\nContent-Length: {length}"), &photo[..])
            }
            "/chunked.jpg" | "/chunked-cut.jpg" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
                for chunk in photo.chunks(100) {
                    stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                    stream.write_all(chunk).await?;
                    stream.write_all(b"\r\n").await?;
                }
                let end: &[u8] = if path == "/chunked.jpg" { b"0\r\n\r\n" } else { b"40\r\nabc" };
                return stream.write_all(end).await;
            }
            "/gzip.jpg" => {
                (format!("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}"), &photo[..])
            }
            "/short.jpg" => (format!("200 OK\r\nContent-Length: {}", length + 1), &photo[..]),
            "/cut.jpg" => (format!("200 OK\r\nContent-Length: {length}"), half),
            "/announced.jpg" => ("200 OK\r\nContent-Length: 1000000000".to_owned(), half),
            "/endless.jpg" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                loop {
                    stream.write_all(&[0xff; 4096]).await?;
                }
            }
            "/stalls-at-once" => {
                sleep(Duration::from_secs(60)).await;
                return Ok(());
            }
            "/stalls-in-head" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-").await?;
                sleep(Duration::from_secs(60)).await;
                return Ok(());
            }
            "/stalls-in-body" => {
                stream
                    .write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes())
                    .await?;
                stream.write_all(half).await?;
                sleep(Duration::from_secs(60)).await;
                return Ok(());
            }
            "/garbage" => return stream.write_all(b"\x16\x03\x01 I do not speak HTTP\r\n\r\n").await,
            "/hangs-up" => return Ok(()),
            "/text.jpg" => ("200 OK\r\nContent-Length: 5".to_owned(), &b"hello"[..]),
            "/empty.jpg" => ("200 OK\r\nContent-Length: 0".to_owned(), &b""[..]),
            "/truncated.jpg" => {
                (format!("200 OK\r\nContent-Length: {}", 700.min(length)), &photo[..700.min(length)])
            }
            "/status/" => (format!("{} Whatever\r\nContent-Length: {length}", &path[8..]), &photo[..]),
            // As many hops as the number says.
            "/hops/" => match path[6..].parse().unwrap_or(0) {
                0 => (format!("200 OK\r\nContent-Length: {length}"), &photo[..]),
                n => (format!("302 Found\r\nLocation: {}\r\nContent-Length: 0", n - 1), &b""[..]),
            },
            "/loop" => ("301 Moved\r\nLocation: /loop\r\nContent-Length: 0".to_owned(), &b""[..]),
            "/nowhere" => ("302 Found\r\nContent-Length: 0".to_owned(), &b""[..]),
            other => match other.strip_prefix("/to/") {
                Some(rest) => {
                    let to = path.strip_prefix("/to/").unwrap_or(rest);
                    (format!("307 There\r\nLocation: {to}\r\nContent-Length: 0"), &b""[..])
                }
                None => ("404 Not Found\r\nContent-Length: 0".to_owned(), &b""[..]),
            },
        };
        stream.write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
        stream.write_all(body).await
    }
}
