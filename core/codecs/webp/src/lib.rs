//! A lossless WebP encoder and decoder (VP8L, RFC 9649) in memory that is known beforehand.
//!
//! It writes and reads the payload of a `VP8L` chunk ([`encode_lossless`], [`decode_lossless`]) or of an `ALPH` chunk
//! ([`encode_alpha`], [`decode_alpha`]); the RIFF container is left to the caller. How much memory that takes at most
//! follows from the size alone ([`lossless_memory`], [`alpha_memory`], [`decode_memory`], [`decode_alpha_memory`]), so
//! that a caller can refuse before anything is allocated. The effort for each pixel is bounded, whatever the content.
//! Every pixel comes back exactly as it was, colours under full transparency included. All arithmetic is on integers:
//! the same input gives the same output on every machine.
//!
//! ```
//! use edgepix_webp::{Layout, decode_lossless, encode_lossless, lossless_memory};
//!
//! let red = [255, 0, 0].repeat(8 * 8);
//! let payload = encode_lossless(&red, 8, 8, Layout::Rgb);
//! assert_eq!(payload[0], 0x2F);
//! assert!((payload.len() as u64) < lossless_memory(8, 8, Layout::Rgb));
//!
//! let decoded = decode_lossless(&payload)?;
//! assert_eq!(decoded.pixels, [0xFFFF_0000; 8 * 8]);
//! # Ok::<(), edgepix_webp::DecodeError>(())
//! ```
//!
//! An image's way through the encoder: `pixels` or `alpha` (what is encoded) → `encoder`, which tries the ways that
//! promise something: `transform` (palette, green, predictor, cross-colour) → `lz77` (repetitions, kept in `tokens`) →
//! `cache` and `groups` (chosen by `histogram` and `entropy`) → `image` (the pixels by their codes). Below them are
//! `huffman`, `code_lengths`, `prefix` and `bits`. The image is held once, four bytes a pixel; the output is allocated
//! when its exact size is known.
//!
//! `decode` goes the other way, with `cache`, `prefix` and `code_lengths` in common. The pixels are decoded where they
//! are returned. Streams that ask for more prefix codes than their size explains are refused; of those that end early,
//! the rows before that are given.

#![forbid(unsafe_code)]

mod alpha;
mod bits;
mod cache;
mod code_lengths;
mod decode;
mod encoder;
mod entropy;
mod groups;
mod histogram;
mod huffman;
mod image;
mod lz77;
mod memory;
mod pixels;
mod prefix;
mod tokens;
mod transform;

pub use crate::decode::{
    DecodeError, Decoded, Header, decode_alpha, decode_alpha_memory, decode_lossless, decode_memory,
    read_lossless_header,
};

use crate::alpha::AlphaPlane;
use crate::bits::BitWriter;
use crate::pixels::Pixels;

/// How pixels are laid out: interleaved, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One byte: grey.
    Grey,
    /// Three bytes: red, green, blue.
    Rgb,
    /// Four bytes: red, green, blue, alpha (not premultiplied).
    Rgba,
}

impl Layout {
    /// Bytes a pixel.
    pub fn channels(self) -> usize {
        match self {
            Layout::Grey => 1,
            Layout::Rgb => 3,
            Layout::Rgba => 4,
        }
    }
}

/// The longest side of an image.
pub const MAX_SIDE: u32 = 16_384;

/// Encodes interleaved 8-bit pixels to a VP8L bitstream: the payload of a `VP8L` chunk (RFC 9649, section 3).
///
/// # Panics
///
/// If a side is 0 or above [`MAX_SIDE`], or `pixels` has not as many bytes as the size and the layout ask for.
pub fn encode_lossless(pixels: &[u8], width: u32, height: u32, layout: Layout) -> Vec<u8> {
    check(pixels, width, height, layout);
    let source = Pixels { bytes: pixels, layout };
    // Section 3.4: signature, size, whether there is alpha, version.
    let mut head = BitWriter::default();
    head.put(0x2F, 8);
    head.put(width - 1, 14);
    head.put(height - 1, 14);
    head.put(u32::from(source.has_alpha()), 1);
    head.put(0, 3);
    encoder::encode(&source, width, height, head)
}

/// Encodes the alpha channel of RGBA pixels to the payload of an `ALPH` chunk (RFC 9649, section 2.7.1.2): one byte of
/// header, then a VP8L stream without its own header. The plane is filtered where that promises to make it smaller.
///
/// # Panics
///
/// If a side is 0 or above [`MAX_SIDE`], or `rgba` has not four bytes for each pixel.
pub fn encode_alpha(rgba: &[u8], width: u32, height: u32) -> Vec<u8> {
    check(rgba, width, height, Layout::Rgba);
    let source = AlphaPlane::new(rgba, width as usize);
    let mut head = BitWriter::default();
    // No preprocessing, the filter, compressed.
    head.put((source.filter as u32) << 2 | 1, 8);
    encoder::encode(&source, width, height, head)
}

/// An upper bound of the heap bytes that [`encode_lossless`] takes at its peak, the returned `Vec` included, for any
/// content. The pixels themselves, which the caller holds, are not in it.
pub fn lossless_memory(width: u32, height: u32, layout: Layout) -> u64 {
    memory::encoder_memory(u64::from(width), u64::from(height), layout.channels() as u64)
}

/// An upper bound of the heap bytes that [`encode_alpha`] takes at its peak, the returned `Vec` included, for any
/// content. The pixels themselves, which the caller holds, are not in it.
pub fn alpha_memory(width: u32, height: u32) -> u64 {
    memory::encoder_memory(u64::from(width), u64::from(height), 1)
}

fn check(pixels: &[u8], width: u32, height: u32, layout: Layout) {
    let sides = 1..=MAX_SIDE;
    assert!(
        sides.contains(&width) && sides.contains(&height),
        "a side of {width} × {height} is out of range"
    );
    let expected = u64::from(width) * u64::from(height) * layout.channels() as u64;
    assert_eq!(pixels.len() as u64, expected, "bytes of {width} × {height} pixels, {layout:?}");
}
