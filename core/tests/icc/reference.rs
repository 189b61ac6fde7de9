//! The conversion in double precision, written from the specifications, with nothing of the core in it.

use crate::build::{Kind, Lut, Tone, eight};

pub(crate) const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

impl Tone {
    pub(crate) fn at(&self, x: f64) -> f64 {
        let x = x.clamp(0.0, 1.0);
        match self {
            Tone::Identity => x,
            Tone::Gamma(gamma) => x.powf(f64::from(*gamma) / 256.0),
            Tone::Table(values) => {
                let place = x * (values.len() - 1) as f64;
                let (low, high) = (place.floor(), place.ceil());
                let value = |at: f64| f64::from(values[at as usize]) / 65535.0;
                if low == high {
                    value(low)
                } else {
                    value(low) * (high - place) + value(high) * (place - low)
                }
            }
            Tone::Parametric(kind, parameters) => {
                let p: Vec<f64> = parameters.iter().map(|&p| f64::from(p) / 65536.0).collect();
                let power = || (p[1] * x + p[2]).powf(p[0]);
                let y = match kind {
                    0 => x.powf(p[0]),
                    1 if x >= -p[2] / p[1] => power(),
                    1 => 0.0,
                    2 if x >= -p[2] / p[1] => power() + p[3],
                    2 => p[3],
                    3 if x >= p[4] => power(),
                    3 => p[3] * x,
                    4 if x >= p[4] => power() + p[5],
                    4 => p[3] * x + p[6],
                    _ => panic!("no such kind"),
                };
                y.clamp(0.0, 1.0)
            }
        }
    }

    /// As stored in 256 bytes.
    fn in_bytes(&self) -> Self {
        match self {
            Tone::Table(values) => Tone::Table(values.iter().map(|&v| u16::from(eight(v)) * 257).collect()),
            other => other.clone(),
        }
    }
}

impl Lut {
    /// 0 … 1 for each of the PCS's components.
    pub(crate) fn at(&self, device: &[f64]) -> [f64; 3] {
        let small = self.kind == Kind::Lut8;
        let curve = |tone: &Tone, x: f64| if small { tone.in_bytes().at(x) } else { tone.at(x) };
        let values: Vec<f64> = device.iter().zip(&self.inputs).map(|(&x, tone)| curve(tone, x)).collect();
        let mut value = match *values {
            _ if self.points.is_empty() => [values[0], values[1], values[2]],
            [x] => {
                let (cell, part) = self.cell(0, x);
                mix(self.node(&[cell]), self.node(&[cell + 1]), part)
            }
            [x, y, z] => self.tetrahedral(&[], 0, [x, y, z]),
            [first, x, y, z] => {
                let (cell, part) = self.cell(0, first);
                let slice = |cell| self.tetrahedral(&[cell], 1, [x, y, z]);
                mix(slice(cell), slice(cell + 1), part)
            }
            _ => panic!("{} channels", values.len()),
        };
        if let Some((curves, matrix)) = &self.middle {
            let e = matrix.map(|cell| (cell * 65536.0).round() / 65536.0);
            let m = [0, 1, 2].map(|i| curves[i].at(value[i]));
            value = [0, 1, 2].map(|i| e[i * 3] * m[0] + e[i * 3 + 1] * m[1] + e[i * 3 + 2] * m[2] + e[9 + i]);
        }
        [0, 1, 2].map(|i| curve(&self.outputs[i], value[i]))
    }

    fn cell(&self, axis: usize, x: f64) -> (usize, f64) {
        let place = x * f64::from(self.points[axis] - 1);
        let cell = (place as usize).min(usize::from(self.points[axis]) - 2);
        (cell, place - cell as f64)
    }

    fn node(&self, at: &[usize]) -> [f64; 3] {
        let index =
            at.iter().zip(&self.points).fold(0, |index, (&at, &points)| index * usize::from(points) + at);
        self.nodes[index].map(|value| match self.kind {
            Kind::Lut8 | Kind::AToB(1) => f64::from(eight(value)) / 255.0,
            _ => f64::from(value) / 65535.0,
        })
    }

    /// By the six tetrahedra of a cell, one after the other.
    fn tetrahedral(&self, before: &[usize], axis: usize, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let ((i, x), (j, y), (k, z)) = (self.cell(axis, x), self.cell(axis + 1, y), self.cell(axis + 2, z));
        let c = |a, b, c| self.node(&[before, &[i + a, j + b, k + c]].concat());
        let (c000, c111) = (c(0, 0, 0), c(1, 1, 1));
        let along = |dx: [[f64; 3]; 2], dy: [[f64; 3]; 2], dz: [[f64; 3]; 2]| {
            [0, 1, 2].map(|n| {
                c000[n] + (dx[0][n] - dx[1][n]) * x + (dy[0][n] - dy[1][n]) * y + (dz[0][n] - dz[1][n]) * z
            })
        };
        if x >= y && y >= z {
            along([c(1, 0, 0), c000], [c(1, 1, 0), c(1, 0, 0)], [c111, c(1, 1, 0)])
        } else if x >= z && z >= y {
            along([c(1, 0, 0), c000], [c111, c(1, 0, 1)], [c(1, 0, 1), c(1, 0, 0)])
        } else if z >= x && x >= y {
            along([c(1, 0, 1), c(0, 0, 1)], [c111, c(1, 0, 1)], [c(0, 0, 1), c000])
        } else if y >= x && x >= z {
            along([c(1, 1, 0), c(0, 1, 0)], [c(0, 1, 0), c000], [c111, c(1, 1, 0)])
        } else if y >= z && z >= x {
            along([c111, c(0, 1, 1)], [c(0, 1, 0), c000], [c(0, 1, 1), c(0, 1, 0)])
        } else {
            along([c111, c(0, 1, 1)], [c(0, 1, 1), c(0, 0, 1)], [c(0, 0, 1), c000])
        }
    }
}

fn mix(a: [f64; 3], b: [f64; 3], part: f64) -> [f64; 3] {
    [0, 1, 2].map(|i| a[i] * (1.0 - part) + b[i] * part)
}

/// 0 … 1 to XYZ, as `lut16Type` and the others state it.
pub(crate) fn pcs(value: [f64; 3], pcs: &[u8; 4], kind: Kind) -> [f64; 3] {
    match (pcs, kind) {
        (b"XYZ ", _) => value.map(|v| v * 65535.0 / 32768.0),
        (_, Kind::Lut16) => lab_to_xyz([
            value[0] * 65535.0 / 652.8,
            value[1] * 65535.0 / 256.0 - 128.0,
            value[2] * 65535.0 / 256.0 - 128.0,
        ]),
        _ => lab_to_xyz([value[0] * 100.0, value[1] * 255.0 - 128.0, value[2] * 255.0 - 128.0]),
    }
}

pub(crate) fn lab_to_xyz([l, a, b]: [f64; 3]) -> [f64; 3] {
    let f = [(l + 16.0) / 116.0 + a / 500.0, (l + 16.0) / 116.0, (l + 16.0) / 116.0 - b / 200.0];
    [0, 1, 2].map(|i| {
        let delta = 6.0 / 29.0;
        let t = if f[i] > delta { f[i].powi(3) } else { 3.0 * delta * delta * (f[i] - 4.0 / 29.0) };
        D50[i] * t
    })
}

pub(crate) fn xyz_to_lab(xyz: [f64; 3]) -> [f64; 3] {
    let [x, y, z] = [0, 1, 2].map(|i| {
        let t = xyz[i] / D50[i];
        if t > (6.0f64 / 29.0).powi(3) { t.cbrt() } else { t * (841.0 / 108.0) + 4.0 / 29.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Black point compensation: `black` to black, white to itself, on straight lines.
pub(crate) fn compensate(xyz: [f64; 3], black: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|i| D50[i] * (xyz[i] - black[i]) / (D50[i] - black[i]))
}

/// XYZ relative to D50 to sRGB's values, 0 … 255, not rounded.
pub(crate) fn srgb(xyz: [f64; 3]) -> [f64; 3] {
    // Of Bruce Lindbloom's page "RGB/XYZ Matrices", for the white of sRGB adapted by Bradford; more digits computed.
    inverse(primaries([0.3127, 0.3290], [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])).map(|row| {
        let linear = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
        gamma(linear) * 255.0
    })
}

/// IEC 61966-2-1.
pub(crate) fn gamma(linear: f64) -> f64 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.0031308 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

/// The matrix from linear RGB of these primaries to XYZ, brought from `white` to D50 as Bradford did.
pub(crate) fn primaries(white: [f64; 2], of: [[f64; 2]; 3]) -> [[f64; 3]; 3] {
    let xyz = |[x, y]: [f64; 2]| [x / y, 1.0, (1.0 - x - y) / y];
    let white = xyz(white);
    let columns = of.map(xyz);
    let unscaled = [0, 1, 2].map(|row| columns.map(|column| column[row]));
    let scale = vector(inverse(unscaled), white);
    let bradford = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
    let (from, to) = (vector(bradford, white), vector(bradford, D50));
    let adapt = |xyz| {
        let cones = vector(bradford, xyz);
        vector(inverse(bradford), [0, 1, 2].map(|i| cones[i] * to[i] / from[i]))
    };
    let adapted = [0, 1, 2].map(|i| adapt(columns[i].map(|cell| cell * scale[i])));
    [0, 1, 2].map(|row| adapted.map(|column| column[row]))
}

pub(crate) fn vector(m: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// By Gauss and Jordan.
pub(crate) fn inverse(mut m: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut inverse = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    for column in 0..3 {
        let pivot = (column..3).max_by(|&a, &b| m[a][column].abs().total_cmp(&m[b][column].abs())).unwrap();
        m.swap(column, pivot);
        inverse.swap(column, pivot);
        let scale = m[column][column];
        m[column] = m[column].map(|cell| cell / scale);
        inverse[column] = inverse[column].map(|cell| cell / scale);
        for row in (0..3).filter(|&row| row != column) {
            let times = m[row][column];
            for i in 0..3 {
                m[row][i] -= times * m[column][i];
                inverse[row][i] -= times * inverse[column][i];
            }
        }
    }
    inverse
}
