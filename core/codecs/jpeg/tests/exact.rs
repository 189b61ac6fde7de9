//! Whole pictures against exact arithmetic: the `reference` decoder reads the same files on its own and computes in
//! floating point, at every scale.
//!
//! `cargo test --test exact -- --nocapture` prints the errors.

mod common;
mod reference;

use common::decode;
use edgepix_jpeg::{PlaneDecoder, Scale};
use reference::errors::Errors;
use reference::files::{File, made, photos};

/// How far a sample may be from the exact one, which the crate promises to be less than 1. The last rounding takes 0.5.
/// Rounding to a quarter between the passes takes 1/64 times the weights of the second pass, which for 8 points add up
/// to 7.5: 0.12. The constants have 13 bits: by the inequality of Cauchy and Schwarz, that takes at most 0.10 where
/// coefficients are those of 8-bit samples, and in proportion more where coarse quantisation made them larger.
const SAMPLE: f64 = 0.8;
/// What rounding a filtered sample adds. Filters are means, so they do not add up what is there.
const FILTER: f64 = 0.5;
/// What rounding a colour adds. Its factors have 16 bits, which takes 128 / 65536 at most.
const COLOUR: f64 = 0.502;

/// Mean errors. Rounding takes 1/4 on average, and twice at most 1/3.
const ROUNDED_ONCE: f64 = 0.26;
const ROUNDED_TWICE: f64 = 1.0 / 3.0;
/// Over the channels, where components were rounded once or twice, then weighted as T.871 does, and rounded again: by
/// their variances, 0.45 to 0.51.
const CONVERTED: f64 = 0.52;
/// Means of errors with their signs. Halves are rounded up, as libjpeg does. Where a block has only its DC value, there
/// are as many as one in eight of them, which makes 1/16, and more where quantisation steps are even.
const DRIFT: f64 = 0.1;

#[test]
fn planes_of_made_files_are_within_one() {
    compare_planes("planes, made", &made());
}

#[test]
fn planes_of_photos_are_within_one() {
    compare_planes("planes, photos", &photos());
}

#[test]
fn pixels_of_made_files_are_as_near_as_three_roundings_allow() {
    compare_pixels("made", &made());
}

#[test]
fn pixels_of_photos_are_as_near_as_three_roundings_allow() {
    compare_pixels("photos", &photos());
}

/// Components as they are stored, each at every scale, and beside others at other scales.
fn compare_planes(what: &str, files: &[File]) {
    let mut errors = [Errors::default(); 7];
    for file in files {
        let mut of_file = [Errors::default(); 7];
        let count = file.reference.components.len();
        // For each component, its planes at all scales.
        let exact: Vec<_> =
            (0..count).map(|c| Scale::ALL.map(|s| file.reference.plane(c, side(s), side(s)))).collect();
        for i in 0..7 {
            let choice = [i, (i + 2) % 7, (i + 5) % 7, (i + 1) % 7];
            let planes = planes(&file.jpeg, choice.map(|i| Scale::ALL[i]));
            assert_eq!(planes.len(), count, "{}", file.name);
            for ((plane, exact), scale) in planes.iter().zip(&exact).zip(choice) {
                of_file[scale].add_all(plane.iter().copied(), &exact[scale].samples);
            }
        }
        for (scale, (all, of_file)) in errors.iter_mut().zip(of_file).enumerate() {
            let place = format!("{} at {:?}: {of_file:?}", file.name, Scale::ALL[scale]);
            assert!(of_file.largest <= SAMPLE, "{place}");
            all.merge(of_file);
        }
    }
    for (errors, scale) in errors.iter().zip(Scale::ALL) {
        errors.conclude(what, scale, ROUNDED_ONCE, DRIFT);
    }
}

/// Pixels, step by step and as a whole. The steps can be told apart because a file that is said to hold plain RGB or CMYK
/// is not converted, so that the components appear as they are after upsampling.
fn compare_pixels(what: &str, files: &[File]) {
    let mut whole = [Errors::default(); 7];
    let [mut unfiltered, mut filtered, mut colours] = [whole; 3];
    for file in files {
        let stored = as_stored(&file.jpeg, file.reference.components.len());
        for (i, scale) in Scale::ALL.into_iter().enumerate() {
            let place = format!("{} at {scale:?}", file.name);
            let count = file.reference.components.len();
            let (exact, is_filtered): (Vec<_>, Vec<_>) =
                (0..count).map(|c| file.reference.upsampled(c, side(scale))).unzip();
            let pixels = decode(&file.jpeg, scale).expect(&place);
            let mut components = decode(&stored, scale).expect(&place);
            if count == 4 {
                // Ink is delivered inverted.
                components.pixels.iter_mut().for_each(|ink| *ink = !*ink);
            }
            for picture in [&pixels, &components] {
                let size = (picture.width, picture.height, picture.channels);
                assert_eq!(size, (exact[0].width, exact[0].height, count), "{place}");
            }

            for (c, exact) in exact.iter().enumerate() {
                let mut errors = Errors::default();
                let component = components.pixels.iter().skip(c).step_by(count).copied();
                errors.add_all(component, &exact.samples);
                assert!(errors.largest <= sample_bound(is_filtered[c]), "{place}, component {c}: {errors:?}");
                if is_filtered[c] { filtered[i].merge(errors) } else { unfiltered[i].merge(errors) }
            }

            // All errors add up, each as its component counts.
            let conversion = file.reference.conversion();
            let bounds: Vec<f64> = (0..count)
                .map(|channel| {
                    let weights = conversion.weights[channel].into_iter().zip(&is_filtered);
                    COLOUR + weights.map(|(weight, &is)| weight.abs() * sample_bound(is)).sum::<f64>()
                })
                .collect();
            let mut of_file = [Errors::default(); 4];
            for (j, pixel) in pixels.pixels.chunks_exact(count).enumerate() {
                let (mut rounded, mut samples) = ([0.0; 4], [0.0; 4]);
                for (c, exact) in exact.iter().enumerate() {
                    rounded[c] = components.pixels[j * count + c].into();
                    samples[c] = exact.samples[j];
                }
                let (rounded, exact) = (conversion.apply(rounded), conversion.apply(samples));
                for (channel, &value) in pixel.iter().enumerate() {
                    colours[i].add(value, rounded[channel]);
                    of_file[channel].add(value, exact[channel]);
                }
            }
            assert!(colours[i].largest <= COLOUR, "{place}: {:?}", colours[i]);
            for (errors, bound) in of_file.into_iter().zip(bounds) {
                assert!(errors.largest <= bound, "{place}: {errors:?}, not {bound}");
                whole[i].merge(errors);
            }
        }
    }
    for (i, scale) in Scale::ALL.into_iter().enumerate() {
        unfiltered[i].conclude(&format!("components, {what}"), scale, ROUNDED_ONCE, DRIFT);
        filtered[i].conclude(&format!("filtered components, {what}"), scale, ROUNDED_TWICE, DRIFT);
        colours[i].conclude(&format!("colours, {what}"), scale, ROUNDED_ONCE, 0.01);
        whole[i].conclude(&format!("pixels, {what}"), scale, CONVERTED, 2.0 * DRIFT);
    }
}

fn sample_bound(filtered: bool) -> f64 {
    if filtered { SAMPLE + FILTER } else { SAMPLE }
}

fn side(scale: Scale) -> usize {
    scale.eighths() as usize
}

/// The samples of each component, row after row.
fn planes(jpeg: &[u8], scales: [Scale; 4]) -> Vec<Vec<u8>> {
    let mut decoder = PlaneDecoder::open(jpeg, scales).expect("an intact file");
    let mut planes = vec![Vec::new(); decoder.header().components().len()];
    while decoder.read_rows(|c, row| planes[c].extend_from_slice(row)).expect("an intact file") {}
    planes
}

/// The file without the segments that name its colours, and with one that says three components are RGB.
fn as_stored(jpeg: &[u8], components: usize) -> Vec<u8> {
    let mut stored = jpeg[..2].to_vec();
    if components == 3 {
        stored.extend_from_slice(b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00");
    }
    let mut at = 2;
    while jpeg[at + 1] != 0xDA {
        let end = at + 2 + usize::from(jpeg[at + 2]) * 256 + usize::from(jpeg[at + 3]);
        if !matches!(jpeg[at + 1], 0xE0 | 0xEE) {
            stored.extend_from_slice(&jpeg[at..end]);
        }
        at = end;
    }
    stored.extend_from_slice(&jpeg[at..]);
    stored
}
