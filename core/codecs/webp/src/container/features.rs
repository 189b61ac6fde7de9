//! The flags of the extended header (RFC 9649, section 2.7).

/// What an extended file says that it holds.
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
