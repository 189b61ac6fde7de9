//! Colours by ICC profiles: from those of a picture to sRGB (ICC.1:2022, and ICC.1:2001 for version 2).
//!
//! [`Effect::of`] reads a profile in place and says what it means for a picture. It allocates nothing; nor does it
//! compute more than is needed to find out whether the profile is sRGB. [`ToSrgb`] tells what a conversion will cost,
//! and [`Converter`] does it, row by row.
//!
//! Intent is perceptual, as in browsers and LittleCMS: a table for it (`A2B0`) comes before curves and a matrix, and
//! these before tables for other intents. Colours outside sRGB are clipped. Black point compensation is done as
//! LittleCMS does it with a profile of its own for sRGB: always, where a table is used.
//!
//! All arithmetic is ours: integers, and single additions, multiplications and divisions of `f64`, each rounded for
//! itself. Powers are `libm`'s, which is built of the same. So the same bytes come out everywhere.
//!
//! What is done once for a picture is marked `#[cold]`, so that the compiler makes it small.

mod black;
mod curve;
mod description;
mod encode;
mod grid;
mod linear;
mod matrix;
mod memo;
mod profile;
mod shaper;
mod signals;
mod table;

pub(crate) use description::description;
pub(crate) use shaper::Depth;
pub(crate) use signals::Signals;

use black::to_linear;
use curve::Curve;
use encode::Encoder;
use linear::ToLinear;
use matrix::{Affine, lab_to_xyz};
use memo::{Codes, Memo, Sample};
use profile::{Pcs, Profile};
use shaper::{Linear, Shaper, is_srgb_curve};
use table::Table;

use crate::ProfileFault;

/// What a row's pixels consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    /// One sample, which becomes one.
    Grey,
    /// Four samples: grey in each of the first three, and alpha.
    GreyAlpha,
    Rgb,
    /// Not premultiplied.
    RgbAlpha,
    /// 0 no ink. Becomes RGB.
    Cmyk,
}

/// What a profile does to colours.
#[derive(Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "there is one for a picture, and it needs no heap")]
pub(crate) enum Effect<'p> {
    /// Nothing: it is sRGB by its numbers.
    Identity,
    /// It cannot be applied, and is ignored, as browsers do.
    Unusable(ProfileFault),
    Convert(ToSrgb<'p>),
}

impl<'p> Effect<'p> {
    /// That of the profile `icc` on colours of `channels`.
    pub(crate) fn of(icc: &'p [u8], channels: Channels) -> Self {
        Self::from(Method::of(icc, channels), channels)
    }

    fn from(method: Result<Method<'p>, ProfileFault>, channels: Channels) -> Self {
        match method {
            Ok(method) if method.is_srgb() => Effect::Identity,
            Ok(method) => Effect::Convert(ToSrgb { channels, method }),
            Err(reason) => Effect::Unusable(reason),
        }
    }
}

/// Why the profile `icc` cannot be applied to colours of `channels`, where it cannot.
#[cold]
pub(crate) fn fault(icc: &[u8], channels: Channels) -> Option<ProfileFault> {
    Method::of(icc, channels).err()
}

/// A conversion that can be done.
#[derive(Clone, Copy)]
pub(crate) struct ToSrgb<'p> {
    channels: Channels,
    method: Method<'p>,
}

impl<'p> ToSrgb<'p> {
    /// Whether it is for RGB, with alpha or without.
    pub(crate) fn is_of_rgb(&self) -> bool {
        matches!(self.channels, Channels::Rgb | Channels::RgbAlpha)
    }

    /// The colour of the device that comes nearest to one of sRGB. By tables, which lead one way only, it is not looked for:
    /// the same numbers.
    pub(crate) fn device(&self, srgb: [u8; 3]) -> [u8; 3] {
        match &self.method {
            Method::Shaper(shaper) => shaper.device(srgb),
            Method::Grey(_) | Method::GreyTable(..) | Method::RgbTable(..) | Method::CmykTable(..) => srgb,
        }
    }

    /// Bytes on the heap that a [`Converter`] of samples `T` takes, at most.
    pub(crate) fn memory<T: Depth<'p>>(&self) -> u64 {
        let tables = match &self.method {
            Method::Grey(_) | Method::GreyTable(..) => Codes::memory::<T>(),
            Method::Shaper(shaper) => T::Linear::memory(shaper),
            Method::RgbTable(table, _) => Memo::memory::<T>(&table.axes()),
            Method::CmykTable(table, _) => Memo::memory::<T>(&table.axes()),
        };
        Encoder::MEMORY + tables
    }

    /// Instructions for so many pixels, estimated.
    pub(crate) fn work(&self, pixels: u64) -> u64 {
        /// A power.
        const POWER: u64 = 200;
        /// The most that is computed before the first pixel.
        const SETUP: u64 = 500_000;
        let pixel = match &self.method {
            Method::Grey(_) | Method::GreyTable(..) => 36,
            Method::Shaper(_) => 145,
            Method::RgbTable(table, _) => 650 + table.powers() * POWER,
            Method::CmykTable(table, _) => 800 + table.powers() * POWER,
        };
        SETUP + pixels * pixel
    }

    /// Allocates what converting takes.
    pub(crate) fn converter<T: Depth<'p>>(self) -> Converter<'p, T> {
        let steps = match self.method {
            Method::Grey(grey) => Steps::Grey(grey, Codes::new::<T>()),
            Method::GreyTable(table, to_linear) => Steps::GreyTable(table, to_linear, Codes::new::<T>()),
            Method::Shaper(shaper) => Steps::Shaper(T::Linear::new(&shaper)),
            Method::RgbTable(table, to_linear) => {
                let to_linear = ToLinear::new(table.encoding(), &to_linear);
                Steps::RgbTable(table, to_linear, Memo::new::<T>(&table.axes()))
            }
            Method::CmykTable(table, to_linear) => {
                let to_linear = ToLinear::new(table.encoding(), &to_linear);
                Steps::CmykTable(table, to_linear, Memo::new::<T>(&table.axes()))
            }
        };
        Converter { channels: self.channels, encoder: Encoder::new(), steps }
    }
}

/// Converts rows of samples `T`: `u8`, or `u16` of which 65535 is full.
pub(crate) struct Converter<'p, T: Depth<'p>> {
    channels: Channels,
    encoder: Encoder,
    steps: Steps<'p, T>,
}

/// A [`Method`] and what it keeps. Tables come with what brings their colours to linear sRGB.
enum Steps<'p, T: Depth<'p>> {
    Grey(Grey<'p>, Codes),
    GreyTable(Table<'p, 1>, Affine, Codes),
    Shaper(T::Linear),
    RgbTable(Table<'p, 3>, ToLinear, Memo<3>),
    CmykTable(Table<'p, 4>, ToLinear, Memo<4>),
}

impl<'p, T: Depth<'p>> Converter<'p, T> {
    /// As many pixels as both have room for. `to` has three samples for four of CMYK, otherwise as many as `from`; alpha
    /// stays as it is, but for its depth.
    pub(crate) fn convert(&mut self, from: &[T], to: &mut [u8]) {
        let Self { channels, encoder, steps } = self;
        let channels = *channels;
        match steps {
            Steps::Grey(grey, codes) => {
                let code = |x| encoder.code_of(grey.linear(x));
                each_grey(channels, from, to, |sample| codes.get(sample, code));
            }
            Steps::GreyTable(table, to_linear, codes) => {
                let code = |x| {
                    let [_, green, _] = to_linear.apply(neutral(table.xyz([table.position(0, x)])));
                    encoder.code_of(green)
                };
                each_grey(channels, from, to, |sample| codes.get(sample, code));
            }
            Steps::Shaper(linear) => {
                each_rgb(channels, from, to, |pixel| linear.of(pixel).map(|linear| encoder.code(linear)))
            }
            Steps::RgbTable(table, to_linear, memo) => {
                let codes = |pixel| look_up(table, to_linear, memo, encoder, pixel);
                each_rgb(channels, from, to, once_in_a_row(codes));
            }
            Steps::CmykTable(table, to_linear, memo) => {
                let codes = |pixel| look_up(table, to_linear, memo, encoder, pixel);
                each(from, to, once_in_a_row(codes));
            }
        }
    }
}

/// The function, not asked again for what it has just been asked for.
fn once_in_a_row<P: Copy + PartialEq>(mut codes: impl FnMut(P) -> [u8; 3]) -> impl FnMut(P) -> [u8; 3] {
    let mut last: Option<(P, [u8; 3])> = None;
    move |pixel| match last {
        Some((same, known)) if same == pixel => known,
        _ => {
            let known = codes(pixel);
            last = Some((pixel, known));
            known
        }
    }
}

#[inline(always)]
fn look_up<T: Sample, const CHANNELS: usize>(
    table: &Table<CHANNELS>,
    to_linear: &ToLinear,
    memo: &mut Memo<CHANNELS>,
    encoder: &Encoder,
    pixel: [T; CHANNELS],
) -> [u8; 3] {
    let position = |i: usize| memo.get(i, pixel[i], |x| table.position(i, x));
    to_linear.codes(table.value(std::array::from_fn(position)), encoder)
}

fn each_grey<T: Sample>(channels: Channels, from: &[T], to: &mut [u8], mut code: impl FnMut(T) -> u8) {
    match channels {
        Channels::GreyAlpha => each(from, to, |[grey, _, _, alpha]: [T; 4]| {
            let grey = code(grey);
            [grey, grey, grey, alpha.narrow()]
        }),
        _ => each(from, to, |[grey]: [T; 1]| [code(grey)]),
    }
}

fn each_rgb<T: Sample>(
    channels: Channels,
    from: &[T],
    to: &mut [u8],
    mut codes: impl FnMut([T; 3]) -> [u8; 3],
) {
    match channels {
        Channels::RgbAlpha => each(from, to, |[r, g, b, alpha]: [T; 4]| {
            let [r, g, b] = codes([r, g, b]);
            [r, g, b, alpha.narrow()]
        }),
        _ => each(from, to, codes),
    }
}

#[inline(always)]
fn each<T: Copy, const FROM: usize, const TO: usize>(
    from: &[T],
    to: &mut [u8],
    mut pixel: impl FnMut([T; FROM]) -> [u8; TO],
) {
    for (to, from) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = pixel(*from);
    }
}

/// How a profile states its colours.
#[derive(Clone, Copy)]
enum Method<'p> {
    Grey(Grey<'p>),
    GreyTable(Table<'p, 1>, Affine),
    Shaper(Shaper<'p>),
    RgbTable(Table<'p, 3>, Affine),
    CmykTable(Table<'p, 4>, Affine),
}

impl<'p> Method<'p> {
    fn of(icc: &'p [u8], channels: Channels) -> Result<Self, ProfileFault> {
        let profile = Profile::read(icc)?;
        match (channels, &profile.space) {
            (Channels::Grey | Channels::GreyAlpha, b"GRAY") => {}
            // Grey in a space of colours, as browsers take it.
            (Channels::Grey | Channels::GreyAlpha, b"RGB ") => return Self::of_grey_in_rgb(&profile),
            (Channels::Rgb | Channels::RgbAlpha, b"RGB ") | (Channels::Cmyk, b"CMYK") => {}
            _ => return Err(ProfileFault::OtherChannels),
        }
        let table = |name| profile.tag(name).map(|tag| Self::of_table(&profile, tag, channels));
        if let Some(perceptual) = table(b"A2B0") {
            return perceptual;
        }
        match channels {
            Channels::Grey | Channels::GreyAlpha if profile.has(b"kTRC") => Self::of_grey(&profile),
            Channels::Rgb | Channels::RgbAlpha if profile.has(b"rXYZ") => Self::of_matrix(&profile),
            _ => table(b"A2B1").or_else(|| table(b"A2B2")).unwrap_or(Err(ProfileFault::Damaged)),
        }
    }

    #[cold]
    fn of_table(profile: &Profile<'p>, tag: &'p [u8], channels: Channels) -> Result<Self, ProfileFault> {
        Ok(match channels {
            Channels::Grey | Channels::GreyAlpha => {
                let table = Table::read(tag, profile.pcs)?;
                Method::GreyTable(table, to_linear(profile, &table, [0.0], profile.has(b"kTRC")))
            }
            Channels::Rgb | Channels::RgbAlpha => {
                let table = Table::read(tag, profile.pcs)?;
                Method::RgbTable(table, to_linear(profile, &table, [0.0; 3], profile.has(b"rXYZ")))
            }
            Channels::Cmyk => {
                let table = Table::read(tag, profile.pcs)?;
                Method::CmykTable(table, to_linear(profile, &table, [1.0; 4], false))
            }
        })
    }

    fn of_grey(profile: &Profile<'p>) -> Result<Self, ProfileFault> {
        let curve = profile.curve(b"kTRC").ok_or(ProfileFault::Damaged)?;
        Ok(Method::Grey(Grey { curve, pcs: profile.pcs }))
    }

    fn of_matrix(profile: &Profile<'p>) -> Result<Self, ProfileFault> {
        Self::shaper(profile).map(Method::Shaper).ok_or(ProfileFault::Damaged)
    }

    /// By the curve that the three channels share; a profile whose greys are not neutral is for other channels.
    fn of_grey_in_rgb(profile: &Profile<'p>) -> Result<Self, ProfileFault> {
        let curve = Self::shaper(profile).filter(|_| !profile.has(b"A2B0")).and_then(|shaper| shaper.grey());
        curve.map(|curve| Method::Grey(Grey { curve, pcs: Pcs::Xyz })).ok_or(ProfileFault::OtherChannels)
    }

    #[cold]
    fn shaper(profile: &Profile<'p>) -> Option<Shaper<'p>> {
        let curves = [profile.curve(b"rTRC")?, profile.curve(b"gTRC")?, profile.curve(b"bTRC")?];
        Shaper::new(&profile.colorants()?, curves)
    }

    #[cold]
    fn is_srgb(&self) -> bool {
        match self {
            Method::Grey(grey) => is_srgb_curve(|x| grey.linear(x)),
            Method::Shaper(shaper) => shaper.is_srgb(),
            Method::GreyTable(..) | Method::RgbTable(..) | Method::CmykTable(..) => false,
        }
    }
}

/// Grey by a curve (ICC.1:2022 annex F.2).
#[derive(Clone, Copy)]
struct Grey<'p> {
    curve: Curve<'p>,
    /// What the curve's result is: Y, or L*.
    pcs: Pcs,
}

impl<'p> Grey<'p> {
    fn linear(&self, x: f64) -> f64 {
        let value = self.curve.at(x);
        match self.pcs {
            Pcs::Xyz => value,
            Pcs::Lab => lab_to_xyz([value * 100.0, 0.0, 0.0])[1],
        }
    }
}

/// The grey of the same lightness.
fn neutral([_, y, _]: [f64; 3]) -> [f64; 3] {
    matrix::D50.map(|white| white * y)
}
