//! What caches keep of an answer.

pub(crate) mod stored;

pub use stored::Stored;
