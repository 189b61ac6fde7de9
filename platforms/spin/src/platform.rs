//! The service's first seam on Spin: the network and the clocks. There is no cache.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_service::{CacheKey, FetchError, LogLevel, Lookup, Outgoing, Platform, Service, Stored, within};
use http::Uri;
use spin_sdk::time::sleep;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::{ErrorCode, Response};

use crate::fetch;

/// What Spin gives to the service.
pub(crate) struct Host {
    log: LogLevel,
}

/// The body of an origin's answer before it is read.
pub(crate) struct Body {
    uri: Uri,
    response: Response,
}

impl Host {
    pub(crate) fn of(service: &Service) -> Self {
        Self { log: service.config().log }
    }

    /// What the host's error means. Its words go to the component's log only, without the query, which may be secret.
    fn failed(&self, uri: &Uri, code: &ErrorCode) -> FetchError {
        if self.log >= LogLevel::Warn {
            eprintln!("edgepix: {}{}: {code:?}", uri.host().unwrap_or_default(), uri.path());
        }
        fetch::meaning(code)
    }
}

impl Platform for Host {
    type Body = Body;
    type Slot = Infallible;

    async fn send(&self, outgoing: Outgoing) -> Result<http::Response<Body>, FetchError> {
        let Outgoing { request, timeout, .. } = outgoing;
        let uri = request.uri().clone();
        let sent = async { fetch::send(request).await.map_err(|code| self.failed(&uri, &code)) };
        let response = within(sent, sleep(timeout)).await.unwrap_or(Err(FetchError::Timeout))?;
        Ok(response.map(|response| Body { uri, response }))
    }

    async fn read(
        &self,
        body: Body,
        hint: Option<u64>,
        cap: u64,
        timeout: Duration,
    ) -> Result<Bytes, FetchError> {
        let Body { uri, response } = body;
        let read = fetch::read(response, hint, cap, |code| self.failed(&uri, &code));
        within(read, sleep(timeout)).await.unwrap_or(Err(FetchError::Timeout))
    }

    async fn lookup(&self, _key: &CacheKey, _tag: &str) -> Lookup<Infallible> {
        Lookup::Bypass
    }

    async fn fill(&self, slot: Infallible, _stored: &Stored, _ttl: Duration) {
        match slot {}
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }
}
