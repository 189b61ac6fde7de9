//! The resizer beside `fast_image_resize`, an independent implementation of the same filter.

use edgepix_core::stages::{Picture, resize};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use fastrand::Rng;

const SIZES: [((u32, u32), (u32, u32)); 8] = [
    ((97, 61), (40, 23)),
    ((97, 61), (13, 60)),
    ((97, 61), (29, 60)),
    ((400, 300), (131, 87)),
    ((400, 300), (31, 17)),
    ((64, 64), (63, 65)),
    ((20, 15), (50, 47)),
    ((5, 700), (3, 9)),
];

#[test]
fn the_same_as_another_lanczos() {
    for (channels, pixel) in [(1, PixelType::U8), (3, PixelType::U8x3)] {
        for ((w0, h0), (w1, h1)) in SIZES {
            // To a quarter and less ours goes by the mean of cells first.
            if w0 >= 4 * w1 || h0 >= 4 * h1 {
                continue;
            }
            let samples = smooth(w0, h0, channels);
            let ours = resize(&Picture::new(w0, h0, samples.clone()), w1, h1).unwrap();
            let source = ImageRef::new(w0, h0, &samples, pixel).unwrap();
            let mut theirs = Image::new(w1, h1, pixel);
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
            Resizer::new().resize(&source, &mut theirs, &options).unwrap();
            let most = ours.samples().iter().zip(theirs.buffer()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(2), "{w0} × {h0} × {channels} to {w1} × {h1}: {most:?}");
        }
    }
}

#[test]
fn flat_pictures_stay_flat() {
    for value in [0, 1, 127, 254, 255] {
        for channels in [1, 3, 4] {
            for ((w0, h0), (w1, h1)) in SIZES {
                let picture = Picture::new(w0, h0, vec![value; (w0 * h0) as usize * channels]);
                let resized = resize(&picture, w1, h1).unwrap();
                // A colour of low alpha is known only roughly, and of none not at all.
                let exact = channels != 4 || value == 255;
                let kept = |sample: &u8| if exact { *sample == value } else { channels == 4 };
                assert!(resized.samples().iter().all(kept), "{value} in {channels} channels");
            }
        }
    }
}

#[test]
fn the_same_size_is_the_same_picture() {
    let samples = smooth(33, 21, 3);
    let resized = resize(&Picture::new(33, 21, samples.clone()), 33, 21).unwrap();
    assert_eq!(resized.samples(), samples);
}

/// Red beside transparent green: no green may show where the edge is soft.
#[test]
fn nothing_bleeds_out_of_transparent_pixels() {
    let row = (0..40).flat_map(|x| if x < 20 { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
    let samples: Vec<u8> = row.collect::<Vec<u8>>().repeat(30);
    let resized = resize(&Picture::new(40, 30, samples), 13, 11).unwrap();
    for pixel in resized.samples().chunks_exact(4).filter(|pixel| pixel[3] > 0) {
        assert_eq!(pixel[1], 0, "{pixel:?}");
        assert!(pixel[0] >= 250, "{pixel:?}");
    }
}

/// Edges see no pixel from the other side: a bright column at the left leaves the right as dark as it was.
#[test]
fn edges_do_not_wrap() {
    let samples: Vec<u8> = (0..50 * 50).map(|i| if i % 50 < 3 { 255 } else { 10 }).collect();
    let resized = resize(&Picture::new(50, 50, samples), 20, 20).unwrap();
    assert!(resized.samples().iter().skip(19).step_by(20).all(|&sample| sample == 10));
}

/// Slow waves with some noise on them.
fn smooth(width: u32, height: u32, channels: usize) -> Vec<u8> {
    let mut random = Rng::with_seed(1);
    let mut sample = |x: u32, y: u32, c: usize| {
        let wave = f64::from(x * (c as u32 + 1)) * 0.13 + f64::from(y) * 0.09;
        (128.0 + 90.0 * wave.sin() + f64::from(random.u8(..16))) as u8
    };
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            (0..channels).for_each(|c| samples.push(sample(x, y, c)));
        }
    }
    samples
}
