//! PNG and APNG (Portable Network Graphics, third edition, 2025), decoded and encoded row by row in memory that is known
//! beforehand.
//!
//! - [`Header::read`] reads what a file says before its pixels, and allocates nothing.
//! - [`Decoder`] gives the rows of the default image or of a [`Frame`], as samples of 8 or of 16 bits.
//! - [`recode()`] writes a still again without loss, in fewer bytes where its codes allow.
//! - [`Chunks`] walks over all chunks, for whoever reads others: profiles, EXIF, text.
//! - [`inflate()`] reads what such chunks compress.
//! - [`Encoder`] takes rows of 8-bit samples, or indices into a palette, and gives a file. [`Parameters`] say what it will take.
//!
//! A file that ends early gives the rows that it has, and then [`Error::Truncated`]. Checksums of pixels are not
//! compared: a picture with a wrong one is shown as it is. A header with a wrong one is refused, and a palette or transparency
//! (`tRNS`) with a wrong one is left out.

#![forbid(unsafe_code)]

mod chunks;
mod decode;
mod deflate;
mod encode;
mod error;
mod frames;
mod header;
mod recode;
mod zlib;

pub use crate::chunks::{Chunk, Chunks};
pub use crate::decode::Decoder;
pub use crate::encode::{Effort, Encoder, Metadata, Parameters, Pixels};
pub use crate::error::Error;
pub use crate::frames::{Dispose, Frame, Frames};
pub use crate::header::{ColourType, Header};
pub use crate::recode::{NewChunk, recode};
pub use crate::zlib::inflate;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
