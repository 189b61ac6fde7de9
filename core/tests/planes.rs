//! Photos that stay planes are what they would be as pixels, wherever they are turned and cut.

use edgepix_core::{Crop, Fit, Flip, Format, Length, Limits, Rotate, Transform, stages, transform};

/// Colours that change slowly, so that only a shift can make a difference; odd on both sides.
fn source(quality: u8) -> Vec<u8> {
    let (width, height) = (77, 53);
    let wave =
        |at: u32, period: f64| (120.0 + 60.0 * (f64::from(at) * std::f64::consts::TAU / period).sin()) as u8;
    let pixels = (0..width * height).flat_map(|i| {
        let (x, y) = (i % width, i / width);
        [wave(x, 40.0), wave(y + 9, 34.0), wave(x + y, 50.0)]
    });
    let options = Transform::builder().format(Format::Jpeg).quality(quality).build().unwrap();
    stages::encode(stages::Picture::new(width, height, pixels.collect()), &options).unwrap()
}

fn rgb(file: &[u8]) -> Vec<u8> {
    let mut pixels = Vec::new();
    stages::decode(file, 8, |row| pixels.extend_from_slice(row)).unwrap();
    pixels
}

/// The root of the mean square of the differences of luma, and of the blue and red differences.
fn errors(a: &[u8], b: &[u8]) -> [f64; 3] {
    assert_eq!(a.len(), b.len());
    let components = |p: &[u8]| {
        let [r, g, b] = [0, 1, 2].map(|i| f64::from(p[i]));
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        [y, (b - y) * 0.564, (r - y) * 0.713]
    };
    let mut sums = [0.0; 3];
    for (a, b) in a.chunks_exact(3).zip(b.chunks_exact(3)) {
        let (a, b) = (components(a), components(b));
        (0..3).for_each(|i| sums[i] += (a[i] - b[i]).powi(2));
    }
    sums.map(|sum| (sum / (a.len() / 3) as f64).sqrt())
}

#[test]
fn planes_lie_where_pixels_would() {
    let sizes = [None, Some((61, 41)), Some((50, 33))];
    let crops = [None, Some([3, 1, 60, 45]), Some([0, 0, 71, 47])];
    let mut worst = [0.0f64; 3];
    // Half and full resolution of the colour differences.
    for stored in [94, 100] {
        let source = source(stored);
        for size in sizes {
            for crop in crops {
                for rotate in [Rotate::None, Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters] {
                    for flip in [Flip::None, Flip::Horizontal, Flip::Vertical, Flip::Both] {
                        let options = Transform::builder()
                            .width(size.map(|(w, _)| w))
                            .height(size.map(|(_, h)| h))
                            .fit(Fit::Cover)
                            .crop(crop.map(|lengths: [u32; 4]| {
                                let [x, y, width, height] = lengths.map(Length::Pixels);
                                Crop::new(x, y, width, height).unwrap()
                            }))
                            .rotate(rotate)
                            .flip(flip);
                        let made = |format: Format, quality: u8| {
                            let options = options.clone().format(format).quality(quality);
                            // A quality would give a PNG a palette.
                            let options = options.lossless(format == Format::Png).build().unwrap();
                            rgb(&transform(&source, &options, &Limits::default()).unwrap().bytes)
                        };
                        let pixels = made(Format::Png, 80);
                        for quality in [94, 100] {
                            let errors = errors(&made(Format::Jpeg, quality), &pixels);
                            let what = format!(
                                "{stored} {size:?} {crop:?} {rotate:?} {flip:?} at {quality}: {errors:?}"
                            );
                            let most = [2.0, 2.0, 2.0];
                            assert!(errors.iter().zip(most).all(|(&error, most)| error < most), "{what}");
                            (0..3).for_each(|i| worst[i] = worst[i].max(errors[i]));
                        }
                    }
                }
            }
        }
    }
    println!("worst: {worst:?}");
}
