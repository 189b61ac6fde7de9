//! Palettes: a picture as indices of at most 256 colours.
//!
//! A picture of few colours keeps them exactly. Else all pixels are counted ([`histogram`]), the colours are split into
//! groups by variance and the groups refined by k-means ([`choose`]), and the picture is mapped with error diffusion
//! ([`dither`]). Colours are compared in luma, colour differences and alpha ([`point`]).
//!
//! Everything is integers, or single operations of `f32` and `f64`, so that the result is the same on every machine.

mod choose;
mod dither;
mod histogram;
mod nearest;
mod point;
#[cfg(test)]
mod tests;

use self::histogram::Histogram;
use super::Cost;
use crate::Effort;
use crate::rows::{Layout, Picture, Shape};
use crate::sort::sort_by_key;

/// The most colours that a palette has.
const MOST: usize = 256;

/// How a picture becomes one of few colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantisation {
    /// What becomes of partly transparent pixels.
    pub(super) alpha: Alpha,
    /// No more colours are taken than are needed for this mean squared error, in levels of luma.
    pub(super) error: f32,
    pub(super) effort: Effort,
}

/// What becomes of partly transparent pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    /// They stay so.
    Kept,
    /// They become transparent below half, opaque from there on.
    Cut,
}

/// A picture of few colours.
pub(super) struct Indexed {
    /// Transparent, partly transparent and opaque colours, in this order. At least one, at most 256.
    pub(super) palette: Vec<[u8; 4]>,
    /// Places in the palette, row by row from the top, without padding.
    pub(super) indices: Vec<u8>,
}

impl Quantisation {
    /// Finds the colours and takes the picture to them.
    pub(super) fn run(&self, picture: Picture) -> Indexed {
        let mut histogram = Histogram::new(u64::from(picture.width) * u64::from(picture.height));
        let mut row = Vec::with_capacity(picture.width as usize);
        for samples in picture.rows() {
            self.alpha.read(samples, picture.layout, &mut row);
            histogram.add_row(&row);
        }
        if histogram.is_exact(MOST) {
            return self.exact(&picture, histogram, row);
        }
        let (palette, error) = self.choose(histogram);
        let indices = dither::dither(&picture, self.alpha, &palette, error, row);
        Indexed { palette, indices }
    }

    /// Each colour that occurs, as it is.
    fn exact(&self, picture: &Picture, mut histogram: Histogram, mut row: Vec<[u8; 4]>) -> Indexed {
        let palette = histogram.number();
        let mut indices = Vec::with_capacity(picture.width as usize * picture.height as usize);
        for samples in picture.rows() {
            self.alpha.read(samples, picture.layout, &mut row);
            let mut last = ([0; 4], histogram.index([0; 4]));
            indices.extend(row.iter().map(|&colour| {
                if colour != last.0 {
                    last = (colour, histogram.index(colour));
                }
                last.1
            }));
        }
        Indexed { palette, indices }
    }

    /// The palette, and the mean squared error that it leaves.
    fn choose(&self, histogram: Histogram) -> (Vec<[u8; 4]>, f32) {
        let mut colours = histogram.colours();
        let all = colours.len();
        colours.retain(|colour| colour.rgba[3] > 0);
        let has_transparent = colours.len() < all;
        let most = MOST - usize::from(has_transparent);
        let (mut palette, error) = choose::palette(&mut colours, most, self.error, self.rounds());
        if has_transparent {
            palette.push([0; 4]);
        }
        put_in_order(&mut palette);
        palette.dedup();
        (palette, error)
    }

    /// How often the colours are refined.
    fn rounds(&self) -> u32 {
        match self.effort {
            Effort::Fast => 1,
            Effort::Balanced => 4,
            Effort::Small => 12,
        }
    }

    /// What it takes, the picture itself left out but the indices included.
    pub(super) fn cost(&self, shape: &Shape) -> Cost {
        let pixels = u64::from(shape.width) * u64::from(shape.height);
        let row = u64::from(shape.width) * 4;
        let choosing = Histogram::memory(pixels) + choose::memory(pixels);
        let mapping = u64::max(pixels + dither::memory(shape.width), Histogram::memory(pixels) + pixels);
        let rounds = u64::from(self.rounds());
        Cost {
            memory: u64::max(choosing, mapping) + row,
            work: pixels * 1000 + u64::min(pixels, Histogram::MOST) * (12_000 + 1050 * rounds),
        }
    }
}

/// By alpha, and then by green, red and blue.
fn put_in_order(palette: &mut [[u8; 4]]) {
    sort_by_key(palette, |&[r, g, b, a]| u32::from_be_bytes([a, g, r, b]).into());
}

impl Alpha {
    /// Reads a row of samples into pixels. All that is transparent has one colour.
    fn read(self, samples: &[u8], layout: Layout, row: &mut Vec<[u8; 4]>) {
        row.clear();
        match layout {
            Layout::Grey => row.extend(samples.iter().map(|&grey| [grey, grey, grey, 255])),
            Layout::Rgb => row.extend(samples.as_chunks().0.iter().map(|&[r, g, b]| [r, g, b, 255])),
            // Of CMYK there is none behind a decoder.
            Layout::Rgba | Layout::Cmyk => {
                let opaque = |[r, g, b, a]: [u8; 4]| match self {
                    Alpha::Kept if a == 0 => [0; 4],
                    Alpha::Kept => [r, g, b, a],
                    Alpha::Cut if a < 128 => [0; 4],
                    Alpha::Cut => [r, g, b, 255],
                };
                row.extend(samples.as_chunks().0.iter().map(|&pixel| opaque(pixel)));
            }
        }
    }
}
