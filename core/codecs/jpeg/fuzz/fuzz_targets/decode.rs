//! Any bytes at any scale, as rows and as planes: no panic, no more memory than planned, and a true count of rows.
//!
//! The last bytes choose the scale, so that any JPEG is a seed as it is: what follows the picture does not matter to it.

#![no_main]

use edgepix_jpeg::{Decoder, Error, Header, PlaneDecoder, Scale, read_header};
use edgepix_jpeg_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What a caller would refuse, as the header tells; the number of pixels only for the fuzzer's sake.
const MEMORY: u64 = 16 << 20;
const PIXELS: u64 = 1 << 21;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed)
});

fuzz_target!(|jpeg: &[u8]| {
    let Ok(header) = read_header(jpeg) else { return };
    if u64::from(header.width()) * u64::from(header.height()) > PIXELS {
        return;
    }
    let byte = |from_end: usize| usize::from(jpeg[jpeg.len() - from_end]);
    let scale = |number: usize| Scale::ALL[number % 7];
    match byte(1) % 8 {
        7 => {
            let scales = [byte(2), byte(2) >> 4, byte(3), byte(3) >> 4].map(scale);
            let planned = header.planes_memory(scales);
            if planned <= MEMORY {
                within(planned, || decode_planes(jpeg, &header, scales));
            }
        }
        number => {
            let scale = scale(number);
            let planned = header.memory(scale);
            if planned <= MEMORY {
                let mut row = vec![0; header.size_at(scale).0 as usize * header.channels()];
                within(planned, || decode_rows(jpeg, &header, scale, &mut row));
            }
        }
    }
});

fn within<T>(planned: u64, work: impl FnOnce() -> T) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let _ = work();
    let peak = (HEAP.peak_usage() - before) as u64;
    assert!(peak <= planned, "{peak} bytes of {planned}");
}

fn decode_rows(jpeg: &[u8], header: &Header, scale: Scale, row: &mut [u8]) -> Result<(), Error> {
    let mut decoder = Box::new(Decoder::open(jpeg, scale)?);
    assert_eq!(decoder.header(), header);
    assert_eq!(decoder.size(), header.size_at(scale));
    let height = decoder.size().1;
    let mut sound = 0;
    for y in 0..height {
        decoder.read_row(row)?;
        let now = decoder.rows_decoded();
        assert!(now == sound || (sound == y && now == y + 1), "rows decoded: {sound}, then {now}");
        sound = now;
    }
    assert!(sound * 2 >= height, "{sound} of {height} rows");
    Ok(())
}

fn decode_planes(jpeg: &[u8], header: &Header, scales: [Scale; 4]) -> Result<(), Error> {
    let mut decoder = Box::new(PlaneDecoder::open(jpeg, scales)?);
    assert_eq!(decoder.header(), header);
    let mut rows = [0; 4];
    while decoder.read_rows(|component, row| {
        assert_eq!(row.len() as u32, header.plane_size(component, scales[component]).0);
        rows[component] += 1;
    })? {}
    for component in 0..header.components().len() {
        assert_eq!(rows[component], header.plane_size(component, scales[component]).1);
    }
    Ok(())
}
