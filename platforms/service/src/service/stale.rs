//! Stored answers, and what is given of them: while they are fresh, and while they may be stale.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use edgepix_core::Error;
use http::{Method, Request, Response};

use crate::answer::etag::Conditions;
use crate::answer::freshness::Standing;
use crate::answer::problem;
use crate::answer::response::{CacheStatus, Representation};
use crate::cache::{CacheKey, StoredResponse};
use crate::request::ImageRequest;
use crate::seams::unix;

/// An answer, and what is to be done behind it.
#[derive(Debug)]
#[must_use = "what is stale stays so where it is not refreshed"]
pub struct Answer<Slot> {
    /// The answer.
    pub response: Response<Bytes>,
    /// Handed to [`Service::refresh`](crate::Service::refresh) once the answer is on its way. Dropped, it leaves the stored
    /// answer as it is, for the next request to refresh.
    pub refresh: Option<Refresh<Slot>>,
}

impl<Slot> From<Response<Bytes>> for Answer<Slot> {
    fn from(response: Response<Bytes>) -> Self {
        Self { response, refresh: None }
    }
}

/// A stored answer that was given though it is past its life, and is now to be revalidated.
#[derive(Debug)]
pub struct Refresh<Slot> {
    pub(super) asked: ImageRequest,
    pub(super) key: CacheKey,
    pub(super) stored: StoredResponse,
    pub(super) slot: Slot,
}

/// Seconds for which an answer is not refreshed again where that did not succeed: an origin that fails is not asked as often
/// as this service is.
const PAUSE: u64 = 10;

/// The answers that this instance is refreshing, or has tried to, each with the time at which that began.
#[derive(Debug, Default)]
pub(super) struct Refreshes(Mutex<HashMap<CacheKey, u64>>);

impl Refreshes {
    /// Begins to refresh the answer with this key, unless it was begun a moment ago. `now`: seconds since 1970.
    pub(super) fn begin(&self, key: &CacheKey, now: u64) -> bool {
        let mut begun = self.begun();
        begun.retain(|_, since| now.abs_diff(*since) < PAUSE);
        !begun.contains_key(key) && begun.insert(key.clone(), now).is_none()
    }

    /// The answer is a new one, which may be refreshed in its turn.
    pub(super) fn succeeded(&self, key: &CacheKey) {
        self.begun().remove(key);
    }

    fn begun(&self) -> MutexGuard<'_, HashMap<CacheKey, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much of an answer is wanted. The default is all of it.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// What the caller holds already.
    pub(super) conditions: Conditions,
    /// The headers alone: no pixel is decoded for them.
    pub(super) head: bool,
}

impl Wanted {
    pub(super) fn of(request: &Request<()>) -> Self {
        let head = request.method() == Method::HEAD;
        Self { conditions: Conditions::of(request.headers()), head }
    }

    /// Answers with what is stored.
    pub(super) fn stored(
        &self,
        asked: &ImageRequest,
        stored: &StoredResponse,
        cache: CacheStatus,
        now: SystemTime,
    ) -> Response<Bytes> {
        let StoredResponse { head, body } = stored;
        let representation = Representation::of_stored(asked, head, cache, unix(now));
        let settled = representation.settled_by(&self.conditions, &head.etag);
        settled.unwrap_or_else(|| representation.ok(&head.etag, head.content, body.clone()))
    }

    /// Answers with what is stored in place of an error, where its life lets that be: if the answer would be a 5xx
    /// (RFC 5861 §4).
    pub(super) fn despite(
        &self,
        error: Error,
        asked: &ImageRequest,
        stored: Option<&StoredResponse>,
        now: SystemTime,
    ) -> Result<Response<Bytes>, Error> {
        let is_failure = problem::status(error.kind).is_server_error();
        let usable = |stored: &&StoredResponse| is_failure && stored.standing(now) != Standing::Stale;
        match stored.filter(usable) {
            Some(stored) => Ok(self.stored(asked, stored, CacheStatus::OnError(error.kind), now)),
            None => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_refreshed_is_tried_again_after_a_pause() {
        let (refreshes, [a, b]) = (Refreshes::default(), ["a", "b"].map(|key| CacheKey(key.to_owned())));
        assert!(refreshes.begin(&a, 100) && refreshes.begin(&b, 105));
        assert!(!refreshes.begin(&a, 100) && !refreshes.begin(&a, 109));
        assert!(refreshes.begin(&a, 110) && !refreshes.begin(&b, 110));
        refreshes.succeeded(&b);
        assert!(refreshes.begin(&b, 110));
        // A clock that was set back.
        assert!(refreshes.begin(&a, 50));
    }
}
