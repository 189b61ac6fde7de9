//! Curves: functions from 0 … 1 to 0 … 1.

use super::profile::{fixed, long};

/// One channel's function, as a profile states it. Samples stay in the profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Curve<'p> {
    Identity,
    /// A power.
    Gamma(f64),
    Parametric(Parametric),
    /// Values at equal distances, 255 being 1, at least two of them.
    Bytes(&'p [u8]),
    /// Values at equal distances, big-endian, 65535 being 1, at least two of them.
    Words(&'p [[u8; 2]]),
}

/// `(a x + b)^g + e` from `d` on, `c x + f` below (ICC.1:2022 table 68, where simpler ones are special cases).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parametric {
    pub(super) g: f64,
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) c: f64,
    pub(super) d: f64,
    pub(super) e: f64,
    pub(super) f: f64,
}

impl<'p> Curve<'p> {
    /// From sRGB's values to linear light (IEC 61966-2-1).
    pub(super) const SRGB: Curve<'static> = Curve::Parametric(Parametric {
        g: 2.4,
        a: 1.0 / 1.055,
        b: 0.055 / 1.055,
        c: 1.0 / 12.92,
        d: 0.04045,
        e: 0.0,
        f: 0.0,
    });

    /// A `curveType` or `parametricCurveType` (ICC.1:2022 sections 10.6 and 10.18), and its length in bytes.
    pub(super) fn read(data: &'p [u8]) -> Option<(Self, usize)> {
        match data.get(..4)? {
            b"curv" => {
                let count = long(data, 8)?;
                let values = data.get(12..)?.as_chunks().0.get(..count)?;
                let curve = match *values {
                    [] => Curve::Identity,
                    [gamma] => Curve::gamma(f64::from(u16::from_be_bytes(gamma)) / 256.0)?,
                    _ => Curve::Words(values),
                };
                Some((curve, 12 + count * 2))
            }
            b"para" => {
                let kind = *data.get(9)?;
                let count = *[1, 3, 4, 5, 7].get(usize::from(kind))?;
                let mut p = [0.0; 7];
                for (index, parameter) in p.iter_mut().enumerate().take(count) {
                    *parameter = fixed(data, 12 + index * 4)?;
                }
                let [g, a, b, c, d, e, f] = p;
                // Where the power's base becomes negative.
                let zero = if a == 0.0 { f64::INFINITY } else { -b / a };
                let curve = match kind {
                    0 => return Some((Curve::gamma(g)?, 16)),
                    1 => Parametric { g, a, b, c: 0.0, d: zero, e: 0.0, f: 0.0 },
                    2 => Parametric { g, a, b, c: 0.0, d: zero, e: c, f: c },
                    3 => Parametric { g, a, b, c, d, e: 0.0, f: 0.0 },
                    _ => Parametric { g, a, b, c, d, e, f },
                };
                Some((Curve::Parametric(curve), 12 + count * 4))
            }
            _ => None,
        }
    }

    /// `None` for an exponent that makes no curve.
    pub(super) fn gamma(exponent: f64) -> Option<Self> {
        match exponent {
            1.0 => Some(Curve::Identity),
            _ => (exponent > 0.0 && exponent.is_finite()).then_some(Curve::Gamma(exponent)),
        }
    }

    /// The curve at `x`, which is taken to the nearest of 0 … 1, and so is the result.
    #[inline(never)] // It is asked in many places, and once for most values.
    pub(super) fn at(&self, x: f64) -> f64 {
        let x = unit(x);
        match *self {
            Curve::Identity => x,
            Curve::Gamma(exponent) => unit(libm::pow(x, exponent)),
            Curve::Parametric(Parametric { g, a, b, c, d, e, f }) => {
                // (`max` also where a parameter makes the base negative: no curve does.)
                let power = |x: f64| libm::pow((a * x + b).max(0.0), g) + e;
                unit(if x >= d { power(x) } else { c * x + f })
            }
            Curve::Bytes(values) => {
                between(x, values.len(), |i| values.get(i).map_or(0, |&v| v.into())) / 255.0
            }
            Curve::Words(values) => {
                let value = |i: usize| values.get(i).map_or(0, |&v| u16::from_be_bytes(v).into());
                between(x, values.len(), value) / 65535.0
            }
        }
    }
}

/// Linear interpolation among `count` values at equal distances.
fn between(x: f64, count: usize, value: impl Fn(usize) -> u32) -> f64 {
    let last = count.saturating_sub(1);
    let position = x * last as f64;
    let index = position as usize;
    let fraction = position - index as f64;
    let (low, high) = (f64::from(value(index)), f64::from(value((index + 1).min(last))));
    low + (high - low) * fraction
}

/// The nearest number in 0 … 1.
fn unit(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}
