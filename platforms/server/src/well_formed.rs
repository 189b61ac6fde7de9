//! Whether a request is one that every program on its way reads in the same way (RFC 9112 §3.2, §6.3). What the HTTP library
//! refuses by itself never comes here.

use std::net::Ipv6Addr;

use http::header::{HOST, TRANSFER_ENCODING};
use http::{Method, Request, Uri, Version};

/// What is wrong with a request, as a sentence; `None` where it may be answered.
pub(crate) fn fault<B>(request: &Request<B>) -> Option<&'static str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() >= Version::HTTP_11 => return Some("The request has no `Host`."),
        (Some(_), Some(_)) => return Some("The request has more than one `Host`."),
        (Some(host), None) if !is_host(host.as_bytes()) => {
            return Some("The request's `Host` is not a host with or without a port.");
        }
        _ => {}
    }
    if !is_target(request.uri()) {
        return Some("The request's target is not a path or an http or https URL.");
    }
    // Where there is a length beside it, the library has removed that, so that nobody sees it here. Nothing that is
    // answered needs a body.
    let has_body = request.headers().contains_key(TRANSFER_ENCODING);
    if has_body && matches!(*request.method(), Method::GET | Method::HEAD) {
        return Some("GET and HEAD are not answered with `Transfer-Encoding`.");
    }
    None
}

/// Whether a target in absolute form is one that this server may answer for. The host is not compared with anything: every
/// name that leads here is answered alike.
fn is_target(uri: &Uri) -> bool {
    let Some(scheme) = uri.scheme_str() else { return true };
    let authority = uri.authority().map(|authority| authority.as_str().as_bytes());
    ["http", "https"].contains(&scheme) && authority.is_some_and(is_host)
}

/// `uri-host [":" port]` (RFC 9110 §7.2, RFC 3986 §3.2.2), the host not empty.
fn is_host(value: &[u8]) -> bool {
    let Ok(value) = str::from_utf8(value) else { return false };
    let (host_is_right, rest) = match value.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((address, rest)) => (address.parse::<Ipv6Addr>().is_ok(), rest),
            None => return false,
        },
        None => {
            let (name, rest) = value.split_at(value.find(':').unwrap_or(value.len()));
            (!name.is_empty() && is_name(name.as_bytes()), rest)
        }
    };
    let port_is_right = match rest.strip_prefix(':') {
        Some(port) => {
            port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok())
        }
        None => rest.is_empty(),
    };
    host_is_right && port_is_right
}

/// `reg-name`: letters, digits, some marks, and whatever is percent-encoded.
fn is_name(mut name: &[u8]) -> bool {
    loop {
        name = match name {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            [byte, rest @ ..] if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) => rest,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, right) in [
            ("a", true),
            ("images.example.com", true),
            ("images.example.com:8080", true),
            ("images.example.com:", true),
            ("a_b.example", true),
            ("127.0.0.1:3000", true),
            ("[::1]", true),
            ("[::1]:3000", true),
            ("%41.example", true),
            ("", false),
            (":80", false),
            ("a:b", false),
            ("a:65536", false),
            ("a:80:80", false),
            ("a b", false),
            ("a, b", false),
            ("a/b", false),
            ("a@b", false),
            ("a?b", false),
            ("a#b", false),
            ("a\\b", false),
            ("%4", false),
            ("::1", false),
            ("[::1", false),
            ("[::1]x", false),
            ("[a]", false),
            ("[]", false),
            ("\u{e4}", false),
        ] {
            assert_eq!(is_host(host.as_bytes()), right, "{host}");
        }
        assert!(!is_host(b"\xff"));
    }

    #[test]
    fn targets() {
        for (target, right) in [
            ("/", true),
            ("*", true),
            ("a:80", true),
            ("http://a/health", true),
            ("https://a:443/health?x", true),
            ("http://me@a/health", false),
            ("ftp://a/health", false),
        ] {
            assert_eq!(is_target(&target.parse().unwrap()), right, "{target}");
        }
    }
}
