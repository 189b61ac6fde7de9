//! The service's first seam on Fastly: every method blocks, so that no future ever waits.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use edgepix_service::{CacheKey, Config, FetchError, LogLevel, Lookup, Outgoing, Platform, Stored};
use fastly::Body;
use http::Response;

use crate::cache::{self, Slot};
use crate::fetch::{self, Failure};

/// What an instance gives to the service.
pub(crate) struct Host<'a> {
    config: &'a Config,
    started: Instant,
}

impl<'a> Host<'a> {
    pub(crate) fn new(config: &'a Config) -> Self {
        Self { config, started: Instant::now() }
    }

    /// Writes the host's own words into the log, which clients never see.
    fn warn(&self, what: &str, words: impl fmt::Display) {
        if self.config.log >= LogLevel::Warn {
            eprintln!("edgepix: {what}: {words}");
        }
    }

    fn fetched<T>(&self, what: &str, result: Result<T, Failure>) -> Result<T, FetchError> {
        result.map_err(|Failure { kind, words }| {
            self.warn(what, words);
            kind
        })
    }
}

impl Platform for Host<'_> {
    type Body = Body;
    type Slot = Slot;

    async fn send(&self, outgoing: Outgoing) -> Result<Response<Body>, FetchError> {
        self.fetched("the origin cannot be asked", fetch::send(outgoing, &self.config.origin))
    }

    async fn read(
        &self,
        body: Body,
        hint: Option<u64>,
        cap: u64,
        timeout: Duration,
    ) -> Result<Bytes, FetchError> {
        self.fetched("the origin's answer cannot be read", fetch::read(body, hint, cap, timeout))
    }

    async fn lookup(&self, key: &CacheKey, tag: &str) -> Lookup<Slot> {
        cache::lookup(key, tag, self.config.timeout).unwrap_or_else(|error| {
            self.warn("the cache cannot be asked", error);
            Lookup::Bypass
        })
    }

    async fn fill(&self, slot: Slot, stored: &Stored, ttl: Duration) {
        if let Err(error) = slot.fill(stored, ttl) {
            self.warn("an answer cannot be stored", error);
        }
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}
