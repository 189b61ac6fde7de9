//! No content takes long: the effort for each pixel is bounded.

mod common;

use std::time::{Duration, Instant};

use common::{EFFORTS, lossless, noise, picture};
use edgepix_webp::PixelLayout;

const SIDE: u32 = 512;

/// How much slower than a photo the worst content may be. Quadratic effort would be thousands of times slower.
const TIMES_A_PHOTO: u32 = 20;

#[test]
fn adversarial_content_is_quick() {
    let mut next = noise(11);
    let mut random: Vec<[u8; 4]> = (0..30_000).map(|_| next().to_le_bytes()).collect();
    random.iter_mut().for_each(|rgba| rgba[3] = 255);
    let place = |x: u32, y: u32| (x + y * SIDE) as usize;
    type Rule<'a> = Box<dyn FnMut(u32, u32) -> [u8; 4] + 'a>;
    let rules: [(&str, Rule<'_>); 8] = [
        ("flat", Box::new(|_, _| [1; 4])),
        ("period 2", Box::new(|x, _| [(x & 1) as u8; 4])),
        ("period 2 of many", Box::new(|x, y| random[y as usize * 2 + (x & 1) as usize])),
        ("period 127", Box::new(|x, y| random[place(x, y) % 127])),
        ("period 30000", Box::new(|x, y| random[place(x, y) % 30_000])),
        (
            "nearly flat",
            Box::new(|x, y| if place(x, y) % 127 == 0 { random[place(x, y) % 30_000] } else { [7; 4] }),
        ),
        (
            "runs just too short",
            Box::new(|x, y| random[place(x, y) / 120 % 400 * 3 + place(x, y) % 120 / 60]),
        ),
        ("two in any order", Box::new(|x, y| random[random[place(x, y) % 30_000][0] as usize & 1])),
    ];
    let mut grain = noise(12);
    let photo = times(|x, y| [x / 7, y / 5, (x + y) / 9, 255].map(|value| (value + (grain() & 7)) as u8));
    for (what, rule) in rules {
        let taken = times(rule);
        println!("{what}: {taken:?}, a photo {photo:?}");
        for (taken, photo) in taken.into_iter().zip(photo) {
            assert!(taken < photo * TIMES_A_PHOTO, "{what}: {taken:?}, a photo {photo:?}");
        }
    }
}

/// The time of each effort: the shorter one of two runs, so that other work on the machine counts less.
fn times(rule: impl FnMut(u32, u32) -> [u8; 4]) -> [Duration; 3] {
    let pixels = picture(SIDE, SIDE, PixelLayout::Rgba, rule);
    EFFORTS.map(|effort| {
        let run = || {
            let start = Instant::now();
            lossless(&pixels, (SIDE, SIDE), PixelLayout::Rgba, effort);
            start.elapsed()
        };
        run().min(run())
    })
}
