//! The request's story, from top to bottom.

pub(crate) mod budget;
pub(crate) mod deadline;
mod image;
mod making;
mod original;
mod stale;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{Method, Request, Response, StatusCode};

use self::budget::Budget;
use self::deadline::Deadline;
use self::making::Making;
pub use self::stale::{Answer, Refresh};
use self::stale::{Refreshes, Wanted};
use crate::answer::freshness::{Freshness, Standing};
use crate::answer::hint::{self, FromOperator};
use crate::answer::problem::{self, is_unstorable};
use crate::answer::response::{CacheStatus, CommonHeaders, health, lives, ready};
use crate::cache::stored::StoredResponse;
use crate::config::{Config, ConfigError};
use crate::request::{ImageRequest, Route};
use crate::seams::{Engine, Event, Lookup, Platform, report, unix};
use crate::source::fetch::has_looped;
use crate::source::location::SourceLocation;
use crate::source::refusal::Refusal;

/// One instance of the service: its configuration, what its jobs hold of the memory budget, and which stored answers it
/// refreshes.
#[derive(Debug)]
pub struct Service {
    config: Config,
    budget: Budget,
    refreshes: Refreshes,
}

impl Service {
    /// A service with this configuration.
    pub fn new(config: Config) -> Self {
        let budget = Budget::new(config.memory_budget, config.limits.memory);
        Self { config, budget, refreshes: Refreshes::default() }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Bytes that jobs hold and plan for at this moment, out of [`Config::memory_budget`].
    pub fn memory_reserved(&self) -> u64 {
        self.budget.taken()
    }

    /// Answers a request on a host without a cache. Never fails: whatever goes wrong is an answer too.
    ///
    /// The answer to `HEAD` has no body, and `Content-Length` only where it is known: to a host that adds lengths by
    /// itself, an absent one does not mean zero.
    pub async fn handle<P: Platform<Slot = ()>, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Response<Bytes> {
        self.answer(platform, engine, request).await.response
    }

    /// Answers a request on a host without a cache whose SDK blocks: [`handle`](Self::handle) without an executor.
    ///
    /// A platform or engine that waits after all is a defect, and answered as one.
    pub fn handle_blocking<P: Platform<Slot = ()>, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Response<Bytes> {
        self.answer_blocking(platform, engine, request).response
    }

    /// Answers a request, as [`handle`](Self::handle) does, on a host with a cache. What is to be done behind the answer
    /// comes with it.
    pub async fn answer<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Answer<P::Slot> {
        let headers = CommonHeaders::for_request(&request);
        let answer = self.dispatch(platform, engine, &request).await;
        let Answer { response, refresh } =
            answer.unwrap_or_else(|error| self.failed(platform, &request, &error).into());
        Answer { response: headers.apply(response), refresh }
    }

    /// [`answer`](Self::answer) on a host whose SDK blocks.
    ///
    /// A platform or engine that waits after all is a defect, and answered as one.
    pub fn answer_blocking<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Answer<P::Slot> {
        let headers = CommonHeaders::for_request(&request);
        at_once(self.answer(platform, engine, request)).unwrap_or_else(|| {
            let defect = Error::new(Kind::Internal, "The platform waits where it should block.");
            headers.apply(problem::response(&defect, None)).into()
        })
    }

    /// Does what is to be done behind an answer.
    pub async fn refresh<P: Platform, E: Engine>(&self, platform: &P, engine: &E, refresh: Refresh<P::Slot>) {
        let Refresh { asked, key, stored, slot } = refresh;
        let mut deadline = Deadline::start(platform, &self.config);
        if deadline.fetch_starts(platform, &self.config).is_ok() {
            let (wanted, stored, slot) = (&Wanted::default(), Some(&stored), Some(slot));
            let asked = &asked;
            let making = Making { service: self, platform, engine, wanted, asked, deadline, stored, slot };
            if making.answer().await.is_ok() {
                self.refreshes.succeeded(&key);
            }
        }
    }

    /// [`refresh`](Self::refresh) on a host whose SDK blocks.
    pub fn refresh_blocking<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        refresh: Refresh<P::Slot>,
    ) {
        let _ = at_once(self.refresh(platform, engine, refresh));
    }

    async fn dispatch<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: &Request<()>,
    ) -> Result<Answer<P::Slot>, Error> {
        let config = &self.config;
        if has_looped(request.headers()) {
            return Err(Error::new(Kind::Loop, "The request has passed through this service already."));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Error::new(Kind::MethodNotAllowed, "Only GET and HEAD are answered."));
        }
        let now = unix(platform.wall());
        let asked = match Route::of(request.uri().path()) {
            Some(Route::Health) => return Ok(health().into()),
            Some(Route::Ready) => return engine.ready().map(|()| ready().into()),
            Some(Route::Resize(path)) => ImageRequest::resize(path, request, config, now)?,
            Some(Route::Info(path)) => ImageRequest::info(path, request, config, now)?,
            None => return Err(Error::new(Kind::NotFound, "There is nothing here; images are at /resize/.")),
        };
        let deadline = Deadline::start(platform, config);
        let wanted = Wanted::of(request);
        let answer = self.image(platform, engine, &wanted, &asked, deadline).await;
        let Err(error) = &answer else { return answer };
        match self.fallback(&asked, error) {
            Some(fallback) => {
                report(platform, config.log, &Event::FallbackShown(error));
                let Ok(shown) = self.image(platform, engine, &wanted, &fallback, deadline).await else {
                    // Its own error would not say what is wrong.
                    return answer;
                };
                let left = asked.left(unix(platform.wall()));
                let life = if is_unstorable(error) {
                    Freshness::NO_STORE
                } else {
                    Freshness::short().at_most(left.unwrap_or(u64::MAX))
                };
                Ok(Answer { response: lives(shown.response, life), ..shown })
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

    /// Answers with what is asked of a source: what is stored of it, or what is made now.
    async fn image<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        wanted: &Wanted,
        asked: &ImageRequest,
        mut deadline: Deadline,
    ) -> Result<Answer<P::Slot>, Error> {
        let now = || platform.wall();
        let fits = |stored: &StoredResponse| asked.is_answered_by(stored.head.content);
        let (stored, slot) = match self.lookup(platform, asked).await {
            Lookup::Found(stored, slot) if fits(&stored) => match stored.standing(now()) {
                Standing::Fresh => return Ok(wanted.stored(asked, &stored, CacheStatus::Hit, now()).into()),
                Standing::StaleWhileRevalidate => {
                    let response = wanted.stored(asked, &stored, CacheStatus::Hit, now());
                    let key = asked.key(&self.config);
                    let slot = slot.filter(|_| self.refreshes.begin(&key, unix(now())));
                    let refresh = slot.map(|slot| Refresh { asked: asked.clone(), key, stored, slot });
                    return Ok(Answer { response, refresh });
                }
                Standing::StaleIfError | Standing::Stale => (Some(stored), slot),
            },
            Lookup::Shared(stored) if fits(&stored) => {
                return Ok(wanted.stored(asked, &stored, CacheStatus::Hit, now()).into());
            }
            Lookup::Failed(error, stored) => {
                let stored = stored.filter(fits);
                return wanted.despite(error, asked, stored.as_ref(), now()).map(Answer::from);
            }
            Lookup::Miss(slot) => (None, Some(slot)),
            // Or it has another format than the one that is named.
            Lookup::Bypass | Lookup::Found(..) | Lookup::Shared(_) => (None, None),
        };
        deadline.fetch_starts(platform, &self.config)?;
        let stored = stored.as_ref();
        let making = Making { service: self, platform, engine, wanted, asked, deadline, stored, slot };
        let made = making.answer().await;
        made.or_else(|error| wanted.despite(error, asked, stored, now())).map(Answer::from)
    }

    /// The answer for an error. Why a source is refused, and which setting would allow a job, goes into the log and is told
    /// to whoever runs the service.
    fn failed<P: Platform>(&self, platform: &P, request: &Request<()>, error: &Error) -> Response<Bytes> {
        if let Some(refusal) = Refusal::behind(error) {
            let event = Event::SourceRefused { source: refusal.source(), message: &refusal.to_string() };
            report(platform, self.config.log, &event);
        }
        let hint = hint::of(error);
        if let (Kind::TooLarge, Some(hint)) = (error.kind, &hint) {
            report(platform, self.config.log, &Event::LimitPassed { error, hint });
        }
        let is_told = request.extensions().get::<FromOperator>().is_some();
        problem::response(error, hint.filter(|_| is_told))
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

/// What a future gives at its first poll: all that there is to it where nothing waits.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
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
