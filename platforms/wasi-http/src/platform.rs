//! The service's first seam: fetching and clocks of a `wasi:http` host. There is no cache.

use std::convert::Infallible;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_service::{CacheKey, Config, FetchError, Gather, LogLevel, Lookup, Outgoing, Platform, Stored};
use http::Response;
use wasi::clocks::monotonic_clock::{now, subscribe_instant};
use wasi::http::outgoing_handler::handle;
use wasi::http::types::{ErrorCode, IncomingResponse, OutgoingBody, RequestOptions};
use wasi::io::poll::{Pollable, poll};
use wasi::io::streams::StreamError;

use crate::convert;

/// Bytes asked for at a time.
const PIECE: u64 = 256 << 10;

/// What the host gives to the service.
pub(crate) struct Host {
    /// Whether its words about failed fetches are written to its log.
    warns: bool,
}

impl Host {
    pub(crate) fn of(config: &Config) -> Self {
        Self { warns: config.log >= LogLevel::Warn }
    }

    fn failed(&self, authority: &str, error: &ErrorCode) -> FetchError {
        self.warn(authority, error);
        kind(error)
    }

    /// Clients never see this.
    fn warn(&self, what: &str, why: impl Debug) {
        if self.warns {
            eprintln!("edgepix: warn: {what}: {why:?}");
        }
    }
}

impl Platform for Host {
    type Body = IncomingResponse;
    type Slot = Infallible;

    /// Hosts resolve names by themselves and tell nothing of the addresses, so `reach` cannot be kept here.
    async fn send(&self, outgoing: Outgoing) -> Result<Response<IncomingResponse>, FetchError> {
        let Outgoing { request, timeout, .. } = outgoing;
        let authority = request.uri().authority().map_or("", |authority| authority.as_str());
        let Some(outgoing) = convert::outgoing(&request) else {
            self.warn(authority, "the host does not take this URL");
            return Err(FetchError::Failed);
        };
        let clock = Alarm::after(timeout);
        let body = outgoing.body();
        let answer =
            handle(outgoing, Some(options(timeout))).map_err(|error| self.failed(authority, &error))?;
        // Some hosts send nothing until the body is finished, though a `GET` has none.
        if let Ok(body) = body {
            let _ = OutgoingBody::finish(body, None);
        }
        loop {
            match answer.get() {
                None => clock.wait_for(&answer.subscribe())?,
                Some(Ok(Ok(response))) => return convert::response(response).ok_or(FetchError::Failed),
                Some(Ok(Err(error))) => return Err(self.failed(authority, &error)),
                Some(Err(())) => return Err(FetchError::Failed),
            }
        }
    }

    async fn read(
        &self,
        response: IncomingResponse,
        hint: Option<u64>,
        cap: u64,
        timeout: Duration,
    ) -> Result<Bytes, FetchError> {
        let clock = Alarm::after(timeout);
        let mut gather = Gather::new(hint, cap)?;
        let body = response.consume().map_err(|()| FetchError::Failed)?;
        let stream = body.stream().map_err(|()| FetchError::Failed)?;
        loop {
            clock.wait_for(&stream.subscribe())?;
            match stream.read(PIECE) {
                Ok(piece) => gather.push(&piece)?,
                Err(StreamError::Closed) => return gather.finish(),
                Err(StreamError::LastOperationFailed(error)) => {
                    // Wasmtime lets a backtrace follow.
                    self.warn("a source's body", error.to_debug_string().lines().next());
                    // No host was found to say more by `http-error-code`, and under jco that call ends the process.
                    return Err(FetchError::Interrupted);
                }
            }
        }
    }

    async fn lookup(&self, _: &CacheKey, _: &str) -> Lookup<Infallible> {
        Lookup::Bypass
    }

    async fn fill(&self, slot: Infallible, _: &Stored, _: Duration) {
        match slot {}
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(now())
    }
}

/// A point in time that what the host has no limit for, or forgets about, must not pass.
struct Alarm {
    instant: u64,
    pollable: Pollable,
}

impl Alarm {
    fn after(duration: Duration) -> Self {
        let instant = now().saturating_add(nanoseconds(duration));
        Self { instant, pollable: subscribe_instant(instant) }
    }

    /// Waits until something is ready.
    fn wait_for(&self, event: &Pollable) -> Result<(), FetchError> {
        poll(&[event, &self.pollable]);
        // What is ready all the time, a byte at a time, ends as well.
        if now() < self.instant { Ok(()) } else { Err(FetchError::Timeout) }
    }
}

/// The host's own limits. Which of them a host knows is its affair.
fn options(timeout: Duration) -> RequestOptions {
    let limit = Some(nanoseconds(timeout));
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(limit);
    let _ = options.set_first_byte_timeout(limit);
    let _ = options.set_between_bytes_timeout(limit);
    options
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What the host's reason comes to.
fn kind(error: &ErrorCode) -> FetchError {
    match error {
        ErrorCode::DnsTimeout
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => FetchError::Timeout,
        ErrorCode::DestinationIpProhibited | ErrorCode::HttpRequestDenied => FetchError::Refused,
        ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => FetchError::Connect,
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => FetchError::Interrupted,
        ErrorCode::HttpResponseBodySize(_) => FetchError::TooLarge,
        _ => FetchError::Failed,
    }
}
