//! WebP (RFC 9649): lossless pictures, alpha planes and the container, in memory that is known beforehand.
//!
//! - [`encode_lossless`] and [`decode_lossless`] write and read the payload of a `VP8L` chunk, [`encode_alpha`] and
//!   [`decode_alpha`] that of an `ALPH` chunk. Lossy pictures are the crate `edgepix-vp8`'s.
//! - [`recode_lossless`] and [`recode_alpha`] write a payload again without loss, and without making pixels of it.
//! - [`container`] reads and writes files of such chunks.
//! - How much memory and work a picture takes at most follows from its size alone ([`lossless_memory`], [`alpha_memory`],
//!   [`lossless_work`], [`decode_memory`], [`decode_alpha_memory`], [`decode_work`]), so that a caller can refuse it before
//!   anything is allocated.
//!
//! Every pixel comes back exactly as it was, colours under full transparency included. All arithmetic is on integers: the
//! same input gives the same output on every machine. Streams that ask for more prefix codes than their size explains are
//! refused; of those that end early, the rows before that are given.
//!
//! ```
//! use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_lossless, lossless_memory};
//!
//! let red = [255, 0, 0].repeat(8 * 8);
//! let payload = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
//! assert_eq!(payload[0], 0x2F);
//! assert!((payload.len() as u64) < lossless_memory(8, 8, PixelLayout::Rgb));
//!
//! let decoded = decode_lossless(&payload)?;
//! assert_eq!(decoded.pixels, [0xFFFF_0000; 8 * 8]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

/// The example of the crate's page runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod alpha_filter;
mod backward_reference;
mod colour_cache;
pub mod container;
mod decode;
mod encode;
mod error;
mod header;
mod prefix_code;
mod recode;
mod transform;

pub use edgepix_vp8::{Effort, PixelLayout};

pub use crate::decode::{
    Decoded, decode_alpha, decode_alpha_memory, decode_lossless, decode_memory, decode_work,
};
pub use crate::encode::{Image, alpha_memory, encode_alpha, encode_lossless, lossless_memory, lossless_work};
pub use crate::error::{DecodeError, EncodeError};
pub use crate::header::{LosslessHeader, MAX_SIDE};
pub use crate::recode::{recode_alpha, recode_lossless, recode_memory};
