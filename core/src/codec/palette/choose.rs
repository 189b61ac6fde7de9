//! The colours of a palette: splitting by variance (X. Wu, "Efficient statistical computations for optimal color
//! quantization", Graphics Gems II, 1991), then k-means (S. Lloyd, "Least squares quantization in PCM", 1982).

use super::histogram::Colour;
use super::nearest::Nearest;
use super::point::{Point, colour, order, point};

/// Bytes that choosing takes beside the colours of so many pixels: groups, sums, and a group's number for each colour.
pub(super) fn memory(pixels: u64) -> u64 {
    pixels.min(super::Histogram::MOST) + (64 << 10)
}

/// At most `most` colours that stand for all of `colours`, of which there is at least one, and the mean squared error that
/// is left. No more are taken than an error of `error` needs.
pub(super) fn palette(colours: &mut [Colour], most: usize, error: f32, rounds: u32) -> (Vec<[u8; 4]>, f32) {
    let mut points = split(colours, most, error.into());
    let mut groups = vec![0; colours.len()];
    let mut left = 0.0;
    for _ in 0..rounds {
        left = refine(colours, &mut groups, &mut points);
    }
    (settled(colours, &groups, &points), left)
}

/// How much a colour counts: less than it occurs, so that accents on few pixels keep theirs.
fn weight(colour: &Colour) -> f64 {
    let root = f64::from(colour.pixels).sqrt();
    root * root.sqrt()
}

/// Weighted sums of points.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    of: [f64; 4],
}

impl Sums {
    fn add(&mut self, point: &Point, weight: f64) {
        self.weight += weight;
        self.of.iter_mut().zip(point).for_each(|(sum, &value)| *sum += weight * f64::from(value));
    }

    fn mean(&self) -> Point {
        self.of.map(|sum| (sum / self.weight) as f32)
    }

    /// How much of the squared error this many points would lose by having a mean of their own.
    fn explained(&self) -> f64 {
        self.of.iter().map(|sum| sum * sum / self.weight).sum()
    }

    fn without(&self, part: &Sums) -> Sums {
        Sums {
            weight: self.weight - part.weight,
            of: std::array::from_fn(|axis| self.of[axis] - part.of[axis]),
        }
    }
}

/// Colours that stand beside each other and shall become one.
struct Group {
    start: usize,
    end: usize,
    sums: Sums,
    /// Squared error along the axis on which it is largest, and in all.
    axis: usize,
    error: f64,
}

impl Group {
    fn new(colours: &[Colour], start: usize, end: usize) -> Self {
        let mut sums = Sums::default();
        let mut squares = [0.0; 4];
        for one in &colours[start..end] {
            let (point, weight) = (point(one.rgba), weight(one));
            sums.add(&point, weight);
            squares.iter_mut().zip(point).for_each(|(sum, value)| {
                *sum += weight * f64::from(value) * f64::from(value);
            });
        }
        let errors: [f64; 4] = std::array::from_fn(|axis| {
            (squares[axis] - sums.of[axis] * sums.of[axis] / sums.weight).max(0.0)
        });
        let axis = (1..4).fold(0, |most, axis| if errors[axis] > errors[most] { axis } else { most });
        // What rounding leaves of a single colour cannot be split.
        let error = if end - start > 1 { errors.iter().sum() } else { 0.0 };
        Self { start, end, sums, axis, error }
    }

    /// Splits where the two parts have the least error, along the axis of the most. The colours must be in its order.
    fn split(&self, colours: &[Colour]) -> [Self; 2] {
        let mut before = Sums::default();
        let mut best = (f64::MIN, self.start + 1);
        for (at, one) in colours[..self.end - 1].iter().enumerate().skip(self.start) {
            before.add(&point(one.rgba), weight(one));
            let explained = before.explained() + self.sums.without(&before).explained();
            if explained > best.0 {
                best = (explained, at + 1);
            }
        }
        [Self::new(colours, self.start, best.1), Self::new(colours, best.1, self.end)]
    }
}

/// The means of at most so many groups.
fn split(colours: &mut [Colour], most: usize, error: f64) -> Vec<Point> {
    let mut groups = Vec::with_capacity(most);
    groups.push(Group::new(colours, 0, colours.len()));
    let enough = error * groups[0].sums.weight;
    while groups.len() < most {
        let left: f64 = groups.iter().map(|group| group.error).sum();
        let worst = (1..groups.len())
            .fold(0, |worst, at| if groups[at].error > groups[worst].error { at } else { worst });
        let group = &groups[worst];
        if left <= enough || group.error <= 0.0 {
            break;
        }
        let axis = group.axis;
        // There may be many: the library's sort is worth its size.
        colours[group.start..group.end].sort_unstable_by_key(|one| {
            u64::from(order(point(one.rgba)[axis])) << 32 | u64::from(u32::from_be_bytes(one.rgba))
        });
        let [first, second] = group.split(colours);
        groups[worst] = first;
        groups.push(second);
    }
    groups.iter().map(|group| group.sums.mean()).collect()
}

/// Gives each colour to the nearest point, moves the points to the means of theirs, and tells the mean squared error
/// before that.
fn refine(colours: &[Colour], groups: &mut [u8], points: &mut [Point]) -> f32 {
    let nearest = Nearest::new(points);
    let mut sums = vec![Sums::default(); points.len()];
    let (mut error, mut all) = (0.0, 0.0);
    let mut worst = (0.0, points[0]);
    for (one, group) in colours.iter().zip(groups) {
        let (at, weight) = (point(one.rgba), weight(one));
        let (place, squared) = nearest.find(&at, nearest.place_of(*group));
        *group = nearest.place(place).index;
        sums[usize::from(*group)].add(&at, weight);
        let missed = f64::from(squared) * weight;
        error += missed;
        all += weight;
        if missed > worst.0 {
            worst = (missed, at);
        }
    }
    for (point, sums) in points.iter_mut().zip(&sums) {
        // A point that got none is of use where the error is largest.
        *point = if sums.weight > 0.0 { sums.mean() } else { worst.1 };
    }
    (error / all) as f32
}

/// The points as colours. Where most of a group is one colour, it is this one: areas stay as they were.
fn settled(colours: &[Colour], groups: &[u8], points: &[Point]) -> Vec<[u8; 4]> {
    let mut shares = vec![(0.0, 0.0, [0; 4]); points.len()];
    for (one, group) in colours.iter().zip(groups) {
        let (all, most, rgba) = &mut shares[usize::from(*group)];
        let weight = weight(one);
        *all += weight;
        if weight > *most {
            (*most, *rgba) = (weight, one.rgba);
        }
    }
    let settle = |(at, (all, most, rgba))| if most * 2.0 > all { rgba } else { colour(at) };
    points.iter().copied().zip(shares).map(settle).collect()
}
