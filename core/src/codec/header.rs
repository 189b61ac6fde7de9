//! What codecs and the pipeline tell each other: what a header says, what to decode, what that costs.

use std::ops::Range;

use crate::icc::{self, Channels, Effect, Signals};
use crate::rows::Layout;
use crate::{Format, Orientation, ProfileFault};

/// What a file says before its pixels. Sizes are as stored, before orientation.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How decoded rows are laid out.
    pub(crate) layout: Layout,
    /// Whether rows of RGBA hold nothing but grey: of a file that stores grey and alpha.
    pub(crate) grey: bool,
    /// Bits of a sample as stored, 1 … 16.
    pub(crate) bit_depth: u8,
    pub(crate) orientation: Orientation,
    /// 1 for a still.
    pub(crate) frames: u32,
    /// Progressive or interlaced: the first row needs the last byte.
    pub(crate) progressive: bool,
    /// The embedded profile; empty where it cannot be put together.
    pub(crate) icc: Option<Blob>,
    /// What colours mean where `icc` does not tell.
    pub(crate) signals: Option<Signals>,
    /// TIFF structure of the EXIF data, without any prefix.
    pub(crate) exif: Option<Range<usize>>,
    pub(crate) xmp: Option<Range<usize>>,
}

impl Header {
    /// A still without metadata.
    pub(crate) fn new(format: Format, width: u32, height: u32, layout: Layout) -> Self {
        Self {
            format,
            width,
            height,
            layout,
            grey: layout == Layout::Grey,
            bit_depth: 8,
            orientation: Orientation::default(),
            frames: 1,
            progressive: false,
            icc: None,
            signals: None,
            exif: None,
            xmp: None,
        }
    }

    /// Whether the header announces transparency.
    pub(crate) fn has_alpha(&self) -> bool {
        self.layout == Layout::Rgba
    }

    /// What is to be done to bring colours to sRGB. A profile that cannot be applied is ignored, as browsers do.
    #[cold]
    pub(crate) fn colours<'p>(&'p self, file: &'p [u8]) -> Effect<'p> {
        let channels = self.channels();
        match (&self.icc, self.signals) {
            (Some(icc), signals) => match (Effect::of(icc.bytes(file), channels), signals) {
                (Effect::Unusable(_), Some(signals)) => signals.effect(channels),
                (effect, _) => effect,
            },
            (None, Some(signals)) => signals.effect(channels),
            (None, None) => Effect::Identity,
        }
    }

    /// The embedded profile, if it can be applied.
    #[cold]
    pub(crate) fn used_icc<'p>(&'p self, file: &'p [u8]) -> Option<&'p [u8]> {
        let icc = self.icc.as_ref()?.bytes(file);
        icc::fault(icc, self.channels()).is_none().then_some(icc)
    }

    /// The name of what the file says about its colours, and why that is ignored, where it is.
    #[cold]
    pub(crate) fn profile(&self, file: &[u8]) -> Option<(String, Option<ProfileFault>)> {
        let channels = self.channels();
        match (&self.icc, self.signals) {
            (Some(icc), _) => {
                let icc = icc.bytes(file);
                let name = icc::description(icc).unwrap_or_else(|| "ICC".to_owned());
                Some((name, icc::fault(icc, channels)))
            }
            (None, Some(signals)) => match signals.effect(channels) {
                Effect::Unusable(fault) => Some((signals.to_string(), Some(fault))),
                Effect::Identity | Effect::Convert(_) => Some((signals.to_string(), None)),
            },
            (None, None) => None,
        }
    }

    fn channels(&self) -> Channels {
        match self.layout {
            Layout::Grey => Channels::Grey,
            Layout::Rgb => Channels::Rgb,
            Layout::Rgba if self.grey => Channels::GreyAlpha,
            Layout::Rgba => Channels::RgbAlpha,
            Layout::Cmyk => Channels::Cmyk,
        }
    }

    /// Width and height when decoded at `eighths` eighths of the size.
    pub(crate) fn size_at(&self, eighths: u32) -> (u32, u32) {
        let side = |side: u32| (u64::from(side) * u64::from(eighths)).div_ceil(8) as u32;
        (side(self.width), side(self.height))
    }

    /// Pixels of a frame.
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// A part of a file that is used as it stands, or that had to be put together or decompressed.
#[derive(Clone, Debug)]
pub(crate) enum Blob {
    /// Where it stands in the file.
    InPlace(Range<usize>),
    Owned(Vec<u8>),
}

impl Blob {
    pub(crate) fn bytes<'a>(&'a self, file: &'a [u8]) -> &'a [u8] {
        match self {
            Blob::InPlace(range) => part(file, range),
            Blob::Owned(bytes) => bytes,
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory(&self) -> u64 {
        match self {
            Blob::InPlace(_) => 0,
            Blob::Owned(bytes) => bytes.capacity() as u64,
        }
    }
}

/// The bytes of a file that stand at `range`: none where it is not that file.
pub(crate) fn part<'a>(file: &'a [u8], range: &Range<usize>) -> &'a [u8] {
    file.get(range.clone()).unwrap_or_default()
}

/// Where `inner`, a part of `file`, stands in it.
pub(crate) fn range_in(file: &[u8], inner: &[u8]) -> Range<usize> {
    let start = (inner.as_ptr() as usize).saturating_sub(file.as_ptr() as usize);
    start..start + inner.len()
}

/// Which frames of a file to decode, and to which rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) frames: Range<u32>,
    pub(crate) sampling: Sampling,
}

/// To which rows a picture is decoded, and at which size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// Interleaved samples of 8 bits, at so many eighths of the stored size: one of [`Image::scales`](super::Image::scales).
    Eight { eighths: u32 },
    /// Interleaved samples of 16 bits, at the stored size.
    Sixteen,
    /// Luma and colour differences, each plane at so many eighths of its own size.
    Planes { eighths: [u32; 3] },
}

#[cfg(feature = "stages")]
impl Selection {
    /// One frame, in interleaved samples of 8 bits.
    pub(crate) fn frame(frame: u32, eighths: u32) -> Self {
        Self { frames: frame..frame + 1, sampling: Sampling::Eight { eighths } }
    }
}

/// A plane of a file that stores luma and colour differences, decoded at some scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlaneShape {
    /// In samples.
    pub(crate) size: (u32, u32),
    /// Samples for so many pixels, across and down.
    pub(crate) samples: (u32, u32),
    pub(crate) pixels: (u32, u32),
    /// Rows that come before those of the next plane.
    pub(crate) rows_at_once: u32,
}

/// What something takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Peak bytes of heap.
    pub(crate) memory: u64,
    /// Instructions, estimated.
    pub(crate) work: u64,
}

impl std::ops::Add for Cost {
    type Output = Self;

    /// Of two things that are there at the same time.
    fn add(self, other: Self) -> Self {
        Self { memory: self.memory.saturating_add(other.memory), work: self.work.saturating_add(other.work) }
    }
}
