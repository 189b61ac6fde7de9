//! The nearest colour of a palette.

use super::point::{HALF, Point, distance, order};
use crate::sort::sort_by_key;

/// The colours of a palette, sorted by their first coordinate: the search goes both ways from where a colour stands, and
/// ends where this coordinate alone is too far away.
pub(super) struct Nearest {
    places: Vec<Place>,
    /// The place of each colour of the palette.
    of_index: Vec<u8>,
    /// For each level of the first coordinate the first place that is not below.
    starts: [u8; 256],
}

#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) point: Point,
    /// A quarter of the squared distance to the nearest other: within, no other is nearer.
    near: f32,
    /// In the palette.
    pub(super) index: u8,
}

impl Nearest {
    /// For a palette of 1 … 256 points.
    pub(super) fn new(palette: &[Point]) -> Self {
        let nearest_other = |index: usize| {
            let others = palette.iter().enumerate().filter(|(other, _)| *other != index);
            others.map(|(_, other)| distance(&palette[index], other)).fold(f32::MAX, f32::min)
        };
        let mut places: Vec<_> = (0..palette.len())
            .map(|i| Place { point: palette[i], near: nearest_other(i) / 4.0, index: i as u8 })
            .collect();
        sort_by_key(&mut places, |place| u64::from(order(place.point[0])) << 8 | u64::from(place.index));
        let mut of_index = vec![0; palette.len()];
        for (place, at) in places.iter().enumerate() {
            of_index[usize::from(at.index)] = place as u8;
        }
        let last = places.len() - 1;
        let starts = std::array::from_fn(|level| {
            places.partition_point(|place| place.point[0] < level as f32 - HALF).min(last) as u8
        });
        Self { places, of_index, starts }
    }

    pub(super) fn place(&self, place: usize) -> &Place {
        &self.places[place]
    }

    pub(super) fn place_of(&self, index: u8) -> usize {
        self.of_index[usize::from(index)].into()
    }

    /// The place of the nearest colour, and the square of its distance. `guess`: a place that may be it.
    #[inline]
    pub(super) fn find(&self, point: &Point, guess: usize) -> (usize, f32) {
        let guessed = &self.places[guess];
        let mut best = (guess, distance(point, &guessed.point));
        if best.1 <= guessed.near {
            return best;
        }
        let start = usize::from(self.starts[(point[0] + HALF) as u8 as usize]);
        let (below, above) = self.places.split_at(start);
        for (at, place) in above.iter().enumerate() {
            let ahead = place.point[0] - point[0];
            if ahead > 0.0 && ahead * ahead > best.1 {
                break;
            }
            let found = distance(point, &place.point);
            if found < best.1 {
                best = (start + at, found);
            }
        }
        for (at, place) in below.iter().enumerate().rev() {
            let behind = point[0] - place.point[0];
            if behind > 0.0 && behind * behind > best.1 {
                break;
            }
            let found = distance(point, &place.point);
            if found < best.1 {
                best = (at, found);
            }
        }
        best
    }
}
