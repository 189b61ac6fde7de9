//! How to encode.

use super::{Codec, Image};
use crate::metadata::{Description, kept};
use crate::options::Lossless;
use crate::pipeline::Colours;
use crate::{Dropped, Effort, MetadataKind, Quality, Transform};

/// Larger results are not tried both ways, for the sake of the plan's memory and work.
const MOST_TRIED: u64 = 2_000_000;

/// What encoders are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) quality: Quality,
    /// For a format that keeps all colours unless a quality is asked for: that quality.
    pub(crate) palette: Option<Quality>,
    pub(crate) lossless: Lossless,
    pub(crate) effort: Effort,
    pub(crate) kept: Kept,
    /// What of it the format cannot carry.
    pub(crate) dropped: Dropped,
}

/// What goes along with the pixels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// TIFF structure without prefix.
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
    /// The profile of RGB or RGBA that is not sRGB.
    pub(crate) icc: Option<Vec<u8>>,
}

impl Settings {
    pub(crate) fn new(
        codec: &dyn Codec,
        file: &[u8],
        image: &dyn Image,
        transform: &Transform,
        (width, height): (u32, u32),
        colours: &Colours<'_>,
    ) -> Self {
        let icc = colours.kept().map(<[u8]>::to_vec);
        let result = Description { width, height, is_srgb: icc.is_none() };
        let (exif, xmp) = kept(transform.metadata, image, file, &result);
        let (kept, dropped) = Kept { exif, xmp, icc }.carried_by(codec);
        let format = codec.format();
        let quality = transform.quality.or(format.default_quality()).unwrap_or(Quality::BEST);
        let palette = transform.palette_quality(format);
        let lossless = match transform.lossless.unwrap_or_default() {
            Lossless::Auto
                if !image.is_lossless(file) || u64::from(width) * u64::from(height) > MOST_TRIED =>
            {
                Lossless::No
            }
            lossless => lossless,
        };
        let effort = transform.effort.unwrap_or_default();
        Self { quality, palette, lossless, effort, kept, dropped }
    }
}

impl Kept {
    /// Without what the format cannot carry, and what that is.
    fn carried_by(mut self, codec: &dyn Codec) -> (Self, Dropped) {
        let Self { exif, xmp, icc } = &mut self;
        let parts = [(MetadataKind::Exif, exif), (MetadataKind::Xmp, xmp), (MetadataKind::Icc, icc)];
        let dropped = parts.into_iter().filter_map(|(kind, data)| {
            let is_dropped = data.as_ref().is_some_and(|data| !codec.carries(kind, data));
            is_dropped.then(|| {
                *data = None;
                kind
            })
        });
        let dropped = dropped.collect();
        (self, dropped)
    }

    pub(crate) fn bytes(&self) -> u64 {
        [&self.exif, &self.xmp, &self.icc].into_iter().flatten().map(|data| data.len() as u64).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.exif.is_none() && self.xmp.is_none() && self.icc.is_none()
    }
}
