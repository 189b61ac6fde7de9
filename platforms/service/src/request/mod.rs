//! What a request asks for: its route, its parameters, the format negotiated, and its canonical form.

mod canonical;
pub(crate) mod job;
pub(crate) mod negotiate;
pub mod params;
mod query;
mod suggest;
mod vocabulary;
