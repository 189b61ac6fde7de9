//! What a request asks for: its route, its parameters, the format negotiated, and its canonical form.

mod canonical;
mod id;
mod image_request;
pub(crate) mod negotiate;
pub mod params;
pub(crate) mod presets;
mod route;
pub(crate) mod signature;

pub use id::RequestId;
pub(crate) use image_request::{Action, ImageRequest};
pub use route::Route;
