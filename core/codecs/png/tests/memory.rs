//! A decoder's memory is what its header's promise says, nearly.

#[allow(dead_code, reason = "shared with other tests")]
mod file;

use edgepix_png::{Decoder, Header, recode};
use fastrand::Rng;
use file::{KINDS, Stored};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn decoding_takes_what_was_said_before() {
    let mut random = Rng::with_seed(1);
    for (colour, depth) in KINDS {
        for (width, height) in [(1, 1), (300, 200), (3000, 7)] {
            for interlaced in [false, true] {
                let stored = Stored { colour, depth, width, height, rows: Vec::new() }.filled(&mut random);
                let file = stored.file(interlaced, true, &mut random);
                let header = Header::read(&file).unwrap();
                let mut row = vec![0; width * header.channels()];
                let before = HEAP.current_usage();
                HEAP.reset_peak_usage();
                let mut decoder = Decoder::new(&file, &header);
                (0..height).for_each(|_| decoder.read_row(&mut row).unwrap());
                let (used, planned) = ((HEAP.peak_usage() - before) as u64, header.decode_memory());
                assert!(used <= planned, "{colour} {depth} {width} {interlaced}: {used} of {planned}");
                let before = HEAP.current_usage();
                HEAP.reset_peak_usage();
                let most = file.len() + 100;
                assert!(recode(&file, &header, &[], most).is_some());
                let recoding = ((HEAP.peak_usage() - before) as u64, header.recode_memory(most as u64));
                assert!(recoding.0 <= recoding.1, "{colour} {depth} {width} {interlaced}: {recoding:?}");
                assert!(
                    recoding.1 <= recoding.0 * 3 / 2 + (48 << 10),
                    "{colour} {depth} {width}: {recoding:?}"
                );
                assert!(
                    planned <= used * 3 / 2 + (16 << 10),
                    "{colour} {depth} {width}: {used} of {planned}"
                );
            }
        }
    }
}
