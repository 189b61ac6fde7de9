//! A JPEG decoder made for *shrinking*, and an encoder for what comes of it.
//!
//! A picture that will be shown at a quarter of its size need not be decoded at full size. This decoder takes
//! from each block of 8×8 samples only the low frequencies that the wanted [`Scale`] can show, and skips the
//! rest while it reads. It hands out rows, and holds as little of the picture as the file allows: one or two rows
//! of blocks of a sequential file, the kept coefficients of a progressive one. How much that is follows from the
//! header alone ([`Header::memory`]), so that a caller can refuse before anything is allocated.
//!
//! ```no_run
//! # fn main() -> Result<(), edgepix_jpeg::Error> {
//! # let bytes: &[u8] = &[];
//! use edgepix_jpeg::{Decoder, Scale};
//!
//! let mut decoder = Decoder::new(bytes, Scale::QUARTER)?;
//! let (width, height) = decoder.size();
//! let mut row = vec![0; width as usize * decoder.header().channels()];
//! for _ in 0..height {
//!     decoder.read_row(&mut row)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It reads 8-bit baseline, extended sequential and progressive Huffman files (ITU-T T.81, the DCT processes), with
//! any sampling factors. Arithmetic coding, lossless and hierarchical processes and 12-bit samples are refused by
//! name. All arithmetic is on integers: the same file gives the same bytes on every machine. Samples are within 1 of
//! exact arithmetic at every scale; at full size, pixels are those of libjpeg-turbo's default decoder (`djpeg -dct int`), but
//! that it guesses at what the scans of an unfinished progressive file have not brought.
//!
//! The [`Encoder`] goes the other way: rows in, a baseline file out, with Huffman tables made for the picture, in
//! memory that follows from size and quality alone ([`Encoder::memory`]).
//!
//! ```
//! use edgepix_jpeg::{Encoder, Pixels, Subsampling};
//!
//! let mut encoder = Encoder::new(64, 48, Pixels::Rgb, 80, Subsampling::S420);
//! for _ in 0..48 {
//!     encoder.write_row(&[200; 64 * 3]);
//! }
//! assert!(encoder.finish().starts_with(&[0xFF, 0xD8]));
//! ```
//!
//! Loops that not every file goes through are functions of their own, not inlined: engines compile WebAssembly while it
//! runs, and what a first file does not need should not be compiled with what it does.
//!
//! A file's way through the decoder: `header` → `layout` → then either `mcu_row` (one scan, decoded while rows are
//! read) or `scan` into `coefficients` (several) → `idct` → `strip` → `upsample` → `colour`. Below them are
//! `sequential` and `progressive` (one block), `entropy` (restart intervals), `huffman`, `pairs`, `skip` and `bits`. `encode` is the encoder.

#![forbid(unsafe_code)]

#[cfg(target_endian = "big")]
compile_error!("the vector code is written for little-endian machines");

mod bits;
mod coefficients;
mod colour;
mod decoder;
mod encode;
mod entropy;
mod error;
mod header;
mod huffman;
mod idct;
mod layout;
mod markers;
mod mcu_row;
mod mcus;
mod pairs;
mod planes;
mod progressive;
mod scan;
mod scan_header;
mod scan_plan;
mod sequential;
mod skip;
mod standard;
mod strip;
mod tables;
mod upsample;
mod zigzag;

pub use decoder::Decoder;
pub use encode::{Encoder, Pixels, Subsampling};
pub use error::Error;
pub use header::{Colour, Component, Header, Scale, read_header};
pub use planes::PlaneDecoder;
