//! What is answered: headers, entity tags, lifetimes and problem details.

pub(crate) mod etag;
pub(crate) mod freshness;
pub(crate) mod hint;
pub(crate) mod problem;
pub(crate) mod response;
pub(crate) mod terms;
