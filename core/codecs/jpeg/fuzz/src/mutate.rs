//! Mutations that leave a file's structure alone. Nearly all others make a file that no decoder reads past its header.

use fastrand::Rng;
use libfuzzer_sys::fuzzer_mutate;

/// For `fuzz_mutator!`: half of the time bytes within segments or entropy-coded data change, else anything.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Rng::with_seed(seed.into());
    let ranges = ranges(&data[..size]);
    if ranges.is_empty() || random.bool() {
        return fuzzer_mutate(data, size, max_size);
    }
    let (start, end) = ranges[random.usize(..ranges.len())];
    for _ in 0..1 + random.u8(..4) {
        let at = random.usize(start..end);
        let byte = match random.u8(..4) {
            0 => data[at].wrapping_add(1),
            1 => data[at].wrapping_sub(1),
            2 => data[at] ^ 1 << random.u8(..8),
            _ => random.u8(..),
        };
        // No marker must come or go.
        if data[at] != 0xFF && data[at - 1] != 0xFF && byte != 0xFF {
            data[at] = byte;
        }
    }
    size
}

/// Where the parameters of segments, and the data behind the headers of scans, begin and end.
fn ranges(jpeg: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = jpeg.get(at..).and_then(|rest| rest.first_chunk()) {
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        if end <= at + 4 || end >= jpeg.len() {
            break;
        }
        ranges.push((at + 4, end));
        at = end;
        if marker == 0xDA {
            let next = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
            at += jpeg[end..].windows(2).position(next).unwrap_or(jpeg.len() - end);
            // Where most of a file is, and most of the code.
            ranges.extend([(end, at); 4].into_iter().filter(|(start, end)| start < end));
        }
    }
    ranges
}
