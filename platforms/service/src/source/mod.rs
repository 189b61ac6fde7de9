//! Where sources are read from: how they are named, which may be asked, and how they are fetched.

mod body;
pub(crate) mod fetch;
pub(crate) mod location;
pub(crate) mod policy;
pub(crate) mod refusal;

pub use body::BodyBuffer;
pub use location::{SourcePath, SourceReference, source_for_log};
pub use policy::is_private;
