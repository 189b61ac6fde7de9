//! Brings colours to sRGB: embedded ICC profiles, CMYK, and transparency over a background.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as IccLayout, RenderingIntent, Transform8BitExecutor,
    TransformOptions,
};

use crate::codec::Cost;
use crate::pipeline::stage::{Context, Kinds, RowStage, Stage};
use crate::rows::{Layout, Row, Rows, Shape, Take};
use crate::{Background, Error, Fit, icc};

/// Profiles speak of pixels.
pub(in crate::pipeline) fn takes(context: &Context) -> Kinds {
    Kinds { planes: context.header.icc.is_none(), eight: true, sixteen: false }
}

/// `None` where colours are as they are wanted.
///
/// A profile that cannot be read, or that speaks of other channels than the picture has, is ignored, as browsers do.
pub(in crate::pipeline) fn plan(context: &Context, rows: &Shape) -> Option<Box<dyn Stage>> {
    let Rows::Eight(source) = rows.rows else { return None };
    let target = result_layout(context);
    let icc = context.header.icc.as_ref().map(|icc| icc.bytes(context.file));
    let sees_background = source == Layout::Rgba && context.background.alpha > 0;
    if source == target && icc.is_none() && !sees_background {
        return None;
    }
    let profile = icc.and_then(|icc| to_srgb(icc, source));
    let tables = icc.map_or(0, |icc| profile_memory(icc, source));
    let shape = Shape { rows: Rows::Eight(target), ..*rows };
    let conversion = Conversion { source, profile, background: context.background, target };
    Some(Box::new(Colour { conversion, tables, shape }))
}

/// The fewest channels that hold the result.
fn result_layout(context: &Context) -> Layout {
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

#[derive(Debug)]
struct Colour {
    conversion: Conversion,
    /// Bytes that the profile and its tables take.
    tables: u64,
    shape: Shape,
}

impl Stage for Colour {
    fn output(&self) -> Shape {
        self.shape
    }

    fn cost(&self) -> Cost {
        let rows =
            self.conversion.srgb_samples(self.shape.width) + self.conversion.target.stride(self.shape.width);
        Cost { memory: rows as u64 + self.tables, work: 0 }
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage>, Error> {
        let width = self.shape.width;
        let conversion = self.conversion;
        let srgb = vec![0; conversion.srgb_samples(width)];
        let converted = vec![0; conversion.target.stride(width)];
        Ok(Box::new(Converting { conversion, srgb, converted }))
    }
}

/// What happens to the colours of a row.
struct Conversion {
    source: Layout,
    profile: Option<Arc<Transform8BitExecutor>>,
    background: Background,
    target: Layout,
}

impl std::fmt::Debug for Conversion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} to {:?}", self.source, self.target)
    }
}

impl Conversion {
    /// Samples of a row in sRGB, before the background.
    fn srgb_samples(&self, width: u32) -> usize {
        srgb_layout(self.source).stride(width)
    }
}

struct Converting {
    conversion: Conversion,
    /// The row in sRGB, before the background.
    srgb: Vec<u8>,
    /// The row in the target's layout.
    converted: Vec<u8>,
}

impl RowStage for Converting {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        let Row::Eight(row) = row else { return Ok(()) };
        let Conversion { source, profile, background, target } = &self.conversion;
        let srgb = match (profile, source) {
            (Some(profile), source) => {
                let transformed = profile.transform(row, &mut self.srgb);
                transformed.map_err(|_| Error::damaged("The embedded colour profile cannot be applied."))?;
                if *source == Layout::Rgba {
                    // The profile speaks of colours alone.
                    for (to, from) in self.srgb.chunks_exact_mut(4).zip(row.chunks_exact(4)) {
                        to[3] = from[3];
                    }
                }
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
        let layout = srgb_layout(*source);
        if layout == *target && !(layout == Layout::Rgba && background.alpha > 0) {
            return next(Row::Eight(srgb));
        }
        relayout(srgb, layout, &mut self.converted, *target, *background);
        next(Row::Eight(&self.converted))
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

/// The transform from a profile to sRGB, or `None` where the profile says nothing usable about these channels.
fn to_srgb(icc: &[u8], layout: Layout) -> Option<Arc<Transform8BitExecutor>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    let (space, source, target) = match layout {
        Layout::Grey => (DataColorSpace::Gray, IccLayout::Gray, IccLayout::Gray),
        Layout::Rgb => (DataColorSpace::Rgb, IccLayout::Rgb, IccLayout::Rgb),
        Layout::Rgba => (DataColorSpace::Rgb, IccLayout::Rgba, IccLayout::Rgba),
        Layout::Cmyk => (DataColorSpace::Cmyk, IccLayout::Rgba, IccLayout::Rgb),
    };
    if profile.color_space != space {
        return None;
    }
    let destination = match layout {
        // sRGB's own curve, not the power that is near to it.
        Layout::Grey => {
            let mut grey = ColorProfile::new_gray_with_gamma(2.2);
            grey.gray_trc = ColorProfile::new_srgb().red_trc;
            grey
        }
        _ => ColorProfile::new_srgb(),
    };
    let options = TransformOptions {
        rendering_intent: RenderingIntent::Perceptual,
        allow_use_cicp_transfer: false,
        prefer_fixed_point: true,
        ..TransformOptions::default()
    };
    profile.create_transform_8bit(source, &destination, target, options).ok()
}

/// What a profile and its tables may take: parsed tables are floats, and are resampled to a grid.
fn profile_memory(icc: &[u8], layout: Layout) -> u64 {
    let tables = match layout {
        Layout::Cmyk => 2 << 20,
        _ if icc::has_tables(icc) => 2 << 20,
        _ => 128 << 10,
    };
    icc.len() as u64 * 6 + tables
}
