//! What an image's headers say: size, orientation, profile and the like, without decoding a pixel.

use crate::{Error, Format, Kind, Orientation};
#[cfg(feature = "pipeline")]
use crate::{codec::Header, geometry::turned};

mod dropped;
#[cfg(feature = "pipeline")]
pub(crate) mod exif;
#[cfg(feature = "jpeg")]
pub(crate) mod iptc;
#[cfg(feature = "pipeline")]
mod kept;
mod profile_fault;
#[cfg(feature = "pipeline")]
pub(crate) mod xmp;

pub use dropped::{Dropped, MetadataKind};
#[cfg(feature = "pipeline")]
pub(crate) use kept::{Credit, Description, kept};
pub use profile_fault::ProfileFault;

/// The facts about an image. The JSON names are the camel-cased field names.
///
/// ```
/// use edgepix_core::Format;
///
/// let facts = edgepix_core::metadata(&std::fs::read("photo.jpg")?)?;
/// assert_eq!((facts.format, facts.width, facts.height), (Format::Jpeg, 480, 270));
/// // It is stored upright, 270 × 480, and EXIF says that it is to be turned.
/// assert_eq!(facts.orientation.exif(), 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct Metadata {
    /// Width in pixels, after orientation.
    pub width: u32,
    /// Height in pixels, after orientation.
    pub height: u32,
    /// Format, recognised by the first bytes.
    pub format: Format,
    /// Length of the file.
    pub size_bytes: u64,
    /// How the stored image is turned for display (already applied to `width` and `height`).
    pub orientation: Orientation,
    /// Frames of an animation; 1 for a still.
    pub frames: u32,
    /// Whether the header announces transparency.
    pub has_alpha: bool,
    /// Bits per channel as stored, 1 … 16.
    pub bit_depth: u8,
    /// Description of the embedded ICC profile, or `ICC` where it has none that can be read. Of a PNG without one, its chunk
    /// `cICP` or `gAMA` and what it says.
    pub profile: Option<String>,
    /// Why `profile` is ignored, where it is.
    pub profile_ignored: Option<ProfileFault>,
    /// Whether the file is progressive (JPEG) or interlaced (PNG, GIF).
    pub progressive: bool,
}

/// Bytes of a JPEG in which its headers end, nearly always.
const FRONT: usize = 64 << 10;

impl Metadata {
    /// Gets the metadata from `ask`, where that makes a copy of its bytes, as an engine in a sandbox does. Of a JPEG, `ask`
    /// is given the first 64 KiB, where nearly all have their headers, and the whole image only if it answers that these are
    /// damaged. After any other error it is not called again, because that call may have taken all the time there is.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub fn ask(image: &[u8], mut ask: impl FnMut(&[u8]) -> Result<Self, Error>) -> Result<Self, Error> {
        let (Some(Format::Jpeg), Some(front)) = (Format::sniff(image), image.get(..FRONT)) else {
            return ask(image);
        };
        match ask(front) {
            Err(error) if error.kind == Kind::DamagedSource => ask(image),
            answer => answer.map(|facts| Self { size_bytes: image.len() as u64, ..facts }),
        }
    }
}

/// Reads an image's headers.
///
/// ```
/// use edgepix_core::{Kind, metadata};
///
/// let photo = std::fs::read("photo.jpg")?;
/// assert_eq!(metadata(&photo)?.size_bytes, photo.len() as u64);
/// assert_eq!(metadata(b"no image").unwrap_err().kind, Kind::UnsupportedSource);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`UnsupportedSource`](crate::Kind::UnsupportedSource) where the bytes are no image that we read,
/// [`DamagedSource`](crate::Kind::DamagedSource) where its header is cut short or contradicts itself.
#[cfg(feature = "pipeline")]
pub fn metadata(bytes: &[u8]) -> Result<Metadata, Error> {
    let image = crate::codec::read_header(bytes, &crate::Limits::default())?;
    Ok(Metadata::of(image.header(), bytes))
}

#[cfg(feature = "pipeline")]
impl Metadata {
    pub(crate) fn of(header: &Header, file: &[u8]) -> Self {
        let (width, height) = turned((header.width, header.height), header.orientation.transpose);
        let (profile, profile_ignored) = header.profile(file).unzip();
        Self {
            width,
            height,
            format: header.format,
            size_bytes: file.len() as u64,
            orientation: header.orientation,
            frames: header.frames,
            has_alpha: header.has_alpha(),
            bit_depth: header.bit_depth,
            profile,
            profile_ignored: profile_ignored.flatten(),
            progressive: header.progressive,
        }
    }
}

#[cfg(all(test, feature = "pipeline"))]
mod tests {
    use super::*;

    #[test]
    fn facts_are_the_same_wherever_the_headers_end() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources/photos/brushes-1mp-420.jpg");
        let jpeg = std::fs::read(path).unwrap();
        let mut asked = 0;
        let facts = Metadata::ask(&jpeg, |part| {
            asked += part.len();
            metadata(part)
        });
        assert_eq!((&facts, asked), (&metadata(&jpeg), FRONT));

        let comment = |length: u16| {
            [&[0xff, 0xfe][..], &(length - 2).to_be_bytes(), &vec![0; usize::from(length) - 4]].concat()
        };
        for length in (4..u16::MAX).rev().step_by(25).take(60) {
            let longer = [&jpeg[..2], &comment(length), &jpeg[2..]].concat();
            assert_eq!(Metadata::ask(&longer, metadata), metadata(&longer), "{length}");
        }
        let cut = [&jpeg[..2], &comment(60_000), &comment(60_000)].concat();
        assert_eq!(Metadata::ask(&cut, metadata), metadata(&cut));

        let mut asked = 0;
        let busy = Metadata::ask(&jpeg, |_| {
            asked += 1;
            Err(Error::new(Kind::Busy, "not now"))
        });
        assert_eq!((busy.unwrap_err().kind, asked), (Kind::Busy, 1));
    }
}
