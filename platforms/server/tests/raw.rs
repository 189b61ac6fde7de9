//! What is answered to bytes that no proper client sends, and to those that proper ones seldom do (RFC 9110, RFC 9112).

mod support;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use support::{Server, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Behind each request, so that the connection ends: where it is answered, the one before has left it usable.
const LAST: &str = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// An answer as it stands on the wire.
struct Answer {
    status: u16,
    /// In lower case.
    head: String,
    body: String,
}

impl Answer {
    fn is_problem_of_http(&self) -> bool {
        self.head.contains("content-type: application/problem+json\r\n")
            && self.head.contains("cache-control: no-store\r\n")
            && self.body.contains("\"type\":\"about:blank\"")
    }
}

/// All answers to some bytes, until the server ends the connection.
async fn answers(server: &Server, bytes: impl AsRef<[u8]>) -> Vec<Answer> {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // Who is refused early need not take the rest.
    let _ = stream.write_all(bytes.as_ref()).await;
    let mut text = Vec::new();
    let read = timeout(Duration::from_secs(60), stream.read_to_end(&mut text));
    // A reset comes behind what was answered, where bytes were left unread.
    let _ = read.await.expect("the server leaves the connection open");
    let mut rest = String::from_utf8_lossy(&text).into_owned();
    let mut answers = Vec::new();
    while !rest.is_empty() {
        let (head, body) = rest.split_once("\r\n\r\n").expect("an answer has a head");
        let head = format!("{head}\r\n").to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        answers.push(Answer { status, body: body[..length].to_owned(), head });
        rest = body[length..].to_owned();
    }
    answers
}

async fn statuses(server: &Server, bytes: impl AsRef<[u8]>) -> Vec<u16> {
    answers(server, bytes).await.iter().map(|answer| answer.status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_whose_framing_or_host_is_unclear_are_refused_and_end_the_connection() {
    let server = Server::start(&[]).await;
    for request in [
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET /health HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a@b\r\n\r\n",
        "GET /health HTTP/1.0\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        // The target's own host does not make up for it.
        "GET http://a/health HTTP/1.1\r\n\r\n",
        "GET http://me@a/health HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a/health HTTP/1.1\r\nHost: a\r\n\r\n",
        // Two lengths: somebody between may have read the other one.
        "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ] {
        let answers = answers(&server, format!("{request}{LAST}")).await;
        assert_eq!(answers.len(), 1, "{request}");
        let answer = &answers[0];
        assert_eq!(answer.status, 400, "{request}");
        assert!(answer.is_problem_of_http(), "{request}: {}{}", answer.head, answer.body);
        assert!(answer.head.contains("connection: close\r\n"), "{request}: {}", answer.head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused_and_ends_the_connection() {
    let server = Server::start(&[]).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(300_000));
    let many = format!("GET /health HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: b\r\n".repeat(200));
    let large = format!("GET /health HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "b".repeat(300_000));
    for (request, expected) in [
        ("GET /health\r\n\r\n", &[400][..]),
        ("GET /health HTTP/2.0\r\nHost: a\r\n\r\n", &[400, 505]),
        ("GET /health HTTP/1.2\r\nHost: a\r\n\r\n", &[400, 505]),
        ("GET /health http/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\n Host: a\r\n\r\n", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\na", &[400]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", &[400, 501]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", &[400, 501]),
        ("GET /health HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400]),
        ("G\u{e4}T /health HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("\x16\x03\x01\x02\0\x01\0\x01\x7c\x03\x03", &[400]),
        (&long, &[414, 431]),
        (&large, &[431]),
        (&many, &[431]),
    ] {
        let shown = &request[..request.len().min(90)];
        let answers = answers(&server, format!("{request}{LAST}")).await;
        assert_eq!(answers.len(), 1, "{shown:?}");
        assert!(expected.contains(&answers[0].status), "{shown:?}: {}", answers[0].head);
        assert!(answers[0].head.contains("connection: close\r\n"), "{shown:?}: {}", answers[0].head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unusual_and_right_is_answered() {
    let server = Server::start(&[]).await;
    for (request, expected) in [
        ("GET http://other.example/health HTTP/1.1\r\nHost: a\r\n\r\n", &[200, 200][..]),
        ("\r\n\r\nGET /health HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", &[200, 200]),
        ("GET /health HTTP/1.1\nHost: a\n\n", &[200, 200]),
        ("GET /health HTTP/1.1\r\nhOsT:a:\r\n\r\n", &[200, 200]),
        ("GET /health HTTP/1.0\r\n\r\n", &[200]),
        ("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &[200, 200]),
        ("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", &[200]),
        (
            "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket\r\n\r\n",
            &[200, 200],
        ),
        // Three at once.
        ("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n", &[200, 404, 200]),
        // Methods that are not answered, and their bodies.
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", &[405, 200]),
        ("TRACE /health HTTP/1.1\r\nHost: a\r\n\r\n", &[405, 200]),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", &[405, 200]),
        ("BREW /health HTTP/1.1\r\nHost: a\r\n\r\n", &[405, 200]),
        ("PUT /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", &[405, 200]),
        // Trailing garbage is a request of its own.
        ("GET /health HTTP/1.1\r\nHost: a\r\n\r\ngarbage\r\n\r\n", &[200, 400]),
    ] {
        assert_eq!(statuses(&server, format!("{request}{LAST}")).await, expected, "{request:?}");
    }
    for method in ["OPTIONS * ", "CONNECT a:80 ", "TRACE / "] {
        let refused = &answers(&server, format!("{method}HTTP/1.1\r\nHost: a\r\n\r\n{LAST}")).await[0];
        assert!(refused.head.contains("allow: get, head\r\n"), "{}", refused.head);
        assert!(refused.head.contains("content-type: application/problem+json\r\n"), "{}", refused.head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_nobody_reads_are_never_taken_for_requests() {
    let server = Server::start(&[]).await;
    let hidden = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n";
    for head in [
        format!("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n", hidden.len()),
        format!("POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n", hidden.len()),
        format!(
            "GET /health HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {}\r\n",
            hidden.len()
        ),
    ] {
        let statuses = statuses(&server, format!("{head}\r\n{hidden}{LAST}")).await;
        // No 404 of the hidden request, and no 100: the body is not asked for.
        assert!(matches!(statuses[..], [200 | 405] | [200 | 405, 200]), "{head}: {statuses:?}");
    }
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let posted =
        format!("POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{LAST}");
    let statuses = statuses(&server, posted).await;
    assert!(matches!(statuses[..], [405] | [405, 200]), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_the_headers_of_get() {
    let server = Server::start(&[]).await;
    let made = server.get("/resize/fig.jpg?w=32").await;
    let etag = header(&made, "etag");
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (path, condition, status) in [
        ("/health", ("accept", "*/*"), 200),
        ("/", ("accept", "*/*"), 200),
        ("/none", ("accept", "*/*"), 404),
        ("/resize/none.jpg", ("accept", "*/*"), 404),
        ("/resize/fig.jpg?w=x", ("accept", "*/*"), 400),
        ("/resize/fig.jpg?w=32", ("accept", "*/*"), 200),
        ("/resize/fig.jpg?w=32", ("if-none-match", etag), 304),
        ("/resize/fig.jpg?w=32", ("if-match", "\"other\""), 412),
        ("/resize/fig.jpg?w=32", ("if-unmodified-since", past), 412),
        ("/info/fig.jpg", ("accept", "*/*"), 200),
    ] {
        let ask =
            |method| server.ask(Request::builder().method(method).uri(path).header(condition.0, condition.1));
        // Where the first one makes the answer, the cache says so.
        let _ = ask("GET").await;
        let (get, head) = (ask("GET").await, ask("HEAD").await);
        assert_eq!((get.status().as_u16(), head.status().as_u16()), (status, status), "{path}");
        assert!(head.body().is_empty());
        let headers = |answer: &Response<Bytes>| {
            let mut headers: Vec<_> = answer
                .headers()
                .iter()
                .filter(|(name, _)| !["date", "age", "x-request-id"].contains(&name.as_str()))
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            headers.sort();
            headers
        };
        assert_eq!(headers(&get), headers(&head), "{path}");
        if status == 304 {
            // RFC 9110 §15.4.5: what the 200 would have said for caches, and nothing about a body.
            for name in ["etag", "cache-control", "vary", "date", "last-modified"] {
                assert!(get.headers().contains_key(name), "{name}");
            }
            for name in ["content-type", "content-length", "content-disposition", "transfer-encoding"] {
                assert!(!get.headers().contains_key(name), "{name}");
            }
        }
    }
}
