//! A picture in the colours of a palette, by error diffusion (R. Floyd and L. Steinberg, "An adaptive algorithm for spatial
//! gray scale", 1976), row by row in turns from the left and from the right.
//!
//! Three things differ from the plain algorithm. A colour that the palette has, or nearly has, is taken as it is, so that
//! areas stay clean. An error is passed on only up to a bound, so that outliers do not spread. And where a colour
//! that continues a sequence seen before is nearly as good as the nearest one, it is taken: files become smaller, and the
//! difference is diffused like any other.

use super::Alpha;
use super::nearest::Nearest;
use super::point::{Point, distance, point};
use crate::rows::Picture;

/// Squared distance below which a colour is taken as it is: nobody sees the difference.
const SAME: f32 = 1.0;
/// The part of an error that is passed on.
const PASSED: f32 = 0.9;
/// The largest error that is passed on, in root mean squared errors of the palette.
const LARGEST: f32 = 1.3;
/// How much more squared error a colour that continues a sequence may have, in mean squared errors of the palette.
const MORE: f32 = 2.0;

/// Bytes that it takes beside the indices, for pictures of this width.
pub(super) fn memory(width: u32) -> u64 {
    (u64::from(width) + 2) * 2 * size_of::<Point>() as u64 + SEQUENCES as u64 + (32 << 10)
}

/// What followed which two colours.
const SEQUENCES: usize = 1 << 16;

/// The indices. `error`: mean squared error of the palette. `row`: to read into.
pub(super) fn dither(
    picture: &Picture,
    alpha: Alpha,
    palette: &[[u8; 4]],
    error: f32,
    mut row: Vec<[u8; 4]>,
) -> Vec<u8> {
    let width = picture.width as usize;
    let points: Vec<_> = palette.iter().map(|&rgba| point(rgba)).collect();
    let mut diffusion = Diffusion {
        nearest: Nearest::new(&points),
        largest: LARGEST * error.sqrt().max(1.0),
        more: MORE * error,
        followed: vec![0; SEQUENCES],
        here: vec![[0.0; 4]; width + 2],
        below: vec![[0.0; 4]; width + 2],
    };
    let mut indices = vec![0; width * picture.height as usize];
    for (y, (samples, indices)) in picture.rows().zip(indices.chunks_exact_mut(width)).enumerate() {
        alpha.read(samples, picture.layout, &mut row);
        diffusion.row(&row, indices, y % 2 == 1);
    }
    indices
}

struct Diffusion {
    nearest: Nearest,
    largest: f32,
    more: f32,
    /// By the places of two colours one after the other, the one that came next the last time.
    followed: Vec<u8>,
    /// Errors that came from the row above, and those for the row below. A pixel more at either end.
    here: Vec<Point>,
    below: Vec<Point>,
}

impl Diffusion {
    fn row(&mut self, row: &[[u8; 4]], indices: &mut [u8], from_the_right: bool) {
        std::mem::swap(&mut self.here, &mut self.below);
        self.below.fill([0.0; 4]);
        let mut last_two = 0;
        let mut last = 0;
        let mut passed = [0.0; 4];
        for step in 0..row.len() {
            let x = if from_the_right { row.len() - 1 - step } else { step };
            if row[x][3] == 0 {
                // The first of the palette.
                indices[x] = 0;
                passed = [0.0; 4];
                continue;
            }
            let source = point(row[x]);
            let (nearest, apart) = self.nearest.find(&source, last);
            let wanted = if apart < SAME {
                source
            } else {
                plus(&plus(&source, &self.here[x + 1], PASSED), &passed, PASSED)
            };
            let place =
                if apart < SAME { nearest } else { self.choose(&wanted, nearest, self.followed[last_two]) };
            self.followed[last_two] = place as u8;
            last_two = (last_two << 8 | place) % SEQUENCES;
            last = place;
            let taken = self.nearest.place(place);
            indices[x] = taken.index;

            let mut error: Point = std::array::from_fn(|i| wanted[i] - taken.point[i]);
            let length = distance(&error, &[0.0; 4]).sqrt();
            if length > self.largest {
                error = error.map(|part| part * (self.largest / length));
            }
            let (ahead, behind) = if from_the_right { (x, x + 2) } else { (x + 2, x) };
            passed = error.map(|part| part * (7.0 / 16.0));
            self.below[behind] = plus(&self.below[behind], &error, 3.0 / 16.0);
            self.below[x + 1] = plus(&self.below[x + 1], &error, 5.0 / 16.0);
            self.below[ahead] = plus(&self.below[ahead], &error, 1.0 / 16.0);
        }
    }

    /// The place of the colour to take: the nearest, or what followed the last time if it is nearly as good.
    fn choose(&self, wanted: &Point, guess: usize, followed: u8) -> usize {
        let (nearest, squared) = self.nearest.find(wanted, guess);
        let followed = usize::from(followed);
        let continued = distance(wanted, &self.nearest.place(followed).point);
        if continued < squared + self.more { followed } else { nearest }
    }
}

fn plus(a: &Point, b: &Point, part: f32) -> Point {
    std::array::from_fn(|i| a[i] + b[i] * part)
}
