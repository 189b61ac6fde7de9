//! The service's first seam on a native host: fetching, folders, samples, the cache and the clocks.

use std::fs::File;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use edgepix_service::{
    CacheKey, ConfigError, FetchError, Gather, Lookup, Origin, Outgoing, Platform, Stored,
};
use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::cache::{Answers, Slot};
use crate::fetch::{self, Fetcher};
use crate::folder::Folder;
use crate::samples;
use crate::settings::Settings;

/// What this process gives to the service.
#[derive(Debug)]
pub(crate) struct Host {
    fetcher: Fetcher,
    local: Local,
    answers: Option<Answers>,
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
    pub(crate) fn new(settings: &Settings) -> Result<Self, ConfigError> {
        let local = match &settings.service.origin {
            Origin::Folder(path) => Local::Folder(Folder::new(path)?),
            Origin::Samples => Local::Samples,
            Origin::Url(_) | Origin::None => Local::Nowhere,
        };
        Ok(Self {
            fetcher: Fetcher::new(),
            local,
            answers: Answers::new(settings.cache_bytes, settings.service.timeout),
            started: Instant::now(),
        })
    }
}

impl<'a> Platform for &'a Host {
    type Body = Body;
    type Slot = Slot<'a>;

    async fn send(&self, outgoing: Outgoing) -> Result<Response<Body>, FetchError> {
        Ok(self.fetcher.send(outgoing).await?.map(Body::Web))
    }

    async fn open(&self, path: &str) -> Result<Response<Body>, FetchError> {
        let absent = || {
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        };
        match &self.local {
            Local::Nowhere => Err(FetchError::Failed),
            Local::Samples => Ok(samples::open(path).map_or_else(absent, |file| {
                let length = file.len();
                let mut response = Response::new(Body::Sample(file));
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_LENGTH, length.into());
                headers.insert(header::LAST_MODIFIED, HeaderValue::from_static(samples::DATE));
                response
            })),
            Local::Folder(folder) => match folder.open(path).await {
                Ok(response) => Ok(response.map(|file| file.map_or(Body::Empty, Body::File))),
                Err(error) => {
                    tracing::warn!(path, %error, "a file of the origin cannot be opened");
                    Err(FetchError::Failed)
                }
            },
        }
    }

    async fn read(
        &self,
        body: Body,
        hint: Option<u64>,
        cap: u64,
        limit: Duration,
    ) -> Result<Bytes, FetchError> {
        let bytes = async {
            match body {
                Body::Empty => Ok(Bytes::new()),
                Body::Sample(bytes) if bytes.len() as u64 > cap => Err(FetchError::TooLarge),
                Body::Sample(bytes) => Ok(bytes),
                Body::Web(body) => fetch::read(body, hint, cap).await,
                Body::File(file) => read_file(file, hint, cap).await,
            }
        };
        timeout(limit, bytes).await.unwrap_or(Err(FetchError::Timeout))
    }

    async fn lookup(&self, key: &CacheKey, _tag: &str) -> Lookup<Slot<'a>> {
        let host: &'a Host = self;
        match &host.answers {
            Some(answers) => answers.lookup(key).await,
            None => Lookup::Bypass,
        }
    }

    async fn fill(&self, slot: Slot<'a>, stored: &Stored, ttl: Duration) {
        slot.fill(stored.clone(), ttl);
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

async fn read_file(file: File, hint: Option<u64>, cap: u64) -> Result<Bytes, FetchError> {
    let read = move || {
        let mut gather = Gather::new(hint, cap)?;
        gather.read_from(file).map_err(|error| {
            tracing::warn!(%error, "a file of the origin cannot be read");
            FetchError::Interrupted
        })?;
        gather.finish()
    };
    spawn_blocking(read).await.unwrap_or(Err(FetchError::Failed))
}
