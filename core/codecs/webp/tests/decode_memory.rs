//! What `decode_memory`, `decode_alpha_memory` and `recode_memory` promise. One test, as the counter counts for the whole process.

mod common;

use common::{Bits, LAYOUTS, alpha_payload, chunk, fixtures, lossless, noise, picture};
use edgepix_webp::{
    DecodeError, Effort, LosslessHeader, decode_alpha, decode_alpha_memory, decode_lossless, decode_memory,
    recode_alpha, recode_lossless, recode_memory,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[test]
fn the_peak_is_within_the_bound() {
    let mut next = noise(5);
    for (_, file) in fixtures() {
        if let Some(stream) = chunk(&file, b"VP8L") {
            assert_eq!(check(stream), Ok(()));
        }
    }
    for (width, height) in [(1, 1), (1, 3000), (3000, 1), (200, 150), (1150, 900)] {
        for content in ["noise", "smooth", "blocks"] {
            // One of each suffices for large ones.
            for layout in if width > 1000 && height > 1 { &LAYOUTS[2..] } else { &LAYOUTS } {
                let layout = *layout;
                let pixels = picture(width, height, layout, |x, y| match content {
                    "noise" => next().to_le_bytes().map(|byte| byte.wrapping_mul(167)),
                    "smooth" => [x / 7, y / 5, (x + y) / 9, x / 11].map(|v| (v + (next() & 7)) as u8),
                    _ => (x / 13 * 77 + y / 17 * 1013).to_le_bytes(),
                });
                let stream = lossless(&pixels, (width, height), layout, Effort::Balanced);
                assert_eq!(check(&stream), Ok(()));
                if layout.channels() == 4 {
                    let chunk = alpha_payload(&pixels, (width, height), Effort::Balanced);
                    compare(peak(|| decode_alpha(&chunk, width, height)), decode_alpha_memory(width, height));
                    let bound = recode_memory(width, height, chunk.len() as u64);
                    assert!(peak(|| recode_alpha(&chunk, width, height)) <= bound);
                }
            }
        }
    }
    mutations(&mut next);
    too_many_groups(65_536);
    too_many_groups(2_000);
    groups_that_no_tile_uses();
}

fn mutations(next: &mut impl FnMut() -> u32) {
    for (_, file) in fixtures() {
        let Some(stream) = chunk(&file, b"VP8L") else { continue };
        for _ in 0..100 {
            let mut broken = stream.to_vec();
            let range = broken.len().min(80);
            broken[5 + next() as usize % (range - 5).max(1)] ^= next() as u8;
            let _ = check(&broken);
        }
    }
}

/// An image of groups that says which of two bytes each half of the number has.
fn group_image(width: u32, height: u32) -> Bits {
    // No transform, no cache, groups for tiles of 4 × 4.
    Bits::header(width, height).put(0b100, 3).put(0, 3).put(0, 1)
}

/// A code in which all symbols have 8 bits.
fn eight_bits(bits: Bits) -> Bits {
    // Of the code lengths (in the order 17, 18, 0, 1 …), 8 is the twelfth, and alone: it takes no bits.
    (0..12).fold(bits.put(0, 1).put(8, 4), |bits, at| bits.put(u32::from(at == 11), 3)).put(0, 1)
}

/// So many groups with large tables: refused before they are held.
fn too_many_groups(count: u32) {
    let mut bits = group_image(1024, 1024);
    // Green, then red: both halves of the number, all bytes. Eight bits each.
    bits = bits.put(0, 1).put(8, 4);
    bits = (0..12).fold(bits, |bits, at| bits.put(u32::from(at == 11), 3));
    // 256 lengths of 280 follow: 254 + 2, by 8 bits.
    bits = bits.put(1, 1).put(3, 3).put(254, 8);
    bits = eight_bits(bits).single(0).single(255).single(0);
    for group in (0..65_536).map(|tile| tile % count) {
        // A number's bits stand in the stream with the first bit of its code first.
        bits = bits.put((group & 255).reverse_bits() >> 24, 8).put((group >> 8).reverse_bits() >> 24, 8);
    }
    for _ in 0..count.min(3000) {
        bits = bits.single(0);
        bits = eight_bits(eight_bits(eight_bits(bits))).single(0);
    }
    let stream = bits.finish();
    let result = check(&stream);
    assert_eq!(result, Err(DecodeError::Damaged("more Huffman codes than its size explains")));
}

/// The last group only: 65535 others are read, but not kept.
fn groups_that_no_tile_uses() {
    let mut bits = group_image(64, 64).singles([255, 255, 0, 255, 0]);
    for _ in 0..65_535 {
        bits = bits.pair(0, 1).pair(0, 1).pair(0, 1).pair(0, 1).single(0);
    }
    let stream = bits.singles([1, 2, 3, 4, 0]).finish();
    assert_eq!(check(&stream), Ok(()));
    assert_eq!(decode_lossless(&stream).map(|decoded| decoded.pixels), Ok(vec![0x0402_0103; 64 * 64]));
}

/// Decodes and recodes, and checks the peaks against their bounds.
fn check(stream: &[u8]) -> Result<(), DecodeError> {
    let header = LosslessHeader::read(stream).expect("a header");
    let mut result = Ok(());
    let peak = self::peak(|| decode_lossless(stream).map_err(|error| result = Err(error)));
    compare(peak, decode_memory(header.width, header.height));
    let peak = self::peak(|| recode_lossless(stream, true));
    let bound = recode_memory(header.width, header.height, stream.len() as u64);
    assert!(peak <= bound, "{peak} of {bound}");
    result
}

fn compare(peak: u64, bound: u64) {
    assert!(peak <= bound, "{peak} of {bound}");
    assert!(peak < 4_000_000 || bound * 10 <= peak * 14, "{peak} of {bound}");
}

fn peak<T>(decode: impl FnOnce() -> T) -> u64 {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let decoded = decode();
    let peak = HEAP.peak_usage() - before;
    drop(decoded);
    peak as u64
}
