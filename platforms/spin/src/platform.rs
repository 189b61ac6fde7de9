//! What Spin gives to the service: the network, the clocks and a log. There is no cache.

use std::time::Duration;

use bytes::Bytes;
use edgepix_service::{
    BodyBuffer, Cache, Clock, Event, Failure, Fetch, FetchError, Observer, OriginRequest, RequestId, Store,
    within,
};
use spin_sdk::time::sleep;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::Response;

use crate::fetch;

/// The host, for one request.
pub(crate) struct Host {
    /// The id of the request that it is for.
    pub(crate) id: Option<RequestId>,
}

impl Fetch for Host {
    type Body = Response;

    async fn send(&self, request: OriginRequest) -> Result<http::Response<Response>, Failure> {
        let OriginRequest { request, timeout, .. } = request;
        let sent = within(fetch::send(request), sleep(timeout)).await;
        sent.ok_or(FetchError::Timeout)?.map_err(fetch::failure)
    }

    async fn read(&self, body: Response, buffer: BodyBuffer, timeout: Duration) -> Result<Bytes, Failure> {
        within(fetch::read(body, buffer), sleep(timeout)).await.ok_or(FetchError::Timeout)?
    }
}

impl Store for Host {}

impl Cache for Host {
    type Slot = ();
}

impl Clock for Host {
    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }
}

impl Observer for Host {
    fn observe(&self, event: &Event<'_>) {
        eprintln!("edgepix: {}", event.with_id(self.id.as_ref()));
    }
}
