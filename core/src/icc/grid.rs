//! Interpolation in a grid of colours. Colours are vectors of `f32`, of which the fourth component is not used.

use wide::{f32x4, i32x4};

/// A grid of one, three or four dimensions; the last one's nodes stand side by side. Nodes stay in the profile.
#[derive(Clone, Copy)]
pub(super) struct Grid<'p, const CHANNELS: usize> {
    /// Along each axis, at least two.
    points: [u8; CHANNELS],
    /// From a node to the next one along each axis.
    strides: [u32; CHANNELS],
    /// As many as there are.
    nodes: Nodes<'p>,
}

/// Three values each.
#[derive(Clone, Copy)]
pub(super) enum Nodes<'p> {
    Bytes(&'p [[u8; 3]]),
    /// Big-endian.
    Words(&'p [[[u8; 2]; 3]]),
}

/// From one node to the next.
const WHOLE: u32 = 1 << 16;

/// Where a value stands on an axis: the node before it in the highest byte, never the last one, and below how
/// far it is from there to the next one, 0 … [`WHOLE`].
type Position = u32;

impl<'p, const CHANNELS: usize> Grid<'p, CHANNELS> {
    /// Nodes of a grid; `None` where there are fewer than two along an axis, or more than can be counted.
    pub(super) fn count(points: &[u8; CHANNELS]) -> Option<usize> {
        points.iter().try_fold(
            1,
            |count: u32, &points| {
                if points < 2 { None } else { count.checked_mul(points.into()) }
            },
        )?;
        points.iter().try_fold(1usize, |count, &points| count.checked_mul(points.into()))
    }

    /// `nodes`: as many as [`count`](Self::count) says.
    pub(super) fn new(points: [u8; CHANNELS], nodes: Nodes<'p>) -> Self {
        let strides = std::array::from_fn(|axis| points[axis + 1..].iter().map(|&p| u32::from(p)).product());
        Self { points, strides, nodes }
    }

    pub(super) fn points(&self, axis: usize) -> u8 {
        self.points[axis]
    }

    /// Where 0 … 1 stands along an axis.
    pub(super) fn position(&self, axis: usize, value: f64) -> Position {
        let last = u32::from(self.points[axis]) - 1;
        let place = (value * f64::from(last * WHOLE) + 0.5) as u32;
        let node = (place / WHOLE).min(last - 1);
        node << 24 | (place - node * WHOLE)
    }

    /// The value there: along one axis linear, along three tetrahedral (Kasson, Plouffe and Nin 1993), and along the
    /// first of four linear between two of these, as LittleCMS does.
    #[inline(always)]
    pub(super) fn at(&self, positions: [Position; CHANNELS]) -> f32x4 {
        match self.nodes {
            Nodes::Bytes(nodes) => self.among(nodes, positions) * (1.0 / (255.0 * WHOLE as f32)),
            Nodes::Words(nodes) => self.among(nodes, positions) * (1.0 / (65535.0 * WHOLE as f32)),
        }
    }

    #[inline(always)]
    fn among(&self, nodes: &[impl Node], positions: [Position; CHANNELS]) -> f32x4 {
        let mut origin = 0;
        let axes: [Axis; CHANNELS] = std::array::from_fn(|i| {
            origin += (positions[i] >> 24) * self.strides[i];
            Axis { fraction: positions[i] & 0xff_ffff, stride: self.strides[i] }
        });
        match *axes.as_slice() {
            [x] => line(nodes, origin, x),
            [x, y, z] => tetrahedron(nodes, origin, [x, y, z]),
            [first, x, y, z] => {
                let near = tetrahedron(nodes, origin, [x, y, z]);
                let far = tetrahedron(nodes, origin + first.stride, [x, y, z]);
                near + (far - near) * (first.fraction as f32 * (1.0 / WHOLE as f32))
            }
            _ => f32x4::ZERO,
        }
    }
}

/// An axis within a cell.
#[derive(Clone, Copy)]
struct Axis {
    /// 0 … [`WHOLE`].
    fraction: u32,
    stride: u32,
}

trait Node: Copy {
    fn values(self) -> [i32; 3];
}

impl Node for [u8; 3] {
    #[inline(always)]
    fn values(self) -> [i32; 3] {
        self.map(i32::from)
    }
}

impl Node for [[u8; 2]; 3] {
    #[inline(always)]
    fn values(self) -> [i32; 3] {
        self.map(|value| u16::from_be_bytes(value).into())
    }
}

#[inline(always)]
fn line(nodes: &[impl Node], origin: u32, x: Axis) -> f32x4 {
    let (low, high) = (node(nodes, origin), node(nodes, origin + x.stride));
    low * (WHOLE - x.fraction) as f32 + high * x.fraction as f32
}

/// From the cell's origin along the axis with the largest fraction, then along the next one, then the last.
#[inline(always)]
fn tetrahedron(nodes: &[impl Node], origin: u32, axes: [Axis; 3]) -> f32x4 {
    let [mut a, mut b, mut c] =
        axes.map(|axis| u64::from(axis.fraction) << u32::BITS | u64::from(axis.stride));
    (a, b) = (a.max(b), a.min(b));
    (b, c) = (b.max(c), b.min(c));
    (a, b) = (a.max(b), a.min(b));
    let [a, b, c] =
        [a, b, c].map(|packed| Axis { fraction: (packed >> u32::BITS) as u32, stride: packed as u32 });
    let corner = |offset: u32, weight: u32| node(nodes, origin + offset) * weight as i32 as f32;
    corner(0, WHOLE - a.fraction)
        + corner(a.stride, a.fraction - b.fraction)
        + corner(a.stride + b.stride, b.fraction - c.fraction)
        + corner(a.stride + b.stride + c.stride, c.fraction)
}

#[inline(always)]
fn node(nodes: &[impl Node], index: u32) -> f32x4 {
    let [x, y, z] = nodes.get(index as usize).map_or([0; 3], |node| node.values());
    i32x4::new([x, y, z, 0]).round_float()
}
