//! What is answered: headers, entity tags, lifetimes and problem details.

pub(crate) mod description;
pub(crate) mod etag;
pub(crate) mod freshness;
pub(crate) mod problem;
pub(crate) mod response;

pub use description::Description;
pub use problem::Problem;
