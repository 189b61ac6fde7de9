//! Brings colours to sRGB: embedded ICC profiles, CMYK, and transparency over a background.

use crate::icc::{Channels, Converter, Effect, ToSrgb};
use crate::raster::Layout;
use crate::{Background, Error};

/// What happens to the colours of a finished row.
pub(crate) struct Conversion<'p> {
    source: Layout,
    target: Layout,
    profile: Option<Converter<'p, u8>>,
    background: Background,
    /// The row in sRGB, before the background.
    srgb: Vec<u8>,
    /// The row in the target's layout.
    converted: Vec<u8>,
}

impl<'p> Conversion<'p> {
    /// From rows of `source` with the embedded profile `icc` to sRGB rows of `target`.
    ///
    /// A profile that cannot be read, or that speaks of other channels than the picture has, is ignored, as browsers
    /// do.
    pub(crate) fn new(
        source: Layout,
        target: Layout,
        icc: Option<&'p [u8]>,
        background: Background,
        width: u32,
    ) -> Result<Self, Error> {
        let profile = icc.and_then(|icc| to_srgb(icc, source)).map(ToSrgb::converter);
        let srgb = srgb_layout(source);
        Ok(Self {
            source,
            target,
            profile,
            background,
            srgb: vec![0; srgb.stride(width)],
            converted: vec![0; target.stride(width)],
        })
    }

    /// Bytes that a conversion holds, the tables of a profile included.
    pub(crate) fn memory(source: Layout, target: Layout, icc: Option<&[u8]>, width: u32) -> u64 {
        let rows = srgb_layout(source).stride(width) + target.stride(width);
        let profile = icc.and_then(|icc| to_srgb(icc, source));
        rows as u64 + profile.map_or(0, |profile| profile.memory::<u8>())
    }

    /// Instructions for so many pixels of a profile, estimated.
    pub(crate) fn work(source: Layout, icc: Option<&[u8]>, pixels: u64) -> u64 {
        icc.and_then(|icc| to_srgb(icc, source)).map_or(0, |profile| profile.work(pixels))
    }

    /// One row in the target's layout.
    pub(crate) fn apply<'a>(&'a mut self, row: &'a [u8]) -> Result<&'a [u8], Error> {
        let srgb = match (&mut self.profile, self.source) {
            (Some(profile), _) => {
                profile.convert(row, &mut self.srgb);
                &self.srgb
            }
            (None, Layout::Cmyk) => {
                for (to, from) in self.srgb.chunks_exact_mut(3).zip(row.chunks_exact(4)) {
                    to.copy_from_slice(&naive_rgb([from[0], from[1], from[2], from[3]]));
                }
                &self.srgb
            }
            (None, _) => row,
        };
        let layout = srgb_layout(self.source);
        if layout == self.target && !(layout == Layout::Rgba && self.background.alpha > 0) {
            return Ok(srgb);
        }
        relayout(srgb, layout, &mut self.converted, self.target, self.background);
        Ok(&self.converted)
    }
}

/// The layout that rows have once their colours are sRGB.
pub(crate) const fn srgb_layout(source: Layout) -> Layout {
    match source {
        Layout::Cmyk => Layout::Rgb,
        other => other,
    }
}

/// Adds or removes channels; transparency goes over `background`.
fn relayout(row: &[u8], from: Layout, into: &mut [u8], to: Layout, background: Background) {
    let Background { red, green, blue, alpha } = background;
    let backdrop = [red, green, blue];
    let channels = to.channels();
    for (source, target) in row.chunks_exact(from.channels()).zip(into.chunks_exact_mut(channels)) {
        let (colour, opacity) = match *source {
            [grey] => ([grey; 3], 255),
            [r, g, b] => ([r, g, b], 255),
            [r, g, b, a] => ([r, g, b], a),
            _ => ([0; 3], 0),
        };
        let (colour, opacity) = over(colour, opacity, backdrop, alpha);
        match target {
            [grey] => *grey = colour[0],
            [r, g, b] => [*r, *g, *b] = colour,
            [r, g, b, a] => [*r, *g, *b, *a] = [colour[0], colour[1], colour[2], opacity],
            _ => {}
        }
    }
}

/// Porter and Duff's `over` on colours that are not premultiplied, rounded half up.
pub(crate) fn over(colour: [u8; 3], alpha: u8, backdrop: [u8; 3], backdrop_alpha: u8) -> ([u8; 3], u8) {
    if alpha == 255 || backdrop_alpha == 0 {
        return (colour, alpha);
    }
    // In units of 1/255²: what the colour contributes, and what shines through from behind.
    let front = u32::from(alpha) * 255;
    let behind = (255 - u32::from(alpha)) * u32::from(backdrop_alpha);
    let whole = front + behind;
    let mix = |a: u8, b: u8| ((u32::from(a) * front + u32::from(b) * behind + whole / 2) / whole) as u8;
    let mixed = [mix(colour[0], backdrop[0]), mix(colour[1], backdrop[1]), mix(colour[2], backdrop[2])];
    (mixed, ((whole + 127) / 255) as u8)
}

/// CMYK without a profile, as browsers and libjpeg's users take it: what ink leaves of white, ink by ink.
fn naive_rgb([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    let light = |ink: u8| {
        let product = (255 - u32::from(ink)) * (255 - u32::from(k));
        ((product + 127) / 255) as u8
    };
    [light(c), light(m), light(y)]
}

/// What the profile does to rows of `layout`; `None` where it does nothing or cannot be applied.
fn to_srgb(icc: &[u8], layout: Layout) -> Option<ToSrgb<'_>> {
    let channels = match layout {
        Layout::Grey => Channels::Grey,
        Layout::Rgb => Channels::Rgb,
        Layout::Rgba => Channels::RgbAlpha,
        Layout::Cmyk => Channels::Cmyk,
    };
    match Effect::of(icc, channels) {
        Effect::Convert(to_srgb) => Some(to_srgb),
        Effect::Identity | Effect::Unusable(_) => None,
    }
}
