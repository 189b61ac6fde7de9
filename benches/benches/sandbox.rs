//! The price of the sandbox: the same work natively and inside the component under Wasmtime, strictly alternating.

use std::time::{Duration, Instant};

use edgepix_benches::{page_width, photos};
use edgepix_core::{Format, Limits};
use edgepix_golden::component::{built, load};

/// Pairs of runs.
const ROUNDS: usize = 15;

fn main() {
    let limits = Limits::default();
    let component = load(&built()).unwrap_or_else(|error| panic!("{error}"));
    println!(
        "{:<22} {:>10} {:>10} {:>7} {:>15}",
        "whole to 800 px", "native", "component", "ratio", "spread"
    );
    for photo in photos() {
        for format in [Format::Jpeg, Format::Webp, Format::Png] {
            let options = page_width(format);
            let mut pairs: Vec<(Duration, Duration)> = (0..=ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    let native = edgepix_core::transform(&photo.bytes, &options, &limits);
                    let middle = Instant::now();
                    let sandboxed = component.transform(&photo.bytes, &options, &limits);
                    let end = Instant::now();
                    assert_eq!(native, sandboxed, "{} {format}", photo.name);
                    (middle - start, end - middle)
                })
                // The first pair warms up.
                .skip(1)
                .collect();
            pairs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
            let (native, sandboxed) = pairs[pairs.len() / 2];
            println!(
                "{:<22} {:>7.1} ms {:>7.1} ms {:>7.2} {:>6.2} … {:<6.2}",
                format!("{} to {format}", photo.name),
                native.as_secs_f64() * 1000.0,
                sandboxed.as_secs_f64() * 1000.0,
                ratio(&pairs[pairs.len() / 2]),
                ratio(&pairs[0]),
                ratio(&pairs[pairs.len() - 1]),
            );
        }
    }
}

fn ratio((native, sandboxed): &(Duration, Duration)) -> f64 {
    sandboxed.as_secs_f64() / native.as_secs_f64()
}
