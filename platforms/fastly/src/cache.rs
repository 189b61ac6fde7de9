//! Fastly's core cache: one transaction from the look-up to the insertion, in which requests for the same answer wait for
//! the first.

use std::io::{self, Write};
use std::time::Duration;

use bytes::Bytes;
use edgepix_service::{BodyBuffer, CacheKey, Lookup, StoredResponse};
use fastly::cache::core::{self, CacheError, Found, Transaction};

/// A transaction that must insert. Dropped, it is closed, and one of those who wait must insert in its place.
pub(crate) struct Slot {
    transaction: Transaction,
    /// The surrogate key, which all answers made of one source share.
    tag: String,
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
    // Purged softly, an answer is found as a stale one.
    let found = transaction.found().filter(|found| found.is_usable() && !found.is_stale());
    Ok(match found.and_then(|found| read(&found)) {
        Some(stored) => Lookup::Hit(stored),
        None if transaction.must_insert_or_update() => {
            Lookup::Miss(Slot { transaction, tag: tag.to_owned() })
        }
        None => Lookup::Bypass,
    })
}

/// Reads a stored answer, which may still be arriving. `None` where it breaks off, or another version wrote it.
fn read(found: &Found) -> Option<StoredResponse> {
    let head = found.user_metadata();
    // Always known, as it is given when an answer is stored.
    let length = found.known_length()?;
    let mut buffer = BodyBuffer::of_length(length);
    buffer.read_from(found.to_stream().ok()?).ok()?;
    let body = buffer.finish().ok()?;
    StoredResponse::from_head(std::str::from_utf8(&head).ok()?, body)
}

impl Slot {
    /// Stores an answer.
    pub(crate) fn fill(self, stored: &StoredResponse, ttl: Duration) -> io::Result<()> {
        let Self { transaction, tag } = self;
        let mut body = transaction
            .insert(ttl)
            .surrogate_keys([tag.as_str()])
            .known_length(stored.body().len() as u64)
            .user_metadata(Bytes::from(stored.head()))
            .execute()
            .map_err(io::Error::other)?;
        body.write_all(stored.body())?;
        // Without this nobody would take it for complete.
        body.finish()
    }
}
