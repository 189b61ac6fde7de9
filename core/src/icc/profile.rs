//! A profile's header and tags (ICC.1:2022 section 7), read in place.

use super::curve::Curve;
use super::matrix::Matrix;
use crate::ProfileFault;

/// Byte offset of the tag table.
const TABLE: usize = 128;
/// More tags than any profile has.
const MOST_TAGS: usize = 100;

/// A profile that describes a device, with a header that makes sense.
pub(super) struct Profile<'p> {
    bytes: &'p [u8],
    /// Of the specification that it follows.
    pub(super) major_version: u8,
    /// Signature of the device's colour space.
    pub(super) space: [u8; 4],
    pub(super) pcs: Pcs,
}

/// The profile connection space, which device colours are brought to. Its white is [D50](super::matrix::D50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pcs {
    Xyz,
    Lab,
}

impl<'p> Profile<'p> {
    /// # Errors
    ///
    /// Where the bytes are no profile, or one of another kind: a device link, named colours, an abstract profile.
    pub(super) fn read(bytes: &'p [u8]) -> Result<Self, ProfileFault> {
        let header: &[u8; TABLE] = bytes.first_chunk().ok_or(ProfileFault::Damaged)?;
        let field = |at: usize| [header[at], header[at + 1], header[at + 2], header[at + 3]];
        if field(36) != *b"acsp" {
            return Err(ProfileFault::Damaged);
        }
        let major_version = header[8];
        if !matches!(&field(12), b"scnr" | b"mntr" | b"prtr" | b"spac") || major_version > 4 {
            return Err(ProfileFault::Unsupported);
        }
        let pcs = match &field(20) {
            b"XYZ " => Pcs::Xyz,
            b"Lab " => Pcs::Lab,
            _ => return Err(ProfileFault::Damaged),
        };
        Ok(Self { bytes, major_version, space: field(16), pcs })
    }

    /// A tag's data. Where the profile ends in it, what there is.
    pub(super) fn tag(&self, name: &[u8; 4]) -> Option<&'p [u8]> {
        tag(self.bytes, name)
    }

    pub(super) fn has(&self, name: &[u8; 4]) -> bool {
        self.tag(name).is_some()
    }

    /// A tone reproduction curve.
    pub(super) fn curve(&self, name: &[u8; 4]) -> Option<Curve<'p>> {
        Curve::read(self.tag(name)?).map(|(curve, _)| curve)
    }

    /// The device's primaries in the PCS, one a column.
    pub(super) fn colorants(&self) -> Option<Matrix> {
        let [r, g, b] = [self.xyz(b"rXYZ")?, self.xyz(b"gXYZ")?, self.xyz(b"bXYZ")?];
        Some([[r[0], g[0], b[0]], [r[1], g[1], b[1]], [r[2], g[2], b[2]]])
    }

    fn xyz(&self, name: &[u8; 4]) -> Option<[f64; 3]> {
        let tag = self.tag(name).filter(|tag| tag.starts_with(b"XYZ "))?;
        Some([fixed(tag, 8)?, fixed(tag, 12)?, fixed(tag, 16)?])
    }
}

/// A tag's data. Where the profile ends in it, what there is.
pub(super) fn tag<'p>(icc: &'p [u8], name: &[u8; 4]) -> Option<&'p [u8]> {
    let count = long(icc, TABLE)?.min(MOST_TAGS);
    let entry = (0..count).map(|i| TABLE + 4 + i * 12).find(|&at| icc.get(at..at + 4) == Some(name))?;
    let rest = icc.get(long(icc, entry + 4)?..)?;
    Some(rest.get(..long(icc, entry + 8)?).unwrap_or(rest))
}

/// A `uInt32Number`.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(|bytes| u32::from_be_bytes(bytes) as usize)
}

/// A `uInt16Number`.
pub(super) fn short(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(|bytes| usize::from(u16::from_be_bytes(bytes)))
}

/// An `s15Fixed16Number`.
pub(super) fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..)?.first_chunk().copied().map(|bytes| f64::from(i32::from_be_bytes(bytes)) / 65536.0)
}
