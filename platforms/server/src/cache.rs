//! Answers kept in memory: so many bytes, and each answer is made once however many ask for it at the same time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use edgepix_core::Error;
use edgepix_service::{CacheKey, Lookup, Standing, StoredResponse};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::sync::watch;
use tokio::time::timeout;

/// Bytes that an entry takes beside its key and its answer, estimated.
const OVERHEAD: usize = 128;

/// The length of a usual answer, from which the table's size is estimated.
const USUAL_LENGTH: u64 = 32 << 10;

/// Keeps the answers that were made last and asked for most.
#[derive(Debug)]
pub(crate) struct MemoryCache {
    stored: Cache<CacheKey, Entry, Bytes>,
    /// The slots that are held. Requests that must wait for one hear from it how that ends.
    held: Mutex<HashMap<CacheKey, watch::Receiver<Outcome>>>,
    longest_wait: Duration,
}

#[derive(Clone, Debug)]
struct Entry {
    stored: StoredResponse,
    /// When it is of no use any more.
    expires: Instant,
}

/// What has become of a slot.
#[derive(Clone, Debug)]
enum Outcome {
    Pending,
    Filled(StoredResponse),
    Failed(Error),
    /// Everybody makes the answer without the cache.
    NotKept,
}

/// Weighs entries by the memory that they take.
#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<CacheKey, Entry> for Bytes {
    fn weight(&self, key: &CacheKey, entry: &Entry) -> u64 {
        (key.as_str().len() + entry.stored.size() + OVERHEAD) as u64
    }
}

/// The slot of an answer that is being made or revalidated. While it is held, requests wait that have no use for what is
/// stored; where it is dropped, one of them gets it.
#[derive(Debug)]
pub(crate) struct Slot<'a> {
    cache: &'a MemoryCache,
    key: CacheKey,
    outcome: watch::Sender<Outcome>,
}

impl MemoryCache {
    /// A cache of `bytes`; `None` for none at all. `longest_wait` is the longest that a request waits for another.
    pub(crate) fn new(bytes: u64, longest_wait: Duration) -> Option<Self> {
        if bytes == 0 {
            return None;
        }
        // One shard: each takes its part of the bytes, and what is longer than a part is not kept.
        let items = usize::try_from(bytes / USUAL_LENGTH).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(items)
            .weight_capacity(bytes)
            .build()
            .ok()?;
        let stored =
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Some(Self { stored, held: Mutex::default(), longest_wait })
    }

    /// Bytes that answers take, how many they may, and how many answers there are.
    pub(crate) fn usage(&self) -> [u64; 3] {
        [self.stored.weight(), self.stored.capacity(), self.stored.len() as u64]
    }

    /// Gives what is stored, or the slot to put something in; waits where another request has the slot and nothing is
    /// stored that may be given meanwhile.
    pub(crate) async fn lookup(&self, key: &CacheKey) -> Lookup<Slot<'_>> {
        let found = async {
            loop {
                let mut outcome = match self.find(key) {
                    Ok(found) => return found,
                    Err(held) => held,
                };
                let ended = outcome.wait_for(|outcome| !matches!(outcome, Outcome::Pending)).await;
                match ended.map(|outcome| outcome.clone()) {
                    Ok(Outcome::Filled(stored)) => return Lookup::Shared(stored),
                    Ok(Outcome::Failed(error)) => return Lookup::Failed(error, self.get(key)),
                    Ok(Outcome::NotKept) => return Lookup::Bypass,
                    // Whoever held it is gone: one of those who waited goes on.
                    Ok(Outcome::Pending) | Err(_) => {}
                }
            }
        };
        timeout(self.longest_wait, found).await.unwrap_or(Lookup::Bypass)
    }

    /// What can be given at once; else the slot that has to be waited for.
    fn find(&self, key: &CacheKey) -> Result<Lookup<Slot<'_>>, watch::Receiver<Outcome>> {
        let standing = |stored: &StoredResponse| stored.standing(SystemTime::now());
        // Most requests end here, without the lock.
        if let Some(stored) = self.get(key).filter(|stored| standing(stored) == Standing::Fresh) {
            return Ok(Lookup::Found(stored, None));
        }
        let mut held = self.held();
        // A slot is filled before it is given back: what is not stored now is nobody's but the holder's.
        match (self.get(key), held.get(key)) {
            (Some(stored), slot) if is_of_use(standing(&stored), slot.is_some()) => {
                Ok(Lookup::Found(stored, None))
            }
            (_, Some(outcome)) => Err(outcome.clone()),
            (stored, None) => {
                let (sender, outcome) = watch::channel(Outcome::Pending);
                held.insert(key.clone(), outcome);
                let slot = Slot { cache: self, key: key.clone(), outcome: sender };
                Ok(match stored {
                    Some(stored) => Lookup::Found(stored, Some(slot)),
                    None => Lookup::Miss(slot),
                })
            }
        }
    }

    fn get(&self, key: &CacheKey) -> Option<StoredResponse> {
        let entry = self.stored.get(key)?;
        (entry.expires > Instant::now()).then_some(entry.stored)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<CacheKey, watch::Receiver<Outcome>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what is stored is given without its slot.
fn is_of_use(standing: Standing, is_held: bool) -> bool {
    match standing {
        Standing::Fresh => true,
        Standing::StaleWhileRevalidate => is_held,
        Standing::StaleIfError | Standing::Stale => false,
    }
}

impl Slot<'_> {
    /// Puts an answer in for as long as it is of use, and gives it to those who wait.
    pub(crate) fn fill(self, stored: StoredResponse) {
        let now = Instant::now();
        // A time beyond the clock's end is cut to an hour, which is no loss: the cache forgets sooner.
        let expires = now.checked_add(stored.kept()).unwrap_or(now + Duration::from_secs(3600));
        self.cache.stored.insert(self.key.clone(), Entry { stored: stored.clone(), expires });
        self.outcome.send_replace(Outcome::Filled(stored));
    }

    /// Ends the wait without an answer.
    pub(crate) fn give_up(self, error: Option<&Error>, outdated: bool) {
        if outdated {
            self.cache.stored.remove(&self.key);
        }
        self.outcome.send_replace(error.cloned().map_or(Outcome::NotKept, Outcome::Failed));
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.cache.held().remove(&self.key);
    }
}
