//! MemoryCache kept in memory: so many bytes, each for its time to live, each made once however many ask at the same time.

use std::time::{Duration, Instant};

use edgepix_service::{CacheKey, Lookup, StoredResponse};
use quick_cache::sync::{Cache, DefaultLifecycle, EntryAction, EntryResult, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::time::timeout;

/// Bytes that an entry takes beside its key and its answer, estimated.
const OVERHEAD: usize = 128;

/// The length of a usual answer, from which the table's size is estimated.
const USUAL_LENGTH: u64 = 32 << 10;

/// Keeps the answers that were made last and asked for most.
#[derive(Debug)]
pub(crate) struct MemoryCache {
    cache: Cache<CacheKey, Entry, Bytes>,
    longest_wait: Duration,
}

#[derive(Clone, Debug)]
struct Entry {
    stored: StoredResponse,
    expires: Instant,
}

/// Weighs entries by the memory that they take.
#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<CacheKey, Entry> for Bytes {
    fn weight(&self, key: &CacheKey, entry: &Entry) -> u64 {
        (key.as_str().len() + entry.stored.size() + OVERHEAD) as u64
    }
}

/// The slot of an answer that is being made. Until it is filled or dropped, requests for the same answer wait; when
/// it is dropped, the next of them gets it.
pub(crate) struct Slot<'a>(
    PlaceholderGuard<'a, CacheKey, Entry, Bytes, DefaultHashBuilder, DefaultLifecycle<CacheKey, Entry>>,
);

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
        let cache =
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Some(Self { cache, longest_wait })
    }

    /// Bytes that answers take, how many they may, and how many answers there are.
    pub(crate) fn held(&self) -> [u64; 3] {
        [self.cache.weight(), self.cache.capacity(), self.cache.len() as u64]
    }

    /// Gives the answer, or the slot to put it in; waits while another request has the slot.
    pub(crate) async fn lookup(&self, key: &CacheKey) -> Lookup<Slot<'_>> {
        let entry = self.cache.entry_async(key, |_, entry| {
            if entry.expires > Instant::now() {
                EntryAction::Retain(entry.stored.clone())
            } else {
                EntryAction::ReplaceWithGuard
            }
        });
        match timeout(self.longest_wait, entry).await {
            Ok(EntryResult::Retained(stored)) => Lookup::Hit(stored),
            Ok(EntryResult::Vacant(guard) | EntryResult::Replaced(guard, _)) => Lookup::Miss(Slot(guard)),
            Ok(EntryResult::Removed(..) | EntryResult::Timeout) | Err(_) => Lookup::Bypass,
        }
    }
}

impl Slot<'_> {
    /// Puts an answer in for as long as it lives.
    pub(crate) fn fill(self, stored: StoredResponse, ttl: Duration) {
        let now = Instant::now();
        // A lifetime beyond the clock's end is cut to an hour, which is no loss: the cache forgets sooner.
        let expires = now.checked_add(ttl).unwrap_or(now + Duration::from_secs(3600));
        // Only refused where the slot was given up meanwhile, which leaves nothing to do.
        let _ = self.0.insert(Entry { stored, expires });
    }
}
