//! What a `wasi:http` host gives to the service: fetching, clocks and a log. There is no cache.

use std::time::Duration;

use bytes::Bytes;
use edgepix_service::{
    BodyBuffer, Cache, Clock, Event, Failure, Fetch, FetchError, Observer, OriginRequest, RequestId, Store,
    wasi_fetch_error,
};
use http::Response;
use wasi::clocks::monotonic_clock::{now, subscribe_instant};
use wasi::http::outgoing_handler::handle;
use wasi::http::types::{ErrorCode, IncomingResponse, OutgoingBody, RequestOptions};
use wasi::io::poll::{Pollable, poll};
use wasi::io::streams::StreamError;

use crate::convert;

/// Bytes asked for at a time.
const PIECE: u64 = 256 << 10;

/// The host, for one request.
pub(crate) struct Host {
    /// The id of the request that it is for.
    pub(crate) id: Option<RequestId>,
}

impl Fetch for Host {
    type Body = IncomingResponse;

    /// Hosts resolve names by themselves and report no addresses, so that the address policy cannot be kept here.
    async fn send(&self, request: OriginRequest) -> Result<Response<IncomingResponse>, Failure> {
        let OriginRequest { request, timeout, .. } = request;
        let Some(outgoing) = convert::outgoing(&request) else {
            return Err(Failure::new(FetchError::Failed, "the host does not take this URL"));
        };
        let clock = Alarm::after(timeout);
        let body = outgoing.body();
        let answer = handle(outgoing, Some(options(timeout))).map_err(failure)?;
        // Some hosts send nothing until the body is finished, though a `GET` has none.
        if let Ok(body) = body {
            let _ = OutgoingBody::finish(body, None);
        }
        loop {
            match answer.get() {
                None => clock.wait_for(&answer.subscribe())?,
                Some(Ok(Ok(response))) => return Ok(convert::response(response).ok_or(FetchError::Failed)?),
                Some(Ok(Err(error))) => return Err(failure(error)),
                Some(Err(())) => return Err(FetchError::Failed.into()),
            }
        }
    }

    async fn read(
        &self,
        response: IncomingResponse,
        mut buffer: BodyBuffer,
        timeout: Duration,
    ) -> Result<Bytes, Failure> {
        let clock = Alarm::after(timeout);
        let body = response.consume().map_err(|()| FetchError::Failed)?;
        let stream = body.stream().map_err(|()| FetchError::Failed)?;
        loop {
            clock.wait_for(&stream.subscribe())?;
            match stream.read(PIECE) {
                Ok(piece) => buffer.push(&piece)?,
                Err(StreamError::Closed) => return Ok(buffer.finish()?),
                Err(StreamError::LastOperationFailed(error)) => {
                    // Wasmtime lets a backtrace follow. No host was found to say more by `http-error-code`, and under
                    // jco that call ends the process.
                    let words = error.to_debug_string();
                    let detail = words.lines().next().unwrap_or_default();
                    return Err(Failure::new(FetchError::Interrupted, detail));
                }
            }
        }
    }
}

impl Store for Host {}

impl Cache for Host {
    type Slot = ();
}

impl Clock for Host {
    fn monotonic(&self) -> Duration {
        Duration::from_nanos(now())
    }
}

impl Observer for Host {
    fn observe(&self, event: &Event<'_>) {
        eprintln!("edgepix: {}", event.with_id(self.id.as_ref()));
    }
}

/// What a host's error means to the service.
fn failure(code: ErrorCode) -> Failure {
    Failure::new(wasi_fetch_error!(&code, ErrorCode), format_args!("{code:?}"))
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

/// The host's own limits, of which hosts keep some or all.
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
