//! What `Parameters::memory` promises. One test, as the counter counts for the whole process.

use edgepix_jpeg::{Effort, Encoder, Parameters, Pixels, Subsampling};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn the_peak_is_below_the_one_planned() {
    for (width, height) in [(1, 1), (45, 35), (900, 700), (65535, 9), (7, 20_001)] {
        for pixels in [Pixels::Grey, Pixels::Rgb] {
            for subsampling in [Subsampling::S420, Subsampling::S444] {
                for quality in [1, 20, 50, 80, 95, 100] {
                    for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
                        for contents in [flat, slopes, grain, noise, black_and_white, stuffed] {
                            let parameters = Parameters::new(width, height, pixels, quality, subsampling);
                            let parameters = parameters.expect("in range").effort(effort);
                            let planned = parameters.memory();
                            let peak = peak(&parameters, width * pixels.channels() as u32, height, contents);
                            let what =
                                format!("{width}×{height} {pixels:?} q{quality} {subsampling:?} {effort:?}");
                            assert!(peak <= planned, "{what}: {peak} of {planned}");
                        }
                    }
                }
            }
        }
    }
    // The plan for a photo, its pixels included, is at most half as much again as what is used.
    let picture = 3 * 900 * 700;
    let parameters = Parameters::new(900, 700, Pixels::Rgb, 80, Subsampling::S420).expect("in range");
    let planned = parameters.memory() + picture;
    let peak = peak(&parameters, 3 * 900, 700, slopes) + picture;
    assert!(planned * 2 <= peak * 3, "{peak} of {planned}");
}

/// The most bytes that are held, from the boxed encoder to the file.
fn peak(parameters: &Parameters, row_bytes: u32, height: u32, contents: fn(u32, u32) -> u8) -> u64 {
    let mut row = vec![0; row_bytes as usize];
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut encoder = Box::new(Encoder::new(parameters));
    for y in 0..height {
        row.iter_mut().zip(0..).for_each(|(value, i)| *value = contents(i, y));
        encoder.write_row(&row).expect("a row");
    }
    let file = encoder.finish().expect("all rows");
    assert!(file.ends_with(&[0xFF, 0xD9]));
    (HEAP.peak_usage() - before) as u64
}

fn flat(_: u32, _: u32) -> u8 {
    200
}

fn slopes(x: u32, y: u32) -> u8 {
    ((x + y) / 5 % 200) as u8
}

/// As dense as a progressive file can be.
fn grain(x: u32, y: u32) -> u8 {
    slopes(x, y) + noise(x, y) / 16
}

fn noise(x: u32, y: u32) -> u8 {
    let seed = (x * 7919).wrapping_add(y * 104_729).wrapping_mul(2_654_435_761);
    ((seed ^ seed >> 15).wrapping_mul(2_246_822_519) >> 24) as u8
}

fn black_and_white(x: u32, y: u32) -> u8 {
    if noise(x, y) < 128 { 0 } else { 255 }
}

/// Coefficients whose bits are ones: bytes of FF, which need another one behind them.
fn stuffed(x: u32, y: u32) -> u8 {
    if y < 300 { noise(x, y) / 8 } else { black_and_white(x / 3 / 4, y / 4) }
}
