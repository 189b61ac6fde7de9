//! The first seam: what a platform gives. Fetching, a cache, two clocks, and nothing about images.
//!
//! An adapter converts between its SDK's types and these; every decision (which source, which redirect, which
//! status, what is stored for how long) is made on this side of the seam.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::cache::stored::Stored;

/// What the service needs of the place that it runs on.
///
/// The futures carry no `Send` bound: SDKs in single-threaded hosts hand out types that are not `Send`. Where an
/// implementation's own futures are `Send`, so is that of [`Service::handle`](crate::Service::handle) with that
/// implementation, which is what a multi-threaded server needs. A host whose SDK blocks implements the methods
/// without ever waiting; the whole future is then ready at its first poll.
#[allow(async_fn_in_trait, reason = "whether futures are Send is the implementation's affair; see above")]
pub trait Platform {
    /// The body of an origin's answer before it is read.
    type Body;

    /// A place in the cache held from [`lookup`](Self::lookup) to [`fill`](Self::fill). Dropping it cancels: whoever
    /// waits for the same key then goes on by themselves.
    type Slot;

    /// Sends a `GET` and gives the head of the answer, whatever its status.
    ///
    /// Never follows redirects (Workers' `fetch` does unless told `manual`): each hop must be checked here first.
    /// Never adds headers of the caller's request. A platform with a cache of its own between it and the origin
    /// passes it by (Fastly: `set_pass`). Where the platform resolves names itself, it refuses addresses that
    /// [`is_private`](crate::is_private) if [`Outgoing::reach`] is [`Reach::Public`], and connects to the very
    /// address that it checked.
    async fn send(&self, outgoing: Outgoing) -> Result<http::Response<Self::Body>, FetchError>;

    /// Opens a file of the local origin: asked only where the configuration's
    /// [origin](crate::Origin) is a folder or the platform's own samples.
    ///
    /// `path` is decoded text that starts with a slash and holds no empty segment but perhaps the last, no `.` or `..`,
    /// no backslash and no control character.
    /// Links that lead out of the folder are the platform's to refuse. The answer carries the status (200, 404) and
    /// where known `Content-Length`, `Last-Modified` and `ETag`.
    async fn open(&self, path: &str) -> Result<http::Response<Self::Body>, FetchError> {
        let _ = path;
        Err(FetchError::Failed)
    }

    /// Reads a body to its end.
    ///
    /// `hint` is its length where announced. [`Gather`](crate::Gather) takes the memory once and keeps the cap:
    /// [`FetchError::TooLarge`] as soon as there are more than `cap` bytes;
    /// [`FetchError::Interrupted`] where the host notices an end before its time (the service compares lengths too,
    /// as some hosts do not); [`FetchError::Timeout`] where it is not complete after `timeout` (Workers and
    /// `wasi:http` hosts have no limit of their own between two pieces of a body).
    async fn read(
        &self,
        body: Self::Body,
        hint: Option<u64>,
        cap: u64,
        timeout: Duration,
    ) -> Result<Bytes, FetchError>;

    /// Looks for a stored answer. `tag` names the source, for purging all that was made of it.
    ///
    /// May wait for another request that holds the slot of the same key. Gives hits only while their time to live
    /// lasts. A platform without a cache answers [`Lookup::Bypass`].
    async fn lookup(&self, key: &CacheKey, tag: &str) -> Lookup<Self::Slot>;

    /// Stores an answer for `ttl`. Failing to is no error: the answer was made and is given anyway. The answer waits
    /// for this, so a host that can go on after it (Workers: `wait_until`) only begins here.
    async fn fill(&self, slot: Self::Slot, stored: &Stored, ttl: Duration);

    /// The time of day, for dates in headers.
    fn wall(&self) -> SystemTime;

    /// A clock that never goes back, from any start. It may stand still while the processor works (Workers).
    fn monotonic(&self) -> Duration;
}

/// A request to an origin.
#[derive(Debug)]
pub struct Outgoing {
    /// Method, absolute URI and all headers. To be sent as it is.
    pub request: http::Request<()>,
    /// Which addresses the host's name may turn out to have.
    pub reach: Reach,
    /// How long the head may take, connecting included.
    pub timeout: Duration,
}

/// Which addresses a request may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only addresses of the public internet.
    Public,
    /// Any: it is the configured origin, or the configuration allows private addresses.
    Anywhere,
}

/// Why a fetch failed. Without the host's words, which may hold names, addresses and backtraces: those belong into
/// the platform's own log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// It took longer than allowed.
    Timeout,
    /// The platform, or its own rules for outgoing requests, refused the address.
    Refused,
    /// No connection: the name does not resolve, nobody listens, or TLS failed.
    Connect,
    /// The answer ended before its time.
    Interrupted,
    /// The body is longer than the cap.
    TooLarge,
    /// There is no memory for the body, though the budget had some left.
    Memory,
    /// Anything else.
    Failed,
}

/// What the cache knows.
#[derive(Debug)]
pub enum Lookup<Slot> {
    /// A stored answer.
    Hit(Stored),
    /// Nothing yet; the slot may be filled.
    Miss(Slot),
    /// There is no cache, or it is not to be asked now.
    Bypass,
}

/// The name of an answer in the cache: the canonical request with its format resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey(pub(crate) String);

impl CacheKey {
    /// The readable form: ASCII without white space, as long as the request.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for caches whose keys are short or must fit in a URL's path: 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        crate::answer::etag::sha256_hex(&[self.0.as_bytes()])
    }
}
