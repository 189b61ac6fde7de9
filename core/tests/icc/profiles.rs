//! The profiles of these tests, and what each means.

use crate::build::{Kind, Lut, Profile, Tone, xyz};
use crate::reference::{D50, compensate, lab_to_xyz, pcs, primaries, srgb, vector, xyz_to_lab};

/// From device values, 0 … 1, to sRGB's, 0 … 255.
type Meaning = Box<dyn Fn(&[f64]) -> [f64; 3]>;

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) channels: usize,
    /// Greys of the device are greys.
    pub(crate) neutral: bool,
    pub(crate) reference: Meaning,
}

pub(crate) const D65: [f64; 2] = [0.3127, 0.3290];
pub(crate) const SRGB: [[f64; 2]; 3] = [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];
pub(crate) const P3: [[f64; 2]; 3] = [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06]];
const ADOBE: [[f64; 2]; 3] = [[0.64, 0.33], [0.21, 0.71], [0.15, 0.06]];
const REC2020: [[f64; 2]; 3] = [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]];
const PROPHOTO: [[f64; 2]; 3] = [[0.734699, 0.265301], [0.159597, 0.840403], [0.036598, 0.000105]];
/// The white of ProPhoto RGB.
const WHITE_D50: [f64; 2] = [0.3457, 0.3585];

pub(crate) fn srgb_tone() -> Tone {
    Tone::parametric(3, &[2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045])
}

/// sRGB's curve, exactly.
pub(crate) fn srgb_linear(x: f64) -> f64 {
    if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
}

pub(crate) fn all() -> Vec<Case> {
    let rec2020 = Tone::parametric(3, &[1.0 / 0.45, 1.0 / 1.0993, 0.0993 / 1.0993, 1.0 / 4.5, 0.08145]);
    let with_offset = Tone::parametric(4, &[2.2, 0.95, 0.05, 0.1, 0.06, 0.001, 0.0005]);
    let measured = [2.1, 2.25, 2.31].map(|g| Tone::sampled(256, |x| 0.9 * x.powf(g) + 0.1 * x));
    let three = |tone: Tone| [tone.clone(), tone.clone(), tone];
    // The press's curve of an ink that gains: darker than its share of the paper.
    let dot_gain = |gain: f64| {
        Tone::sampled(256, move |x| {
            let ink = 1.0 - x;
            1.0 - (ink + 4.0 * gain * ink * (1.0 - ink)).min(1.0)
        })
    };
    let mut cases = vec![
        matrix("P3 v4", 4, D65, P3, three(srgb_tone())),
        matrix("P3 v2, 1024 samples", 2, D65, P3, three(Tone::sampled(1024, srgb_linear))),
        matrix("sRGB's primaries, gamma 2.2", 2, D65, SRGB, three(Tone::Gamma(563))),
        matrix("Adobe RGB", 2, D65, ADOBE, three(Tone::Gamma(563))),
        matrix("Adobe RGB v4", 4, D65, ADOBE, three(Tone::parametric(0, &[2.19921875]))),
        matrix("ProPhoto", 2, WHITE_D50, PROPHOTO, three(Tone::Gamma(461))),
        matrix(
            "ProPhoto v4",
            4,
            WHITE_D50,
            PROPHOTO,
            three(Tone::parametric(3, &[1.8, 1.0, 0.0, 0.0625, 0.03125])),
        ),
        matrix("Rec. 2020", 4, D65, REC2020, three(rec2020)),
        matrix("linear", 2, D65, SRGB, three(Tone::Identity)),
        matrix("para 1", 4, D65, P3, three(Tone::parametric(1, &[2.0, 1.1, -0.1]))),
        matrix("para 2", 4, D65, P3, three(Tone::parametric(2, &[2.0, 1.05, -0.06, 0.0199]))),
        matrix("para 4", 4, D65, P3, three(with_offset)),
        matrix(
            "measured monitor",
            2,
            [0.3080, 0.3240],
            [[0.65, 0.33], [0.29, 0.62], [0.148, 0.07]],
            measured,
        ),
        grey("grey gamma 2.2", 2, b"XYZ ", Tone::Gamma(563)),
        grey("grey gamma 1.8 v4", 4, b"XYZ ", Tone::parametric(0, &[1.8])),
        grey("Dot Gain 20%", 2, b"XYZ ", dot_gain(0.2)),
        grey("grey in L*", 4, b"Lab ", Tone::sampled(64, |x| x.powf(0.9))),
    ];
    for version in [2, 4] {
        for kind in [Kind::Lut8, Kind::Lut16, Kind::AToB(1), Kind::AToB(2)] {
            cases.push(rgb_table(version, kind, b"Lab "));
            cases.push(cmyk_table(version, kind));
        }
        cases.push(rgb_table(version, Kind::Lut16, b"XYZ "));
        cases.push(rgb_table(version, Kind::AToB(2), b"XYZ "));
    }
    cases.push(curves_without_grid());
    cases.push(grey_table());
    cases
}

pub(crate) fn case(name: &str) -> Case {
    all().into_iter().find(|case| case.name == name).unwrap()
}

/// RGB by curves and a matrix.
pub(crate) fn matrix(name: &str, version: u8, white: [f64; 2], of: [[f64; 2]; 3], tones: [Tone; 3]) -> Case {
    let to_pcs = primaries(white, of).map(|row| row.map(|cell| (cell * 65536.0).round() / 65536.0));
    let column = |i: usize| xyz(to_pcs.map(|row| row[i]));
    let bytes = Profile {
        version,
        space: b"RGB ",
        pcs: b"XYZ ",
        tags: vec![
            (b"rXYZ", column(0)),
            (b"gXYZ", column(1)),
            (b"bXYZ", column(2)),
            (b"rTRC", tones[0].bytes()),
            (b"gTRC", tones[1].bytes()),
            (b"bTRC", tones[2].bytes()),
        ],
    }
    .bytes();
    let neutral = tones[0] == tones[1] && tones[0] == tones[2];
    let reference: Meaning =
        Box::new(move |device| srgb(vector(to_pcs, [0, 1, 2].map(|i| tones[i].at(device[i])))));
    Case { name: name.to_owned(), bytes, channels: 3, neutral, reference }
}

/// Grey by a curve.
pub(crate) fn grey(name: &str, version: u8, pcs: &'static [u8; 4], tone: Tone) -> Case {
    let bytes = Profile { version, space: b"GRAY", pcs, tags: vec![(b"kTRC", tone.bytes())] }.bytes();
    let reference: Meaning = Box::new(move |device| {
        let value = tone.at(device[0]);
        let y = if pcs == b"Lab " { lab_to_xyz([value * 100.0, 0.0, 0.0])[1] } else { value };
        srgb(D50.map(|white| white * y))
    });
    Case { name: name.to_owned(), bytes, channels: 1, neutral: true, reference }
}

/// RGB of P3 and a gamma of 2, by a table whose black is not quite black.
fn rgb_table(version: u8, kind: Kind, space: &'static [u8; 4]) -> Case {
    let to_pcs = primaries(D65, P3);
    let meant = move |device: &[f64]| {
        let linear = [0, 1, 2].map(|i| 0.004 + 0.996 * device[i] * device[i]);
        vector(to_pcs, linear)
    };
    let points = match kind {
        Kind::AToB(_) => vec![9, 11, 7],
        _ => vec![9; 3],
    };
    let tone = |g: f64| Tone::sampled(256, move |x| x.powf(g));
    let lut = lut(kind, space, vec![tone(1.3), tone(1.1), tone(0.8)], &points, meant);
    let name = format!("RGB table v{version} {kind:?} {}", String::from_utf8_lossy(space));
    table(name, version, b"RGB ", space, lut, &[0.0; 3])
}

/// CMYK by a table: inks on each other as filters, with a black of L* about 6.
fn cmyk_table(version: u8, kind: Kind) -> Case {
    let meant = |device: &[f64]| {
        let inks = [[0.15, 0.5, 0.8], [0.5, 0.12, 0.25], [0.8, 1.0, 0.3], [0.03, 0.03, 0.03]];
        [0, 1, 2].map(|i| {
            let light: f64 = (0..4).map(|ink| 1.0 - device[ink] * (1.0 - inks[ink][i])).product();
            D50[i] * (0.007 + 0.993 * light)
        })
    };
    let points = match kind {
        Kind::AToB(_) => vec![6, 5, 4, 3],
        _ => vec![6; 4],
    };
    let tone = |g: f64| Tone::sampled(256, move |x| x.powf(g));
    let lut = lut(kind, b"Lab ", vec![tone(0.8), tone(0.9), tone(1.0), tone(1.2)], &points, meant);
    table(format!("CMYK table v{version} {kind:?}"), version, b"CMYK", b"Lab ", lut, &[1.0; 4])
}

/// A table of `meant`, XYZ of device values.
fn lut(
    kind: Kind,
    space: &[u8; 4],
    inputs: Vec<Tone>,
    points: &[u8],
    meant: impl Fn(&[f64]) -> [f64; 3],
) -> Lut {
    let outputs = match kind {
        Kind::Lut8 => [0; 3].map(|_| Tone::sampled(256, |x| x)),
        Kind::Lut16 => [0; 3].map(|_| Tone::Identity),
        Kind::AToB(_) => [Tone::Identity, Tone::Identity, Tone::parametric(0, &[1.0])],
    };
    let count: usize = points.iter().map(|&points| usize::from(points)).product();
    let nodes = (0..count).map(|mut index| {
        let mut device = vec![0.0; points.len()];
        for axis in (0..points.len()).rev() {
            let along = usize::from(points[axis]);
            device[axis] = (index % along) as f64 / (along - 1) as f64;
            index /= along;
        }
        let xyz = meant(&device);
        let [l, a, b] = xyz_to_lab(xyz);
        let value = match (space, kind) {
            (b"XYZ ", _) => xyz.map(|v| v * 32768.0),
            (_, Kind::Lut16) => [l * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0],
            _ => [l / 100.0, (a + 128.0) / 255.0, (b + 128.0) / 255.0].map(|v| v * 65535.0),
        };
        value.map(|v| v.round().clamp(0.0, 65535.0) as u16)
    });
    Lut { kind, inputs, points: points.to_vec(), nodes: nodes.collect(), middle: None, outputs }
}

/// A profile with nothing but a table for the perceptual intent.
fn table(
    name: String,
    version: u8,
    space: &'static [u8; 4],
    pcs_space: &'static [u8; 4],
    lut: Lut,
    black: &[f64],
) -> Case {
    let bytes = Profile { version, space, pcs: pcs_space, tags: vec![(b"A2B0", lut.bytes())] }.bytes();
    let channels = lut.inputs.len();
    let darkest = if version >= 4 {
        [0.00336, 0.0034731, 0.00287]
    } else {
        let y = pcs(lut.at(black), pcs_space, lut.kind)[1];
        D50.map(|white| white * y)
    };
    let reference: Meaning =
        Box::new(move |device| srgb(compensate(pcs(lut.at(device), pcs_space, lut.kind), darkest)));
    Case { name, bytes, channels, neutral: false, reference }
}

/// A `lutAToBType` with curves and a matrix alone.
fn curves_without_grid() -> Case {
    // XYZ in parts of 65535/32768.
    let m = primaries(D65, P3).map(|row| row.map(|cell| cell * 32768.0 / 65535.0));
    let lut = Lut {
        kind: Kind::AToB(2),
        inputs: vec![Tone::Identity, Tone::Identity, Tone::Identity],
        points: Vec::new(),
        nodes: Vec::new(),
        middle: Some((
            [srgb_tone(), Tone::Gamma(512), Tone::sampled(17, |x| x * x)],
            [
                m[0][0], m[0][1], m[0][2], m[1][0], m[1][1], m[1][2], m[2][0], m[2][1], m[2][2], 0.001,
                0.002, 0.001,
            ],
        )),
        outputs: [Tone::Identity, Tone::Identity, Tone::Identity],
    };
    table("curves and a matrix in lutAToBType".to_owned(), 4, b"RGB ", b"XYZ ", lut, &[0.0; 3])
}

/// Grey by a table. Of its colours only the lightness can be shown.
fn grey_table() -> Case {
    let lut = lut(Kind::Lut16, b"Lab ", vec![Tone::Identity], &[9], |device| {
        D50.map(|white| white * (0.01 + 0.99 * device[0] * device[0]))
    });
    let case = table("grey table".to_owned(), 2, b"GRAY", b"Lab ", lut, &[0.0]);
    Case { neutral: true, ..case }
}
