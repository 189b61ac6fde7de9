//! An answer as caches keep it.

use bytes::Bytes;
use edgepix_core::Format;
use serde::{Deserialize, Serialize};

/// A stored answer: the body, and the values from which headers are written for each request.
///
/// A cache of objects keeps it whole; a cache of bytes keeps [`head`](Self::head) beside the body; an HTTP cache keeps
/// [`to_response`](Self::to_response).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
}

/// All of a stored answer but its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) content: Content,
    pub(crate) etag: String,
    /// Seconds since 1970.
    pub(crate) last_modified: Option<u64>,
    /// Seconds since 1970.
    pub(crate) stored_at: u64,
    /// Seconds from `stored_at`.
    pub(crate) lifetime: u64,
    /// Names of metadata that was asked for and left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) dropped: String,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Image(Format),
    Json,
}

/// Carries [`StoredResponse::head`] in [`StoredResponse::to_response`].
const HEAD: &str = "edgepix-stored";

impl StoredResponse {
    /// Everything but the body, in one line of printable ASCII.
    pub fn head(&self) -> String {
        serde_json::to_string(&self.head).unwrap_or_default()
    }

    /// From what [`head`](Self::head) gave and the body; `None` where that is no such line.
    pub fn from_head(head: &str, body: Bytes) -> Option<Self> {
        Some(Self { head: serde_json::from_str(head).ok()?, body })
    }

    /// As a 200 that an HTTP cache keeps: with its media type, and a `Cache-Control` of the time to live.
    pub fn to_response(&self) -> http::Response<Bytes> {
        let mut response = http::Response::new(self.body.clone());
        let headers = response.headers_mut();
        let mut insert = |name: &'static str, value: &str| {
            if let Ok(value) = http::HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        insert("content-type", self.media_type());
        insert("content-length", &self.body.len().to_string());
        insert("cache-control", &format!("public, max-age={}", self.head.lifetime));
        insert(HEAD, &self.head());
        response
    }

    /// From what [`to_response`](Self::to_response) gave, whatever headers the cache added or dropped beside ours.
    pub fn from_response(response: http::Response<Bytes>) -> Option<Self> {
        let head = response.headers().get(HEAD)?.to_str().ok()?.to_owned();
        Self::from_head(&head, response.into_body())
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body's media type.
    pub fn media_type(&self) -> &'static str {
        self.head.content.media_type()
    }

    /// Bytes of memory that this takes, estimated.
    pub fn size(&self) -> usize {
        self.body.len() + self.head.etag.len() + self.head.dropped.len() + size_of::<Self>()
    }
}

impl Content {
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Content::Image(format) => format.media_type(),
            Content::Json => "application/json",
        }
    }
}

impl Serialize for Content {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Content::Image(format) => format.name(),
            Content::Json => "json",
        })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "json" => Ok(Content::Json),
            name => name.parse().map(Content::Image).map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_back_what_was_stored() {
        for content in [Content::Image(Format::Webp), Content::Image(Format::Jpeg), Content::Json] {
            let head = Head {
                content,
                etag: "\"abc\"".into(),
                last_modified: Some(7),
                stored_at: 1_000,
                lifetime: 60,
                dropped: if content == Content::Json { String::new() } else { "exif, xmp".into() },
            };
            let stored = StoredResponse { head, body: Bytes::from_static(b"body") };
            assert_eq!(StoredResponse::from_response(stored.to_response()), Some(stored.clone()));
            assert_eq!(StoredResponse::from_head(&stored.head(), stored.body.clone()), Some(stored));
        }
        assert_eq!(StoredResponse::from_head("{}", Bytes::new()), None);
        assert_eq!(StoredResponse::from_response(http::Response::new(Bytes::new())), None);
    }
}
