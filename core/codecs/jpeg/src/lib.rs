//! A JPEG decoder made for *shrinking*, and a JPEG encoder.
//!
//! A picture that will be shown at a quarter of its size need not be decoded at full size. This decoder takes
//! from each block of 8×8 samples only the low frequencies that the wanted [`Scale`] can show, and skips the
//! rest while it reads. It delivers rows, and holds as little of the picture as the file allows: one or two rows
//! of blocks of a sequential file, the kept coefficients of a progressive one. How much that is follows from the
//! header alone ([`Header::memory`]), so that a caller can refuse before anything is allocated. The [`Encoder`] goes the
//! other way: rows in, a file out, with Huffman tables made for the picture, in memory that follows from size and
//! quality alone ([`Parameters::memory`]).
//!
//! ```
//! use edgepix_jpeg::{Decoder, Encoder, Parameters, Pixels, Scale, Subsampling, read_header};
//!
//! # fn main() -> Result<(), edgepix_jpeg::Error> {
//! let parameters = Parameters::new(640, 480, Pixels::Rgb, 80, Subsampling::S420)?;
//! let mut encoder = Encoder::new(&parameters);
//! for _ in 0..480 {
//!     encoder.write_row(&[200; 640 * 3])?;
//! }
//! let jpeg = encoder.finish()?;
//!
//! let header = read_header(&jpeg)?;
//! assert_eq!((header.width(), header.height()), (640, 480));
//! assert!(header.memory(Scale::QUARTER) < 1_000_000);
//! let mut decoder = Decoder::new(&jpeg, &header, Scale::QUARTER)?;
//! let (width, height) = decoder.size();
//! assert_eq!((width, height), (160, 120));
//! let mut row = vec![0; width as usize * header.channels()];
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
//! Besides: [`PlaneDecoder`] delivers components as they are stored, [`segments()`] walks over a file's marker segments, and
//! [`recode`] writes a file again without loss, [`Coefficients`] are those of a whole file, and
//! [`Header::decode_work`], [`Header::planes_work`], [`Header::recode_work`] and [`Parameters::work`] estimate instructions.
//!
//! # Inside
//!
//! `decode` knows nothing of `encode`, and `encode` of `decode` only what `recode` needs. What both need stands beside them: `marker`, `segments`, `zigzag`,
//! `dct` and `error`. In each, `cost` says what the work takes.
//!
//! Loops that not every file goes through are functions of their own, not inlined: engines compile WebAssembly while it
//! runs, and what a first file does not need should not be compiled with what it does.

#![forbid(unsafe_code)]

#[cfg(target_endian = "big")]
compile_error!("the vector code is written for little-endian machines");

/// The example of the crate's page runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod dct;
mod decode;
mod encode;
mod error;
pub mod marker;
mod segments;
mod zigzag;

pub use decode::{Coefficients, Colour, Component, Decoder, Header, PlaneDecoder, Scale, Turn, read_header};
pub use encode::{Effort, Encoder, Metadata, Parameters, Pixels, Subsampling, recode, recode_coefficients};
pub use error::Error;
pub use segments::{Segment, Segments, segments};
