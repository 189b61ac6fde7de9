//! Why what a file says about its colours is not followed.

use std::fmt;

/// Why the colour profile of an image is ignored. Its pixels are then taken for sRGB.
///
/// ```no_run
/// use edgepix_core::ProfileFault;
///
/// let facts = edgepix_core::metadata(&std::fs::read("photo.jpg")?)?;
/// match facts.profile_ignored {
///     None => println!("{}", facts.profile.as_deref().unwrap_or("no profile")),
///     Some(ProfileFault::OtherChannels) => println!("The profile is not for this picture."),
///     Some(fault) => println!("The profile is ignored: {fault}."),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFault {
    /// It is cut short, contradicts itself or lacks what it must have.
    Damaged,
    /// It is for other colour channels than the image has.
    OtherChannels,
    /// It is of a kind that is not read: of a later version, a device link, named colours; in PNG's `cICP` also PQ, HLG and
    /// samples of a limited range.
    Unsupported,
}

impl ProfileFault {
    /// The name in JSON: `damaged`, `other-channels` or `unsupported`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProfileFault::Damaged => "damaged",
            ProfileFault::OtherChannels => "other-channels",
            ProfileFault::Unsupported => "unsupported",
        }
    }
}

/// In words.
impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProfileFault::Damaged => "it is damaged",
            ProfileFault::OtherChannels => "it is for other colour channels",
            ProfileFault::Unsupported => "it is of a kind that is not supported",
        })
    }
}

/// As [`as_str`](ProfileFault::as_str).
#[cfg(feature = "serde")]
impl serde::Serialize for ProfileFault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
