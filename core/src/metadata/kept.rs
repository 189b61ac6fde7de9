//! Which metadata the result keeps, rewritten so that it describes the result.

use super::{exif, xmp};
use crate::KeepMetadata;
use crate::codec::{Image, part};

/// What the result is, as far as metadata states it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Description {
    /// In pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether the pixels are sRGB.
    pub(crate) is_srgb: bool,
}

/// Who made an image, and who has the rights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Credit {
    pub(crate) artist: Option<String>,
    pub(crate) notice: Option<String>,
}

impl Credit {
    /// What another one tells where this one tells nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { artist: self.artist.or(other.artist), notice: self.notice.or(other.notice) }
    }
}

/// The EXIF data (a TIFF structure) and the XMP packet that the result keeps.
pub(crate) fn kept(
    keep: KeepMetadata,
    image: &dyn Image,
    file: &[u8],
    result: &Description,
) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let exif = image.header().exif.as_ref().map(|range| part(file, range));
    match keep {
        KeepMetadata::None => (None, None),
        KeepMetadata::Copyright => {
            let of_exif = exif.map(exif::credit).unwrap_or_default();
            let of_xmp = image.xmp(file).map(|packet| xmp::credit(&packet)).unwrap_or_default();
            (exif::of_credit(&of_exif.or(of_xmp).or(image.credit(file))), None)
        }
        KeepMetadata::All => (
            exif.and_then(|exif| exif::describing(exif, result)),
            image.xmp(file).and_then(|packet| xmp::describing(&packet, result)),
        ),
    }
}
