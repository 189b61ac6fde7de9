//! The resizer beside the same filter in floating point, written down plainly.

use super::*;
use crate::geometry::{Part, Region};
use crate::pipeline::reference::{Plain, premultiplied, resample};
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
        let source = Plain::of_bytes(self.source.0, layout.channels(), samples);
        resample(&premultiplied(&source, layout), &self.steps()).samples
    }
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
                let result = Plain::of_bytes(case.content.0, channels, &result);
                let result = premultiplied(&result, layout).samples;
                for (pixel, expected) in result.chunks_exact(channels).zip(expected.chunks_exact(channels)) {
                    // Ringing may bring a colour over its alpha; as a colour that is at most 255.
                    let alpha = expected[channels - 1].clamp(0.0, 255.0);
                    let most = |c| if layout == Layout::Rgba && c < 3 { alpha } else { 255.0 };
                    // Of colours of low alpha so much is lost twice: to whole premultiplied colours and alpha.
                    let allowed = if layout == Layout::Rgba { 2.0 } else { 1.0 };
                    for (c, &sample) in pixel.iter().enumerate() {
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
