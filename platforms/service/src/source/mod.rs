//! Where sources are read from: how they are named, which may be asked, and how they are fetched.

pub(crate) mod address;
mod body;
pub(crate) mod fetch;
pub(crate) mod location;
pub(crate) mod policy;
pub(crate) mod provenance;
pub(crate) mod refusal;

pub use address::AddressPolicy;
pub use body::BodyBuffer;
pub use location::{SourcePath, SourceReference, source_for_log};
