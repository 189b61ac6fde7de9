//! What a host gives to the service: each trait is implemented by an adapter.

pub(crate) mod engine;
pub(crate) mod platform;

#[cfg(feature = "core")]
pub use engine::Linked;
pub use engine::{Engine, Output};
pub use platform::{CacheKey, FetchError, Lookup, Outgoing, Platform, Reach};
