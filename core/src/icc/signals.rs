//! Colours that are stated by a few numbers rather than by a profile, as PNG does in `cICP`, `gAMA` and `cHRM`.

use super::curve::{Curve, Parametric};
use super::matrix::Primaries;
use super::profile::Pcs;
use super::shaper::Shaper;
use super::{Channels, Effect, Grey, Method, Unusable};

/// What the samples of a picture mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Signals {
    /// Of no meaning for grey.
    pub(crate) primaries: Primaries,
    pub(crate) transfer: Transfer,
}

/// From samples to linear light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Transfer {
    Srgb,
    /// Light is the sample to this power.
    Power(f64),
    /// The inverse of the camera's curve of Rec. ITU-R BT.709, 601 and 2020.
    Bt709,
}

impl Signals {
    /// By the code points of Rec. ITU-T H.273; `None` for those that need more than curves and a matrix (PQ, HLG) or are
    /// not in use for stills.
    pub(crate) fn of_codes(primaries: u8, transfer: u8) -> Option<Self> {
        let primaries = match primaries {
            1 => Primaries::SRGB,
            5 => Primaries { red: [0.64, 0.33], green: [0.29, 0.60], blue: [0.15, 0.06], ..Primaries::SRGB },
            6 | 7 => Primaries {
                red: [0.630, 0.340],
                green: [0.310, 0.595],
                blue: [0.155, 0.070],
                ..Primaries::SRGB
            },
            9 => Primaries {
                red: [0.708, 0.292],
                green: [0.170, 0.797],
                blue: [0.131, 0.046],
                ..Primaries::SRGB
            },
            11 => Primaries { white: [0.314, 0.351], ..Primaries::DISPLAY_P3 },
            12 => Primaries::DISPLAY_P3,
            _ => return None,
        };
        let transfer = match transfer {
            1 | 6 | 14 | 15 => Transfer::Bt709,
            4 => Transfer::Power(2.2),
            5 => Transfer::Power(2.8),
            8 => Transfer::Power(1.0),
            13 => Transfer::Srgb,
            _ => return None,
        };
        Some(Self { primaries, transfer })
    }

    /// What they do to colours of `channels`.
    pub(crate) fn effect(self, channels: Channels) -> Effect<'static> {
        let curve = match self.transfer {
            Transfer::Srgb => Some(Curve::SRGB),
            Transfer::Power(exponent) => Curve::gamma(exponent),
            Transfer::Bt709 => Some(Curve::Parametric(Parametric {
                g: 1.0 / 0.45,
                a: 1.0 / 1.099,
                b: 0.099 / 1.099,
                c: 1.0 / 4.5,
                d: 0.081,
                e: 0.0,
                f: 0.0,
            })),
        };
        let method = curve.ok_or(Unusable::Damaged).and_then(|curve| match channels {
            Channels::Grey | Channels::GreyAlpha => Ok(Method::Grey(Grey { curve, pcs: Pcs::Xyz })),
            Channels::Rgb | Channels::RgbAlpha => {
                let shaper = self.primaries.to_pcs().and_then(|matrix| Shaper::new(&matrix, [curve; 3]));
                shaper.map(Method::Shaper).ok_or(Unusable::Damaged)
            }
            Channels::Cmyk => Err(Unusable::OtherChannels),
        });
        Effect::from(method, channels)
    }
}
