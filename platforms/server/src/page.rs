//! The playground at `/`, carried in the program.

use std::net::IpAddr;

use bytes::Bytes;
use edgepix_core::Limits;
use edgepix_playground::{FILES, SCRIPT, VOCABULARY};
use http::uri::Authority;
use http::{HeaderValue, Method, Request, Response, Uri, header};

/// The page loads nothing from elsewhere, and runs nothing but its own files.
const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'";

/// The page, the list of samples that it offers, and the parameters that it has controls for.
#[derive(Debug)]
pub(crate) struct Page {
    samples: Bytes,
    vocabulary: Bytes,
}

impl Page {
    /// A page that offers these samples, a JSON array, and parameters within these limits.
    pub(crate) fn new(samples: String, limits: &Limits) -> Self {
        Self { samples: samples.into(), vocabulary: edgepix_playground::vocabulary(limits).into() }
    }

    /// The page's answer, if the path is one of its own.
    pub(crate) fn answer<B>(&self, request: &Request<B>) -> Option<Response<Bytes>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let (media_type, content) = match request.uri().path() {
            "/samples.json" => ("application/json", self.samples.clone()),
            VOCABULARY => (SCRIPT, self.vocabulary.clone()),
            path => {
                let (_, media_type, content) = FILES.iter().find(|(name, ..)| *name == path)?;
                (*media_type, Bytes::from_static(content))
            }
        };
        let length = content.len();
        let mut response = Response::new(content);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CONTENT_LENGTH, length.into());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        Some(response)
    }
}

/// Whether a request is sent by the page, opened on this very machine: both the server and the page that the browser names
/// are at a loopback address. Behind a proxy a stranger's browser names the proxy's address as its page's.
pub(crate) fn asks<B>(request: &Request<B>) -> bool {
    let text = |name: header::HeaderName| request.headers().get(name)?.to_str().ok();
    let host: Option<Authority> = text(header::HOST).and_then(|host| host.parse().ok());
    let page: Option<Uri> = text(header::REFERER).and_then(|referer| referer.parse().ok());
    let (Some(host), Some(page)) = (host, page) else { return false };
    page.authority() == Some(&host) && is_loopback(host.host())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_on_this_machine_asks_for_the_operator() {
        for (host, referer, is_page) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000/", true),
            ("localhost:3000", "http://localhost:3000/?src=a", true),
            ("[::1]:3000", "http://[::1]:3000/", true),
            // curl, another page, one on another port.
            ("127.0.0.1:3000", "", false),
            ("127.0.0.1:3000", "https://evil.example/", false),
            ("127.0.0.1:3000", "http://127.0.0.1:8080/", false),
            // Behind a proxy that keeps the host, and behind one that does not.
            ("images.example.com", "https://images.example.com/", false),
            ("127.0.0.1:3000", "https://images.example.com/", false),
            // A name of somebody else's that leads here.
            ("rebound.example:3000", "http://rebound.example:3000/", false),
            ("", "http://127.0.0.1:3000/", false),
        ] {
            let mut request = Request::get("/resize/");
            for (name, value) in [("host", host), ("referer", referer)] {
                if !value.is_empty() {
                    request = request.header(name, value);
                }
            }
            assert_eq!(asks(&request.body(()).unwrap()), is_page, "{host} {referer}");
        }
    }
}
