//! Any bytes at any scale, as rows and as planes: no panic, no more memory than planned, and a true count of rows.
//!
//! The last bytes choose the scale, so that any JPEG is a seed as it is: what follows the picture does not matter to it.

#![no_main]

use edgepix_jpeg::{Decoder, Error, Header, PlaneDecoder, Scale, read_header, segments};
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
    walk(jpeg);
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

/// Segments lie one behind the other, within the file.
fn walk(jpeg: &[u8]) {
    let mut end = 0;
    for segment in segments(jpeg) {
        assert!(segment.offset >= end && segment.end() <= jpeg.len(), "{segment:?} behind {end}");
        end = segment.end();
    }
}

fn within<T>(planned: u64, work: impl FnOnce() -> T) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let _ = work();
    let peak = (HEAP.peak_usage() - before) as u64;
    assert!(peak <= planned, "{peak} bytes of {planned}");
}

fn decode_rows(jpeg: &[u8], header: &Header, scale: Scale, row: &mut [u8]) -> Result<(), Error> {
    let mut decoder = Box::new(Decoder::new(jpeg, header, scale)?);
    assert_eq!(decoder.header(), header);
    assert_eq!(decoder.size(), header.size_at(scale));
    let height = decoder.size().1;
    let mut intact = 0;
    for y in 0..height {
        decoder.read_row(row)?;
        let now = decoder.rows_decoded();
        assert!(now == intact || (intact == y && now == y + 1), "rows decoded: {intact}, then {now}");
        intact = now;
    }
    assert!(intact * 2 >= height, "{intact} of {height} rows");
    Ok(())
}

fn decode_planes(jpeg: &[u8], header: &Header, scales: [Scale; 4]) -> Result<(), Error> {
    let mut decoder = Box::new(PlaneDecoder::new(jpeg, header, scales)?);
    assert_eq!(decoder.header(), header);
    let mut rows = [0; 4];
    while decoder.read_rows(|component, row| {
        let width = header.plane_size(component, scales[component]).map(|size| size.0);
        assert_eq!(Some(row.len() as u32), width);
        rows[component] += 1;
    })? {}
    for (component, rows) in rows.into_iter().enumerate().take(header.components().len()) {
        assert_eq!(Some(rows), header.plane_size(component, scales[component]).map(|size| size.1));
    }
    Ok(())
}
