//! What caches keep of an answer, and under which name.

mod key;
pub(crate) mod stored;

pub use key::CacheKey;
pub use stored::StoredResponse;
