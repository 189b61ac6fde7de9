//! Writes a file of chunks.

use crate::container::features::Features;
use crate::container::riff::{CHUNK_HEADER_BYTES, FourCc};
use crate::error::EncodeError;

/// The longest side of a canvas, in pixels (RFC 9649, section 2.7).
const MAX_CANVAS_SIDE: u32 = 1 << 24;

/// A WebP file that is being written, chunk by chunk (RFC 9649, section 2).
///
/// The simple form is one chunk of pixels. The extended form begins with [`extended_header`](Self::extended_header), then
/// come a colour profile, the pixels (`ALPH` before `VP8 `) and metadata.
///
/// ```
/// use edgepix_webp::container::Writer;
/// use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let mut writer = Writer::with_capacity(12 + 8 + stream.len() + 1);
/// writer.chunk(*b"VP8L", &stream);
/// let file = writer.finish()?;
/// assert!(file.starts_with(b"RIFF"));
/// # Ok::<(), edgepix_webp::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// A file with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut out = Vec::with_capacity(bytes);
        out.extend(b"RIFF\0\0\0\0WEBP");
        Writer { out }
    }

    /// Writes the chunk `VP8X` that makes it an extended file, before all others (section 2.7).
    ///
    /// # Errors
    ///
    /// If a side of the canvas is 0 or above 2²⁴.
    pub fn extended_header(
        &mut self,
        features: Features,
        width: u32,
        height: u32,
    ) -> Result<(), EncodeError> {
        let sides = 1..=MAX_CANVAS_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(EncodeError::SideOutOfRange { width, height, max: MAX_CANVAS_SIDE });
        }
        let ([w0, w1, w2, _], [h0, h1, h2, _]) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
        self.chunk(*b"VP8X", &[features.to_bits(), 0, 0, 0, w0, w1, w2, h0, h1, h2]);
        Ok(())
    }

    /// Writes a chunk (section 2.3).
    pub fn chunk(&mut self, kind: FourCc, payload: &[u8]) {
        self.out.extend(kind);
        // Where that is too little for the length, the file is too long as well.
        self.out.extend((payload.len() as u32).to_le_bytes());
        self.out.extend(payload);
        // Chunks begin at even offsets.
        self.out.extend(std::iter::repeat_n(0, payload.len() % 2));
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// If it is longer than its 32-bit size can say.
    pub fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        let size = u32::try_from(self.out.len() - CHUNK_HEADER_BYTES);
        let size = size.map_err(|_| EncodeError::FileTooLong)?;
        self.out[4..8].copy_from_slice(&size.to_le_bytes());
        Ok(self.out)
    }
}
