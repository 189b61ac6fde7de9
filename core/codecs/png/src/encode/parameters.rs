//! What an encoder is made for.

use crate::error::Error;

/// The size of a picture, what its pixels are, and how it is encoded.
///
/// ```
/// use edgepix_png::{Effort, Error, Parameters, Pixels};
///
/// let parameters = Parameters::new(640, 480, Pixels::Rgb)?.effort(Effort::Small);
/// assert!(parameters.memory() > 640 * 480 * 3);
/// assert_eq!(Parameters::new(0, 480, Pixels::Rgb), Err(Error::Misuse("a side of a PNG is 1 to 2^31 - 1")));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Pixels,
    pub(super) effort: Effort,
}

/// What the rows given to an [`Encoder`](crate::Encoder) are made of.
///
/// ```
/// use edgepix_png::Pixels;
///
/// assert_eq!((Pixels::Indexed.samples(), Pixels::Rgba.samples()), (1, 4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pixels {
    /// A byte of grey.
    Grey,
    /// A byte each of red, green and blue.
    Rgb,
    /// A byte each of red, green, blue and alpha, which is not multiplied into the others.
    Rgba,
    /// A byte that counts the colours of a palette.
    Indexed,
}

impl Pixels {
    /// Bytes of a pixel.
    pub const fn samples(self) -> usize {
        match self {
            Pixels::Grey | Pixels::Indexed => 1,
            Pixels::Rgb => 3,
            Pixels::Rgba => 4,
        }
    }
}

/// How much is done for a small file. All files hold the same pixels.
///
/// ```
/// use edgepix_png::{Effort, Parameters, Pixels};
///
/// let parameters = Parameters::new(800, 600, Pixels::Rgb)?;
/// let (fast, small) = (parameters.effort(Effort::Fast), parameters.effort(Effort::Small));
/// assert!(fast.work() < small.work());
/// # Ok::<(), edgepix_png::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effort {
    /// Few filters are tried, and the last place where bytes stood before.
    Fast,
    /// All filters are tried, and several places.
    #[default]
    Balanced,
    /// Of all ways to write the bytes the shortest is looked for, in several times the time.
    Small,
}

impl Parameters {
    /// `width`, `height`: 1 to 2³¹ − 1.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where a side is out of range.
    pub fn new(width: u32, height: u32, pixels: Pixels) -> Result<Self, Error> {
        const SIDES: std::ops::RangeInclusive<u32> = 1..=i32::MAX as u32;
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            return Err(Error::Misuse("a side of a PNG is 1 to 2^31 - 1"));
        }
        Ok(Parameters { width, height, pixels, effort: Effort::default() })
    }

    /// With another effort than [`Effort::Balanced`].
    #[must_use]
    pub fn effort(self, effort: Effort) -> Self {
        Parameters { effort, ..self }
    }

    /// Peak bytes of heap that encoding takes, the file with it, without [`Metadata`](crate::Metadata): about three times as
    /// much as that has comes on top of it.
    pub fn memory(&self) -> u64 {
        super::memory(self)
    }

    /// About how many WebAssembly instructions encoding takes.
    pub fn work(&self) -> u64 {
        super::work(self)
    }

    /// Bytes of a row.
    pub(super) fn stride(&self) -> usize {
        self.width as usize * self.pixels.samples()
    }

    /// Bytes that a file may have at the most. Deflate stores what it cannot compress.
    pub(super) fn most_bytes(&self) -> u64 {
        let row = u64::from(self.width) * self.pixels.samples() as u64 + 1;
        let raw = row.saturating_mul(u64::from(self.height));
        raw.saturating_add(raw / 256 + 4096)
    }
}
