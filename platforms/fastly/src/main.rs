//! The image service on Fastly Compute: conversions between Fastly's types and the service's, and nothing about images.
//!
//! Every request has an instance of its own, in which everything blocks: the configuration is read, the service is made,
//! one request is answered, what was answered with though it is stale is refreshed, and the memory is gone.

mod cache;
mod fetch;
mod platform;
mod settings;

use bytes::Bytes;
use edgepix_service::{Answer, Linked, RequestId, Service, misconfigured};
use fastly::{Body, Request, Response};

use crate::platform::Host;

fn main() {
    fastly::init();
    let request = Request::from_client();
    let of_fastly = request.get_client_request_id().and_then(RequestId::new);
    // No request that is answered has a body that matters.
    let mut request = http::Request::<Body>::from(request).map(drop);
    let id = RequestId::assign(&mut request, || of_fastly);
    match settings::read() {
        Ok(config) => {
            let service = Service::new(config);
            let host = Host::new(service.config(), id);
            let Answer { response, refresh } = service.answer_blocking(&host, &Linked, request);
            send(response);
            if let Some(refresh) = refresh {
                service.refresh_blocking(&host, &Linked, refresh);
            }
        }
        Err(error) => send(misconfigured(&error, &request)),
    }
}

/// Sends an answer. The host copies the bytes, and adds their length where it keeps to itself what is set here.
fn send(response: http::Response<Bytes>) {
    Response::from(response.map(|bytes| Body::from(&bytes[..]))).send_to_client();
}
