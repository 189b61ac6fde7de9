//! The image service: [`http::Request`] in, [`http::Response`] out, on any platform.
//!
//! ```text
//! GET /resize/?src=https://images.example.com/a.jpg&w=800&format=auto
//! GET /info/a.jpg
//! GET /health
//! GET /ready
//! ```
//!
//! [`Service::answer`] answers a request, step by step: parameters, policy, negotiation, cache, fetch, plan, pixels,
//! answer. It knows no platform:
//!
//! ```text
//! service    the steps, in order; memory and time that a request may take
//! request    what is asked: route, parameters, format, canonical form
//! source     where it may be read from, and reading it
//! answer     headers, entity tags, lifetimes, problem details
//! cache      what is kept of an answer, and under which key
//! seams      what a host gives: Fetch, Store, Cache, Clock, Observer, Engine
//! config     the variables, the same on every platform
//! ```
//!
//! An adapter implements the traits of `seams` for its SDK, with the defaults for what its host does not have, and reads
//! a [`Config`] by asking its host for each name. It has no `if` about images, URLs or caching.
//!
//! This crate opens no socket, starts no thread and has no clock of its own. It is no general HTTP framework and no
//! proxy: source bytes are never passed through undecoded. ([`Service::original`], which no route leads to, is for a page that
//! the host itself serves.)

mod answer;
mod cache;
mod config;
mod request;
mod seams;
mod service;
mod source;

pub use answer::freshness::Standing;
pub use answer::hint::FromOperator;
pub use cache::{CacheKey, StoredResponse, error_from_line, error_to_line};
pub use config::{Config, ConfigError, Defaults, LogLevel, NAMES, NOT_BUILT, Origin, Qualities, Ttl};
/// The one error of the core and its hosts.
pub use edgepix_core::Error;
pub use request::signature::SigningKey;
pub use request::{RequestId, Route, params};
#[cfg(feature = "core")]
pub use seams::Linked;
pub use seams::{
    Cache, CacheError, Clock, Engine, Event, Failure, Fetch, FetchError, Lookup, Observer, OriginRequest,
    Platform, Store, within,
};
pub use service::budget::busy;
pub use service::{Answer, Refresh, Service, malformed, misconfigured, refused};
pub use source::{AddressPolicy, BodyBuffer, SourcePath, SourceReference, source_for_log};
