//! What `Encoder::memory`, `Decoder::memory` and `recode_memory` promise. One test, as the counter counts for the whole process.

#[allow(dead_code, reason = "shared with tests that need other parts")]
mod common;

use common::*;
use edgepix_vp8::{Decoder, Effort, Encoder, PixelLayout, recode, recode_memory};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn the_peak_is_within_the_bound() {
    let pictures: [Pattern; 8] =
        [flat, waves, noise, binary_noise, grey_binary_noise, text, surprise, mosaic];
    for (width, height) in [(1, 1), (45, 35), (700, 500), (16383, 9), (7, 16383)] {
        for layout in [PixelLayout::Grey, PixelLayout::Rgb, PixelLayout::Rgba] {
            for quality in [1, 50, 80, 95, 100] {
                for (i, &picture) in pictures.iter().enumerate() {
                    let bound = Encoder::memory(width, height, layout, quality);
                    let effort = EFFORTS[(i + usize::from(quality)) % 3];
                    let peak = peak(picture, width, height, layout, quality, effort);
                    let what = format!("{width}×{height} {layout:?} q{quality} picture {i}");
                    assert!(peak <= bound, "{what}: {peak} of {bound}");
                }
            }
        }
    }
    // The plan for a photo, its pixels included, is at most half as much again as what is used.
    let pixels = 3 * 1000 * 700;
    let bound = Encoder::memory(1000, 700, PixelLayout::Rgb, 80) + pixels;
    let used = peak(waves, 1000, 700, PixelLayout::Rgb, 80, Effort::Balanced) + pixels;
    assert!(bound * 2 <= used * 3, "{used} of {bound}");
}

/// The most bytes that are held, from the boxed encoder to the frame.
fn peak(picture: Pattern, width: u32, height: u32, layout: PixelLayout, quality: u8, effort: Effort) -> u64 {
    let mut samples = row(picture, width, 0, layout);
    let channels = layout.channels() as u32;
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let encoder = Encoder::new(width, height, layout, quality).expect("a size").effort(effort);
    let mut encoder = Box::new(encoder);
    for y in 0..height {
        samples.iter_mut().zip(0..).for_each(|(value, i)| *value = picture(i / channels, y, i % channels));
        encoder.write_row(&samples).expect("a row");
    }
    let frame = encoder.finish().expect("all rows");
    assert_eq!(frame[3..6], [0x9D, 0x01, 0x2A]);
    let peak = HEAP.peak_usage() - before;
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let same = recode(&frame);
    let (recoding, bound) = ((HEAP.peak_usage() - before) as u64, recode_memory(width, frame.len() as u64));
    assert!(same.as_ref() == Some(&frame) && recoding <= bound, "{recoding} of {bound}");
    drop(same);
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut decoder = Decoder::new(&frame).expect("a header");
    while decoder.next_rows().is_some() {}
    let (decoding, bound) = ((HEAP.peak_usage() - before) as u64, Decoder::memory(width));
    assert!(decoding <= bound && bound <= decoding + 4096, "{decoding} of {bound}");
    peak as u64
}
