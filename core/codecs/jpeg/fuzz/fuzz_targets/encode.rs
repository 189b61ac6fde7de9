//! Any picture, encoded: in no more memory than planned, to a file that libjpeg-turbo and we decode alike.

#![no_main]

use edgepix_jpeg::{Effort, Encoder, Parameters, Pixels, Scale, Subsampling};
use edgepix_jpeg_fuzz::decode;
use edgepix_jpeg_fuzz::turbo::{self, Outcome};
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fuzz_target!(|bytes: &[u8]| {
    let Some((&[width, height, quality, kind], samples)) = bytes.split_first_chunk() else { return };
    let (width, height) = (u32::from(width) + 1, u32::from(height) + 1);
    let quality = quality % 100 + 1;
    let pixels = if kind & 1 == 0 { Pixels::Rgb } else { Pixels::Grey };
    let subsampling = if kind & 2 == 0 { Subsampling::S420 } else { Subsampling::S444 };
    let effort = [Effort::Fast, Effort::Balanced, Effort::Small][usize::from(kind >> 2) % 3];
    let stride = width as usize * pixels.channels();
    let mut samples = samples.iter().copied().chain([0]).cycle();
    let picture: Vec<u8> = samples.by_ref().take(stride * height as usize).collect();

    let parameters = Parameters::new(width, height, pixels, quality, subsampling).expect("in range");
    let parameters = parameters.effort(effort);
    let planned = parameters.memory();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut encoder = Box::new(Encoder::new(&parameters));
    picture.chunks_exact(stride).for_each(|row| encoder.write_row(row).expect("a row"));
    let jpeg = encoder.finish().expect("all rows");
    let peak = (HEAP.peak_usage() - before) as u64;
    assert!(peak <= planned, "{peak} bytes of {planned}");

    let ours = decode(&jpeg, Scale::FULL).expect("our own file");
    assert_eq!(
        (ours.width, ours.height, ours.channels),
        (width as usize, height as usize, pixels.channels())
    );
    assert_eq!(ours.intact, ours.height);
    let Outcome::Clean { picture: theirs, exact_rows, .. } = turbo::decode(&jpeg, 1 << 16) else {
        panic!("libjpeg-turbo finds fault");
    };
    assert_eq!((ours.width, ours.height, ours.channels), (theirs.width, theirs.height, theirs.channels));
    assert!(ours.pixels[..exact_rows * stride] == theirs.pixels[..exact_rows * stride], "pixels");
});
