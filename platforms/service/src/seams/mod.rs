//! What a host provides: small traits, with defaults for what a host may not have.
//!
//! An adapter converts between its SDK's types and these. Every decision (which source, which redirect, which status,
//! what is stored for how long) is made on this side.
//!
//! The futures carry no `Send` bound: SDKs in single-threaded hosts hand out types that are not `Send`. Where an
//! implementation's own futures are `Send`, so is that of [`Service::answer`](crate::Service::answer) with that
//! implementation, which is what a multi-threaded server needs. A host whose SDK blocks implements the methods without
//! ever waiting; the whole future is then ready at its first poll.
#![allow(async_fn_in_trait, reason = "whether futures are Send is decided by the implementation; see above")]

mod cache;
mod clock;
mod engine;
mod fetch;
mod observer;
mod store;

pub use cache::{Cache, CacheError, Lookup};
pub(crate) use clock::unix;
pub use clock::{Clock, within};
pub use engine::Engine;
#[cfg(feature = "core")]
pub use engine::Linked;
pub use fetch::{Failure, Fetch, FetchError, OriginRequest};
pub use observer::{Event, Observer};
pub(crate) use observer::{FetchTimer, report};
pub use store::Store;

/// All that the service needs of the host that it runs on, but for the [`Engine`]. Implemented for whatever implements
/// the parts.
pub trait Platform: Fetch + Store + Cache + Clock + Observer {}

impl<T: Fetch + Store + Cache + Clock + Observer> Platform for T {}
