//! The pipeline on whole pictures in floating point, written down plainly: what tests hold the fast one against.
//!
//! It shares with it what is decided beforehand (geometry, and at which size to decode) and the decoders, and nothing else.

use super::Decoding;
use crate::codec::{Image, Selection};
use crate::geometry::{Geometry, turned};
use crate::rows::{Layout, Row};
use crate::{Background, Orientation};

/// A picture of samples from 0 to 255.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) channels: usize,
    pub(super) samples: Vec<f64>,
}

impl Plain {
    pub(super) fn of_bytes(width: u32, channels: usize, bytes: &[u8]) -> Self {
        let samples: Vec<f64> = bytes.iter().map(|&sample| f64::from(sample)).collect();
        let width = width as usize;
        Self { width, height: samples.len() / (width * channels).max(1), channels, samples }
    }

    fn pixel(&self, x: usize, y: usize) -> &[f64] {
        &self.samples[(y * self.width + x) * self.channels..][..self.channels]
    }

    /// A picture of `size` made pixel by pixel.
    fn made(size: (usize, usize), mut pixel: impl FnMut(usize, usize) -> Vec<f64>) -> Self {
        let (width, height) = size;
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let samples: Vec<f64> = places.flat_map(|(x, y)| pixel(x, y)).collect();
        Self { width, height, channels: samples.len() / (width * height).max(1), samples }
    }

    fn map(&self, mut pixel: impl FnMut(&[f64]) -> Vec<f64>) -> Self {
        Self::made((self.width, self.height), |x, y| pixel(self.pixel(x, y)))
    }
}

/// Decode → crop and resize → colour → orient. `target`: of the result; of planes it does not matter.
pub(super) fn run(
    file: &[u8],
    image: &dyn Image,
    decoding: &Decoding,
    frames: std::ops::Range<u32>,
    target: Layout,
    background: Background,
) -> Vec<Plain> {
    let source = image.header().layout;
    let decoded = decode(file, image, Selection { frames, sampling: decoding.sampling });
    let is_planar = decoded.len() == 3;
    let planes = decoded.iter().zip(decoding.planes());
    let finish = |(picture, geometry): (&Plain, &Geometry)| {
        if is_planar {
            let resized = resample(picture, geometry);
            return orient(&resized, geometry, &[0.0]);
        }
        let resized = unpremultiplied(&resample(&premultiplied(picture, source), geometry), source);
        let coloured = resized.map(|pixel| colour(pixel, source, target, background));
        let Background { red, green, blue, alpha } = background;
        let backdrop = [red, green, blue, alpha].map(f64::from);
        orient(&coloured, geometry, &backdrop[..target.channels()])
    };
    planes.map(finish).collect()
}

fn decode(file: &[u8], image: &dyn Image, selection: Selection) -> Vec<Plain> {
    let mut decoder = image.decoder(file, &selection).unwrap();
    assert!(decoder.next_frame().unwrap());
    let mut planes: Vec<Plain> = Vec::new();
    let channels = image.header().layout.channels();
    let mut put = |plane: usize, channels: usize, row: Vec<f64>| {
        if planes.len() <= plane {
            planes.push(Plain { width: row.len() / channels, height: 0, channels, samples: Vec::new() });
        }
        planes[plane].samples.extend(row);
        planes[plane].height += 1;
    };
    while decoder
        .read(&mut |row| {
            match row {
                Row::Eight(row) => put(0, channels, row.iter().map(|&sample| sample.into()).collect()),
                Row::Sixteen(row) => {
                    put(0, channels, row.iter().map(|&sample| f64::from(sample) / 257.0).collect())
                }
                Row::Plane(plane, row) => put(plane, 1, row.iter().map(|&sample| sample.into()).collect()),
                Row::Strip(_) => panic!("decoders give no strips"),
            }
            Ok(())
        })
        .unwrap()
    {}
    planes
}

/// The region of a picture, brought to the size of the content: means of whole cells of pixels as long as a factor of two
/// is left, and Lanczos3 the rest of the way.
pub(super) fn resample(picture: &Plain, geometry: &Geometry) -> Plain {
    let (bounds, region) = (geometry.bounds, geometry.region);
    let channels = picture.channels;
    let (w, h) = (bounds.width as usize, bounds.height as usize);
    let part =
        Plain::made((w, h), |x, y| picture.pixel(bounds.x as usize + x, bounds.y as usize + y).to_vec());
    let (x, y) = (region.x - f64::from(bounds.x), region.y - f64::from(bounds.y));
    let (columns, rows) = geometry.content;
    let per_cell = |length: f64, count: u32| ((length / f64::from(count) / 2.0) as usize).clamp(1, 16);
    let across = per_cell(region.width, columns);
    let down = per_cell(region.height, rows);
    let mut cells = means(&part.samples, w * channels, down);
    cells = cells.chunks_exact(w * channels).flat_map(|row| means(row, channels, across)).collect();
    if across * down > 1 {
        // Whole numbers, as they are handed on.
        cells.iter_mut().for_each(|mean| *mean = (*mean + 0.5).floor());
    }
    let wide: Vec<f64> = cells
        .chunks_exact(w.div_ceil(across) * channels)
        .flat_map(|row| lanczos(row, channels, x / across as f64, region.width / across as f64, columns))
        .collect();
    let stride = columns as usize * channels;
    assert_eq!(wide.len(), stride * h.div_ceil(down));
    let samples = lanczos(&wide, stride, y / down as f64, region.height / down as f64, rows);
    Plain { width: columns as usize, height: rows as usize, channels, samples }
}

/// The means of `many` neighbours among items of `size` values.
fn means(values: &[f64], size: usize, many: usize) -> Vec<f64> {
    let cells = values.chunks(size * many);
    let mean = |cell: &[f64], i| cell.iter().skip(i).step_by(size).sum::<f64>() / (cell.len() / size) as f64;
    cells.flat_map(|cell| (0..size).map(move |i| mean(cell, i))).collect()
}

/// Lanczos3 along one axis of items of `size` values.
fn lanczos(values: &[f64], size: usize, start: f64, length: f64, count: u32) -> Vec<f64> {
    let cells: Vec<&[f64]> = values.chunks_exact(size).collect();
    let scale = length / f64::from(count);
    let stretch = scale.max(1.0);
    let mut result = Vec::new();
    for j in 0..count {
        let centre = (start + (f64::from(j) + 0.5) * scale).clamp(0.0, cells.len() as f64);
        let weight = |x: usize| {
            let x = (x as f64 + 0.5 - centre) / stretch * std::f64::consts::PI;
            if x == 0.0 {
                1.0
            } else if x.abs() < 3.0 * std::f64::consts::PI {
                (x.sin() / x) * ((x / 3.0).sin() / (x / 3.0))
            } else {
                0.0
            }
        };
        let weights: Vec<f64> = (0..cells.len()).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let value = |i: usize| cells.iter().zip(&weights).map(|(cell, w)| cell[i] * w).sum::<f64>() / sum;
        result.extend((0..size).map(value));
    }
    result
}

/// Colours times alpha, where the layout has alpha.
pub(super) fn premultiplied(picture: &Plain, layout: Layout) -> Plain {
    if layout != Layout::Rgba {
        return picture.clone();
    }
    picture.map(|pixel| {
        let alpha = pixel[3] / 255.0;
        vec![pixel[0] * alpha, pixel[1] * alpha, pixel[2] * alpha, pixel[3]]
    })
}

fn unpremultiplied(picture: &Plain, layout: Layout) -> Plain {
    picture.map(|pixel| {
        let limited = |sample: f64| sample.clamp(0.0, 255.0);
        if layout != Layout::Rgba {
            return pixel.iter().copied().map(limited).collect();
        }
        let alpha = limited(pixel[3]);
        let colour = |c: usize| if alpha < 0.5 { 0.0 } else { limited(pixel[c] * 255.0 / alpha) };
        vec![colour(0), colour(1), colour(2), alpha]
    })
}

/// A pixel in the target's layout, over the background: Porter and Duff's `over`.
fn colour(pixel: &[f64], source: Layout, target: Layout, background: Background) -> Vec<f64> {
    let [red, green, blue, alpha] = match source {
        Layout::Grey => [pixel[0], pixel[0], pixel[0], 255.0],
        Layout::Rgb => [pixel[0], pixel[1], pixel[2], 255.0],
        Layout::Rgba => [pixel[0], pixel[1], pixel[2], pixel[3]],
        Layout::Cmyk => {
            let light = |ink: f64| (255.0 - ink) * (255.0 - pixel[3]) / 255.0;
            [light(pixel[0]), light(pixel[1]), light(pixel[2]), 255.0]
        }
    };
    let behind = (1.0 - alpha / 255.0) * f64::from(background.alpha);
    let whole = alpha + behind;
    let over = |front: f64, back: u8| {
        if whole == 0.0 { front } else { (front * alpha + f64::from(back) * behind) / whole }
    };
    let mixed = [over(red, background.red), over(green, background.green), over(blue, background.blue)];
    match target {
        Layout::Grey => vec![mixed[0]],
        Layout::Rgb => mixed.to_vec(),
        Layout::Rgba | Layout::Cmyk => vec![mixed[0], mixed[1], mixed[2], whole],
    }
}

/// The picture turned, on its canvas.
fn orient(picture: &Plain, geometry: &Geometry, backdrop: &[f64]) -> Plain {
    let Orientation { transpose, mirror_x, mirror_y } = geometry.orientation;
    let (width, height) = turned((picture.width, picture.height), transpose);
    let (left, top) = (geometry.offset.0 as usize, geometry.offset.1 as usize);
    Plain::made((geometry.output.0 as usize, geometry.output.1 as usize), |x, y| {
        if !(left..left + width).contains(&x) || !(top..top + height).contains(&y) {
            return backdrop.to_vec();
        }
        let (x, y) = (x - left, y - top);
        let x = if mirror_x { width - 1 - x } else { x };
        let y = if mirror_y { height - 1 - y } else { y };
        let (x, y) = turned((x, y), transpose);
        picture.pixel(x, y).to_vec()
    })
}
