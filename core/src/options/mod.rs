//! What to do with an image: [`Transform`] and the types of its fields, none of which can hold nonsense.
//!
//! Each type reads ([`FromStr`](std::str::FromStr)) and writes ([`Display`](std::fmt::Display)) the words that URLs, the
//! command line and the JavaScript options share; the error of reading lists the allowed values.

mod background;
mod builder;
mod crop;
mod gravity;
mod named;
mod number;
mod orientation;
mod parameter;
mod query;
mod scalar;
mod transform;
mod value;
pub mod vocabulary;
mod words;

pub use background::Background;
pub use builder::TransformBuilder;
pub use crop::{Crop, Length, Percent};
pub use gravity::{Compass, FocalPoint, Gravity};
pub(crate) use number::Decimal;
pub use orientation::{Flip, Orientation, Rotate};
pub use query::{Action, Query};
pub(crate) use scalar::Lossless;
pub use scalar::{Dpr, Effort, Fit, KeepMetadata, Profile, Quality};
pub use transform::Transform;
pub use value::Value;
pub use words::InvalidValue;
