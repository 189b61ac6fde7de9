//! Damaged and lying files, the same ones on every run.

use std::fs;

use edgepix_core::Format;
use fastrand::Rng;

use crate::golden_folder;

/// Sources beyond this are too slow to damage in many ways.
const LARGEST: usize = 400_000;
/// Files made of each source.
const VARIANTS: u64 = 55;

/// A file, and where it comes from.
pub struct Hostile {
    /// The source's name and what was done to it.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The golden sources as they are, and each that is not too long damaged in many ways. The same files on every run.
///
/// # Panics
///
/// A source cannot be read.
pub fn hostile_files() -> Vec<Hostile> {
    let mut files = Vec::new();
    for folder in ["made", "photos"] {
        let mut paths: Vec<_> = fs::read_dir(golden_folder().join("sources").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if (1..=LARGEST).contains(&bytes.len()) {
                files.extend((0..VARIANTS).map(|seed| damaged(&name, &bytes, seed)));
            }
            files.push(Hostile { name, bytes });
        }
    }
    files
}

/// One of eleven ways to damage a file, chosen by the seed.
fn damaged(name: &str, original: &[u8], seed: u64) -> Hostile {
    let mut random =
        Rng::with_seed(name.bytes().fold(seed + 1, |hash, byte| hash.wrapping_mul(31) ^ u64::from(byte)));
    let mut bytes = original.to_vec();
    let head = bytes.len().min(200);
    let what = match seed % 11 {
        0 => {
            bytes.truncate(random.usize(..bytes.len()));
            "cut anywhere"
        }
        1 => {
            bytes.truncate(random.usize(..head));
            "cut in the header"
        }
        2 | 3 => {
            flip(&mut random, &mut bytes, 1, usize::MAX);
            "one byte changed"
        }
        4 => {
            flip(&mut random, &mut bytes, 40, usize::MAX);
            "40 bytes changed"
        }
        5 | 6 => {
            flip(&mut random, &mut bytes, 3, head);
            "three header bytes changed"
        }
        7 => {
            claim_enormous_size(&mut bytes);
            "an enormous size in the header"
        }
        8 => {
            let (start, length) = (random.usize(..bytes.len()), random.usize(..400));
            let end = (start + length).min(bytes.len());
            bytes.drain(start..end);
            "a piece taken out"
        }
        9 => {
            flip(&mut random, &mut bytes, 3, usize::MAX);
            correct_checksums(&mut bytes);
            "three bytes changed, checksums right"
        }
        _ => {
            let start = random.usize(..bytes.len());
            let end = (start + random.usize(..400)).min(bytes.len());
            let piece = bytes[start..end].to_vec();
            let at = random.usize(..bytes.len());
            bytes.splice(at..at, piece);
            "a piece doubled"
        }
    };
    Hostile { name: format!("{name}, {what} ({seed})"), bytes }
}

/// Sets the sides that the header states to almost the most that they can be.
fn claim_enormous_size(bytes: &mut [u8]) {
    let put = |bytes: &mut [u8], at: usize, value: &[u8]| {
        if let Some(place) = bytes.get_mut(at..at + value.len()) {
            place.copy_from_slice(value);
        }
    };
    match Format::sniff(bytes) {
        Some(Format::Png) => {
            // With the right checksum, so that the size is believed.
            put(bytes, 16, &[0, 0, 0x2a, 0, 0, 0, 0x2a, 0]);
            if bytes.len() >= 33 {
                let checksum = crc32(&bytes[12..29]);
                put(bytes, 29, &checksum.to_be_bytes());
            }
        }
        Some(Format::Gif) => put(bytes, 6, &[0x00, 0x2a, 0x00, 0x2a]),
        Some(Format::Jpeg) => {
            let frame = bytes.windows(2).position(|pair| matches!(pair, [0xff, 0xc0 | 0xc2]));
            if let Some(at) = frame {
                put(bytes, at + 5, &[0x2a, 0, 0x2a, 0]);
            }
        }
        Some(Format::Webp) if bytes.get(12..16) == Some(b"VP8 ") => put(bytes, 26, &[0x00, 0x2a, 0x00, 0x2a]),
        Some(Format::Webp) if bytes.get(12..16) == Some(b"VP8L") => put(bytes, 21, &[0xff, 0xea, 0xbf, 0x0a]),
        Some(Format::Webp) => put(bytes, 24, &[0xff, 0x29, 0, 0xff, 0x29, 0]),
        _ => {}
    }
}

/// Those of PNG's chunks, without which a decoder looks no further.
fn correct_checksums(bytes: &mut [u8]) {
    if Format::sniff(bytes) != Some(Format::Png) {
        return;
    }
    let mut rest = &mut bytes[8..];
    while let Some(length) = rest.first_chunk().map(|length| u32::from_be_bytes(*length) as usize) {
        let Some((chunk, next)) = rest.split_at_mut_checked(length.saturating_add(12)) else { return };
        let (data, checksum) = chunk.split_at_mut(8 + length);
        checksum.copy_from_slice(&crc32(&data[4..]).to_be_bytes());
        rest = next;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

/// Changes bytes among the first `within`, none of them to what it was.
fn flip(random: &mut Rng, bytes: &mut [u8], count: usize, within: usize) {
    let end = bytes.len().min(within);
    for _ in 0..count.min(end) {
        bytes[random.usize(..end)] ^= random.u8(1..);
    }
}
