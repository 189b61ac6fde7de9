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

mod body;
mod budget;
mod canonical;
mod config;
mod deadline;
mod engine;
mod error;
mod etag;
mod freshness;
mod handler;
mod job;
mod location;
mod negotiate;
pub mod params;
mod platform;
mod policy;
mod query;
mod response;
mod source;
mod stored;
mod suggest;
mod variables;
mod vocabulary;
mod work;

pub use body::Gather;
pub use budget::busy;
pub use config::{Config, ConfigError, Defaults, LogLevel, NAMES, Origin, Qualities, Ttl};
pub use deadline::within;
#[cfg(feature = "core")]
pub use engine::Linked;
pub use engine::{Engine, Output};
pub use error::Problem;
pub use handler::{Service, misconfigured};
pub use location::{Source, SourcePath};
pub use platform::{CacheKey, FetchError, Lookup, Outgoing, Platform, Reach};
pub use policy::is_private;
pub use stored::Stored;
pub use work::Description;
