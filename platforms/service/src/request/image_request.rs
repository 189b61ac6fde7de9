//! What a request asks for: the source, what to make of it, and the names that the answer has in caches.

use edgepix_core::vocabulary::SOURCE;
use edgepix_core::{Error, Format, Transform};
use http::Request;

use super::canonical;
use super::negotiate::Outcome;
use super::params::{Params, parse_info_query, parse_query};
use crate::answer::etag::{self, Validator, sha256_hex};
use crate::cache::CacheKey;
use crate::cache::stored::Content;
use crate::config::Config;
use crate::source::location::{SourceLocation, SourceReference};

/// What is asked, parsed and negotiated.
#[derive(Clone, Debug)]
pub(crate) struct ImageRequest {
    pub(crate) source: SourceReference,
    pub(crate) location: SourceLocation,
    pub(crate) action: Action,
    version: Option<String>,
    /// When the URL ends, in seconds since 1970.
    end: Option<u64>,
}

/// What to make of the source.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Resize(Box<Params>, Outcome),
    Info,
}

impl ImageRequest {
    /// Reads a `/resize/` request. `path`: what comes behind the route. `now`: seconds since 1970.
    pub(crate) fn resize(
        path: &str,
        request: &Request<()>,
        config: &Config,
        now: u64,
    ) -> Result<Self, Error> {
        let end = signed(request, config, now)?;
        let mut params = parse_query(request.uri().query().unwrap_or_default(), config)?;
        let source = one_source(path, params.source.take())?;
        let outcome = Outcome::of(params.format, request.headers(), &config.formats);
        let version = params.version.take();
        let location = SourceLocation::of(&source, config)?;
        Ok(Self { source, location, action: Action::Resize(Box::new(params), outcome), version, end })
    }

    /// Reads an `/info/` request, as [`resize`](Self::resize) does.
    pub(crate) fn info(path: &str, request: &Request<()>, config: &Config, now: u64) -> Result<Self, Error> {
        let end = signed(request, config, now)?;
        let (source, version) = parse_info_query(request.uri().query().unwrap_or_default(), config)?;
        let source = one_source(path, source)?;
        let location = SourceLocation::of(&source, config)?;
        Ok(Self { source, location, action: Action::Info, version, end })
    }

    /// The same of another source, under the same name; `None` where only the description is asked for.
    pub(crate) fn of_fallback(&self, location: SourceLocation) -> Option<Self> {
        match self.action {
            Action::Resize(..) => Some(Self { location, ..self.clone() }),
            Action::Info => None,
        }
    }

    /// Seconds until the URL ends, where it does.
    pub(crate) fn left(&self, now: u64) -> Option<u64> {
        self.end.map(|end| end.saturating_sub(now))
    }

    /// The answer's name in the cache: the canonical request, with the location that the source is read from.
    pub(crate) fn key(&self, config: &Config) -> CacheKey {
        let (location, version) = (self.location.as_str(), self.version.as_deref());
        CacheKey(match &self.action {
            Action::Info => canonical::info(location, version),
            Action::Resize(params, outcome) => match outcome.named() {
                Some(coding) => {
                    let transform = params.negotiated(coding, config);
                    canonical::resize(location, version, &transform, Some(coding.format))
                }
                // The source's header decides between JPEG and PNG; the transform for JPEG holds every option.
                None => canonical::resize(location, version, &params.transform(Format::Jpeg, config), None),
            },
        })
    }

    /// Whether a stored answer of this content, found under our [key](Self::key), may be given. A request that names a
    /// format shares its key with requests that only prefer it, whose answer may have another.
    pub(crate) fn is_answered_by(&self, content: Content) -> bool {
        match self.action {
            Action::Resize(_, Outcome::Fixed(format)) => content == Content::Image(format),
            Action::Resize(..) | Action::Info => true,
        }
    }

    /// The source's name in caches, by which all that was made of it is purged.
    pub(crate) fn tag(&self) -> String {
        format!("edgepix-{}", &sha256_hex(&[self.location.as_str().as_bytes()])[..16])
    }

    /// The entity tag of the answer with this content: of the request as it is written, wherever the host that
    /// answers has its origin.
    /// `transform`: what makes the image, [normalized](edgepix_core::Transform::normalized); `None` for a description.
    pub(crate) fn etag(&self, transform: Option<&Transform>, validator: Validator<'_>) -> String {
        let (source, version) = (self.source.canonical(), self.version.as_deref());
        let canonical = match transform {
            Some(transform) => canonical::resize(&source, version, transform, transform.format()),
            None => canonical::info(&source, version),
        };
        etag::of(&canonical, validator)
    }

    /// The entity tags that the answer may have, while the source's header is unread.
    pub(crate) fn possible_etags(&self, validator: Validator<'_>, config: &Config) -> Vec<String> {
        let Action::Resize(params, outcome) = &self.action else {
            return vec![self.etag(None, validator)];
        };
        let transforms =
            outcome.possible(&config.formats).into_iter().map(|coding| params.negotiated(coding, config));
        transforms.map(|transform| self.etag(Some(&transform), validator)).collect()
    }
}

/// Checks the signature, and gives the second at which the URL ends.
fn signed(request: &Request<()>, config: &Config, now: u64) -> Result<Option<u64>, Error> {
    config.signing.check(request.uri().path(), request.uri().query().unwrap_or_default(), now)
}

/// The source, which is named once: by the path or by `src`.
fn one_source(path: &str, src: Option<SourceReference>) -> Result<SourceReference, Error> {
    match (path, src) {
        ("" | "/", Some(source)) => Ok(source),
        ("" | "/", None) => Err(Error::parameter("src", "The request names no source.", SOURCE)),
        (path, None) => SourceReference::from_route(path),
        (_, Some(_)) => Err(Error::parameter(
            "src",
            "The request names two sources: one by its path, one by `src`.",
            SOURCE,
        )),
    }
}
