//! The names of answers in caches.

use crate::answer::etag::sha256_hex;

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
        sha256_hex(&[self.0.as_bytes()])
    }
}
