//! A cache of answers.

use std::fmt;
use std::time::Duration;

use crate::cache::{CacheKey, StoredResponse};

/// Keeps answers. The default keeps none: a platform without a cache writes `impl Cache for Host { type Slot = (); }`.
pub trait Cache {
    /// A slot of the cache, held from [`lookup`](Self::lookup) to [`fill`](Self::fill). Dropping it cancels: the next
    /// request that waits for the same key then gets it.
    type Slot;

    /// Looks for a stored answer. `tag` names the source, for purging all that was made of it.
    ///
    /// May wait for another request that holds the slot of the same key. Gives hits only while their time to live
    /// lasts.
    ///
    /// # Errors
    ///
    /// What the cache says of its failure. The answer is then made as if there were no cache.
    async fn lookup(&self, key: &CacheKey, tag: &str) -> Result<Lookup<Self::Slot>, CacheError> {
        let _ = (key, tag);
        Ok(Lookup::Bypass)
    }

    /// Stores an answer for `ttl`. The answer waits for this, so a host that can go on after it (Workers: `wait_until`)
    /// only begins here.
    ///
    /// # Errors
    ///
    /// What the cache says of its failure. The answer is given anyway.
    async fn fill(&self, slot: Self::Slot, stored: &StoredResponse, ttl: Duration) -> Result<(), CacheError> {
        let _ = (slot, stored, ttl);
        Ok(())
    }
}

/// What the cache knows.
#[derive(Debug)]
pub enum Lookup<Slot> {
    /// A stored answer.
    Hit(StoredResponse),
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
