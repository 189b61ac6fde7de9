//! How to encode.

use super::{Header, part};
use crate::metadata::exif;
use crate::{Effort, Format, KeepMetadata, Quality, Transform};

/// What encoders are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) quality: Quality,
    pub(crate) lossless: bool,
    pub(crate) effort: Effort,
    pub(crate) kept: Kept,
}

/// Metadata that goes along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// TIFF structure without prefix.
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
}

impl Settings {
    pub(crate) fn new(format: Format, file: &[u8], header: &Header, transform: &Transform) -> Self {
        let exif = header.exif.as_ref().map(|range| part(file, range));
        let kept = match transform.metadata {
            KeepMetadata::None => Kept::default(),
            KeepMetadata::Copyright => Kept { exif: exif.and_then(exif::copyright), xmp: None },
            KeepMetadata::All => Kept {
                exif: exif.map(exif::upright),
                xmp: header.xmp.as_ref().map(|range| part(file, range).to_vec()),
            },
        };
        let quality = transform.quality.or(format.default_quality()).unwrap_or(Quality::BEST);
        let effort = transform.effort.unwrap_or_default();
        Self { quality, lossless: transform.lossless, effort, kept }
    }
}

impl Kept {
    pub(crate) fn bytes(&self) -> u64 {
        [&self.exif, &self.xmp].into_iter().flatten().map(|data| data.len() as u64).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.exif.is_none() && self.xmp.is_none()
    }
}
