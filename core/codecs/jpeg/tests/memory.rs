//! What `Header::memory` promises. One test, as the counter counts for the whole process.

mod common;

use common::FIXTURES;
use edgepix_jpeg::{
    Coefficients, Decoder, Effort, Encoder, Metadata, Parameters, Pixels, PlaneDecoder, Scale, Subsampling,
    Turn, read_header, recode, recode_coefficients,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn the_peak_is_the_one_planned() {
    for fixture in FIXTURES {
        for (width, height) in [(45, 35), (3001, 999), (517, 4003)] {
            let jpeg = resized(fixture.jpeg, width, height);
            for scale in Scale::ALL {
                let header = read_header(&jpeg).expect(fixture.name);
                let planned = header.memory(scale);
                let mut row = vec![0; usize::from(width) * 4];
                let peak = lower_of_two(|| peak(&jpeg, scale, &mut row));
                let what = format!("{} {width}×{height} at {scale:?}: {peak} of {planned}", fixture.name);
                assert!(peak <= planned, "{what}");
                assert!(peak < 100_000 || planned as f64 <= peak as f64 * 1.1, "{what}");

                let scales = [scale, Scale::QUARTER, Scale::FULL, Scale::EIGHTH];
                let planned = header.planes_memory(scales);
                let peak = lower_of_two(|| peak_of_planes(&jpeg, scales));
                let what =
                    format!("planes of {} {width}×{height}, {scale:?}: {peak} of {planned}", fixture.name);
                assert!(peak <= planned, "{what}");
                assert!(peak < 100_000 || planned as f64 <= peak as f64 * 1.1, "{what}");
            }
        }
    }
    let large = [Effort::Fast, Effort::Balanced].map(large);
    let all = FIXTURES.iter().map(|fixture| fixture.jpeg).filter(|jpeg| is_intact(jpeg));
    for jpeg in all.chain(large.iter().map(|jpeg| &jpeg[..])) {
        let header = read_header(jpeg).expect("a header");
        for turn in [Turn::default(), Turn { transpose: true, ..Turn::default() }] {
            let planned = header.recode_memory(turn, jpeg.len() as u64);
            let peak = lower_of_two(|| peak_of_recoding(jpeg, turn));
            let what = format!("{} bytes, {turn:?}: {peak} of {planned}", jpeg.len());
            assert!(peak <= planned, "{what}");
            assert!(peak < 300_000 || planned as f64 <= peak as f64 * 1.15, "{what}");
        }
    }
}

fn is_intact(jpeg: &[u8]) -> bool {
    read_header(jpeg).and_then(|header| Coefficients::decode(jpeg, &header)).is_ok()
}

/// A sequential or progressive file of many bytes.
fn large(effort: Effort) -> Vec<u8> {
    let parameters = Parameters::new(800, 640, Pixels::Rgb, 90, Subsampling::S420).expect("in range");
    let mut encoder = Encoder::new(&parameters.effort(effort));
    for y in 0..640u32 {
        let row: Vec<u8> = (0..2400u32).map(|x| (x * y / 64 + x * x / 900) as u8).collect();
        encoder.write_row(&row).expect("a row");
    }
    encoder.finish().expect("all rows")
}

fn peak_of_recoding(jpeg: &[u8], turn: Turn) -> u64 {
    let header = read_header(jpeg).expect("a header");
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    if turn == Turn::default() {
        let _ = recode(jpeg, &header, &Metadata::default(), jpeg.len());
    } else {
        let turned = Coefficients::decode(jpeg, &header).and_then(|coefficients| coefficients.turned(turn));
        let _ = recode_coefficients(&turned.expect("an intact file"), &Metadata::default(), jpeg.len());
    }
    (HEAP.peak_usage() - before) as u64
}

/// What the harness's own thread allocates meanwhile can only add.
fn lower_of_two(mut measured: impl FnMut() -> u64) -> u64 {
    measured().min(measured())
}

/// The most bytes that are held while the file is decoded as far as it goes.
fn peak(jpeg: &[u8], scale: Scale, row: &mut [u8]) -> u64 {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    if let Ok(mut decoder) = Decoder::open(jpeg, scale).map(Box::new) {
        let (width, height) = decoder.size();
        let row = &mut row[..width as usize * decoder.header().channels()];
        for _ in 0..height {
            if decoder.read_row(row).is_err() {
                break;
            }
        }
    }
    (HEAP.peak_usage() - before) as u64
}

fn peak_of_planes(jpeg: &[u8], scales: [Scale; 4]) -> u64 {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    if let Ok(mut decoder) = PlaneDecoder::open(jpeg, scales).map(Box::new) {
        while decoder.read_rows(|_, _| {}) == Ok(true) {}
    }
    (HEAP.peak_usage() - before) as u64
}

/// A file that claims another size: nearly all of its data is missing.
fn resized(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let frame = jpeg.windows(2).position(|bytes| matches!(bytes, [0xFF, 0xC0 | 0xC2])).expect("a frame");
    let mut jpeg = jpeg.to_vec();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}
