//! What a PNG says about its colours: the chunks that it may have, and which of them counts (third edition, section 4.3).

use edgepix_png::inflate;

use crate::codec::header::Blob;
use crate::icc::{Channels, Effect, Signals};

/// Profiles longer than this are no profiles.
const MOST_PROFILE: usize = 768 << 10;

/// The chunks, each as it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct ColourChunks<'a> {
    cicp: Option<Signals>,
    iccp: Option<&'a [u8]>,
    srgb: bool,
    gamma: Option<u32>,
    chromaticities: Option<[u32; 8]>,
}

impl<'a> ColourChunks<'a> {
    /// Takes note of a chunk. One of a wrong length is none.
    #[cold]
    pub(super) fn note(&mut self, kind: &[u8; 4], data: &'a [u8]) {
        match (kind, data) {
            (b"cICP", &[primaries, transfer, matrix, full_range]) => {
                self.cicp = Some(Signals::Codes { primaries, transfer, matrix, full_range })
            }
            (b"iCCP", _) => self.iccp = Some(data),
            (b"sRGB", [_]) => self.srgb = true,
            (b"gAMA", &[a, b, c, d]) => self.gamma = Some(u32::from_be_bytes([a, b, c, d])),
            (b"cHRM", _) => {
                let numbers = data.as_chunks().0.first_chunk().filter(|_| data.len() == 32);
                self.chromaticities = numbers.map(|all| all.map(u32::from_be_bytes));
            }
            _ => {}
        }
    }

    /// A profile, and what counts where there is none that can be applied: of `cICP`, `iCCP`, `sRGB` and `gAMA` with `cHRM` the
    /// first that is understood.
    #[cold]
    pub(super) fn meaning(self) -> (Option<Blob>, Option<Signals>) {
        let Self { cicp, iccp, srgb, gamma, chromaticities } = self;
        let is_understood = |signals: &Signals| !matches!(signals.effect(Channels::Rgb), Effect::Unusable(_));
        if let Some(cicp) = cicp.filter(is_understood) {
            return (None, Some(cicp));
        }
        let gamma = gamma.map(|gamma| Signals::Gamma { gamma, chromaticities });
        let rest = if srgb { None } else { gamma };
        match iccp {
            Some(data) => (Some(profile(data).map_or(Blob::InPlace(0..0), Blob::Owned)), rest),
            // Where nothing else counts, what is not understood is named.
            None => (None, if srgb { None } else { gamma.or(cicp) }),
        }
    }
}

/// The profile in an `iCCP` chunk: a name, NUL, compression method 0, a zlib stream. The profile begins with its own
/// length, so that no more than that is decompressed.
#[cold]
fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let name = data.iter().take(80).position(|&byte| byte == 0)?;
    let stream = data.get(name + 2..)?;
    let length = u32::from_be_bytes(inflate(stream, 4).ok()?.0.try_into().ok()?) as usize;
    if !(128..=MOST_PROFILE).contains(&length) {
        return None;
    }
    inflate(stream, length).ok().map(|(profile, _)| profile).filter(|profile| profile.len() == length)
}
