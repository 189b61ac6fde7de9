//! Fastly's core cache: one transaction from the look-up to the insertion. Requests for an answer that is not stored wait for
//! the first of them; of those for one that is stale, one is told to update it, and the others do not wait.

use std::io::{self, Write};
use std::time::Duration;

use bytes::Bytes;
use edgepix_service::{BodyBuffer, CacheKey, Error, Lookup, StoredResponse, error_from_line, error_to_line};
use fastly::cache::core::{self, CacheError, Found, Transaction};

const SECOND: Duration = Duration::from_secs(1);

/// A transaction that must insert or update. Dropped, it is closed, and one of those who wait must insert in its place.
pub(crate) struct Slot {
    transaction: Transaction,
    /// The surrogate key, which all answers made of one source share.
    tag: String,
    /// Whether something is stored, for which nobody waits.
    is_stored: bool,
}

/// Looks for an answer; waits at most `longest` for another request that makes it.
pub(crate) fn lookup(key: &CacheKey, tag: &str, longest: Duration) -> Result<Lookup<Slot>, CacheError> {
    // Keys have at most 4 KiB.
    let key = core::CacheKey::from(key.digest());
    let transaction = match Transaction::lookup(key).timeout(longest).execute() {
        // The service finds out by its own clock that it is too late.
        Err(CacheError::Timeout) => return Ok(Lookup::Bypass),
        transaction => transaction?,
    };
    let found = transaction.found().filter(Found::is_usable).and_then(|found| read(&found));
    let must = transaction.must_insert_or_update();
    let is_stored = matches!(found, Some(Ok(_)));
    let slot = must.then(|| Slot { transaction, tag: tag.to_owned(), is_stored });
    Ok(match (found, slot) {
        (Some(Ok(stored)), slot) => Lookup::Found(stored, slot),
        (_, Some(slot)) => Lookup::Miss(slot),
        (Some(Err(error)), None) => Lookup::Failed(error, None),
        (None, None) => Lookup::Bypass,
    })
}

/// Reads a stored answer, which may still be arriving, or a failure. `None` where it breaks off, or another version wrote
/// it.
fn read(found: &Found) -> Option<Result<StoredResponse, Error>> {
    let metadata = found.user_metadata();
    let head = std::str::from_utf8(&metadata).ok()?;
    if let Some(error) = error_from_line(head) {
        return Some(Err(error));
    }
    // Always known, as it is given when an answer is stored.
    let length = found.known_length()?;
    let mut buffer = BodyBuffer::of_length(length);
    buffer.read_from(found.to_stream().ok()?).ok()?;
    let stored = StoredResponse::from_head(head, buffer.finish().ok()?)?;
    // Purged softly, it is stale before its time, of which Fastly only knows whole seconds fewer.
    let is_purged = found.is_stale() && found.age() + SECOND < stored.lifetime();
    Some(Ok(if is_purged { stored.purged() } else { stored }))
}

impl Slot {
    /// Stores an answer.
    pub(crate) fn fill(self, stored: &StoredResponse) -> io::Result<()> {
        let (fresh, stale) = times(stored);
        let mut body = self
            .transaction
            .insert(fresh)
            .stale_while_revalidate(stale)
            .surrogate_keys([self.tag.as_str()])
            .known_length(stored.body().len() as u64)
            .user_metadata(Bytes::from(stored.head()))
            .execute()
            .map_err(io::Error::other)?;
        body.write_all(stored.body())?;
        // Without this nobody would take it for complete.
        body.finish()
    }

    /// Stores what stands beside the stored body.
    pub(crate) fn renew(self, stored: &StoredResponse) -> io::Result<()> {
        let (fresh, stale) = times(stored);
        self.transaction
            .update(fresh)
            .stale_while_revalidate(stale)
            .surrogate_keys([self.tag.as_str()])
            .user_metadata(Bytes::from(stored.head()))
            .execute()
            .map_err(io::Error::other)
    }

    /// Stores a failure for a second, for those who wait, if they do, and in place of what is `outdated`.
    pub(crate) fn give_up(self, error: Option<&Error>, outdated: bool) -> io::Result<()> {
        let (keep, line) = match error {
            Some(error) if outdated || !self.is_stored => (SECOND, error_to_line(error)),
            None if outdated && self.is_stored => (Duration::ZERO, String::new()),
            _ => return Ok(()),
        };
        let insertion = self.transaction.insert(keep).surrogate_keys([self.tag.as_str()]).known_length(0);
        insertion.user_metadata(Bytes::from(line)).execute().map_err(io::Error::other)?.finish()
    }
}

/// How long Fastly takes an answer for fresh, and how long it keeps it behind that. By its clock it ends within the second
/// before it ends by ours, which counts whole ones: a request that finds it stale by ours is then told to update it.
fn times(stored: &StoredResponse) -> (Duration, Duration) {
    let fresh = stored.lifetime().saturating_sub(SECOND);
    (fresh, stored.kept().saturating_sub(fresh))
}
