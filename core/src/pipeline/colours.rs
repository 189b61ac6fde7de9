//! What a job does about the colours of its source, decided once.

use std::fmt;

use crate::codec::Header;
use crate::icc::{Effect, ToSrgb};
use crate::{Background, Format, Profile};

/// What becomes of the source's colours.
#[derive(Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "there is one for a job, and it needs no heap")]
pub(crate) enum Colours<'p> {
    /// They stay: they are sRGB, or nothing that can be applied says otherwise. CMYK becomes RGB ink by ink.
    Stay,
    /// They become sRGB.
    Convert(ToSrgb<'p>),
    /// They stay, and what they mean goes along.
    Keep {
        profile: &'p [u8],
        /// What is not done with the pixels.
        to_srgb: ToSrgb<'p>,
    },
}

/// Longer profiles do not go along: they would be longer than most results.
const MOST_KEPT: usize = 768 << 10;

impl<'p> Colours<'p> {
    /// Of a result of `format`.
    pub(crate) fn of(file: &'p [u8], header: &'p Header, wanted: Profile, format: Format) -> Self {
        let Effect::Convert(to_srgb) = header.colours(file) else { return Colours::Stay };
        let keeps = match wanted {
            Profile::Srgb => false,
            Profile::Keep => format.has_profile() && to_srgb.is_of_rgb(),
        };
        match header.used_icc(file) {
            Some(profile) if keeps && profile.len() <= MOST_KEPT => Colours::Keep { profile, to_srgb },
            _ => Colours::Convert(to_srgb),
        }
    }

    /// The profile that goes along.
    pub(crate) fn kept(&self) -> Option<&'p [u8]> {
        match self {
            Colours::Stay | Colours::Convert(_) => None,
            Colours::Keep { profile, .. } => Some(profile),
        }
    }

    /// What is done with the pixels.
    pub(crate) fn conversion(&self) -> Option<ToSrgb<'p>> {
        match self {
            Colours::Stay | Colours::Keep { .. } => None,
            Colours::Convert(to_srgb) => Some(*to_srgb),
        }
    }

    /// A background, which is stated in sRGB, in the colours of the result.
    pub(super) fn background(&self, stated: Background) -> Background {
        match self {
            Colours::Stay | Colours::Convert(_) => stated,
            Colours::Keep { to_srgb, .. } => {
                let Background { red, green, blue, alpha } = stated;
                let [red, green, blue] = to_srgb.device([red, green, blue]);
                Background { red, green, blue, alpha }
            }
        }
    }
}

impl fmt::Debug for Colours<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Colours::Stay => "as stored",
            Colours::Convert(_) => "to sRGB",
            Colours::Keep { .. } => "as stored, with their profile",
        })
    }
}
