//! What `lossless_memory` and `alpha_memory` promise. One test, as the counter counts for the whole process.

mod common;

use common::{EFFORTS, LAYOUTS, alpha_payload, lossless, noise, picture};
use edgepix_webp::{alpha_memory, lossless_memory};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn the_peak_is_within_the_bound() {
    let mut next = noise(5);
    for (width, height) in
        [(1, 1), (48, 32), (64, 64), (241, 17), (1, 3000), (3000, 1), (200, 150), (801, 601), (1100, 700)]
    {
        for content in ["flat", "noise", "smooth", "blocks", "mixed"] {
            for layout in LAYOUTS {
                let pixels = picture(width, height, layout, |x, y| match content {
                    "flat" => [9; 4],
                    "noise" => next().to_le_bytes().map(|byte| byte.wrapping_mul(167)),
                    "smooth" => [x / 7, y / 5, (x + y) / 9, x / 11].map(|v| (v + (next() & 7)) as u8),
                    "blocks" => (x / 13 * 77 + y / 17 * 1013).to_le_bytes(),
                    _ if next() % 5 < 2 => [1, 2, 3, 4],
                    _ => [0; 4].map(|_| next() as u8 & 31),
                });
                let held = pixels.len() as u64;
                // The slowest one on small pictures alone.
                let efforts = if held > 400_000 { &EFFORTS[..2] } else { &EFFORTS };
                for &effort in efforts {
                    let what = format!("{content}, {width} × {height}, {layout:?}, {effort:?}");
                    let peak = peak(|| lossless(&pixels, (width, height), layout, effort));
                    compare(&what, held, peak, lossless_memory(width, height, layout));
                    if layout.channels() == 4 {
                        let peak = self::peak(|| alpha_payload(&pixels, (width, height), effort));
                        compare(&what, held, peak, alpha_memory(width, height));
                    }
                }
            }
        }
    }
}

/// The peak is within its bound, which is not far above it once the pixels count too.
fn compare(what: &str, held: u64, peak: u64, bound: u64) {
    println!(
        "{what}: {peak} of {bound}, with the pixels {:.2}",
        (held + bound) as f64 / (held + peak) as f64
    );
    assert!(peak <= bound, "{what}: {peak} of {bound}");
    assert!(held < 1_000_000 || (held + bound) * 2 <= (held + peak) * 3, "{what}: {peak} of {bound}");
}

fn peak(encode: impl FnOnce() -> Vec<u8>) -> u64 {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let encoded = encode();
    let peak = HEAP.peak_usage() - before;
    drop(encoded);
    peak as u64
}
