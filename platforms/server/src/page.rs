//! The playground at `/`, carried in the program.

use bytes::Bytes;
use edgepix_core::Limits;
use edgepix_playground::{FILES, SCRIPT, VOCABULARY};
use http::{HeaderValue, Method, Request, Response, header};

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
