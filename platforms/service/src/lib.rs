//! The image service: [`http::Request`] in, [`http::Response`] out, on any platform.
//!
//! ```text
//! GET /resize/?src=https://images.example.com/a.jpg&w=800&format=auto
//! GET /info/a.jpg
//! GET /health
//! ```
//!
//! [`Service::handle`] tells the whole story of a request: parameters, policy, negotiation, cache, fetch, plan,
//! pixels, answer. It knows no platform: what a host gives (fetching, a cache, clocks) stands behind [`Platform`],
//! who does the pixels behind [`Engine`]. An adapter implements the first for its SDK, picks the second, reads a
//! [`Config`] by asking its host for each name, and has no `if` about images, URLs or caching.
//!
//! This crate opens no socket, starts no thread and has no clock of its own. It is no general HTTP framework and no
//! proxy: source bytes are never passed through undecoded.

mod answer;
mod cache;
mod config;
mod request;
mod seams;
mod service;
mod source;

pub use answer::Problem;
pub use cache::Stored;
pub use config::{Config, ConfigError, Defaults, LogLevel, NAMES, Origin, Qualities, Ttl};
pub use request::params;
#[cfg(feature = "core")]
pub use seams::Linked;
pub use seams::{CacheKey, Engine, FetchError, Lookup, Outgoing, Output, Platform, Reach};
pub use service::budget::busy;
pub use service::deadline::within;
pub use service::work::Description;
pub use service::{Service, misconfigured};
pub use source::{Gather, Source, SourcePath, is_private};
