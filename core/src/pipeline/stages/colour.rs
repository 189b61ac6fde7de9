//! Brings colours to those of the result in 8 bits: by embedded profiles to sRGB, CMYK, and transparency over a background.

use crate::codec::Cost;
use crate::icc::{Converter, ToSrgb};
use crate::pipeline::stage::{Context, Kinds, RowStage, Stage};
use crate::rows::{Layout, Row, Rows, Shape, Take};
use crate::{Background, Error, Fit};

/// Profiles are for pixels. Samples of 16 bits stay so until a profile has been applied, and are not needed otherwise.
pub(in crate::pipeline) fn takes(context: &Context<'_, '_>) -> Kinds {
    let converts = context.colours.conversion().is_some();
    let is_deep = context.header.bit_depth == 16;
    Kinds { planes: !converts, eight: !(converts && is_deep), sixteen: true }
}

/// `None` where colours are as they are wanted.
pub(in crate::pipeline) fn plan<'p>(
    context: &Context<'p, '_>,
    rows: &Shape,
) -> Option<Box<dyn Stage<'p> + 'p>> {
    let (Rows::Eight(source) | Rows::Sixteen(source)) = rows.rows else { return None };
    let target = result_layout(context);
    let profile = context.colours.conversion();
    let sees_background = source == Layout::Rgba && context.background.alpha > 0;
    if rows.rows == Rows::Eight(target) && profile.is_none() && !sees_background {
        return None;
    }
    let shape = Shape { rows: Rows::Eight(target), ..*rows };
    let is_deep = matches!(rows.rows, Rows::Sixteen(_));
    Some(Box::new(Colour { source, is_deep, profile, background: context.background, target, shape }))
}

/// The fewest channels that hold the result.
fn result_layout(context: &Context<'_, '_>) -> Layout {
    let source = srgb_layout(context.header.layout);
    let has_canvas = context.transform.fit == Fit::Contain
        && context.geometry.first().is_some_and(|geometry| geometry.has_canvas());
    let Background { red, green, blue, alpha } = context.background;
    match source {
        Layout::Rgba if alpha < 255 => Layout::Rgba,
        Layout::Rgba => Layout::Rgb,
        _ if has_canvas && alpha < 255 => Layout::Rgba,
        Layout::Grey if has_canvas && !(red == green && green == blue) => Layout::Rgb,
        other => other,
    }
}

struct Colour<'p> {
    source: Layout,
    /// Whether rows come in 16 bits.
    is_deep: bool,
    profile: Option<ToSrgb<'p>>,
    background: Background,
    target: Layout,
    shape: Shape,
}

impl Colour<'_> {
    /// Samples of a row in sRGB, before the background.
    fn srgb_samples(&self) -> usize {
        srgb_layout(self.source).stride(self.shape.width)
    }

    /// Samples of a row in the target's layout.
    fn target_samples(&self) -> usize {
        self.target.stride(self.shape.width)
    }
}

impl<'p> Stage<'p> for Colour<'p> {
    fn output(&self) -> Shape {
        self.shape
    }

    fn cost(&self) -> Cost {
        let rows = Cost { memory: (self.srgb_samples() + self.target_samples()) as u64, work: 0 };
        let pixels = u64::from(self.shape.width) * u64::from(self.shape.height);
        rows + self.profile.as_ref().map_or_else(Cost::default, |profile| Cost {
            memory: if self.is_deep { profile.memory::<u16>() } else { profile.memory::<u8>() },
            work: profile.work(pixels),
        })
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        let (srgb, converted) = (vec![0; self.srgb_samples()], vec![0; self.target_samples()]);
        let Self { source, is_deep, profile, background, target, .. } = *self;
        let profile = match profile {
            None => Profile::None,
            Some(profile) if is_deep => Profile::Sixteen(profile.converter()),
            Some(profile) => Profile::Eight(profile.converter()),
        };
        Ok(Box::new(Converting { source, profile, background, target, srgb, converted }))
    }
}

/// Converts the colours of rows.
struct Converting<'p> {
    source: Layout,
    profile: Profile<'p>,
    background: Background,
    target: Layout,
    /// The row in sRGB, before the background.
    srgb: Vec<u8>,
    /// The row in the target's layout.
    converted: Vec<u8>,
}

/// A profile, for samples of either depth.
#[allow(clippy::large_enum_variant, reason = "there is one for a picture")]
enum Profile<'p> {
    None,
    Eight(Converter<'p, u8>),
    Sixteen(Converter<'p, u16>),
}

impl RowStage for Converting<'_> {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        let Self { source, profile, background, target, srgb, converted } = self;
        let srgb = match (profile, row) {
            (Profile::Eight(profile), Row::Eight(row)) => {
                profile.convert(row, srgb);
                &*srgb
            }
            (Profile::Sixteen(profile), Row::Sixteen(row)) => {
                profile.convert(row, srgb);
                &*srgb
            }
            (Profile::None, Row::Eight(row)) if *source == Layout::Cmyk => {
                for (to, from) in srgb.chunks_exact_mut(3).zip(row.chunks_exact(4)) {
                    to.copy_from_slice(&naive_rgb([from[0], from[1], from[2], from[3]]));
                }
                &*srgb
            }
            (Profile::None, Row::Eight(row)) => row,
            // Rows come as they were planned.
            (_, _) => return Ok(()),
        };
        let layout = srgb_layout(*source);
        if layout == *target && !(layout == Layout::Rgba && background.alpha > 0) {
            return next(Row::Eight(srgb));
        }
        relayout(srgb, layout, converted, *target, *background);
        next(Row::Eight(converted))
    }

    fn reset(&mut self) {}
}

/// The layout that rows have once their colours are sRGB.
const fn srgb_layout(source: Layout) -> Layout {
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
