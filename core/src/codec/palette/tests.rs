use fastrand::Rng;

use super::nearest::Nearest;
use super::point::{colour, distance, point};
use super::{Alpha, Indexed, Quantisation};
use crate::Effort;
use crate::rows::{Layout, Picture};

const BEST: Quantisation = Quantisation { alpha: Alpha::Kept, error: 0.0, effort: Effort::Balanced };

fn picture(width: u32, height: u32, layout: Layout, mut sample: impl FnMut(u32, u32) -> [u8; 4]) -> Picture {
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            data.extend(&sample(x, y)[..layout.channels()]);
        }
    }
    Picture { width, height, layout, data }
}

/// The pixels that stand for a picture's.
fn shown(indexed: &Indexed) -> Vec<[u8; 4]> {
    indexed.indices.iter().map(|&index| indexed.palette[usize::from(index)]).collect()
}

fn gradient(x: u32, y: u32) -> [u8; 4] {
    [(x * 255 / 199) as u8, (y * 255 / 199) as u8, ((x + y) * 255 / 398) as u8, 255]
}

#[test]
fn small_accents_keep_their_colour() {
    for accent in [[255, 0, 0, 255], [0, 255, 0, 255]] {
        let is_accent = |x, y| (50..53).contains(&x) && (50..53).contains(&y);
        let source =
            picture(200, 200, Layout::Rgb, |x, y| if is_accent(x, y) { accent } else { gradient(x, y) });
        for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
            let pixels = shown(&Quantisation { effort, ..BEST }.run(source.clone()));
            for (y, x) in (50..53).flat_map(|y| (50..53).map(move |x| (y, x))) {
                assert_eq!(pixels[y * 200 + x], accent, "{effort:?}");
            }
        }
    }
}

#[test]
fn few_colours_are_kept_exactly() {
    let mut random = Rng::with_seed(1);
    let colours: Vec<[u8; 4]> =
        (0..256).map(|red| [red as u8, random.u8(..), random.u8(..), random.u8(1..)]).collect();
    for (count, layout) in [(1, Layout::Rgba), (2, Layout::Rgb), (255, Layout::Rgb), (256, Layout::Rgba)] {
        let source = picture(40, 30, layout, |x, y| colours[(y * 40 + x) as usize * 7 % count]);
        // However coarse it may be.
        let indexed = Quantisation { error: 1e6, ..BEST }.run(source.clone());
        assert_eq!(indexed.palette.len(), count);
        let channels = layout.channels();
        for (pixel, source) in shown(&indexed).iter().zip(source.data.chunks(channels)) {
            assert_eq!(pixel[..channels], *source);
        }
    }
    let grey = picture(256, 2, Layout::Grey, |x, _| [x as u8; 4]);
    assert!(
        shown(&BEST.run(grey)).iter().zip(0..).all(|(pixel, x)| *pixel == [x as u8, x as u8, x as u8, 255])
    );
}

#[test]
fn areas_stay_clean_beside_many_colours() {
    let paper = [250, 249, 247, 255];
    let source = picture(200, 300, Layout::Rgb, |x, y| if y < 200 { gradient(x, y) } else { paper });
    let pixels = shown(&BEST.run(source));
    // The first row of it takes what the gradient above passes on, and all is clean.
    assert!(pixels[200 * 200..].iter().all(|pixel| *pixel == paper));
}

/// Over squares of 10 pixels, to within 2.5 levels. At the edge of the picture nothing lies beyond its colours.
#[test]
fn dithering_keeps_the_means() {
    let source = picture(200, 200, Layout::Rgb, gradient);
    for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
        let indexed = Quantisation { effort, ..BEST }.run(source.clone());
        assert_eq!(indexed.palette.len(), 256);
        let pixels = shown(&indexed);
        for (top, left) in
            (10..190).step_by(10).flat_map(|top| (10..190).step_by(10).map(move |left| (top, left)))
        {
            for channel in [0, 1, 2] {
                let sum = |value: &dyn Fn(usize) -> u8| -> i32 {
                    let places = (top..top + 10).flat_map(|y| (left..left + 10).map(move |x| y * 200 + x));
                    places.map(|at| i32::from(value(at))).sum()
                };
                let wanted = sum(&|at| source.data[at * 3 + channel]);
                let got = sum(&|at| pixels[at][channel]);
                assert!((wanted - got).abs() <= 250, "{top} {left} {channel}: {wanted} {got}");
            }
        }
    }
}

#[test]
fn alpha_is_kept_or_cut() {
    let source = picture(200, 200, Layout::Rgba, |x, y| {
        let [r, g, b, _] = gradient(x, y);
        [r, g, b, if x < 60 { 0 } else { y as u8 }]
    });
    let kept = BEST.run(source.clone());
    assert_eq!(kept.palette[0], [0; 4]);
    for (at, pixel) in shown(&kept).iter().enumerate() {
        let alpha = source.data[at * 4 + 3];
        assert!(pixel[3].abs_diff(alpha) <= 24, "{at}: {alpha} became {}", pixel[3]);
        assert!(alpha > 0 || *pixel == [0; 4], "{at}");
    }
    let cut = Quantisation { alpha: Alpha::Cut, ..BEST }.run(source.clone());
    for (at, pixel) in shown(&cut).iter().enumerate() {
        assert_eq!(pixel[3], if source.data[at * 4 + 3] < 128 { 0 } else { 255 }, "{at}");
    }
}

#[test]
fn more_error_takes_fewer_colours() {
    let source = picture(200, 200, Layout::Rgb, gradient);
    let colours = |error| Quantisation { error, ..BEST }.run(source.clone()).palette.len();
    let counts = [0.0, 30.0, 100.0, 400.0, 1e6].map(colours);
    assert!(counts.is_sorted_by(|a, b| a > b), "{counts:?}");
    assert_eq!(counts[4], 1);
}

#[test]
fn every_size_and_layout_is_taken() {
    let mut random = Rng::with_seed(1);
    for (width, height) in [(1, 1), (2, 1), (1, 2), (1, 300), (300, 1), (7, 3), (33, 17), (64, 64)] {
        for layout in [Layout::Grey, Layout::Rgb, Layout::Rgba] {
            let source = picture(width, height, layout, |_, _| [0; 4].map(|_| random.u8(..)));
            for alpha in [Alpha::Kept, Alpha::Cut] {
                let indexed = Quantisation { alpha, ..BEST }.run(source.clone());
                assert!((1..=256).contains(&indexed.palette.len()));
                assert_eq!(indexed.indices.len(), (width * height) as usize);
                assert!(indexed.indices.iter().all(|&index| usize::from(index) < indexed.palette.len()));
            }
        }
    }
}

#[test]
fn the_nearest_is_found() {
    let mut random = Rng::with_seed(1);
    for count in [1, 2, 3, 17, 256] {
        let mut any = || point([random.u8(..), random.u8(..), random.u8(..), 255]);
        let palette: Vec<_> = (0..count).map(|_| any()).collect();
        let nearest = Nearest::new(&palette);
        for guess in 0..2000 {
            let wanted = any();
            let (place, squared) = nearest.find(&wanted, guess % count);
            let least = palette.iter().map(|of| distance(&wanted, of)).fold(f32::MAX, f32::min);
            assert_eq!(squared, least);
            assert_eq!(distance(&wanted, &nearest.place(place).point), least);
        }
    }
}

#[test]
fn points_become_the_colours_that_they_were() {
    let mut random = Rng::with_seed(1);
    for _ in 0..10_000 {
        let [r, g, b] = [0; 3].map(|_| random.u8(..));
        assert_eq!(colour(point([r, g, b, 255])), [r, g, b, 255]);
        let alpha = random.u8(1..);
        let back = colour(point([r, g, b, alpha]));
        assert_eq!(back[3], alpha);
        let near = |a: u8, b: u8| a.abs_diff(b) <= 1;
        assert!(near(back[0], r) && near(back[1], g) && near(back[2], b));
    }
}
