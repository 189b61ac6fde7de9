//! What caches keep of an answer, and under which name.

mod failure;
mod key;
pub(crate) mod stored;

pub use failure::{error_from_line, error_to_line};
pub use key::CacheKey;
pub use stored::StoredResponse;
