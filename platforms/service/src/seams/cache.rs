//! A cache of answers.

use std::fmt;

use edgepix_core::Error;

use crate::cache::{CacheKey, StoredResponse};

/// Keeps answers. The default keeps none: a platform without a cache writes `impl Cache for Host { type Slot = (); }`.
pub trait Cache {
    /// A slot of the cache, held from [`lookup`](Self::lookup) to one of the methods that end it. Dropping it cancels: the
    /// next request that waits for the same key then gets it.
    type Slot;

    /// Looks for a stored answer. `tag` names the source, for purging all that was made of it.
    ///
    /// Where nothing is stored that may be given at once ([`StoredResponse::standing`]), it may wait for another request
    /// that holds the slot of the same key.
    ///
    /// # Errors
    ///
    /// What the cache says of its failure. The answer is then made as if there were no cache.
    async fn lookup(&self, key: &CacheKey, tag: &str) -> Result<Lookup<Self::Slot>, CacheError> {
        let _ = (key, tag);
        Ok(Lookup::Bypass)
    }

    /// Stores an answer for as long as it is [kept](StoredResponse::kept). The answer waits for this, so a host that can go
    /// on after it (Workers: `wait_until`) only begins here.
    ///
    /// # Errors
    ///
    /// What the cache says of its failure. The answer is given anyway.
    async fn fill(&self, slot: Self::Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        let _ = (slot, stored);
        Ok(())
    }

    /// Stores an answer of which only what stands beside the body differs from what the look-up gave.
    ///
    /// # Errors
    ///
    /// As for [`fill`](Self::fill).
    async fn renew(&self, slot: Self::Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        self.fill(slot, stored).await
    }

    /// Ends a slot that will not be filled. With `error` those who wait for it fail too; without, none of them waits any
    /// longer. Where what is stored under the key is `outdated`, it is forgotten.
    ///
    /// # Errors
    ///
    /// What the cache says of its failure.
    async fn give_up(
        &self,
        slot: Self::Slot,
        error: Option<&Error>,
        outdated: bool,
    ) -> Result<(), CacheError> {
        let _ = (slot, error, outdated);
        Ok(())
    }
}

/// What the cache knows.
#[derive(Debug)]
pub enum Lookup<Slot> {
    /// A stored answer, whatever its age; with the slot for a newer one, unless another request has that.
    Found(StoredResponse, Option<Slot>),
    /// What another request has just made or validated, while this one waited for it.
    Shared(StoredResponse),
    /// The failure of the request that this one waited for, and what is still stored.
    Failed(Error, Option<StoredResponse>),
    /// Nothing yet; the slot may be filled.
    Miss(Slot),
    /// There is no cache, or it is not to be asked now.
    Bypass,
}

/// A cache that failed, in the host's own words, which are for the log alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheError(String);

impl CacheError {
    /// A failure in these words.
    pub fn new(detail: impl ToString) -> Self {
        Self(detail.to_string())
    }
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CacheError {}
