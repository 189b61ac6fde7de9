//! Streams against other inflaters.

use fastrand::Rng;
use fdeflate::Decompressor;
use miniz_oxide::inflate::decompress_to_vec_zlib;

use super::huffman::{code_lengths, codes};
use super::{Deflate, Level};
use crate::encode::File;

const LEVELS: [Level; 4] = [Level::Greedy, Level::Lazy, Level::Quick, Level::Thorough];
/// What stands before the stream.
const SIGNATURE: usize = 8;

/// A stream, of bytes that come in pieces.
fn deflate(bytes: &[u8], level: Level, piece: usize) -> Vec<u8> {
    // What encoders allow for.
    let mut file = File::with_room(SIGNATURE + bytes.len() + bytes.len() / 256 + 128);
    let mut deflate = Deflate::new(level, &mut file);
    bytes.chunks(piece).for_each(|piece| deflate.write(piece, &mut file));
    deflate.finish(&mut file);
    file.finish().split_off(SIGNATURE)
}

#[track_caller]
fn check(bytes: &[u8], piece: usize, what: &str) {
    for level in LEVELS {
        let stream = deflate(bytes, level, piece);
        assert!(decompress_to_vec_zlib(&stream).unwrap() == bytes, "{what} {level:?}");
        let mut inflated = vec![0; bytes.len() + 1];
        let (mut inflater, mut read, mut written) = (Decompressor::new(), 0, 0);
        while !inflater.is_done() {
            let (consumed, produced) = inflater.read(&stream[read..], &mut inflated, written, true).unwrap();
            (read, written) = (read + consumed, written + produced);
        }
        assert!(inflated[..written] == *bytes, "{what} {level:?}");
    }
}

/// Bytes of so many kinds, the first ones often, with repetitions.
fn bytes(length: usize, kinds: u32, repetitions: usize, random: &mut Rng) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length)
        .map(|_| {
            let kinds = random.u32(1..=kinds);
            random.u32(..kinds) as u8
        })
        .collect();
    for _ in 0..repetitions {
        let count = random.usize(..length.min(600));
        let (from, to) = (random.usize(..=length - count), random.usize(..=length - count));
        bytes.copy_within(from..from + count, to);
    }
    bytes
}

#[test]
fn streams_inflate_to_what_they_were_made_of() {
    let mut random = Rng::with_seed(1);
    for length in [0, 1, 2, 3, 4, 5, 300, 32_767, 65_536, 65_537, 200_000] {
        for kinds in [1, 2, 20, 256] {
            for repetitions in [0, length / 200] {
                let bytes = bytes(length, kinds, repetitions, &mut random);
                let piece = random.usize(1..100_000);
                check(&bytes, piece, &format!("{length} {kinds} {repetitions}"));
            }
        }
    }
}

#[test]
fn what_cannot_be_compressed_takes_hardly_more() {
    let mut random = Rng::with_seed(2);
    let noise: Vec<u8> = (0..300_000).map(|_| random.u8(..)).collect();
    check(&noise, 5000, "noise");
    // Noise and the rest in turns, so that what came before is gone when it is seen that nothing is gained.
    let mut turns = Vec::new();
    for _ in 0..20 {
        let count = random.usize(..40_000);
        turns.extend(vec![random.u8(..); count]);
        let count = random.usize(..40_000);
        turns.extend((0..count).map(|_| random.u8(..)));
    }
    check(&turns, 777, "turns");
    // The last bytes of noise, again and again from far away, one byte too few for a match to pay.
    let mut again = noise[..32_000].to_vec();
    for i in 0..60_000 {
        again.extend_from_slice(&noise[i * 7 % 31_000..][..3]);
        again.push(random.u8(..));
    }
    check(&again, 4096, "again");
}

#[test]
fn measured_streams_are_as_long_as_written_ones() {
    let mut random = Rng::with_seed(3);
    for kinds in [3, 256] {
        let bytes = bytes(400_000, kinds, 1000, &mut random);
        let mut file = File::measured();
        let mut stream = Deflate::new(Level::Lazy, &mut file);
        stream.write(&bytes, &mut file);
        stream.finish(&mut file);
        let (measured, written) = (file.counted() as usize, deflate(&bytes, Level::Lazy, 1000).len());
        assert!(measured.abs_diff(written) < written / 50, "{measured} {written}");
    }
}

#[test]
fn code_lengths_fill_their_space_and_keep_their_limit() {
    let mut random = Rng::with_seed(4);
    for case in 0..500 {
        let mut counts = [0u32; 286];
        let used = random.usize(..=286);
        let (mut a, mut b) = (1u32, 1);
        for count in &mut counts[..used] {
            *count = match case % 3 {
                0 => random.u32(..100),
                1 => 1 << random.u32(..20),
                _ => a,
            };
            // Those of which the codes are longest.
            (a, b) = (b, (a + b).min(1 << 22));
        }
        random.shuffle(&mut counts);
        let lengths = code_lengths(&counts, 15);
        let space: u32 = lengths.iter().filter(|&&length| length > 0).map(|&length| 1 << (15 - length)).sum();
        assert_eq!(space, 1 << 15);
        assert!(
            counts.iter().zip(&lengths).all(|(&count, &length)| count == 0 || (1..=15).contains(&length))
        );
        let mut codes: Vec<_> = codes(&lengths).into_iter().filter(|&code| code > 0).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
