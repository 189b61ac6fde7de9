//! The resizer beside the same filter in floating point, written down plainly.

use super::*;
use crate::geometry::{Part, Region};
use crate::{Limits, Orientation, Transform};
use fastrand::Rng;

const LAYOUTS: [Layout; 4] = [Layout::Grey, Layout::Rgb, Layout::Rgba, Layout::Cmyk];

/// From a source of some size, bounds and a region in them to a size.
struct Case {
    source: (u32, u32),
    bounds: Part,
    region: Region,
    content: (u32, u32),
}

impl Case {
    fn whole((width, height): (u32, u32), content: (u32, u32)) -> Self {
        let region = Region { x: 0.0, y: 0.0, width: width.into(), height: height.into() };
        Self { source: (width, height), bounds: Part { x: 0, y: 0, width, height }, region, content }
    }

    fn part(source: (u32, u32), bounds: [u32; 4], region: [f64; 4], content: (u32, u32)) -> Self {
        let [x, y, width, height] = bounds;
        let bounds = Part { x, y, width, height };
        let [x, y, width, height] = region;
        Self { source, bounds, region: Region { x, y, width, height }, content }
    }

    fn steps(&self) -> Geometry {
        let steps =
            Geometry::new(self.source, Orientation::default(), &Transform::default(), &Limits::default());
        let Self { bounds, region, content, .. } = *self;
        Geometry { bounds, region, content, output: content, ..steps.unwrap() }
    }

    fn name(&self) -> String {
        let Self { source, bounds, region, content } = self;
        format!("{source:?} {bounds:?} {region:?} to {content:?}")
    }

    fn run(&self, layout: Layout, samples: &[u8]) -> Vec<u8> {
        let mut resizer = Resizer::new(&self.steps(), layout);
        let Part { x, y, width, height } = needed(&self.steps());
        let mut result = Vec::new();
        let mut rows = 0;
        let stride = layout.stride(self.source.0);
        for row in samples.chunks_exact(stride).skip(y as usize).take(height as usize) {
            let given = resizer.push(&row[layout.stride(x)..layout.stride(x + width)], |finished| {
                assert_eq!(finished.len(), layout.stride(self.content.0));
                rows += 1;
                result.extend_from_slice(finished);
                Ok(())
            });
            given.unwrap();
        }
        assert_eq!(rows, self.content.1, "{}", self.name());
        result
    }

    /// What [`Case::run`] should give, alpha's colours multiplied by it.
    fn expected(&self, layout: Layout, samples: &[u8]) -> Vec<f64> {
        let channels = layout.channels();
        let mut plane = Vec::new();
        for y in self.bounds.y..self.bounds.y + self.bounds.height {
            let start = (y as usize * self.source.0 as usize + self.bounds.x as usize) * channels;
            for pixel in samples[start..][..layout.stride(self.bounds.width)].chunks_exact(channels) {
                plane.extend(premultiplied(layout, pixel));
            }
        }
        let (w, h) = (self.bounds.width as usize, self.bounds.height as usize);
        let (x, y) = (self.region.x - f64::from(self.bounds.x), self.region.y - f64::from(self.bounds.y));
        let per_cell = |length: f64, count: u32| ((length / f64::from(count) / 2.0) as usize).clamp(1, 16);
        let across = per_cell(self.region.width, self.content.0);
        let down = per_cell(self.region.height, self.content.1);
        let mut cells = means(&plane, w * channels, down);
        cells = cells.chunks_exact(w * channels).flat_map(|row| means(row, channels, across)).collect();
        if across * down > 1 {
            // Whole numbers, as they are handed on.
            cells.iter_mut().for_each(|mean| *mean = (*mean + 0.5).floor());
        }
        let (across, down) = (across as f64, down as f64);
        let wide: Vec<f64> = cells
            .chunks_exact((w as f64 / across).ceil() as usize * channels)
            .flat_map(|row| line(row, channels, x / across, self.region.width / across, self.content.0))
            .collect();
        let stride = self.content.0 as usize * channels;
        assert_eq!(wide.len(), stride * (h as f64 / down).ceil() as usize);
        line(&wide, stride, y / down, self.region.height / down, self.content.1)
    }
}

fn premultiplied(layout: Layout, pixel: &[u8]) -> Vec<f64> {
    let by = if layout == Layout::Rgba { f64::from(pixel[3]) / 255.0 } else { 1.0 };
    let colour = |c: usize| if c < 3 { by } else { 1.0 };
    pixel.iter().enumerate().map(|(c, &sample)| f64::from(sample) * colour(c)).collect()
}

/// The means of `many` neighbours among items of `size` values.
fn means(values: &[f64], size: usize, many: usize) -> Vec<f64> {
    let cells = values.chunks(size * many);
    let mean = |cell: &[f64], i| cell.iter().skip(i).step_by(size).sum::<f64>() / (cell.len() / size) as f64;
    cells.flat_map(|cell| (0..size).map(move |i| mean(cell, i))).collect()
}

/// Lanczos3 along one axis of items of `size` values.
fn line(values: &[f64], size: usize, start: f64, length: f64, count: u32) -> Vec<f64> {
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

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = [
        ((97, 61), (40, 23)),
        ((97, 61), (97, 20)),
        ((97, 61), (20, 61)),
        ((97, 61), (13, 60)),
        ((33, 21), (33, 21)),
        ((64, 64), (63, 65)),
        ((20, 15), (50, 47)),
        ((3, 2), (40, 30)),
        ((1, 1), (1, 1)),
        ((1, 1), (7, 5)),
        ((1, 50), (1, 9)),
        ((50, 1), (9, 1)),
        ((50, 1), (9, 4)),
        ((5, 700), (3, 9)),
        ((700, 5), (9, 3)),
        ((48, 48), (12, 12)),
        ((101, 103), (25, 17)),
        ((351, 350), (7, 7)),
        ((350, 349), (7, 100)),
        ((300, 200), (1, 1)),
    ]
    .map(|(source, content)| Case::whole(source, content))
    .into();
    cases.extend([
        Case::part((90, 70), [10, 5, 61, 53], [12.25, 5.5, 40.5, 47.125], (17, 21)),
        Case::part((90, 70), [10, 5, 61, 53], [40.0, 30.0, 20.0, 20.0], (20, 20)),
        Case::part((90, 70), [10, 5, 61, 53], [40.5, 30.0, 20.0, 20.0], (20, 20)),
        Case::part((90, 70), [0, 0, 90, 70], [33.3, 0.0, 23.4, 70.0], (3, 9)),
        Case::part((190, 170), [7, 9, 180, 150], [100.0, 101.5, 80.0, 50.25], (5, 4)),
        // Over the bounds' edges, as for cells of colour that reach over the picture's.
        Case::part((30, 30), [0, 0, 30, 30], [-0.5, 0.0, 30.5, 31.0], (13, 16)),
        Case::part((30, 30), [0, 0, 30, 30], [-1.0, -1.0, 31.0, 31.0], (31, 31)),
    ]);
    cases
}

/// Noise; noise of black and white; stripes that ring the most.
fn pictures(length: usize) -> [Vec<u8>; 3] {
    let mut random = Rng::with_seed(1);
    let noise: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
    let contrast = noise.iter().map(|sample| u8::MAX * (sample & 1)).collect();
    let stripes = (0..length).map(|i| if i / 12 % 2 == 0 { 255 } else { 0 }).collect();
    [noise, contrast, stripes]
}

#[test]
fn as_in_floating_point() {
    for case in cases() {
        for layout in LAYOUTS {
            for samples in pictures(layout.stride(case.source.0) * case.source.1 as usize) {
                let result = case.run(layout, &samples);
                let expected = case.expected(layout, &samples);
                let channels = layout.channels();
                for (pixel, expected) in result.chunks_exact(channels).zip(expected.chunks_exact(channels)) {
                    // Ringing may bring a colour over its alpha; as a colour that is at most 255.
                    let alpha = expected[channels - 1].clamp(0.0, 255.0);
                    let most = |c| if layout == Layout::Rgba && c < 3 { alpha } else { 255.0 };
                    // Of colours of low alpha so much is lost twice: to whole premultiplied colours and alpha.
                    let allowed = if layout == Layout::Rgba { 2.0 } else { 1.0 };
                    for (c, sample) in premultiplied(layout, pixel).into_iter().enumerate() {
                        let off = (sample - expected[c].clamp(0.0, most(c))).abs();
                        assert!(
                            off <= allowed,
                            "{} {layout:?} {c}: {pixel:?}, not {expected:?}",
                            case.name()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn flat_colours_stay_flat() {
    for case in cases() {
        for layout in LAYOUTS {
            for pixel in [[0, 1, 127, 255], [255, 254, 3, 255], [255; 4]] {
                let channels = layout.channels();
                let samples = pixel[..channels].repeat((case.source.0 * case.source.1) as usize);
                let result = case.run(layout, &samples);
                assert!(
                    result.chunks_exact(channels).all(|result| *result == pixel[..channels]),
                    "{} {layout:?}",
                    case.name()
                );
            }
        }
    }
}

#[test]
fn opaque_pixels_are_as_without_alpha() {
    for case in cases() {
        for samples in pictures(Layout::Rgb.stride(case.source.0) * case.source.1 as usize) {
            let with_alpha: Vec<u8> =
                samples.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
            let opaque = case.run(Layout::Rgba, &with_alpha);
            let (pixels, _) = opaque.as_chunks();
            let without: Vec<u8> = pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
            assert!(pixels.iter().all(|&[.., alpha]| alpha == 255), "{}", case.name());
            assert_eq!(without, case.run(Layout::Rgb, &samples), "{}", case.name());
        }
    }
}

#[test]
fn copied_pixels_keep_every_byte() {
    let case = Case::part((90, 70), [10, 5, 61, 53], [40.0, 30.0, 20.0, 25.0], (20, 25));
    for layout in LAYOUTS {
        let [samples, ..] = pictures(layout.stride(90) * 70);
        let rows = samples.chunks_exact(layout.stride(90)).skip(30).take(25);
        let expected: Vec<u8> =
            rows.flat_map(|row| &row[layout.stride(40)..layout.stride(60)]).copied().collect();
        assert_eq!(case.run(layout, &samples), expected, "{layout:?}");
    }
}

#[test]
fn any_colour_times_any_alpha() {
    for alpha in 0..=255 {
        let row: Vec<u8> = (0..=255).flat_map(|sample| [sample, 255 - sample, 7, alpha]).collect();
        let mut premultiplied = vec![0; row.len()];
        // Not a multiple of what is done at once.
        let length = row.len() - 4;
        alpha::premultiply(&row[..length], &mut premultiplied[..length]);
        for (pixel, result) in row[..length].chunks_exact(4).zip(premultiplied.chunks_exact(4)) {
            let by_alpha = |sample: u8| ((u32::from(sample) * u32::from(alpha) * 2 + 255) / 510) as u8;
            assert_eq!(result, [by_alpha(pixel[0]), by_alpha(pixel[1]), by_alpha(pixel[2]), alpha]);
        }
    }
}
