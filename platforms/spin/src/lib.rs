//! The image service on Spin: a component that exports `wasi:http/handler@0.3.0`.
//!
//! Conversions and configuration. Spin sends up to 16 requests at once into one instance and ends it after 128, so the
//! service, with the memory budget that its jobs share, lives as long as the instance.

mod fetch;
mod platform;
mod settings;

use bytes::Bytes;
use edgepix_service::{Linked, RequestId, misconfigured};
use http::Response;
use http_body_util::Full;
use spin_sdk::http::Request;
use spin_sdk::http_service;

use crate::platform::Host;

#[http_service]
async fn answer(request: Request) -> Response<Full<Bytes>> {
    let request = request.map(drop);
    let response = match settings::service().await {
        Ok(service) => {
            let host = Host { id: RequestId::of(&request) };
            service.handle(&host, &Linked, request).await
        }
        Err(error) => misconfigured(&error, &request),
    };
    response.map(Full::new)
}
