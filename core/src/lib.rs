//! Resizes, converts and describes images: bytes in, bytes out, in memory that is known beforehand.
//!
//! ```text
//! sniff → header → limits and plan → decode → orient → crop → resize → encode
//! ```
//!
//! - [`metadata`] reads what an image's headers say, without decoding a pixel.
//! - [`plan`] computes how much memory and work a [`Transform`] of an image will take, or why it is refused.
//! - [`transform`] does it: any JPEG, PNG, WebP or GIF in, the same formats out.
//!
//! ```
//! use edgepix_core::{Format, Limits, Transform};
//!
//! let photo = std::fs::read("photo.jpg")?;
//! let options = Transform::builder().width(240).format(Format::Webp).build()?;
//! let output = edgepix_core::transform(&photo, &options, &Limits::default())?;
//! assert_eq!((output.width, output.height), (240, 135));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Output`] is the bytes of a file: `std::fs::write("photo.webp", output)` saves it.
//!
//! The same bytes come out on every machine: no pixel depends on floating-point contraction, on the system's
//! mathematics library, or on which SIMD instructions a processor has.
//!
//! This crate is not a general imaging library: it draws nothing, opens no file, knows no HTTP, has no clock and
//! starts no thread. Whoever needs pixels rather than files is better served by the `image` crate.

#![cfg_attr(
    not(feature = "codecs"),
    allow(dead_code, unused_imports, reason = "what formats share serves those that are left out")
)]

/// The examples of the crate's page compile.
#[cfg(all(doctest, feature = "codecs"))]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "pipeline")]
mod codec;
mod ending;
mod error;
mod format;
mod geometry;
#[cfg(feature = "pipeline")]
mod icc;
#[cfg(feature = "pipeline")]
mod job;
mod limits;
mod metadata;
mod options;
mod output;
#[cfg(feature = "pipeline")]
mod pipeline;
mod progress;
#[cfg(feature = "pipeline")]
mod rows;
#[cfg(feature = "pipeline")]
mod sort;
#[cfg(feature = "pipeline")]
mod source;
#[cfg(feature = "stages")]
pub mod stages;
mod suggest;

pub use error::{Blame, Error, Kind};
pub use format::Format;
pub use geometry::{device_pixels, output_size};
#[cfg(feature = "pipeline")]
pub use job::{Job, plan, transform};
pub use limits::{Limits, Plan};
#[cfg(feature = "pipeline")]
pub use metadata::metadata;
pub use metadata::{Dropped, Metadata, MetadataKind, ProfileFault};
pub use options::{
    Action, Background, Compass, Crop, Dpr, Effort, Fit, Flip, FocalPoint, Gravity, InvalidValue,
    KeepMetadata, Length, Orientation, Percent, Profile, Quality, Query, Rotate, Transform, TransformBuilder,
    Value, vocabulary,
};
pub use output::Output;
pub use progress::Progress;
#[cfg(feature = "pipeline")]
pub use source::Source;
pub use suggest::closest;

/// Names the behaviour of the encoders: it changes whenever the same request may give other bytes, and is part of
/// every `ETag`.
pub const ENCODER_VERSION: &str = "5";
