//! The image service on Fastly Compute: conversions between Fastly's types and the service's, and nothing about images.
//!
//! Every request has an instance of its own, in which everything blocks: the configuration is read, the service is made,
//! one request is answered, and the memory is gone.

mod cache;
mod fetch;
mod platform;
mod settings;

use edgepix_service::{Linked, RequestId, Service, misconfigured};
use fastly::{Body, Error, Request, Response};

use crate::platform::Host;

#[fastly::main]
fn main(request: Request) -> Result<Response, Error> {
    let of_fastly = request.get_client_request_id().and_then(RequestId::new);
    // No request that is answered has a body that matters.
    let mut request = http::Request::<Body>::from(request).map(drop);
    let id = RequestId::assign(&mut request, || of_fastly);
    let response = match settings::read() {
        Ok(config) => {
            let service = Service::new(config);
            service.handle_blocking(&Host::new(service.config(), id), &Linked, request)
        }
        Err(error) => misconfigured(&error, &request),
    };
    // The host copies the bytes, and adds their length where it keeps to itself what is set here.
    Ok(response.map(|bytes| Body::from(&bytes[..])).into())
}
