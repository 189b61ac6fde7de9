//! What an encoder is made for.

use crate::error::Error;

/// The size of a picture and how it is encoded. All values are checked when it is made.
///
/// ```
/// use edgepix_jpeg::{Error, Parameters, Pixels, Subsampling};
///
/// let parameters = Parameters::new(640, 480, Pixels::Rgb, 80, Subsampling::S420)?;
/// assert!(parameters.memory() < 1_000_000);
/// assert_eq!(
///     Parameters::new(0, 480, Pixels::Rgb, 80, Subsampling::S420),
///     Err(Error::Misuse("a side of 1 to 65535"))
/// );
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) pixels: Pixels,
    pub(super) quality: u8,
    pub(super) subsampling: Subsampling,
    pub(super) effort: Effort,
}

/// How much is done for a small file.
///
/// ```
/// use edgepix_jpeg::{Effort, Parameters, Pixels, Subsampling};
///
/// let parameters = Parameters::new(800, 600, Pixels::Rgb, 80, Subsampling::S420)?;
/// let (fast, small) = (parameters.effort(Effort::Fast), parameters.effort(Effort::Small));
/// assert!(fast.work() < small.work());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effort {
    /// A sequential file, values divided and rounded.
    Fast,
    /// A progressive file of pictures up to 4 megapixels, where that is smaller.
    #[default]
    Balanced,
    /// Besides, values chosen by what they cost, and the scans that suit the picture, in several times the time.
    Small,
}

/// Larger pictures become sequential files, for the sake of those who decode them: a progressive one is held whole.
const MOST_PROGRESSIVE_PIXELS: u32 = 4_000_000;

/// What the rows given to an [`Encoder`](crate::Encoder) are made of.
///
/// ```
/// use edgepix_jpeg::{Encoder, Parameters, Pixels, Subsampling};
///
/// let parameters = Parameters::new(8, 1, Pixels::Grey, 80, Subsampling::S444)?;
/// let mut encoder = Encoder::new(&parameters);
/// encoder.write_row(&[128; 8])?;
/// assert!(encoder.finish().is_ok());
/// # Ok::<(), edgepix_jpeg::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pixels {
    /// A byte of luminance.
    Grey,
    /// A byte each of red, green and blue.
    Rgb,
}

/// How many samples of colour difference a file holds. Grey files hold none.
///
/// ```
/// use edgepix_jpeg::Subsampling;
///
/// assert_eq!(Subsampling::S420.cell(), (2, 2));
/// assert_eq!(Subsampling::S444.cell(), (1, 1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subsampling {
    /// One for 2×2 pixels: for photos.
    S420,
    /// One for each pixel: for text and drawings, and where subsampling would be the largest loss left.
    S444,
}

impl Parameters {
    /// `width`, `height`: 1 to 65535. `quality`: 1 to 100, on libjpeg's scale.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where a side or the quality is out of range.
    pub fn new(
        width: u32,
        height: u32,
        pixels: Pixels,
        quality: u8,
        subsampling: Subsampling,
    ) -> Result<Self, Error> {
        let side = |side: u32| {
            u16::try_from(side).ok().filter(|&side| side > 0).ok_or(Error::Misuse("a side of 1 to 65535"))
        };
        if !(1..=100).contains(&quality) {
            return Err(Error::Misuse("a quality of 1 to 100"));
        }
        let effort = Effort::default();
        Ok(Parameters { width: side(width)?, height: side(height)?, pixels, quality, subsampling, effort })
    }

    /// With another effort than [`Effort::Balanced`].
    #[must_use]
    pub fn effort(self, effort: Effort) -> Self {
        Parameters { effort, ..self }
    }

    /// Whether the file may be progressive.
    pub(super) fn may_be_progressive(&self) -> bool {
        let pixels = u32::from(self.width) * u32::from(self.height);
        self.effort != Effort::Fast && pixels <= MOST_PROGRESSIVE_PIXELS
    }

    /// Bytes of a row of pixels.
    pub(super) fn row_bytes(&self) -> usize {
        usize::from(self.width) * self.pixels.channels()
    }

    /// Luma blocks in an MCU, across and down alike.
    pub(super) fn luma_side(&self) -> usize {
        if self.pixels == Pixels::Rgb && self.subsampling == Subsampling::S420 { 2 } else { 1 }
    }

    /// Luma blocks in an MCU.
    pub(super) fn luma_blocks(&self) -> usize {
        self.luma_side().pow(2)
    }

    /// Grey, or luma and two colour differences.
    pub(super) fn components(&self) -> usize {
        self.pixels.channels()
    }

    /// Blocks in an MCU, those of the colour differences included.
    pub(super) fn mcu_blocks(&self) -> usize {
        self.luma_blocks() + self.components() - 1
    }

    /// Blocks of a component that have something of the picture, across and down.
    pub(super) fn blocks(&self, component: usize) -> (usize, usize) {
        let side = if component == 0 { 1 } else { self.luma_side() };
        let blocks = |pixels: u16| usize::from(pixels).div_ceil(side).div_ceil(8);
        (blocks(self.width), blocks(self.height))
    }

    /// MCUs across and down.
    pub(super) fn mcus(&self) -> (usize, usize) {
        let mcus = |side: u16| usize::from(side).div_ceil(8 * self.luma_side());
        (mcus(self.width), mcus(self.height))
    }
}

impl Subsampling {
    /// Pixels across and down that share a sample of colour difference.
    pub fn cell(self) -> (u32, u32) {
        match self {
            Subsampling::S420 => (2, 2),
            Subsampling::S444 => (1, 1),
        }
    }
}

impl Pixels {
    /// Bytes of a pixel.
    pub fn channels(self) -> usize {
        match self {
            Pixels::Grey => 1,
            Pixels::Rgb => 3,
        }
    }
}
