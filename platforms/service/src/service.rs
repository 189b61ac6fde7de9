//! The request's story, from top to bottom.

pub(crate) mod budget;
pub(crate) mod deadline;
mod image;
mod original;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{Method, Request, Response, StatusCode};

use self::budget::Budget;
use self::deadline::Deadline;
use self::image::Prepared;
use crate::answer::etag::{Conditions, Validator};
use crate::answer::hint::{self, FromOperator};
use crate::answer::problem;
use crate::answer::response::{CommonHeaders, Representation, health, server_timing, short_lived};
use crate::cache::stored::{Head, StoredResponse};
use crate::config::{Config, ConfigError};
use crate::request::{ImageRequest, Route};
use crate::seams::{Engine, Event, Lookup, Platform, report, unix};
use crate::source::fetch::{SourceReader, has_looped};
use crate::source::location::SourceLocation;
use crate::source::refusal::Refusal;

/// One instance of the service: its configuration, and what its jobs hold of the memory budget.
#[derive(Debug)]
pub struct Service {
    config: Config,
    budget: Budget,
}

impl Service {
    /// A service with this configuration.
    pub fn new(config: Config) -> Self {
        let budget = Budget::new(config.memory_budget, config.limits.memory);
        Self { config, budget }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Answers a request. Never fails: whatever goes wrong is an answer too.
    ///
    /// The answer to `HEAD` has no body, and `Content-Length` only where it is known: to a host that adds lengths by
    /// itself, an absent one does not mean zero.
    pub async fn handle<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Response<Bytes> {
        let headers = CommonHeaders::for_request(&request);
        let answer = self.answer(platform, engine, &request).await;
        headers.apply(answer.unwrap_or_else(|error| self.failed(platform, &request, &error)))
    }

    /// Answers a request on a host whose SDK blocks: [`handle`](Self::handle) without an executor.
    ///
    /// A platform or engine that waits after all is a defect, and answered as one.
    pub fn handle_blocking<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Response<Bytes> {
        let headers = CommonHeaders::for_request(&request);
        let answer = pin!(self.handle(platform, engine, request));
        match answer.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => {
                let defect = Error::new(Kind::Internal, "The platform waits where it should block.");
                headers.apply(problem::response(&defect, None))
            }
        }
    }

    async fn answer<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: &Request<()>,
    ) -> Result<Response<Bytes>, Error> {
        let config = &self.config;
        if has_looped(request.headers()) {
            return Err(Error::new(Kind::Loop, "The request has passed through this service already."));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Error::new(Kind::MethodNotAllowed, "Only GET and HEAD are answered."));
        }
        let now = unix(platform.wall());
        let asked = match Route::of(request.uri().path()) {
            Some(Route::Health) => return Ok(health()),
            Some(Route::Resize(path)) => ImageRequest::resize(path, request, config, now)?,
            Some(Route::Info(path)) => ImageRequest::info(path, request, config, now)?,
            None => return Err(Error::new(Kind::NotFound, "There is nothing here; images are at /resize/.")),
        };
        let deadline = Deadline::start(platform, config);
        let answer = self.image(platform, engine, request, &asked, deadline).await;
        let Err(error) = &answer else { return answer };
        match self.fallback(&asked, error) {
            Some(fallback) => {
                report(platform, config.log, &Event::FallbackShown(error));
                let shown = self.image(platform, engine, request, &fallback, deadline).await;
                // Its own error would not say what is wrong.
                shown.map(|shown| short_lived(shown, asked.left(unix(platform.wall())))).or(answer)
            }
            None => answer,
        }
    }

    /// What is shown in place of a source that is missing or broken, where something is configured.
    fn fallback(&self, asked: &ImageRequest, error: &Error) -> Option<ImageRequest> {
        match error.kind {
            Kind::SourceNotFound
            | Kind::OriginFailed
            | Kind::OriginTimeout
            | Kind::DamagedSource
            | Kind::UnsupportedSource => {
                let location = SourceLocation::of(self.config.fallback.as_ref()?, &self.config).ok()?;
                asked.of_fallback(location)
            }
            _ => None,
        }
    }

    /// Answers with what is asked of a source.
    async fn image<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: &Request<()>,
        asked: &ImageRequest,
        mut deadline: Deadline,
    ) -> Result<Response<Bytes>, Error> {
        let config = &self.config;
        let conditions = Conditions::of(request.headers());
        let slot = match self.lookup(platform, asked).await {
            Lookup::Hit(stored) => match from_cache(asked, stored, platform, &conditions) {
                Some(response) => return Ok(response),
                None => None,
            },
            Lookup::Miss(slot) => Some(slot),
            Lookup::Bypass => None,
        };

        deadline.fetch_starts(platform, config)?;
        let fetch_began = platform.monotonic();
        let reader = SourceReader { platform, config, deadline: &deadline };
        let source = reader.open(&asked.location).await?;
        let (origin_tag, last_modified) = (source.etag.clone(), source.last_modified);
        let freshness = source.freshness;
        let left = asked.left(unix(platform.wall()));
        let representation =
            Representation { request: asked, last_modified, freshness, age: None, left, dropped: "" };
        if let Some(tag) = &origin_tag {
            let possible = asked.possible_etags(Validator::Tag(tag), config);
            if let Some(etag) = conditions.settle(&possible, last_modified) {
                return Ok(representation.not_modified(etag));
            }
        }

        let memory = self.budget.reserve(0)?;
        let bytes = reader.read(source, &memory).await?;
        let fetch_took = platform.monotonic().saturating_sub(fetch_began);

        let prepared = Prepared::new(asked, engine, bytes.clone(), config, &memory).await?;
        let content = prepared.content();
        let dropped = prepared.dropped().to_string();
        let representation = Representation { dropped: &dropped, ..representation };
        let validator = origin_tag.as_deref().map_or(Validator::Bytes(&bytes), Validator::Tag);
        let etag = asked.etag(prepared.transform(), validator);
        if let Some(settled) = representation.settled_by(&conditions, &etag) {
            return Ok(settled);
        }
        if request.method() == Method::HEAD {
            return Ok(representation.ok(&etag, content, Bytes::new()));
        }

        // The engine has the last of it.
        drop(bytes);
        let time_left = deadline.left(platform)?;
        let transform_began = platform.monotonic();
        let body = prepared.finish(engine, time_left).await?;
        let transform_took = platform.monotonic().saturating_sub(transform_began);

        let mut response = representation.ok(&etag, content, memory.kept_by(body.clone()));
        if config.debug {
            server_timing(&mut response, &[("fetch", fetch_took), ("transform", transform_took)]);
        }
        if let (Some(slot), Some(ttl)) = (slot, freshness.storable()) {
            let stored_at = unix(platform.wall());
            let head = Head { content, etag, last_modified, stored_at, lifetime: ttl.as_secs(), dropped };
            if let Err(error) = platform.fill(slot, &StoredResponse { head, body }, ttl).await {
                report(platform, config.log, &Event::CacheFailed(&error));
            }
        }
        Ok(response)
    }

    /// The answer for an error. Why a source is refused goes into the log, and is told to whoever runs the service.
    fn failed<P: Platform>(&self, platform: &P, request: &Request<()>, error: &Error) -> Response<Bytes> {
        if let Some(refusal) = Refusal::behind(error) {
            let event = Event::SourceRefused { source: refusal.source(), message: &refusal.to_string() };
            report(platform, self.config.log, &event);
        }
        let is_told = request.extensions().get::<FromOperator>().is_some();
        problem::response(error, if is_told { hint::of(error) } else { None })
    }

    /// Looks the answer up. A cache that fails is as good as none.
    async fn lookup<P: Platform>(&self, platform: &P, asked: &ImageRequest) -> Lookup<P::Slot> {
        let found = platform.lookup(&asked.key(&self.config), &asked.tag()).await;
        found.unwrap_or_else(|error| {
            report(platform, self.config.log, &Event::CacheFailed(&error));
            Lookup::Bypass
        })
    }
}

/// Answers from the cache, unless what it gave is older than its lifetime or not what was asked.
fn from_cache<P: Platform>(
    asked: &ImageRequest,
    stored: StoredResponse,
    platform: &P,
    conditions: &Conditions,
) -> Option<Response<Bytes>> {
    let StoredResponse { head, body } = stored;
    let now = unix(platform.wall());
    let age = now.saturating_sub(head.stored_at);
    if age >= head.lifetime || !asked.is_answered_by(head.content) {
        return None;
    }
    let representation = Representation::of_stored(asked, &head, now);
    let settled = representation.settled_by(conditions, &head.etag);
    Some(settled.unwrap_or_else(|| representation.ok(&head.etag, head.content, body)))
}

/// The answer of an instance whose configuration is wrong: a 500 that names the variable.
pub fn misconfigured<B>(error: &ConfigError, request: &Request<B>) -> Response<Bytes> {
    let mut refusal = Error::new(Kind::Configuration, error.to_string());
    refusal.parameter = Some(error.name.into());
    refused(&refusal, request)
}

/// The answer to a request that is no proper HTTP, as a host finds it: a 400 that says why.
pub fn malformed<B>(detail: &str, request: &Request<B>) -> Response<Bytes> {
    CommonHeaders::for_request(request).apply(problem::of_http(StatusCode::BAD_REQUEST, detail))
}

/// The answer to a request that a host does not hand to the [`Service`], or whose answer it does not wait for.
pub fn refused<B>(error: &Error, request: &Request<B>) -> Response<Bytes> {
    CommonHeaders::for_request(request).apply(problem::response(error, None))
}
