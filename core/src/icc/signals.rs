//! Colours that a PNG states by a few numbers rather than by a profile (PNG, third edition, section 11.3.2): the chunks
//! `cICP`, `gAMA` and `cHRM`. What the standard leaves open is as in Chromium.

use std::fmt;

use super::curve::{Curve, Parametric};
use super::matrix::Primaries;
use super::profile::Pcs;
use super::shaper::Shaper;
use super::{Channels, Effect, Grey, Method};
use crate::ProfileFault;
use crate::options::Decimal;

/// What the chunks say, as they say it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signals {
    /// `cICP`: code points of Rec. ITU-T H.273.
    Codes { primaries: u8, transfer: u8, matrix: u8, full_range: u8 },
    /// `gAMA`, and `cHRM` where there is one: x and y of white, red, green and blue. All are in 1/100000.
    Gamma { gamma: u32, chromaticities: Option<[u32; 8]> },
}

/// The chunk, and what it says.
impl fmt::Display for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Signals::Codes { primaries, transfer, matrix, full_range } => {
                write!(f, "cICP {primaries}/{transfer}/{matrix}/{full_range}")
            }
            Signals::Gamma { gamma, .. } => write!(f, "gAMA {}", Decimal(f64::from(*gamma) / UNIT)),
        }
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Signals {
    /// What they do to colours of `channels`.
    #[cold]
    pub(crate) fn effect(self, channels: Channels) -> Effect<'static> {
        let meant = match self {
            // Without primaries, near enough to a display's power of 2.2: what programs wrote who meant no more than that
            // the picture is for a display. 5 % are the tolerance of libpng.
            Signals::Gamma { gamma: 43_182..=47_727, chromaticities: None } => return Effect::Identity,
            Signals::Gamma { gamma, chromaticities } => power(gamma, chromaticities),
            Signals::Codes { primaries, transfer, matrix: 0, full_range: 1 } => codes(primaries, transfer),
            // Other matrices are not for RGB, and samples of a limited range are not shown by browsers either.
            Signals::Codes { .. } => Err(ProfileFault::Unsupported),
        };
        let method = meant.and_then(|(curve, primaries)| match channels {
            Channels::Grey | Channels::GreyAlpha => Ok(Method::Grey(Grey { curve, pcs: Pcs::Xyz })),
            Channels::Rgb | Channels::RgbAlpha => {
                let shaper = primaries.to_pcs().and_then(|to_pcs| Shaper::new(&to_pcs, [curve; 3]));
                shaper.map(Method::Shaper).ok_or(ProfileFault::Damaged)
            }
            Channels::Cmyk => Err(ProfileFault::OtherChannels),
        });
        Effect::from(method, channels)
    }
}

/// In these units `gAMA` and `cHRM` are written.
const UNIT: f64 = 100_000.0;

type Meant = Result<(Curve<'static>, Primaries), ProfileFault>;

/// Samples are light to the power of `gamma`.
#[cold]
fn power(gamma: u32, chromaticities: Option<[u32; 8]>) -> Meant {
    let primaries = chromaticities.map_or(Primaries::SRGB, |stated| {
        let [wx, wy, rx, ry, gx, gy, bx, by] = stated.map(|part| f64::from(part) / UNIT);
        Primaries { white: [wx, wy], red: [rx, ry], green: [gx, gy], blue: [bx, by] }
    });
    let curve = Curve::gamma(UNIT / f64::from(gamma)).ok_or(ProfileFault::Damaged)?;
    Ok((curve, primaries))
}

/// By the tables of H.273: 2 for primaries, 3 for transfer characteristics.
#[cold]
fn codes(primaries: u8, transfer: u8) -> Meant {
    const C: [f64; 2] = [0.310, 0.316];
    const D65: [f64; 2] = Primaries::SRGB.white;
    let of = |white, red, green, blue| Ok(Primaries { white, red, green, blue });
    let primaries = match primaries {
        1 => Ok(Primaries::SRGB),
        4 => of(C, [0.67, 0.33], [0.21, 0.71], [0.14, 0.08]),
        5 => of(D65, [0.64, 0.33], [0.29, 0.60], [0.15, 0.06]),
        6 | 7 => of(D65, [0.630, 0.340], [0.310, 0.595], [0.155, 0.070]),
        8 => of(C, [0.681, 0.319], [0.243, 0.692], [0.145, 0.049]),
        9 => of(D65, [0.708, 0.292], [0.170, 0.797], [0.131, 0.046]),
        11 => Ok(Primaries { white: [0.314, 0.351], ..Primaries::DISPLAY_P3 }),
        12 => Ok(Primaries::DISPLAY_P3),
        22 => of(D65, [0.630, 0.340], [0.295, 0.605], [0.155, 0.077]),
        _ => Err(ProfileFault::Unsupported),
    };
    let curve = match transfer {
        // Curves of cameras. Displays show them by a power of 2.4 (Rec. ITU-R BT.1886).
        1 | 6 | 11 | 14 | 15 => Ok(Curve::Gamma(2.4)),
        4 => Ok(Curve::Gamma(2.2)),
        5 => Ok(Curve::Gamma(2.8)),
        7 => Ok(Curve::Parametric(Parametric {
            g: 1.0 / 0.45,
            a: 1.0 / 1.1115,
            b: 0.1115 / 1.1115,
            c: 1.0 / 4.0,
            d: 4.0 * 0.0228,
            e: 0.0,
            f: 0.0,
        })),
        8 => Ok(Curve::Identity),
        13 => Ok(Curve::SRGB),
        // Among others those of more light than sRGB has: PQ (16) and HLG (18).
        _ => Err(ProfileFault::Unsupported),
    };
    Ok((curve?, primaries?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(signals: Signals, pixel: [u8; 3]) -> Option<[u8; 3]> {
        let mut to = [0; 3];
        match signals.effect(Channels::Rgb) {
            Effect::Identity => Some(pixel),
            Effect::Unusable(_) => None,
            Effect::Convert(to_srgb) => {
                to_srgb.converter::<u8>().convert(&pixel, &mut to);
                Some(to)
            }
        }
    }

    const fn cicp(primaries: u8, transfer: u8) -> Signals {
        Signals::Codes { primaries, transfer, matrix: 0, full_range: 1 }
    }

    const fn gamma(gamma: u32, chromaticities: Option<[u32; 8]>) -> Signals {
        Signals::Gamma { gamma, chromaticities }
    }

    const SRGB: [u32; 8] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
    const P3: [u32; 8] = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];

    /// What Chromium 156 shows of PNGs that say so: of the grey 20, and of the colours (200, 100, 50) and (177, 220, 162).
    const SHOWN: [(Signals, u8, [u8; 3], [u8; 3]); 17] = [
        (gamma(100_000, None), 79, [229, 168, 122], [217, 239, 209]),
        (gamma(55_556, None), 26, [210, 119, 65], [191, 227, 177]),
        (gamma(45_455, Some(SRGB)), 12, [201, 100, 46], [178, 221, 163]),
        (gamma(45_455, Some(P3)), 12, [216, 93, 24], [167, 223, 157]),
        (gamma(44_000, Some(SRGB)), 10, [200, 97, 44], [176, 220, 161]),
        (cicp(12, 13), 20, [215, 93, 31], [165, 222, 156]),
        (cicp(1, 1), 7, [197, 91, 39], [173, 218, 157]),
        (cicp(9, 14), 7, [239, 63, 5], [138, 223, 149]),
        (cicp(1, 8), 79, [229, 168, 122], [217, 239, 209]),
        (cicp(4, 4), 12, [233, 93, 22], [158, 218, 160]),
        (cicp(5, 5), 3, [192, 76, 27], [159, 212, 146]),
        (cicp(6, 6), 7, [192, 94, 37], [175, 217, 157]),
        (cicp(7, 7), 38, [202, 117, 67], [188, 223, 172]),
        (cicp(8, 1), 7, [220, 83, 10], [153, 221, 152]),
        (cicp(1, 11), 7, [197, 91, 39], [173, 218, 157]),
        (cicp(11, 13), 20, [211, 93, 32], [169, 222, 156]),
        (cicp(22, 13), 20, [202, 102, 49], [176, 218, 162]),
    ];

    #[test]
    fn colours_are_those_that_chromium_shows() {
        for (signals, grey, first, second) in SHOWN {
            let dark = converted(signals, [20; 3]).unwrap();
            assert!(dark[0] == dark[1] && dark[0] == dark[2], "{signals}: {dark:?} is tinted");
            assert_eq!(converted(signals, [255; 3]), Some([255; 3]), "{signals}");
            for (given, shown) in [([20; 3], [grey; 3]), ([200, 100, 50], first), ([177, 220, 162], second)] {
                let ours = converted(signals, given).unwrap();
                let near = ours.iter().zip(shown).all(|(&a, b)| a.abs_diff(b) <= 1);
                assert!(near, "{signals}: {given:?} is {ours:?}, not {shown:?}");
            }
        }
    }

    #[test]
    fn what_is_srgb_or_nearly_changes_nothing() {
        for signals in [cicp(1, 13), gamma(45_455, None), gamma(43_182, None), gamma(47_727, None)] {
            assert!(matches!(signals.effect(Channels::Rgb), Effect::Identity), "{signals}");
            assert!(matches!(signals.effect(Channels::Grey), Effect::Identity), "{signals}");
        }
        for signals in [gamma(43_181, None), gamma(47_728, None)] {
            assert!(matches!(signals.effect(Channels::Rgb), Effect::Convert(_)), "{signals}");
        }
        // What chromaticities there are does not matter to grey.
        assert!(matches!(cicp(12, 13).effect(Channels::GreyAlpha), Effect::Identity));
        assert!(matches!(gamma(100_000, Some([0; 8])).effect(Channels::Grey), Effect::Convert(_)));
    }

    #[test]
    fn what_is_not_followed_says_why() {
        let fault = |signals: Signals| match signals.effect(Channels::Rgb) {
            Effect::Unusable(fault) => Some(fault),
            Effect::Identity | Effect::Convert(_) => None,
        };
        let limited = Signals::Codes { primaries: 12, transfer: 13, matrix: 0, full_range: 0 };
        let of_luma = Signals::Codes { primaries: 12, transfer: 13, matrix: 1, full_range: 1 };
        for signals in [cicp(9, 16), cicp(9, 18), cicp(2, 2), cicp(2, 13), cicp(1, 2), limited, of_luma] {
            assert_eq!(fault(signals), Some(ProfileFault::Unsupported), "{signals}");
        }
        let one_line = [31270, 32900, 64000, 33000, 64000, 33000, 15000, 6000];
        for signals in
            [gamma(0, None), gamma(0, Some(SRGB)), gamma(1, Some([0; 8])), gamma(1, Some(one_line))]
        {
            assert_eq!(fault(signals), Some(ProfileFault::Damaged), "{signals}");
        }
        assert_eq!(cicp(9, 16).to_string(), "cICP 9/16/0/1");
        assert_eq!(gamma(45_455, None).to_string(), "gAMA 0.45455");
    }
}
