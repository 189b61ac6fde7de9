//! From what a table gives to linear sRGB, in vectors of `f32`: exact enough for eight bits, and half the work of `f64`.

use wide::f32x4;

use super::encode::{Encoder, ONE};
use super::matrix::{Affine, D50};
use super::table::Encoding;

/// Decided for a table.
#[derive(Clone, Copy)]
pub(super) struct ToLinear {
    /// From L*a*b* to cube roots; nothing of XYZ.
    roots: Option<Columns>,
    /// From their cubes, or from XYZ, to linear sRGB.
    linear: Columns,
}

/// A matrix by columns, and a vector to be added.
type Columns = [f32x4; 4];

impl ToLinear {
    /// `to_linear`: from XYZ.
    pub(super) fn new(encoding: Encoding, to_linear: &Affine) -> Self {
        let linear = |scale: [f64; 3]| {
            let Affine { matrix, offset } = to_linear;
            columns(matrix.map(|row| [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2]]), *offset)
        };
        match encoding {
            Encoding::Xyz => Self { roots: None, linear: linear([Encoding::XYZ; 3]) },
            Encoding::Lab { l, ab } => {
                // ICC.1:2022 annex A.
                let (l, a, b) = (l / 116.0, ab / 500.0, ab / 200.0);
                let zero = 16.0 / 116.0;
                let roots = columns(
                    [[l, a, 0.0], [l, 0.0, 0.0], [l, 0.0, -b]],
                    [zero - 128.0 / 500.0, zero, zero + 128.0 / 200.0],
                );
                Self { roots: Some(roots), linear: linear(D50) }
            }
        }
    }

    /// The codes of a table's value.
    #[inline(always)]
    pub(super) fn codes(&self, value: f32x4, encoder: &Encoder) -> [u8; 3] {
        let xyz = match &self.roots {
            None => value,
            Some(roots) => {
                let root = apply(roots, value);
                let dark = (root - 4.0 / 29.0) * (108.0 / 841.0);
                root.simd_gt(f32x4::splat(6.0 / 29.0)).select(root * root * root, dark)
            }
        };
        let linear = apply(&self.linear, xyz).fast_max(f32x4::ZERO).fast_min(f32x4::ONE);
        let fixed = (linear * ONE as f32 + 0.5).fast_trunc_int();
        let [r, g, b, _] = fixed.to_array();
        [r, g, b].map(|linear| encoder.code(linear))
    }
}

#[cold]
fn columns(rows: [[f64; 3]; 3], offset: [f64; 3]) -> Columns {
    let column = |[x, y, z]: [f64; 3]| f32x4::new([x as f32, y as f32, z as f32, 0.0]);
    let [x, y, z] = std::array::from_fn(|i| column(rows.map(|row| row[i])));
    [x, y, z, column(offset)]
}

#[inline(always)]
fn apply([x, y, z, offset]: &Columns, value: f32x4) -> f32x4 {
    let [a, b, c, _] = value.to_array();
    *x * a + *y * b + *z * c + *offset
}
