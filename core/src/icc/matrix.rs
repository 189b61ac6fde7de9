//! Linear colours: matrices, primaries, the PCS.

/// By rows.
pub(super) type Matrix = [[f64; 3]; 3];

/// XYZ of the PCS's white (ICC.1:2022 section 7.2.16).
pub(super) const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// CIE 1931 xy of an additive device's white and primaries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Primaries {
    pub(crate) white: [f64; 2],
    pub(crate) red: [f64; 2],
    pub(crate) green: [f64; 2],
    pub(crate) blue: [f64; 2],
}

impl Primaries {
    /// Those of sRGB and of Rec. ITU-R BT.709.
    pub(crate) const SRGB: Self =
        Self { white: [0.3127, 0.3290], red: [0.64, 0.33], green: [0.30, 0.60], blue: [0.15, 0.06] };
    /// Those of Display P3 (SMPTE EG 432-1).
    pub(crate) const DISPLAY_P3: Self = Self { red: [0.680, 0.320], green: [0.265, 0.690], ..Self::SRGB };

    /// From linear device colours to the PCS, adapted from the device's white to [`D50`] as Bradford does
    /// (ICC.1:2022 annex E). `None` for primaries that span no colours.
    #[cold]
    pub(super) fn to_pcs(self) -> Option<Matrix> {
        let Self { white, red, green, blue } = self;
        let [white, red, green, blue] = [xyz(white)?, xyz(red)?, xyz(green)?, xyz(blue)?];
        let unscaled = transposed([red, green, blue]);
        let scale = apply(&inverse(&unscaled)?, white);
        let device = unscaled.map(|row| [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2]]);

        const BRADFORD: Matrix =
            [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
        let (from, to) = (apply(&BRADFORD, white), apply(&BRADFORD, D50));
        if from.iter().any(|cone| cone.abs() < f64::EPSILON) {
            return None;
        }
        let adapted: [_; 3] = std::array::from_fn(|i| BRADFORD[i].map(|cell| cell * to[i] / from[i]));
        Some(times(&times(&inverse(&BRADFORD)?, &adapted), &device))
    }
}

/// XYZ of a chromaticity at Y = 1.
fn xyz([x, y]: [f64; 2]) -> Option<[f64; 3]> {
    (y > 0.0).then(|| [x / y, 1.0, (1.0 - x - y) / y])
}

/// From the PCS to linear sRGB.
#[cold]
pub(super) fn pcs_to_srgb() -> Matrix {
    const NONE: Matrix = [[0.0; 3]; 3];
    Primaries::SRGB.to_pcs().and_then(|matrix| inverse(&matrix)).unwrap_or(NONE)
}

/// CIE L*a*b* to XYZ, both relative to [`D50`] (ICC.1:2022 annex A).
#[inline(always)]
pub(super) fn lab_to_xyz([l, a, b]: [f64; 3]) -> [f64; 3] {
    let y = (l + 16.0) * (1.0 / 116.0);
    let linear = |t: f64| if t > 6.0 / 29.0 { t * t * t } else { (t - 4.0 / 29.0) * (108.0 / 841.0) };
    [D50[0] * linear(y + a * (1.0 / 500.0)), D50[1] * linear(y), D50[2] * linear(y - b * (1.0 / 200.0))]
}

/// A matrix, and a vector to be added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Affine {
    pub(super) matrix: Matrix,
    pub(super) offset: [f64; 3],
}

impl Affine {
    pub(super) const IDENTITY: Self =
        Self { matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], offset: [0.0; 3] };

    #[inline(always)]
    pub(super) fn apply(&self, v: [f64; 3]) -> [f64; 3] {
        let [x, y, z] = apply(&self.matrix, v);
        [x + self.offset[0], y + self.offset[1], z + self.offset[2]]
    }
}

#[inline(always)]
pub(super) fn apply(m: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    m.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

pub(super) fn times(a: &Matrix, b: &Matrix) -> Matrix {
    transposed(transposed(*b).map(|column| apply(a, column)))
}

pub(super) fn transposed(m: Matrix) -> Matrix {
    std::array::from_fn(|row| m.map(|column| column[row]))
}

/// By Cramer's rule; `None` where there is none.
#[cold]
pub(super) fn inverse(m: &Matrix) -> Option<Matrix> {
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    };
    let columns = [cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])];
    let determinant = m[0][0] * columns[0][0] + m[0][1] * columns[0][1] + m[0][2] * columns[0][2];
    (determinant.abs() > f64::EPSILON).then(|| transposed(columns.map(|c| c.map(|cell| cell / determinant))))
}
