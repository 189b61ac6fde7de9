//! Reading the container allocates nothing, however many chunks there are. One test, as the counter counts for the whole
//! process.

mod common;

use common::{lossless, riff};
use edgepix_webp::PixelLayout;
use edgepix_webp::container::File;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn many_frames_take_no_memory() {
    const FRAMES: u32 = 200_000;
    let picture = lossless(&[1, 2, 3], (1, 1), PixelLayout::Rgb, edgepix_webp::Effort::Fast);
    let frame = [&[0; 16], &riff(&[(b"VP8L", &picture)])[12..]].concat();
    let header = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &header)];
    chunks.extend((0..FRAMES).map(|_| (b"ANMF", &frame[..])));
    let bytes = riff(&chunks);

    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let file = File::read(&bytes).expect("a file");
    let frames = file.frames(&bytes).filter(|frame| frame.is_ok()).count();
    let peak = HEAP.peak_usage() - before;
    assert_eq!((file.frames, frames, file.frame_pixels), (FRAMES, FRAMES as usize, u64::from(FRAMES)));
    assert_eq!(peak, 0);
}
