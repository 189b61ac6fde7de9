//! The request's story, from top to bottom.

pub(crate) mod budget;
pub(crate) mod deadline;
pub(crate) mod work;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{Method, Request, Response};

use crate::answer::etag::{Conditions, Validator};
use crate::answer::problem;
use crate::answer::response::{Facts, Manner, health, server_timing};
use crate::cache::stored::{Head, Stored, unix};
use crate::config::{Config, ConfigError};
use crate::request::job::{Job, Route};
use crate::seams::engine::Engine;
use crate::seams::platform::{Lookup, Platform};
use crate::service::budget::Budget;
use crate::service::deadline::Deadline;
use crate::service::work::Work;
use crate::source::fetch::{self, has_looped};

/// One instance of the service: its configuration, and what its jobs hold of the memory budget.
#[derive(Debug)]
pub struct Service {
    config: Config,
    budget: Budget,
}

impl Service {
    /// A service with this configuration.
    pub fn new(config: Config) -> Self {
        let budget = Budget::new(config.memory_budget);
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
        let manner = Manner::of(&request);
        let answer = self.answer(platform, engine, &request).await;
        manner.finish(answer.unwrap_or_else(|error| problem::response(&error)))
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
        let manner = Manner::of(&request);
        let answer = pin!(self.handle(platform, engine, request));
        match answer.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => {
                let defect = Error::new(Kind::Internal, "The platform waits where it should block.");
                manner.finish(problem::response(&defect))
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
        let job = match Route::of(request.uri().path()) {
            Some(Route::Health) => return Ok(health()),
            Some(Route::Resize(path)) => Job::resize(path, request, config)?,
            Some(Route::Info(path)) => Job::info(path, request, config)?,
            None => return Err(Error::new(Kind::NotFound, "There is nothing here; images are at /resize/.")),
        };
        let conditions = Conditions::of(request.headers());
        let mut deadline = Deadline::start(platform, config);

        let slot = match platform.lookup(&job.key(config), &job.tag()).await {
            Lookup::Hit(stored) => match from_cache(&job, stored, platform, &conditions) {
                Some(response) => return Ok(response),
                None => None,
            },
            Lookup::Miss(slot) => Some(slot),
            Lookup::Bypass => None,
        };

        deadline.fetch_starts(platform, config)?;
        let fetch_began = platform.monotonic();
        let source = fetch::open(platform, config, &job.place, &deadline).await?;
        let (origin_tag, last_modified) = (source.etag.clone(), source.last_modified);
        let freshness = source.freshness;
        let facts = Facts { job: &job, last_modified, freshness, age: None };
        if let Some(tag) = &origin_tag {
            let possible = job.possible_etags(Validator::Tag(tag), config);
            if let Some(etag) = conditions.settle(&possible, last_modified) {
                return Ok(facts.not_modified(etag));
            }
        }

        let cap = source.expected(config)?;
        let mut memory = self.budget.reserve(cap)?;
        let bytes = source.read(platform, cap, &deadline).await?;
        memory.resize(bytes.len() as u64)?;
        let fetch_took = platform.monotonic().saturating_sub(fetch_began);

        let work = Work::plan(&job, engine, &bytes, config, &mut memory).await?;
        let content = work.content();
        let validator = origin_tag.as_deref().map_or(Validator::Bytes(&bytes), Validator::Tag);
        let etag = job.etag(content, validator, config);
        if conditions.hold(&etag, last_modified) {
            return Ok(facts.not_modified(&etag));
        }
        if request.method() == Method::HEAD {
            return Ok(facts.ok(&etag, content, Bytes::new()));
        }

        deadline.check(platform)?;
        let transform_began = platform.monotonic();
        let body = work.finish(engine, bytes).await?;
        let transform_took = platform.monotonic().saturating_sub(transform_began);

        let mut response = facts.ok(&etag, content, memory.kept_by(body.clone()));
        if config.debug {
            server_timing(&mut response, &[("fetch", fetch_took), ("transform", transform_took)]);
        }
        if let (Some(slot), Some(ttl)) = (slot, freshness.storable()) {
            let stored_at = unix(platform.wall());
            let head = Head { content, etag, last_modified, stored_at, lifetime: ttl.as_secs() };
            platform.fill(slot, &Stored { head, body }, ttl).await;
        }
        Ok(response)
    }
}

/// Answers from the cache, unless what it gave is older than its lifetime.
fn from_cache<P: Platform>(
    job: &Job,
    stored: Stored,
    platform: &P,
    conditions: &Conditions,
) -> Option<Response<Bytes>> {
    let Stored { head, body } = stored;
    let age = unix(platform.wall()).saturating_sub(head.stored_at);
    if age >= head.lifetime {
        return None;
    }
    let facts = Facts::of_stored(job, &head, age);
    let held = conditions.hold(&head.etag, head.last_modified);
    Some(if held { facts.not_modified(&head.etag) } else { facts.ok(&head.etag, head.content, body) })
}

/// The answer of an instance whose configuration is wrong: a 500 that names the variable.
pub fn misconfigured<B>(error: &ConfigError, request: &Request<B>) -> Response<Bytes> {
    let mut refusal = Error::new(Kind::Configuration, error.to_string());
    refusal.parameter = Some(error.name.into());
    Manner::of(request).finish(problem::response(&refusal))
}
