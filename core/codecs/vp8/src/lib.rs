//! A lossy WebP encoder: a VP8 key frame (RFC 6386) from rows of pixels.
//!
//! The picture is never held. A row of macroblocks at a time,
//!
//! 1. `yuv` makes luma and chroma of 16 rows of pixels,
//! 2. `segment` finds for each macroblock how coarse it may be: errors hide where there is much to see,
//! 3. `luma` and `chroma` choose the modes by which `predict` guesses it from what is around (kept by `frame`), and put
//!    what is left through `transform` and `quantise`: whatever costs least by `cost`, errors and bits weighed together,
//! 4. `tokens` keeps the levels, and `mode` the modes, in few bytes.
//!
//! At the end, when it is known how often each token occurs, `header` writes the first partition and `tokens` the second,
//! both with the arithmetic encoder of `bools`. `memory` says what all of it takes, and what happens where that is not
//! enough. All arithmetic is in integers: the same bytes on every machine.
//!
//! ```
//! use edgepix_vp8::{Encoder, Pixels};
//!
//! let mut encoder = Encoder::new(64, 48, Pixels::Rgb, 80);
//! for y in 0..48 {
//!     encoder.write_row(&[5 * y; 3 * 64]);
//! }
//! let frame = encoder.finish();
//! assert!(frame.len() as u64 <= Encoder::memory(64, 48, Pixels::Rgb, 80));
//! ```

mod bools;
mod chroma;
mod cost;
mod encoder;
mod frame;
mod header;
mod luma;
mod memory;
mod mode;
mod predict;
mod quantise;
mod residual;
mod satd;
mod segment;
mod tables;
mod tokens;
mod transform;
mod yuv;

pub use encoder::{Encoder, Pixels};
