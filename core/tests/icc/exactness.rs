//! How far from exact.

use edgepix_core::stages::{Colours, Samples};
use fastrand::Rng;

use crate::profiles::{Case, all};

/// Pixels of each profile.
const PIXELS: usize = 20_000;

#[test]
fn colours_are_rounded_as_double_precision_rounds_them() {
    let mut wrong = Vec::new();
    println!("{:<40} {:>5} {:>9} {:>9} {:>9}", "profile", "depth", "off", "most", "bias");
    for case in all() {
        let eight = Distance::of(&case, |value: u8| f64::from(value) / 255.0, |random| random.u8(..));
        let sixteen = Distance::of(&case, |value: u16| f64::from(value) / 65535.0, |random| random.u16(..));
        for (depth, found) in [(8, eight), (16, sixteen)] {
            let Distance { off, most, bias } = found;
            println!("{:<40} {depth:>5} {off:>9.5} {most:>9.4} {bias:>9.5}", case.name);
            // Half a code is the best there is. Few values that are rounded do not come out even by themselves.
            let even = if depth == 8 { 0.06 } else { 0.01 };
            if off > 0.002 || most > 0.51 || bias.abs() > even {
                wrong.push(format!("{} of {depth} bits", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "not exact:\n{}", wrong.join("\n"));
}

/// Between what is computed and what is right, in codes.
struct Distance {
    /// The share of samples that are not the reference's, rounded.
    off: f64,
    /// From the reference, not rounded.
    most: f64,
    bias: f64,
}

impl Distance {
    fn of<T>(case: &Case, part: impl Fn(T) -> f64, sample: impl Fn(&mut Rng) -> T) -> Self
    where
        T: for<'p> Samples<'p>,
    {
        let mut random = Rng::with_seed(7);
        let from: Vec<T> = (0..PIXELS * case.channels).map(|_| sample(&mut random)).collect();
        let to = convert(&case.bytes, case.channels, &from);
        let (mut off, mut most, mut bias, mut count) = (0, 0.0, 0.0, 0);
        let out = to.len() / PIXELS;
        for (from, to) in from.chunks(case.channels).zip(to.chunks(out)) {
            let device: Vec<f64> = from.iter().map(|&value| part(value)).collect();
            let right = (case.reference)(&device);
            // Of grey the one in the middle; they are equal, but for tables that are not neutral.
            let right = if out == 1 { &right[1..2] } else { &right[..] };
            for (&to, &right) in to.iter().zip(right) {
                let difference = f64::from(to) - right;
                off += usize::from(f64::from(to) != right.round());
                most = f64::max(most, difference.abs());
                // Where everything is clipped, nothing is rounded.
                if right > 0.0 && right < 255.0 {
                    bias += difference;
                    count += 1;
                }
            }
        }
        Self { off: off as f64 / to.len() as f64, most, bias: bias / f64::from(count) }
    }
}

/// Pixels without alpha.
pub(crate) fn convert<T: for<'p> Samples<'p>>(icc: &[u8], channels: usize, from: &[T]) -> Vec<u8> {
    let mut to = vec![0; from.len() / channels * channels.min(3)];
    Colours::of(icc, channels, false).unwrap().unwrap().convert(from, &mut to);
    to
}

#[test]
fn white_stays_white_and_greys_stay_neutral() {
    for case in all() {
        let ramp8: Vec<u8> = (0..=255).flat_map(|value| vec![value; case.channels]).collect();
        let ramp16: Vec<u16> = (0..=65535).flat_map(|value| vec![value; case.channels]).collect();
        for ramp in
            [convert(&case.bytes, case.channels, &ramp8), convert(&case.bytes, case.channels, &ramp16)]
        {
            if case.channels == 4 {
                assert!(ramp.starts_with(&[255; 3]), "{}: no ink is {:?}", case.name, &ramp[..3]);
                continue;
            }
            assert!(ramp.ends_with(&vec![255; case.channels]), "{}: white is not white", case.name);
            if case.neutral {
                let tinted = ramp.chunks(case.channels).find(|pixel| pixel.iter().any(|&v| v != pixel[0]));
                assert_eq!(tinted, None, "{}", case.name);
                assert!(ramp.is_sorted(), "{}: not in order", case.name);
            }
        }
    }
}

#[test]
fn the_darkest_colour_becomes_black() {
    for name in ["CMYK table v2 Lut16", "CMYK table v2 AToB(2)"] {
        assert_eq!(convert(&crate::profiles::case(name).bytes, 4, &[255u8; 4]), [0; 3], "{name}");
    }
    for name in ["RGB table v2 Lut16 Lab ", "RGB table v2 AToB(2) XYZ "] {
        assert_eq!(convert(&crate::profiles::case(name).bytes, 3, &[0u8; 3]), [0; 3], "{name}");
    }
}

#[test]
fn alpha_stays_and_only_loses_depth() {
    let case = crate::profiles::case("Adobe RGB");
    let colours = Colours::of(&case.bytes, 3, true).unwrap().unwrap();
    let plain = convert(&case.bytes, 3, &[200u8, 100, 50]);
    let mut to = [0; 8];
    colours.convert(&[200u8, 100, 50, 7, 200, 100, 50, 255], &mut to);
    assert_eq!(to, [plain[0], plain[1], plain[2], 7, plain[0], plain[1], plain[2], 255]);
    let mut to = [0; 8];
    colours
        .convert(&[200u16 * 257, 25700, 12850, 7 * 257 + 128, 51400, 25700, 12850, 7 * 257 + 129], &mut to);
    assert_eq!(to, [plain[0], plain[1], plain[2], 7, plain[0], plain[1], plain[2], 8]);

    let case = crate::profiles::case("grey gamma 2.2");
    let grey = convert(&case.bytes, 1, &[100u8])[0];
    let mut to = [0; 4];
    Colours::of(&case.bytes, 1, true).unwrap().unwrap().convert(&[100u8, 100, 100, 9], &mut to);
    assert_eq!(to, [grey, grey, grey, 9]);
}
