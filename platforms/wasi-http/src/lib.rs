//! The image service as a `wasi:http` 0.2 proxy: for `wasmtime serve`, wasmCloud, Spin, jco and their like.
//!
//! Conversions and configuration; what is answered is decided in `edgepix-service`. Hosts hand an instance one
//! request at a time, and calls block, so nothing here waits for two things but the origin and the clock.
//!
//! With the feature `core` the codecs are linked in. With `component` the pixels are made behind an import of
//! `edgepix:pipeline`, which is to be composed with the component that exports it.

#[cfg(not(any(feature = "core", feature = "component")))]
compile_error!("who makes the pixels? Choose the feature `core` or `component`.");

mod bindings;
mod convert;
#[cfg(feature = "component")]
mod engine;
mod platform;

#[cfg(not(feature = "component"))]
use edgepix_service::Linked as Pixels;
use edgepix_service::{Config, Defaults, RequestId, Service, misconfigured};
#[cfg(feature = "component")]
use engine::Imported as Pixels;
use platform::Host;
use wasi::exports::http::incoming_handler::Guest;
use wasi::http::types::{IncomingRequest, ResponseOutparam};

/// What jobs may plan for, so that an instance fits into 128 MiB, which is what hosts commonly allow. The plan counts
/// what is held at a time; memory also has the module's own data and stack (1.3 MiB) and the gaps between what was
/// held before: the pixels of a large PNG, in one piece, fit into none that the decoder has left.
const MEMORY_BUDGET: u64 = 96 << 20;

/// Hosts that Spin, which runs such components too, routes to the application itself and to its components.
const INTERNAL_HOSTS: &[&str] = &["self.alt", "spin.internal"];

/// Where the exported function is implemented.
struct Component;

impl Guest for Component {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let Some(request) = convert::request(&request) else {
            return convert::respond(convert::bad_request(), out);
        };
        let lookup = |name: &str| std::env::var(name).ok();
        let defaults = Defaults {
            one_at_a_time: true,
            internal_hosts: INTERNAL_HOSTS,
            ..Defaults::isolate(MEMORY_BUDGET)
        };
        let response = match Config::from_lookup(lookup, &defaults) {
            Ok(config) => {
                let host = Host { id: RequestId::of(&request) };
                Service::new(config).handle_blocking(&host, &Pixels, request)
            }
            Err(error) => misconfigured(&error, &request),
        };
        convert::respond(response, out);
    }
}
