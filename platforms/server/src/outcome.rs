//! What became of a request, in words of closed sets: for the log, the metrics and the spans.

use bytes::Bytes;
use edgepix_core::{Format, Kind};
use edgepix_service::Route as ServiceRoute;
use http::{Method, Response, StatusCode, header};

/// Where a request leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Resize,
    Info,
    Health,
    Ready,
    /// The page, its files and originals, and what there is not.
    Other,
}

/// What the cache had for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheUse {
    /// A fresh answer.
    Hit,
    /// One that is past its lifetime, which was given all the same.
    Stale,
    /// One that is past its lifetime, so that the origin was asked.
    Expired,
    /// Nothing.
    Miss,
    /// It was not asked.
    None,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The status; `None` where the client has gone before its answer.
    pub(crate) status: Option<StatusCode>,
    /// Why it failed, where it did.
    pub(crate) error: Option<Kind>,
    /// A format's name, `json` or `none`.
    pub(crate) format: &'static str,
    pub(crate) cache: CacheUse,
    /// The length of the body that is sent.
    pub(crate) bytes: u64,
}

impl Route {
    pub(crate) fn of(path: &str) -> Self {
        match ServiceRoute::of(path) {
            Some(ServiceRoute::Resize(_)) => Route::Resize,
            Some(ServiceRoute::Info(_)) => Route::Info,
            Some(ServiceRoute::Health) => Route::Health,
            Some(ServiceRoute::Ready) => Route::Ready,
            None => Route::Other,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Route::Resize => "resize",
            Route::Info => "info",
            Route::Health => "health",
            Route::Ready => "ready",
            Route::Other => "other",
        }
    }
}

impl CacheUse {
    pub(crate) const ALL: [Self; 5] = [Self::Hit, Self::Stale, Self::Expired, Self::Miss, Self::None];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            CacheUse::Hit => "hit",
            CacheUse::Stale => "stale",
            CacheUse::Expired => "expired",
            CacheUse::Miss => "miss",
            CacheUse::None => "none",
        }
    }

    /// From what the answer says in `Cache-Status` (RFC 9211): a stale answer is a hit whose `ttl` is negative or whose detail
    /// says so.
    fn of(status: Option<&str>) -> Self {
        let Some(status) = status else { return CacheUse::None };
        let mut words = status.split(';').map(str::trim);
        let is_stale = |word: &str| word.starts_with("ttl=-") || word == "detail=stale";
        if words.clone().any(|word| word == "hit") {
            return if words.any(is_stale) { CacheUse::Stale } else { CacheUse::Hit };
        }
        if words.any(|word| word == "fwd=stale") { CacheUse::Expired } else { CacheUse::Miss }
    }
}

impl Outcome {
    /// The client has gone.
    pub(crate) const GONE: Self =
        Self { status: None, error: None, format: "none", cache: CacheUse::None, bytes: 0 };

    /// Of an answer to a request with this method.
    pub(crate) fn of(response: &Response<Bytes>, method: &Method) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let error = response.extensions().get().copied();
        let media_type = text(header::CONTENT_TYPE).filter(|_| error.is_none()).unwrap_or_default();
        let format = Format::all().find(|format| format.media_type() == media_type).map(Format::name);
        let cache = CacheUse::of(text(header::HeaderName::from_static("cache-status")));
        let bytes = if method == Method::HEAD { 0 } else { response.body().len() as u64 };
        let json = if media_type == "application/json" { "json" } else { "none" };
        Self { status: Some(response.status()), error, format: format.unwrap_or(json), cache, bytes }
    }

    /// The kind of the error, or `ok`, `not-modified`, `gone`.
    pub(crate) fn name(&self) -> &'static str {
        match (self.status, self.error) {
            (None, _) => "gone",
            (_, Some(kind)) => kind.slug(),
            (Some(StatusCode::NOT_MODIFIED), None) => "not-modified",
            (Some(_), None) => "ok",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caches_part_is_read_from_the_header() {
        for (status, state) in [
            (None, CacheUse::None),
            (Some("edgepix; hit"), CacheUse::Hit),
            (Some("edgepix; hit; ttl=60"), CacheUse::Hit),
            (Some("edgepix; hit; ttl=-5"), CacheUse::Stale),
            (Some("edgepix; hit; detail=stale"), CacheUse::Stale),
            (Some("edgepix; fwd=stale; fwd-status=304"), CacheUse::Expired),
            (Some("edgepix; fwd=miss"), CacheUse::Miss),
            (Some("edgepix; fwd=uri-miss"), CacheUse::Miss),
        ] {
            assert_eq!(CacheUse::of(status), state, "{status:?}");
        }
    }

    #[test]
    fn outcomes_have_names_of_closed_sets() {
        let named = |outcome: &Outcome| (outcome.name(), outcome.format, outcome.bytes);
        let mut response = Response::new(Bytes::from_static(b"four"));
        assert_eq!(named(&Outcome::of(&response, &Method::GET)), ("ok", "none", 4));
        for (media_type, format) in
            [("image/webp", "webp"), ("application/json", "json"), ("text/html", "none")]
        {
            response.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
            assert_eq!(named(&Outcome::of(&response, &Method::HEAD)), ("ok", format, 0));
        }
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        assert_eq!(Outcome::of(&response, &Method::GET).name(), "not-modified");
        response.extensions_mut().insert(Kind::TooLarge);
        assert_eq!(Outcome::of(&response, &Method::GET).name(), "too-large");
        assert_eq!(Outcome::GONE.name(), "gone");
    }

    #[test]
    fn routes_have_names_whatever_is_asked() {
        for (path, name) in [
            ("/resize/a.jpg", "resize"),
            ("/resize", "resize"),
            ("/resized", "other"),
            ("/info/", "info"),
            ("/health", "health"),
            ("/ready", "ready"),
            ("/", "other"),
            ("*", "other"),
        ] {
            assert_eq!(Route::of(path).name(), name, "{path}");
        }
    }
}
