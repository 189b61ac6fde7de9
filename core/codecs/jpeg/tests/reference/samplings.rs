//! Files of any sampling factors, put together from grey ones: each component is a scan of its own.

use edgepix_jpeg::{Pixels, Subsampling};

use super::files::{encode, noise};
use super::word;

/// A file of noise. `factors`: of each component, across and down.
pub(crate) fn with_factors(width: u16, height: u16, factors: [(u8, u8); 3]) -> Vec<u8> {
    let largest = factors.into_iter().fold((1, 1), |a, b| (a.0.max(b.0), a.1.max(b.1)));
    let mut jpeg = vec![0xFF, 0xD8];
    segment(&mut jpeg, 0xC0, &frame(width, height, factors));
    for (index, factors) in (0u8..).zip(factors) {
        let side = |side: u16, factor: u8, largest: u8| {
            (u32::from(side) * u32::from(factor)).div_ceil(largest.into())
        };
        let grey =
            grey(side(width, factors.0, largest.0), side(height, factors.1, largest.1), 60 + 10 * index);
        let mut at = 2;
        while grey[at + 1] != 0xDA {
            let end = at + 2 + word(&grey[at + 2..]);
            let mut payload = grey[at + 4..end].to_vec();
            match grey[at + 1] {
                0xDB => {
                    payload[0] = index;
                    segment(&mut jpeg, 0xDB, &payload);
                }
                0xC4 => segment(&mut jpeg, 0xC4, &payload),
                _ => {}
            }
            at = end;
        }
        segment(&mut jpeg, 0xDA, &[1, index, 0, 0, 63, 0]);
        let data = at + 2 + word(&grey[at + 2..])..grey.len() - 2;
        jpeg.extend_from_slice(&grey[data]);
    }
    jpeg.extend_from_slice(&[0xFF, 0xD9]);
    jpeg
}

fn frame(width: u16, height: u16, factors: [(u8, u8); 3]) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend_from_slice(&height.to_be_bytes());
    frame.extend_from_slice(&width.to_be_bytes());
    frame.push(3);
    for (index, (horizontal, vertical)) in (0..).zip(factors) {
        frame.extend_from_slice(&[index, horizontal << 4 | vertical, index]);
    }
    frame
}

fn grey(width: u32, height: u32, quality: u8) -> Vec<u8> {
    encode((width, height), Pixels::Grey, quality, Subsampling::S444, noise)
}

fn segment(jpeg: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    jpeg.extend_from_slice(&[0xFF, marker]);
    jpeg.extend_from_slice(&(payload.len() as u16 + 2).to_be_bytes());
    jpeg.extend_from_slice(payload);
}
