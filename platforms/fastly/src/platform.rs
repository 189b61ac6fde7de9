//! What Fastly gives to the service. Every method blocks, so that no future ever waits.

use std::time::{Duration, Instant};

use bytes::Bytes;
use edgepix_service::{
    BodyBuffer, Cache, CacheError, CacheKey, Clock, Config, Error, Event, Failure, Fetch, Lookup, Observer,
    OriginRequest, RequestId, Store, StoredResponse,
};
use fastly::Body;
use http::Response;

use crate::cache::{self, Slot};
use crate::fetch;

/// What an instance has for its one request.
pub(crate) struct Host<'a> {
    config: &'a Config,
    id: Option<RequestId>,
    started: Instant,
}

impl<'a> Host<'a> {
    pub(crate) fn new(config: &'a Config, id: Option<RequestId>) -> Self {
        Self { config, id, started: Instant::now() }
    }
}

impl Fetch for Host<'_> {
    type Body = Body;

    async fn send(&self, request: OriginRequest) -> Result<Response<Body>, Failure> {
        fetch::send(request, &self.config.origin)
    }

    async fn read(&self, body: Body, buffer: BodyBuffer, timeout: Duration) -> Result<Bytes, Failure> {
        fetch::read(body, buffer, timeout)
    }
}

impl Store for Host<'_> {}

impl Cache for Host<'_> {
    type Slot = Slot;

    async fn lookup(&self, key: &CacheKey, tag: &str) -> Result<Lookup<Slot>, CacheError> {
        cache::lookup(key, tag, self.config.timeout).map_err(CacheError::new)
    }

    async fn fill(&self, slot: Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        slot.fill(stored).map_err(CacheError::new)
    }

    async fn renew(&self, slot: Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        slot.renew(stored).map_err(CacheError::new)
    }

    async fn give_up(&self, slot: Slot, error: Option<&Error>, outdated: bool) -> Result<(), CacheError> {
        slot.give_up(error, outdated).map_err(CacheError::new)
    }
}

impl Clock for Host<'_> {
    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Observer for Host<'_> {
    fn observe(&self, event: &Event<'_>) {
        eprintln!("edgepix: {}", event.with_id(self.id.as_ref()));
    }
}
