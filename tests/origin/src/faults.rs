//! What a path does that no file is at.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use socket2::SockRef;

/// Answers 200 with these lines in the head, each ended by `\r\n`.
pub(crate) fn ok(stream: &mut TcpStream, lines: &str, body: &[u8]) -> io::Result<()> {
    whole(stream, "200 OK", &format!("{lines}Content-Length: {}\r\n", body.len()), body)
}

/// Does what the path says. A number at its end does not change which fault it is.
pub(crate) fn act(path: &str, head: &str, photo: &[u8], stream: &mut TcpStream) -> io::Result<()> {
    let half = &photo[..photo.len() / 2];
    let announce = |length: usize| format!("Content-Length: {length}\r\n");
    match path.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "/photo.jpg" => ok(stream, "", photo),
        "/no-length.jpg" => whole(stream, "200 OK", "", photo),
        "/slow-" => {
            sleep(Duration::from_millis(300));
            ok(stream, "", photo)
        }
        "/tagged.jpg" => {
            let facts = "ETag: \"one\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nCache-Control: max-age=120\r\n";
            ok(stream, facts, photo)
        }
        // Fresh for a second; with a tag that it knows again, a longer life behind it, or both.
        "/second.jpg" => ok(stream, "Cache-Control: max-age=1\r\n", photo),
        "/second-tagged.jpg" => validated(stream, head, "max-age=1", photo),
        "/second-stale.jpg" => validated(stream, head, "max-age=1, stale-while-revalidate=600", photo),
        "/second-on-error.jpg" => validated(stream, head, "max-age=1, stale-if-error=600", photo),
        // Longer than what the system takes of an answer that nobody reads.
        "/tagged-large.jpg" => {
            let body = [photo, &vec![0; 14 << 20]].concat();
            ok(stream, "ETag: \"large\"\r\n", &body)
        }
        "/private.jpg" => ok(stream, "Cache-Control: no-store\r\n", photo),
        "/secrets.jpg" => ok(stream, "Set-Cookie: a=b\r\nServer: secret\r\n", photo),
        "/hints.jpg" => {
            stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")?;
            ok(stream, "", photo)
        }
        "/chunked.jpg" => chunked(stream, photo, b"0\r\n\r\n"),
        // Two lengths; some programs believe the one, some the other.
        "/two-lengths.jpg" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes())?;
            in_chunks(stream, photo, b"0\r\n\r\n")
        }
        "/chunked-cut.jpg" => chunked(stream, photo, b"40\r\nabc"),
        // Truly packed, for hosts that unpack it unasked.
        "/gzip.jpg" => {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(photo)?;
            ok(stream, "Content-Encoding: gzip\r\n", &packed.finish()?)
        }
        "/short.jpg" => whole(stream, "200 OK", &announce(photo.len() + 1), photo),
        "/cut.jpg" => whole(stream, "200 OK", &announce(photo.len()), half),
        "/announced.jpg" => whole(stream, "200 OK", &announce(1_000_000_000), half),
        // Within the limits of a native server, beyond those of an isolate.
        "/announced-20mb.jpg" => whole(stream, "200 OK", &announce(20_000_000), &[0xff; 8192]),
        // Within the limits of an isolate.
        "/announced-10mb.jpg" => whole(stream, "200 OK", &announce(10_000_000), &[0xff; 8192]),
        "/endless.jpg" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(&[0xff; 4096])?;
            }
        }
        "/stalls-at-once" => stall(stream),
        "/stalls-in-head" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-")?;
            stall(stream)
        }
        "/stalls-in-body" => {
            whole(stream, "200 OK", &announce(photo.len()), half)?;
            stall(stream)
        }
        "/resets-at-once" => reset(stream),
        "/resets-in-body" => {
            whole(stream, "200 OK", &announce(photo.len()), half)?;
            reset(stream)
        }
        // Twenty bytes a second.
        "/drips.jpg" => {
            whole(stream, "200 OK", &announce(photo.len()), b"")?;
            photo.iter().try_for_each(|byte| {
                sleep(Duration::from_millis(50));
                stream.write_all(&[*byte])
            })
        }
        "/huge-head.jpg" => {
            let line = format!("X-Padding: {}\r\n", "a".repeat(1000));
            ok(stream, &line.repeat(2000), photo)
        }
        "/many-lines.jpg" => ok(stream, &"X: y\r\n".repeat(20_000), photo),
        "/garbage" => stream.write_all(b"\x16\x03\x01 I do not speak HTTP\r\n\r\n"),
        "/hangs-up" => Ok(()),
        "/text.jpg" => ok(stream, "", b"hello"),
        "/empty.jpg" => ok(stream, "", b""),
        "/truncated.jpg" => ok(stream, "", &photo[..700.min(photo.len())]),
        "/status/" => {
            let status = path.trim_start_matches("/status/");
            whole(stream, &format!("{status} Whatever"), &announce(photo.len()), photo)
        }
        // As many hops as the number says.
        "/hops/" => match path.trim_start_matches("/hops/").parse().unwrap_or(0) {
            0 => ok(stream, "", photo),
            number => redirect(stream, "302 Found", &(number - 1).to_string()),
        },
        "/loop" => redirect(stream, "301 Moved", "/loop"),
        "/nowhere" => whole(stream, "302 Found", &announce(0), b""),
        _ => match path.strip_prefix("/to/") {
            Some(target) => redirect(stream, "307 There", target),
            None => whole(stream, "404 Not Found", &announce(0), b""),
        },
    }
}

/// A 200, or a 304 where the request has its tag.
fn validated(stream: &mut TcpStream, head: &str, control: &str, body: &[u8]) -> io::Result<()> {
    let lines = format!("ETag: \"one\"\r\nCache-Control: {control}\r\n");
    if head.to_ascii_lowercase().contains("\r\nif-none-match: \"one\"\r\n") {
        return whole(stream, "304 Not Modified", &lines, b"");
    }
    ok(stream, &lines, body)
}

/// Sends nothing more until the client has hung up, however long that takes.
fn stall(stream: &mut TcpStream) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(|_| ())
}

/// Ends a connection as a machine does that has forgotten it: with RST in place of FIN.
fn reset(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

/// An answer with these lines in its head, whatever they say of its body.
fn whole(stream: &mut TcpStream, status: &str, lines: &str, body: &[u8]) -> io::Result<()> {
    stream.write_all(format!("HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n").as_bytes())?;
    stream.write_all(body)
}

fn redirect(stream: &mut TcpStream, status: &str, target: &str) -> io::Result<()> {
    whole(stream, status, &format!("Location: {target}\r\nContent-Length: 0\r\n"), b"")
}

fn chunked(stream: &mut TcpStream, body: &[u8], end: &[u8]) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
    in_chunks(stream, body, end)
}

fn in_chunks(stream: &mut TcpStream, body: &[u8], end: &[u8]) -> io::Result<()> {
    for piece in body.chunks(100) {
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
        stream.write_all(piece)?;
        stream.write_all(b"\r\n")?;
    }
    stream.write_all(end)
}
