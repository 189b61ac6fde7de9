//! No content takes long: the effort for each pixel is bounded.

mod common;

use std::time::{Duration, Instant};

use common::{noise, picture};
use edgepix_webp::{Layout, encode_lossless};

const SIDE: u32 = 1024;

/// Far above what a megapixel takes in an optimised build, far below what quadratic effort would.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 3 });

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
    for (what, rule) in rules {
        let pixels = picture(SIDE, SIDE, Layout::Rgba, rule);
        let start = Instant::now();
        encode_lossless(&pixels, SIDE, SIDE, Layout::Rgba);
        let taken = start.elapsed();
        println!("{what}: {taken:?}");
        assert!(taken < LIMIT, "{what}: {taken:?}");
    }
}
