//! What decoders and encoders are planned to take from the heap, against what they take. A plan is made of these.

use edgepix_core::stages::{Picture, decode, decode_memory, encode, encode_memory};
use edgepix_core::{Format, Transform};
use fastrand::Rng;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Runs `work`; its result, and how far the heap grew at most meanwhile, in bytes.
fn measured<T>(work: impl FnOnce() -> T) -> (T, u64) {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let result = work();
    (result, HEAP.peak_usage().saturating_sub(before) as u64)
}

/// One test, because every thread would count.
#[test]
fn costs_are_enough_and_not_much_more() {
    let mut broken = Vec::new();
    println!("{:<44} {:>12} {:>12} {:>6}", "stage", "planned", "used", "ratio");
    let mut judge = |name: String, planned: u64, used: u64, large: bool| {
        let ratio = planned as f64 / used.max(1) as f64;
        println!("{name:<44} {planned:>12} {used:>12} {ratio:>6.2}");
        // Below this the fixed part of a plan counts for more than the picture.
        let large = large && used > 128 << 10;
        if used > planned || (large && ratio > 1.5) {
            broken.push(name);
        }
    };
    for (width, height) in [(64, 48), (1283, 797)] {
        for channels in [1, 3, 4] {
            for content in [Content::Noise, Content::Contrast, Content::Gradient] {
                let picture = content.picture(width, height, channels);
                for (format, quality, lossless) in KINDS {
                    let transform = Transform::builder()
                        .format(format)
                        .quality(quality)
                        .lossless(lossless)
                        .build()
                        .unwrap();
                    if format == Format::Jpeg && channels == 4 {
                        continue;
                    }
                    let kind = if lossless { "lossless".to_owned() } else { format!("q{quality}") };
                    let name = format!("{width}×{height}×{channels} {content:?} {format} {kind}");
                    let planned = encode_memory(&picture, &transform).unwrap();
                    let owned = picture.clone();
                    let (file, used) = measured(|| encode(owned, &transform).unwrap());
                    let large = u64::from(width) * u64::from(height) > 1_000_000;
                    // Noise needs the largest outputs that there are; others are planned for as if they were noise.
                    judge(format!("encode {name} {}", file.len()), planned, used, false);
                    let planned = decode_memory(&file, 8).unwrap();
                    let ((), used) = measured(|| decode(&file, 8, |_| {}).unwrap());
                    judge(format!("decode {name}"), planned, used, large);
                }
            }
        }
    }
    assert!(broken.is_empty(), "not as planned:\n{}", broken.join("\n"));
}

/// Every encoder, at qualities that differ in what they allocate.
const KINDS: [(Format, u8, bool); 12] = [
    (Format::Jpeg, 80, false),
    (Format::Jpeg, 100, false),
    (Format::Png, 80, true),
    // In a palette.
    (Format::Png, 100, false),
    (Format::Png, 40, false),
    (Format::Webp, 1, false),
    (Format::Webp, 50, false),
    (Format::Webp, 80, false),
    (Format::Webp, 92, false),
    (Format::Webp, 100, false),
    (Format::Webp, 80, true),
    (Format::Gif, 80, false),
];

#[derive(Clone, Copy, Debug)]
enum Content {
    Noise,
    /// Noise of black and white.
    Contrast,
    Gradient,
}

impl Content {
    fn picture(self, width: u32, height: u32, channels: usize) -> Picture {
        let mut random = Rng::with_seed(1);
        let samples = width as usize * height as usize * channels;
        let data = (0..samples).map(|i| match self {
            Content::Noise => random.u8(..),
            Content::Contrast => u8::MAX * random.u8(..2),
            Content::Gradient => (i / channels % width as usize * 255 / width as usize) as u8,
        });
        Picture::new(width, height, data.collect())
    }
}
