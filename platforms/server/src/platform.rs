//! What a native process gives to the service: fetching, folders, samples, the cache, the clocks and the log.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use edgepix_core::Error;
use edgepix_service::{
    BodyBuffer, Cache, CacheError, CacheKey, Clock, ConfigError, Event, Failure, Fetch, FetchError, LogLevel,
    Lookup, Observer, Origin, OriginRequest, Store, StoredResponse,
};
use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::cache::{MemoryCache, Slot};
use crate::fetch::{self, Fetcher};
use crate::folder::Folder;
use crate::metrics::Metrics;
use crate::record;
use crate::samples;
use crate::settings::Settings;

/// What this process gives to the service.
#[derive(Debug)]
pub(crate) struct Host {
    fetcher: Fetcher,
    local: Local,
    answers: Option<MemoryCache>,
    metrics: Arc<Metrics>,
    started: Instant,
}

/// Where sources named by a path are, unless they are on the web.
#[derive(Debug)]
enum Local {
    Nowhere,
    Folder(Folder),
    Samples,
}

/// The body of a source before it is read.
#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    Web(Incoming),
    File(File),
    Sample(Bytes),
}

impl Host {
    pub(crate) fn new(settings: &Settings, metrics: Arc<Metrics>) -> Result<Self, ConfigError> {
        let local = match &settings.service.origin {
            Origin::Folder(path) => Local::Folder(Folder::new(path)?),
            Origin::Samples => Local::Samples,
            Origin::Url(_) | Origin::None => Local::Nowhere,
        };
        Ok(Self {
            fetcher: Fetcher::new(settings.service.addresses()),
            local,
            answers: MemoryCache::new(settings.cache_bytes, settings.service.timeout),
            metrics,
            started: Instant::now(),
        })
    }

    /// Bytes of the cached answers, how many there may be, and how many answers.
    pub(crate) fn cached(&self) -> [u64; 3] {
        self.answers.as_ref().map_or([0; 3], MemoryCache::usage)
    }
}

impl Fetch for &Host {
    type Body = Body;

    async fn send(&self, request: OriginRequest) -> Result<Response<Body>, Failure> {
        Ok(self.fetcher.send(request).await?.map(Body::Web))
    }

    async fn read(&self, body: Body, buffer: BodyBuffer, limit: Duration) -> Result<Bytes, Failure> {
        let bytes = async {
            match body {
                Body::Empty => Ok(Bytes::new()),
                Body::Sample(bytes) => Ok(bytes),
                Body::Web(body) => fetch::read(body, buffer).await,
                Body::File(file) => read_file(file, buffer).await,
            }
        };
        timeout(limit, bytes).await.unwrap_or_else(|_| Err(FetchError::Timeout.into()))
    }
}

impl Store for &Host {
    async fn open(&self, path: &str) -> Result<Response<Body>, Failure> {
        match &self.local {
            Local::Nowhere => Err(FetchError::Failed.into()),
            Local::Samples => Ok(sample(path)),
            Local::Folder(folder) => match folder.open(path).await {
                Ok(response) => Ok(response.map(|file| file.map_or(Body::Empty, Body::File))),
                Err(error) => Err(Failure::new(FetchError::Failed, error)),
            },
        }
    }
}

impl<'a> Cache for &'a Host {
    type Slot = Slot<'a>;

    async fn lookup(&self, key: &CacheKey, _tag: &str) -> Result<Lookup<Slot<'a>>, CacheError> {
        let host: &'a Host = self;
        Ok(match &host.answers {
            Some(answers) => answers.lookup(key).await,
            None => Lookup::Bypass,
        })
    }

    async fn fill(&self, slot: Slot<'a>, stored: &StoredResponse) -> Result<(), CacheError> {
        slot.fill(stored.clone());
        Ok(())
    }

    async fn give_up(&self, slot: Slot<'a>, error: Option<&Error>, outdated: bool) -> Result<(), CacheError> {
        slot.give_up(error, outdated);
        Ok(())
    }
}

impl Clock for &Host {
    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Observer for &Host {
    fn observe(&self, event: &Event<'_>) {
        match event.level() {
            LogLevel::Off | LogLevel::Error | LogLevel::Warn => tracing::warn!("{event}"),
            LogLevel::Info | LogLevel::Debug | LogLevel::Trace => tracing::info!("{event}"),
        }
    }

    fn fetched(&self, took: Duration, bytes: Option<u64>) {
        record::fetched(&self.metrics, took, bytes);
    }
}

/// The head of the answer for a sample.
fn sample(path: &str) -> Response<Body> {
    let Some(file) = samples::open(path) else {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let length = file.len();
    let mut response = Response::new(Body::Sample(file));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::LAST_MODIFIED, HeaderValue::from_static(samples::DATE));
    response
}

async fn read_file(file: File, mut buffer: BodyBuffer) -> Result<Bytes, Failure> {
    let read = move || {
        buffer.read_from(file).map_err(|error| Failure::new(FetchError::Interrupted, error))?;
        Ok(buffer.finish()?)
    };
    spawn_blocking(read).await.unwrap_or_else(|_| Err(FetchError::Failed.into()))
}
