//! What the header of a frame says, and that its partitions are where it says.

#[allow(dead_code, reason = "shared with tests that need other parts")]
mod common;

use common::{encode, gradient};
use edgepix_vp8::{BoolDecoder, Decoder, FrameHeader, HeaderError, PixelLayout};

#[test]
fn frames_of_the_encoder() {
    for (width, height) in [(1, 1), (300, 17), (16_383, 1)] {
        let frame = encode(gradient, width, height, PixelLayout::Rgb, 70);
        let header = FrameHeader::read(&frame).expect("a header");
        assert_eq!((header.width, header.height, header.coefficient_partitions), (width, height, 1));
        // One partition of coefficients without a size: what is left, even if that is nothing.
        let coefficients = 10 + header.first_partition;
        assert!(coefficients < frame.len());
        assert_eq!(FrameHeader::read(&frame[..coefficients]), Ok(header));
        for end in 10..coefficients {
            assert_eq!(FrameHeader::read(&frame[..end]), Err(HeaderError::Truncated), "{end}");
        }
        for end in 0..10 {
            assert_eq!(FrameHeader::read(&frame[..end]), Err(HeaderError::NotAFrame), "{end}");
        }
    }
}

#[test]
fn the_start_code_and_the_kind_of_frame() {
    let frame = encode(gradient, 20, 20, PixelLayout::Rgb, 70);
    for (at, error) in [
        (0, HeaderError::NotAKeyFrame),
        (3, HeaderError::NotAFrame),
        (4, HeaderError::NotAFrame),
        (5, HeaderError::NotAFrame),
    ] {
        let mut other = frame.clone();
        other[at] ^= 1;
        assert_eq!(FrameHeader::read(&other), Err(error), "{at}");
    }
    // The upper bits of sizes ask for scaling, and are no part of them.
    let mut scaled = frame.clone();
    scaled[7] |= 0xC0;
    scaled[9] |= 0x40;
    assert_eq!(FrameHeader::read(&scaled), FrameHeader::read(&frame));
}

/// A first partition without segments and filter deltas that asks for eight partitions of coefficients.
#[test]
fn partitions_of_coefficients_may_be_cut_short() {
    // The booleans are found by trying: two of colour space and clamping, no segments, ten of the filter, no deltas, `11`.
    let first = (0..=u16::MAX)
        .map(u16::to_be_bytes)
        .find(|bytes| {
            let mut bools = BoolDecoder::new(bytes);
            bools.literal(2) == 0
                && !bools.flag()
                && bools.literal(10) == 0
                && !bools.flag()
                && bools.literal(2) == 3
        })
        .expect("two bytes");
    let size = (first.len() as u32) << 5;
    let mut frame = [&size.to_le_bytes()[..3], &[0x9D, 0x01, 0x2A, 8, 0, 8, 0], &first].concat();
    assert_eq!(FrameHeader::read(&frame[..frame.len() - 1]), Err(HeaderError::Truncated));
    for partition in 1..=7 {
        let header = FrameHeader::read(&frame).expect("a header");
        assert_eq!((header.first_partition, header.coefficient_partitions), (2, 8));
        assert!(Decoder::new(&frame).expect("a header").next_rows().is_none());
        frame.extend([partition, 0, 0]);
    }
}
