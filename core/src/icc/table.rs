//! Colours by tables of many inputs: `lut8Type`, `lut16Type` and `lutAToBType` (ICC.1:2022 sections 10.10 to 10.12).

use super::curve::Curve;
use super::grid::{Grid, Nodes};
use super::matrix::{Affine, lab_to_xyz};
use super::profile::{Pcs, fixed, long, short};
use crate::ProfileFault;
use wide::f32x4;

/// From device colours to the PCS. What is large stays in the profile.
#[derive(Clone, Copy)]
pub(super) struct Table<'p, const CHANNELS: usize> {
    /// For each channel, before the grid.
    curves: [Curve<'p>; CHANNELS],
    /// A profile of three channels may have none.
    grid: Option<Grid<'p, CHANNELS>>,
    middle: Option<Middle<'p>>,
    /// None where they change nothing.
    last: Option<[Curve<'p>; 3]>,
    encoding: Encoding,
}

/// What a `lutAToBType` may have behind its grid.
#[derive(Clone, Copy)]
struct Middle<'p> {
    curves: [Curve<'p>; 3],
    matrix: Affine,
}

/// How 0 … 1 stands for the PCS's values (ICC.1:2022 section 6.3.4.2).
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    Xyz,
    /// What 1 is: an L*, and an a* or b* more than that of 0.
    Lab {
        l: f64,
        ab: f64,
    },
}

impl Encoding {
    fn of(pcs: Pcs) -> Self {
        match pcs {
            Pcs::Xyz => Encoding::Xyz,
            Pcs::Lab => Encoding::Lab { l: 100.0, ab: 255.0 },
        }
    }

    /// That of `lut16Type`, where 65280, not 65535, is an L* of 100.
    fn legacy(pcs: Pcs) -> Self {
        match pcs {
            Pcs::Xyz => Encoding::Xyz,
            Pcs::Lab => Encoding::Lab { l: 65535.0 / 652.8, ab: 65535.0 / 256.0 },
        }
    }

    fn xyz(self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self {
            Encoding::Xyz => [x * Self::XYZ, y * Self::XYZ, z * Self::XYZ],
            Encoding::Lab { l, ab } => lab_to_xyz([x * l, y * ab - 128.0, z * ab - 128.0]),
        }
    }

    /// Sixteen bits of XYZ have 32768 as 1.
    pub(super) const XYZ: f64 = 65535.0 / 32768.0;
}

impl<'p, const CHANNELS: usize> Table<'p, CHANNELS> {
    /// # Errors
    ///
    /// Where the tag is cut short, contradicts itself or has other channels.
    pub(super) fn read(tag: &'p [u8], pcs: Pcs) -> Result<Self, ProfileFault> {
        match tag.get(8..10) {
            Some(&[inputs, 3]) if usize::from(inputs) == CHANNELS => {}
            Some(_) => return Err(ProfileFault::OtherChannels),
            None => return Err(ProfileFault::Damaged),
        }
        match tag.get(..4) {
            Some(b"mft1") => Self::lut8(tag, pcs).ok_or(ProfileFault::Damaged),
            Some(b"mft2") => Self::lut16(tag, pcs).ok_or(ProfileFault::Damaged),
            Some(b"mAB ") => Self::a_to_b(tag, pcs).ok_or(ProfileFault::Damaged),
            _ => Err(ProfileFault::Unsupported),
        }
    }

    // The matrix at byte 12 of the older two is for profiles whose *device* space is XYZ.

    fn lut8(tag: &'p [u8], pcs: Pcs) -> Option<Self> {
        const ENTRIES: usize = 256;
        let points = [*tag.get(10)?; CHANNELS];
        let (inputs, rest) = tag.get(48..)?.split_at_checked(CHANNELS * ENTRIES)?;
        let (nodes, rest) = rest.as_chunks().0.split_at_checked(Grid::count(&points)?)?;
        let outputs = rest.as_flattened().get(..3 * ENTRIES)?;
        Some(Self {
            curves: std::array::from_fn(|i| Curve::Bytes(&inputs[i * ENTRIES..][..ENTRIES])),
            grid: Some(Grid::new(points, Nodes::Bytes(nodes))),
            middle: None,
            last: changing(std::array::from_fn(|i| bytes(&outputs[i * ENTRIES..][..ENTRIES]))),
            encoding: Encoding::of(pcs),
        })
    }

    fn lut16(tag: &'p [u8], pcs: Pcs) -> Option<Self> {
        let points = [*tag.get(10)?; CHANNELS];
        let (of_input, of_output) = (short(tag, 48)?, short(tag, 50)?);
        if of_input < 2 || of_output < 2 {
            return None;
        }
        let (inputs, rest) = tag.get(52..)?.as_chunks().0.split_at_checked(CHANNELS * of_input)?;
        let nodes = Grid::count(&points)?;
        let (nodes, outputs) = rest.split_at_checked(nodes.checked_mul(3)?)?;
        let outputs = outputs.get(..3 * of_output)?;
        Some(Self {
            curves: std::array::from_fn(|i| words(&inputs[i * of_input..][..of_input])),
            grid: Some(Grid::new(points, Nodes::Words(nodes.as_chunks().0))),
            middle: None,
            last: changing(std::array::from_fn(|i| words(&outputs[i * of_output..][..of_output]))),
            encoding: Encoding::legacy(pcs),
        })
    }

    fn a_to_b(tag: &'p [u8], pcs: Pcs) -> Option<Self> {
        // An offset of 0 says that there is no such part.
        let part = |at: usize| match long(tag, at)? {
            0 => Some(None),
            offset => tag.get(offset..).map(Some),
        };
        let (b, matrix, m, clut, a) = (part(12)?, part(16)?, part(20)?, part(24)?, part(28)?);
        let (curves, grid) = match clut {
            Some(clut) => (curves(a?)?, Some(grid(clut)?)),
            // The channels are those of the curves behind.
            None if CHANNELS == 3 => ([Curve::Identity; CHANNELS], None),
            None => return None,
        };
        let middle = match (m, matrix) {
            (None, None) => None,
            (m, matrix) => Some(Middle {
                curves: m.map_or(Some([Curve::Identity; 3]), self::curves)?,
                matrix: matrix.map_or(Some(Affine::IDENTITY), affine)?,
            }),
        };
        Some(Self { curves, grid, middle, last: changing(self::curves(b?)?), encoding: Encoding::of(pcs) })
    }

    /// What tells apart how samples of channels become [positions](Self::position).
    pub(super) fn axes(&self) -> [(Curve<'p>, u8); CHANNELS] {
        std::array::from_fn(|i| (self.curves[i], self.grid.as_ref().map_or(0, |grid| grid.points(i))))
    }

    /// Where a sample of a channel, as a part of 1, stands on its axis of the grid.
    pub(super) fn position(&self, channel: usize, sample: f64) -> u32 {
        let value = self.curves[channel].at(sample);
        match &self.grid {
            Some(grid) => grid.position(channel, value),
            None => (value * WITHOUT_GRID + 0.5) as u32,
        }
    }

    /// The colour at positions, in XYZ.
    pub(super) fn xyz(&self, positions: [u32; CHANNELS]) -> [f64; 3] {
        let [x, y, z, _] = self.value(positions).to_array().map(f64::from);
        self.encoding.xyz([x, y, z])
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The colour at positions, [encoded](Encoding); the fourth component is not used.
    #[inline(always)]
    pub(super) fn value(&self, positions: [u32; CHANNELS]) -> f32x4 {
        let value = match &self.grid {
            Some(grid) => grid.at(positions),
            None => {
                let value =
                    |i: usize| positions.get(i).map_or(0.0, |&p| (f64::from(p) / WITHOUT_GRID) as f32);
                f32x4::new(std::array::from_fn(value))
            }
        };
        if self.middle.is_none() && self.last.is_none() { value } else { self.behind_grid(value) }
    }

    fn behind_grid(&self, value: f32x4) -> f32x4 {
        let [x, y, z, _] = value.to_array().map(f64::from);
        let mut value = [x, y, z];
        if let Some(Middle { curves, matrix }) = &self.middle {
            value = matrix.apply(std::array::from_fn(|i| curves[i].at(value[i])));
        }
        if let Some(curves) = &self.last {
            value = std::array::from_fn(|i| curves[i].at(value[i]));
        }
        let [x, y, z] = value.map(|component| component as f32);
        f32x4::new([x, y, z, 0.0])
    }

    /// Powers that a colour takes.
    pub(super) fn powers(&self) -> u64 {
        let middle = self.middle.iter().flat_map(|middle| &middle.curves);
        let slow = |curve: &&Curve| matches!(curve, Curve::Gamma(_) | Curve::Parametric(_));
        middle.chain(self.last.iter().flatten()).filter(slow).count() as u64
    }
}

/// 1 as a position, where there is no grid.
const WITHOUT_GRID: f64 = (1 << 24) as f64;

/// `None` if there is none that changes anything. (They also keep values within 0 … 1, as grids do.)
fn changing<'p>(curves: [Curve<'p>; 3]) -> Option<[Curve<'p>; 3]> {
    curves.iter().any(|curve| *curve != Curve::Identity).then_some(curves)
}

/// A table of 256 bytes, each of which may be its own index.
fn bytes(values: &[u8]) -> Curve<'_> {
    if values.iter().copied().eq(0..=255) { Curve::Identity } else { Curve::Bytes(values) }
}

/// A table of sixteen bits; the shortest and most frequent one changes nothing.
fn words(values: &[[u8; 2]]) -> Curve<'_> {
    match values {
        [[0, 0], [255, 255]] => Curve::Identity,
        _ => Curve::Words(values),
    }
}

/// Curves behind each other, each padded to four bytes.
fn curves<const COUNT: usize>(mut data: &[u8]) -> Option<[Curve<'_>; COUNT]> {
    let mut curves = [Curve::Identity; COUNT];
    for curve in &mut curves {
        let (read, length) = Curve::read(data)?;
        *curve = read;
        data = data.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(curves)
}

/// The `e` of a `lutAToBType`: three rows of three, and then three to add.
fn affine(data: &[u8]) -> Option<Affine> {
    let mut e = [0.0; 12];
    for (index, e) in e.iter_mut().enumerate() {
        *e = fixed(data, index * 4)?;
    }
    let [a, b, c, d, e, f, g, h, i, x, y, z] = e;
    Some(Affine { matrix: [[a, b, c], [d, e, f], [g, h, i]], offset: [x, y, z] })
}

/// The grid of a `lutAToBType`.
fn grid<const CHANNELS: usize>(clut: &[u8]) -> Option<Grid<'_, CHANNELS>> {
    let points = *clut.first_chunk()?;
    let count = Grid::count(&points)?;
    let data = clut.get(20..)?;
    let nodes = match clut[16] {
        1 => Nodes::Bytes(data.as_chunks().0.get(..count)?),
        2 => Nodes::Words(data.as_chunks().0.as_chunks().0.get(..count)?),
        _ => return None,
    };
    Some(Grid::new(points, nodes))
}
