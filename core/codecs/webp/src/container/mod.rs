//! The container of WebP files (RFC 9649, section 2): reading and writing.
//!
//! [`Chunks`] walks over the chunks of a file, [`File`] says what they hold, and [`Writer`] makes a file of chunks. Pixels
//! stay coded, and no memory is allocated but for the file that is written.
//!
//! ```
//! use edgepix_webp::container::{Bitstream, File, Writer};
//! use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_lossless};
//!
//! let red = [255, 0, 0].repeat(8 * 8);
//! let image = Image::new(&red, 8, 8, PixelLayout::Rgb)?;
//! let mut writer = Writer::with_capacity(100);
//! writer.chunk(*b"VP8L", &encode_lossless(&image, Effort::Balanced));
//! let bytes = writer.finish()?;
//!
//! let file = File::read(&bytes)?;
//! assert_eq!((file.width, file.height, file.frames, file.alpha), (8, 8, 1, false));
//! for frame in file.frames(&bytes) {
//!     let Bitstream::Lossless(stream) = frame?.bitstream else { continue };
//!     assert_eq!(decode_lossless(stream)?.pixels, [0xFFFF_0000; 8 * 8]);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod features;
mod file;
mod frame;
mod riff;
mod writer;

pub use crate::container::error::ContainerError;
pub use crate::container::features::Features;
pub use crate::container::file::File;
pub use crate::container::frame::{Bitstream, Frame, Frames};
pub use crate::container::riff::{Chunk, Chunks, FourCc};
pub use crate::container::writer::Writer;
