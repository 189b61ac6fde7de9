//! From components to pixels: the choice of scales, libjpeg's filters and T.871's colours, as the crate documents
//! them, without rounding.

use super::{Plane, Reference};

/// What components mean (libjpeg's `default_decompress_parms`).
#[derive(Clone, Copy, PartialEq)]
enum Model {
    /// Grey, RGB or CMYK.
    Plain,
    YCbCr,
    Ycck,
}

/// How pixels are made of components.
pub(crate) struct Conversion {
    /// For each channel, what the components count.
    pub(crate) weights: [[f64; 4]; 4],
    /// What is no colour difference.
    centres: [f64; 4],
    /// Whether a channel is delivered as what it lacks.
    complement: [bool; 4],
}

impl Conversion {
    pub(crate) fn apply(&self, components: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|channel| {
            let mut value = 0.0;
            for ((weight, component), centre) in
                self.weights[channel].iter().zip(components).zip(self.centres)
            {
                value += weight * (component - centre);
            }
            let value = value.clamp(0.0, 255.0);
            if self.complement[channel] { 255.0 - value } else { value }
        })
    }
}

impl Reference {
    /// What a block of a component becomes, across and down, where one with the largest sampling factors becomes so many
    /// samples on a side: those, or as often twice as many as fits into the picture and gives no more than 8.
    fn sides(&self, component: usize, eighths: usize) -> (usize, usize) {
        let side = |factor: usize, largest: usize| {
            let fits = |side: &usize| *side <= 8 && (largest * eighths).is_multiple_of(factor * side);
            [1, 2, 4, 8].map(|times| times * eighths).into_iter().filter(fits).max().unwrap_or(eighths)
        };
        let component = &self.components[component];
        (side(component.horizontal, self.largest.0), side(component.vertical, self.largest.1))
    }

    /// A component at the resolution of the picture, and whether a filter brought it there.
    pub(crate) fn upsampled(&self, index: usize, eighths: usize) -> (Plane, bool) {
        let (across, down) = self.sides(index, eighths);
        let plane = self.plane(index, across, down);
        let component = &self.components[index];
        // So many samples for so many pixels.
        let across = (component.horizontal * across, self.largest.0 * eighths);
        let down = (component.vertical * down, self.largest.1 * eighths);
        let same = |(samples, pixels): (usize, usize)| samples == pixels;
        if same(across) && same(down) {
            return (plane, false);
        }
        let half = |(samples, pixels): (usize, usize)| 2 * samples == pixels;
        let filtered = match (half(across), half(down)) {
            (true, true) => plane.width > 2,
            (true, false) => same(down) && plane.width > 2,
            (false, true) => same(across),
            (false, false) => false,
        };
        let taps = |pixel: usize, ratio: (usize, usize), length: usize| {
            let near = (2 * pixel + 1) * ratio.0 / (2 * ratio.1);
            let far = match (filtered && half(ratio), pixel % 2) {
                (true, 0) => near.saturating_sub(1),
                (true, _) => near + 1,
                (false, _) => near,
            };
            (near.min(length - 1), far.min(length - 1))
        };
        let (width, height) = ((self.width * eighths).div_ceil(8), (self.height * eighths).div_ceil(8));
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            let (near, far) = taps(y, down, plane.height);
            for x in 0..width {
                let (left, right) = taps(x, across, plane.width);
                let row = |y: usize| 0.75 * plane.at(left, y) + 0.25 * plane.at(right, y);
                samples.push(0.75 * row(near) + 0.25 * row(far));
            }
        }
        (Plane { width, height, samples }, filtered)
    }

    /// From components as stored to channels as delivered.
    pub(crate) fn conversion(&self) -> Conversion {
        let model = self.model();
        // T.871, clause 7.
        let weights = match model {
            Model::Plain => [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
            Model::YCbCr | Model::Ycck => [
                [1.0, 0.0, 1.402, 0.0],
                [1.0, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587, 0.0],
                [1.0, 1.772, 0.0, 0.0],
            ],
        };
        let [first, second, third] = weights;
        let centre = if model == Model::Plain { 0.0 } else { 128.0 };
        // Ink is stored as what it leaves of light. The transform of YCCK turns the first three once more.
        let ink = self.components.len() == 4;
        let colour = ink && model != Model::Ycck;
        Conversion {
            weights: [first, second, third, [0.0, 0.0, 0.0, 1.0]],
            centres: [0.0, centre, centre, 0.0],
            complement: [colour, colour, colour, ink],
        }
    }

    fn model(&self) -> Model {
        let names: Vec<u8> = self.components.iter().map(|component| component.identifier).collect();
        match (names.len(), self.adobe) {
            (4, Some(1..)) => Model::Ycck,
            (3, _) if self.jfif => Model::YCbCr,
            (3, Some(0)) => Model::Plain,
            (3, None) if names == *b"RGB" => Model::Plain,
            (3, _) => Model::YCbCr,
            _ => Model::Plain,
        }
    }
}
