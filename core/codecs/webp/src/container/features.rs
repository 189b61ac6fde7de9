//! The flags of the extended header (RFC 9649, section 2.7).

/// What an extended file says that it holds.
///
/// ```
/// use edgepix_webp::container::{Features, File, Writer};
/// use edgepix_webp::{Effort, Image, PixelLayout, encode_lossless};
///
/// let red = [255, 0, 0].repeat(8 * 8);
/// let stream = encode_lossless(&Image::new(&red, 8, 8, PixelLayout::Rgb)?, Effort::Balanced);
/// let mut writer = Writer::with_capacity(100);
/// writer.extended_header(Features { xmp: true, ..Features::default() }, 8, 8)?;
/// writer.chunk(*b"VP8L", &stream);
/// writer.chunk(*b"XMP ", b"<x:xmpmeta/>");
/// let bytes = writer.finish()?;
///
/// let xmp = File::read(&bytes)?.xmp.unwrap();
/// assert_eq!(&bytes[xmp], b"<x:xmpmeta/>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Features {
    /// A colour profile (`ICCP`).
    pub icc: bool,
    /// Transparency, in any frame.
    pub alpha: bool,
    /// EXIF metadata (`EXIF`).
    pub exif: bool,
    /// XMP metadata (`XMP `).
    pub xmp: bool,
    /// An animation (`ANIM` and `ANMF`).
    pub animation: bool,
}

impl Features {
    /// What the first byte of a `VP8X` payload says. Reserved bits are left out.
    pub(crate) fn from_bits(bits: u8) -> Self {
        Features {
            icc: bits & 0x20 != 0,
            alpha: bits & 0x10 != 0,
            exif: bits & 0x08 != 0,
            xmp: bits & 0x04 != 0,
            animation: bits & 0x02 != 0,
        }
    }

    pub(crate) fn to_bits(self) -> u8 {
        u8::from(self.icc) << 5
            | u8::from(self.alpha) << 4
            | u8::from(self.exif) << 3
            | u8::from(self.xmp) << 2
            | u8::from(self.animation) << 1
    }
}
