//! Lossy WebP: a VP8 key frame (RFC 6386) from rows of pixels, and rows of planes from a frame, in memory that is known
//! beforehand.
//!
//! The encoder writes the payload of a `VP8 ` chunk; the container is that of the crate `edgepix-webp`. The picture is never held, and
//! how much memory and work an [`Encoder`] takes at most follows from the size ([`Encoder::memory`], [`Encoder::work`]). All
//! arithmetic is in integers, or in single operations that IEEE 754 rounds exactly: the same pixels give the same bytes on
//! every machine. [`Effort`] says how much is done for a small frame.
//!
//! ```
//! use edgepix_vp8::{Encoder, FrameHeader, PixelLayout};
//!
//! let mut encoder = Encoder::new(64, 48, PixelLayout::Rgb, 80)?;
//! for y in 0..48 {
//!     encoder.write_row(&[5 * y; 3 * 64])?;
//! }
//! let frame = encoder.finish()?;
//! assert!(frame.len() as u64 <= Encoder::memory(64, 48, PixelLayout::Rgb, 80));
//!
//! let header = FrameHeader::read(&frame)?;
//! assert_eq!((header.width, header.height), (64, 48));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Decoder`] makes of a frame what libwebp makes of it, as planes, a few rows at a time. Below it are the header of a frame
//! ([`FrameHeader`]) and the decoder of its booleans ([`BoolDecoder`]). [`recode`] reads all of a frame and writes it again
//! without loss.

/// The example of the crate's page runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod decode;
mod edges;
mod effort;
mod encode;
mod error;
mod lanes;
mod levels;
mod modes;
mod parameters;
mod pixel_layout;
mod predict;
mod recode;
mod tables;
mod transform;

pub use crate::decode::{BoolDecoder, Decoder, FrameHeader, Rows};
pub use crate::effort::Effort;
pub use crate::encode::{Encoder, MAX_SIDE};
pub use crate::error::{EncodeError, HeaderError};
pub use crate::pixel_layout::PixelLayout;
pub use crate::recode::{recode, recode_memory};
