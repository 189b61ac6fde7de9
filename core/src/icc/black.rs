//! Black point compensation: the darkest colour of a device becomes sRGB's black, white stays (ISO 18619, and
//! LittleCMS for how the darkest colour is found).

use super::matrix::{Affine, D50, lab_to_xyz, pcs_to_srgb};
use super::profile::Profile;
use super::table::Table;

/// XYZ of the black of version 4's perceptual intent (ICC.1:2022 table D.1).
const PERCEPTUAL_BLACK: [f64; 3] = [0.003_36, 0.003_473_1, 0.002_87];

/// From a table's XYZ to linear sRGB. `black`: device black, as parts of 1. `has_curves`: the profile has curves and
/// perhaps a matrix, too, so that it is not made for the perceptual intent alone.
#[cold]
pub(super) fn to_linear<const CHANNELS: usize>(
    profile: &Profile,
    table: &Table<CHANNELS>,
    black: [f64; CHANNELS],
    has_curves: bool,
) -> Affine {
    let compensated = match (profile.major_version >= 4, has_curves) {
        (true, false) => PERCEPTUAL_BLACK,
        (true, true) => {
            let colorimetric =
                profile.tag(b"A2B1").and_then(|tag| Table::<CHANNELS>::read(tag, profile.pcs).ok());
            darkest(colorimetric.as_ref().unwrap_or(table), black)
        }
        (false, _) => darkest(table, black),
    };
    // XYZ → (XYZ - black) × white / (white - black), and on to sRGB.
    let srgb = pcs_to_srgb();
    let scale: [f64; 3] = std::array::from_fn(|i| D50[i] / (D50[i] - compensated[i]));
    let matrix = srgb.map(|row| std::array::from_fn(|i| row[i] * scale[i]));
    let black = Affine { matrix, offset: [0.0; 3] }.apply(compensated);
    Affine { matrix, offset: black.map(|channel| -channel) }
}

/// XYZ of a table's black, made neutral, and never lighter than an L* of 50.
#[cold]
fn darkest<const CHANNELS: usize>(table: &Table<CHANNELS>, black: [f64; CHANNELS]) -> [f64; 3] {
    let [_, y, _] = table.xyz(std::array::from_fn(|i| table.position(i, black[i])));
    let [_, half, _] = lab_to_xyz([50.0, 0.0, 0.0]);
    let [_, paper, _] = lab_to_xyz([95.0, 0.0, 0.0]);
    // A black as light as paper is that of a negative.
    let y = if y > paper { 0.0 } else { y.max(0.0).min(half) };
    D50.map(|white| white * y)
}
