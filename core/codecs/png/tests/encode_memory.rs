//! An encoder's memory is what its parameters promise, nearly.

use edgepix_png::{Effort, Encoder, Metadata, Parameters, Pixels};
use fastrand::Rng;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn encoding_takes_what_was_said_before() {
    let mut random = Rng::with_seed(1);
    for pixels in [Pixels::Grey, Pixels::Rgb, Pixels::Rgba] {
        for (width, height) in [(1, 1), (300, 200), (3000, 40), (60, 4000)] {
            for effort in [Effort::Fast, Effort::Balanced, Effort::Small] {
                // Few colours, many that are opaque, and noise.
                for kind in 0..3 {
                    let parameters = Parameters::new(width, height, pixels).unwrap().effort(effort);
                    let mut row = vec![255; width as usize * pixels.samples()];
                    let before = HEAP.current_usage();
                    HEAP.reset_peak_usage();
                    let mut encoder = Encoder::new(&parameters, Metadata::default()).unwrap();
                    for _ in 0..height {
                        for pixel in row.chunks_mut(pixels.samples()) {
                            let colour = &mut pixel[..pixels.samples().min(if kind == 1 { 3 } else { 4 })];
                            colour.iter_mut().for_each(|sample| {
                                *sample = if kind == 0 { random.u8(..2) } else { random.u8(..) }
                            });
                        }
                        encoder.write_row(&row).unwrap();
                    }
                    let file = encoder.finish().unwrap();
                    let (used, planned) = ((HEAP.peak_usage() - before) as u64, parameters.memory());
                    let what =
                        format!("{width} × {height} {pixels:?} {effort:?} {kind}: {used} of {planned}");
                    assert!(used <= planned, "{what}");
                    // Balanced, a picture may turn out to have few colours, which take more.
                    assert!(planned <= used * 21 / 20 + (96 << 10), "{what}");
                    drop(file);
                }
            }
        }
    }
}
