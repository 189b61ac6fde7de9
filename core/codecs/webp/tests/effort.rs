//! No content takes long: the effort for each pixel is bounded.

mod common;

use std::time::{Duration, Instant};

use common::{lossless, noise, picture};
use edgepix_webp::PixelLayout;

const SIDE: u32 = 1024;

/// How much slower than a photo the worst content may be. Quadratic effort would be thousands of times slower.
const TIMES_A_PHOTO: u32 = 20;

#[test]
fn adversarial_content_is_quick() {
    let mut next = noise(11);
    let mut random: Vec<[u8; 4]> = (0..70_000).map(|_| next().to_le_bytes()).collect();
    random.iter_mut().for_each(|rgba| rgba[3] = 255);
    let place = |x: u32, y: u32| (x + y * SIDE) as usize;
    type Rule<'a> = Box<dyn FnMut(u32, u32) -> [u8; 4] + 'a>;
    let rules: [(&str, Rule<'_>); 8] = [
        ("flat", Box::new(|_, _| [1; 4])),
        ("period 2", Box::new(|x, _| [(x & 1) as u8; 4])),
        ("period 2 of many", Box::new(|x, y| random[y as usize * 2 + (x & 1) as usize])),
        ("period 127", Box::new(|x, y| random[place(x, y) % 127])),
        ("period 70000", Box::new(|x, y| random[place(x, y) % 70_000])),
        (
            "nearly flat",
            Box::new(|x, y| if place(x, y) % 127 == 0 { random[place(x, y) % 70_000] } else { [7; 4] }),
        ),
        (
            "runs just too short",
            Box::new(|x, y| random[place(x, y) / 120 % 400 * 3 + place(x, y) % 120 / 60]),
        ),
        ("two in any order", Box::new(|x, y| random[random[place(x, y) % 70_000][0] as usize & 1])),
    ];
    let mut grain = noise(12);
    let photo = time(|x, y| [x / 7, y / 5, (x + y) / 9, 255].map(|value| (value + (grain() & 7)) as u8));
    for (what, rule) in rules {
        let taken = time(rule);
        println!("{what}: {taken:?}, a photo {photo:?}");
        assert!(taken < photo * TIMES_A_PHOTO, "{what}: {taken:?}, a photo {photo:?}");
    }
}

/// The shorter time of two runs, so that other work on the machine counts less.
fn time(rule: impl FnMut(u32, u32) -> [u8; 4]) -> Duration {
    let pixels = picture(SIDE, SIDE, PixelLayout::Rgba, rule);
    let run = || {
        let start = Instant::now();
        lossless(&pixels, SIDE, SIDE, PixelLayout::Rgba);
        start.elapsed()
    };
    run().min(run())
}
