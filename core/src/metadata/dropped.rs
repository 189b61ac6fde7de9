//! Which metadata a result had to leave out.

use std::fmt;

/// A kind of metadata that a file may carry beside its pixels.
///
/// ```
/// use edgepix_core::MetadataKind;
///
/// let names = MetadataKind::ALL.map(MetadataKind::as_str);
/// assert_eq!(names, ["exif", "xmp", "icc"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataKind {
    /// EXIF data.
    Exif,
    /// An XMP packet.
    Xmp,
    /// An ICC profile.
    Icc,
}

impl MetadataKind {
    /// All kinds.
    pub const ALL: [MetadataKind; 3] = [MetadataKind::Exif, MetadataKind::Xmp, MetadataKind::Icc];

    /// The name: `exif`, `xmp` or `icc`.
    pub const fn as_str(self) -> &'static str {
        match self {
            MetadataKind::Exif => "exif",
            MetadataKind::Xmp => "xmp",
            MetadataKind::Icc => "icc",
        }
    }
}

/// The kinds of metadata that were asked for and that the result leaves out, as its format cannot carry them: GIF none, JPEG no
/// EXIF data of more than 64 KiB.
///
/// ```
/// use edgepix_core::{Dropped, MetadataKind};
///
/// let dropped: Dropped = [MetadataKind::Xmp, MetadataKind::Exif].into_iter().collect();
/// assert_eq!(dropped.to_string(), "exif, xmp");
/// assert!(dropped.contains(MetadataKind::Xmp) && !dropped.contains(MetadataKind::Icc));
/// assert!(Dropped::default().is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// A bit for each kind.
    kinds: u8,
}

impl Dropped {
    /// Whether nothing was left out.
    pub const fn is_empty(self) -> bool {
        self.kinds == 0
    }

    /// Whether this was left out.
    pub const fn contains(self, kind: MetadataKind) -> bool {
        self.kinds & 1 << kind as u8 != 0
    }

    /// What was left out.
    pub fn iter(self) -> impl Iterator<Item = MetadataKind> {
        MetadataKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<MetadataKind> for Dropped {
    fn from_iter<I: IntoIterator<Item = MetadataKind>>(kinds: I) -> Self {
        Self { kinds: kinds.into_iter().fold(0, |kinds, kind| kinds | 1 << kind as u8) }
    }
}

/// The names, with commas between.
impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, kind) in self.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            f.write_str(kind.as_str())?;
        }
        Ok(())
    }
}

/// A list of the names.
#[cfg(feature = "serde")]
impl serde::Serialize for Dropped {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(MetadataKind::as_str))
    }
}
