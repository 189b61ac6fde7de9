//! What goes along with the pixels.

use super::file::{CHUNK, File};
use crate::deflate::{Deflate, Level};

/// What goes along with the pixels. [`Default`] is nothing.
///
/// ```
/// use edgepix_png::{Chunks, Encoder, Metadata, Parameters, Pixels};
///
/// let mut metadata = Metadata::default();
/// metadata.exif = Some(b"MM\0\x2a\0\0\0\x08\0\0\0\0\0\0");
/// let mut encoder = Encoder::new(&Parameters::new(1, 1, Pixels::Grey)?, metadata)?;
/// encoder.write_row(&[128])?;
/// let file = encoder.finish()?;
/// assert!(Chunks::new(&file).any(|chunk| chunk.kind == *b"eXIf"));
/// # Ok::<(), edgepix_png::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// An ICC profile: of grey for grey pixels, of RGB for all others, which are never stored as grey then.
    pub icc: Option<&'a [u8]>,
    /// EXIF: a TIFF structure without a prefix.
    pub exif: Option<&'a [u8]>,
    /// An XMP packet in UTF-8.
    pub xmp: Option<&'a str>,
}

/// The name of a profile, which nobody reads, its end, and the compression method.
const ICC_NAME: &[u8] = b"_\0\0";
/// Keyword, compression flag and method, language and translated keyword (PNG section 11.3.3.4, XMP part 3 section 1.1.5).
const XMP_NAME: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

impl Metadata<'_> {
    /// Bytes of its chunks at the most.
    pub(super) fn most_bytes(&self) -> u64 {
        let Self { icc, exif, xmp } = self;
        let icc = icc.map_or(0, |profile| CHUNK + ICC_NAME.len() + profile.len() + profile.len() / 256 + 256);
        let exif = exif.map_or(0, |exif| CHUNK + exif.len());
        (icc + exif + xmp.map_or(0, |xmp| CHUNK + XMP_NAME.len() + xmp.len())) as u64
    }

    pub(super) fn write(&self, file: &mut File) {
        let Self { icc, exif, xmp } = self;
        if let Some(profile) = icc {
            file.begin_chunk(*b"iCCP");
            file.push(ICC_NAME);
            let mut deflate = Deflate::new(Level::Lazy, file);
            deflate.write(profile, file);
            deflate.finish(file);
            file.end_chunk();
        }
        if let Some(exif) = exif {
            file.push_chunk(*b"eXIf", exif);
        }
        if let Some(xmp) = xmp {
            file.begin_chunk(*b"iTXt");
            file.push(XMP_NAME);
            file.push(xmp.as_bytes());
            file.end_chunk();
        }
    }
}
