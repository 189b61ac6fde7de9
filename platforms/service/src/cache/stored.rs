//! An answer as caches keep it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_core::Format;
use serde::{Deserialize, Serialize};

use crate::answer::freshness::{Freshness, Standing};
use crate::answer::terms::Terms;
use crate::config::Ttl;
use crate::seams::unix;
use crate::source::provenance::Provenance;

/// Seconds for which an answer is kept behind its life where the source's validators are known: to ask whether it has
/// changed costs far less than to make it again. A cache that is short of room forgets it sooner.
const KEPT_TO_REVALIDATE: u64 = 7 * 86_400;

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
    /// When it was made, or found to be unchanged: seconds since 1970.
    pub(crate) stored_at: u64,
    /// From `stored_at` on.
    pub(crate) freshness: Freshness,
    /// Names of metadata that was asked for and left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) dropped: String,
    /// How to ask whether the source has changed; `None` where that cannot be asked.
    pub(crate) provenance: Option<Provenance>,
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

    /// As a 200 that an HTTP cache keeps: with its media type, and a `Cache-Control` of the time that it is
    /// [kept](Self::kept).
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
        insert("cache-control", &format!("public, max-age={}", self.kept().as_secs()));
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

    /// What may be done with it at this time of day.
    pub fn standing(&self, now: SystemTime) -> Standing {
        self.head.freshness.standing(unix(now).saturating_sub(self.head.stored_at))
    }

    /// How long it is fresh, from when it was stored.
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.head.freshness.lifetime.unwrap_or(0))
    }

    /// How long it is of use, from when it was stored: beyond its life it is given stale, or revalidated.
    pub fn kept(&self) -> Duration {
        let Freshness { lifetime, while_revalidate, on_error, .. } = self.head.freshness;
        let validated = if self.head.provenance.is_some() { KEPT_TO_REVALIDATE } else { 0 };
        let behind = while_revalidate.max(on_error).max(validated);
        Duration::from_secs(lifetime.map_or(0, |lifetime| lifetime.saturating_add(behind)))
    }

    /// This, after the origin has said `now` that the source is the same; with the `terms` that it says now.
    pub(crate) fn renewed(&self, terms: Terms, ttl: Ttl, now: SystemTime) -> Self {
        let mut head = Head { freshness: terms.freshness(ttl), stored_at: unix(now), ..self.head.clone() };
        if let Some(provenance) = &mut head.provenance {
            provenance.terms = terms;
        }
        Self { head, body: self.body.clone() }
    }

    /// This, where the cache has been told that it is outdated before its time: it is revalidated first, and given where that
    /// fails.
    pub fn purged(mut self) -> Self {
        let freshness = &mut self.head.freshness;
        let life = freshness.lifetime.replace(0).unwrap_or(0);
        freshness.while_revalidate = 0;
        freshness.on_error = life.saturating_add(freshness.on_error);
        self
    }

    /// Bytes of memory that this takes, estimated.
    pub fn size(&self) -> usize {
        let provenance = self.head.provenance.as_ref().map_or(0, Provenance::size);
        self.body.len() + self.head.etag.len() + self.head.dropped.len() + provenance + size_of::<Self>()
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

    fn known() -> Provenance {
        let mut headers = http::HeaderMap::new();
        headers.insert("etag", http::HeaderValue::from_static("\"a \\ b\""));
        headers.insert("cache-control", http::HeaderValue::from_static("max-age=60, no-transform"));
        Provenance::of("https://a.example/", &headers, Terms::of(&headers, SystemTime::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn what_can_be_revalidated_is_kept_for_longer() {
        let freshness = Freshness { while_revalidate: 10, on_error: 20, ..Freshness::short() };
        let head = Head {
            content: Content::Json,
            etag: String::new(),
            last_modified: None,
            stored_at: 1_000,
            freshness,
            dropped: String::new(),
            provenance: None,
        };
        let plain = StoredResponse { head, body: Bytes::new() };
        assert_eq!((plain.lifetime().as_secs(), plain.kept().as_secs()), (60, 80));
        let mut known_source = plain.clone();
        known_source.head.provenance = Some(known());
        assert_eq!(known_source.kept().as_secs(), 60 + KEPT_TO_REVALIDATE);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(plain.standing(at(1_059)), Standing::Fresh);
        assert_eq!(plain.standing(at(1_060)), Standing::StaleWhileRevalidate);
        assert_eq!(plain.standing(at(1_079)), Standing::StaleIfError);
        assert_eq!(plain.standing(at(1_080)), Standing::Stale);
        assert_eq!(plain.clone().purged().standing(at(1_000)), Standing::StaleIfError);
        assert_eq!(plain.clone().purged().standing(at(1_080)), Standing::Stale);
        // Stored by a clock that was ahead.
        assert_eq!(plain.standing(at(0)), Standing::Fresh);
    }

    #[test]
    fn both_forms_give_back_what_was_stored() {
        for content in [Content::Image(Format::Webp), Content::Image(Format::Jpeg), Content::Json] {
            let head = Head {
                content,
                etag: "\"abc\"".into(),
                last_modified: Some(7),
                stored_at: 1_000,
                freshness: Freshness::short(),
                dropped: if content == Content::Json { String::new() } else { "exif, xmp".into() },
                provenance: (content != Content::Json).then(known),
            };
            let stored = StoredResponse { head, body: Bytes::from_static(b"body") };
            assert_eq!(StoredResponse::from_response(stored.to_response()), Some(stored.clone()));
            assert_eq!(StoredResponse::from_head(&stored.head(), stored.body.clone()), Some(stored));
        }
        assert_eq!(StoredResponse::from_head("{}", Bytes::new()), None);
        assert_eq!(StoredResponse::from_response(http::Response::new(Bytes::new())), None);
    }
}
