//! Damaged, lying and hostile files, the same ones on every run: whatever comes in, the core answers, soon, and in
//! the memory that its plan states.

mod memory;

use std::fs;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use edgepix_core::{
    Blame, Error, Fit, Flip, Format, KeepMetadata, Limits, Rotate, Transform, metadata, plan, transform,
};
use edgepix_golden::golden_folder;
use fastrand::Rng;
use memory::measured;

/// An isolate at the edge has no more to give.
const LIMITS: Limits = {
    let mut limits = Limits::new();
    limits.memory = 96 << 20;
    limits
};
/// Far beyond what any of these files takes, and far below a hang.
const TIME: Duration = Duration::from_secs(10);
/// Sources beyond this are too slow to damage in many ways.
const LARGEST: usize = 400_000;
/// Files made of each source.
const VARIANTS: u64 = 55;

/// A hostile file and where it comes from.
struct Hostile {
    name: String,
    bytes: Vec<u8>,
}

#[test]
fn no_file_brings_the_core_down() {
    let files = hostile_files();
    assert!(files.len() >= 200, "{} files", files.len());
    let mut wrong = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let options = options(index as u64);
        if let Err(why) = check(&file.bytes, &options) {
            wrong.push(format!("{}: {why}: {options:?}", file.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    println!("{} files", files.len());
}

/// Any of those that suit every picture.
fn options(seed: u64) -> Transform {
    let mut random = Rng::with_seed(seed);
    let frame = (random.u8(..3) == 0).then_some(0);
    let mut of = |count| random.usize(..count);
    Transform::builder()
        .width([Some(48), Some(48), Some(300), None][of(4)])
        .height([None, Some(60)][of(2)])
        .fit([Fit::Inside, Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill][of(5)])
        .crop([None, "10p,20p,50p,60p".parse().ok()][of(2)])
        .rotate([Rotate::None, Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters][of(4)])
        .flip([Flip::None, Flip::Horizontal, Flip::Vertical, Flip::Both][of(4)])
        .format(Format::outputs().nth(of(Format::outputs().count())))
        .quality([None, Some(100), Some(30)][of(3)])
        .lossless(of(4) == 0)
        .metadata([KeepMetadata::None, KeepMetadata::Copyright, KeepMetadata::All][of(3)])
        .frame(frame)
        .build()
        .unwrap()
}

/// Whether the core keeps its promises on one file.
fn check(bytes: &[u8], options: &Transform) -> Result<(), String> {
    let refused = (1 << 20) + 4 * bytes.len() as u64;
    let start = Instant::now();
    let (facts, used) = guarded(|| metadata(bytes))?;
    blamed(&facts)?;
    within("metadata", used, refused)?;

    let (planned, used) = guarded(|| plan(bytes, options, &LIMITS))?;
    blamed(&planned)?;
    within("plan", used, refused)?;

    let (result, used) = guarded(|| transform(bytes, options, &LIMITS))?;
    blamed(&result)?;
    within("transform", used, planned.as_ref().map_or(refused, |plan| plan.memory))?;
    if let (Err(error), Ok(output)) = (&planned, &result) {
        return Err(format!(
            "the plan is refused ({error}), and still {} bytes come out",
            output.bytes.len()
        ));
    }
    if start.elapsed() > TIME {
        return Err(format!("took {:?}", start.elapsed()));
    }
    Ok(())
}

/// Runs, and turns a panic into a sentence.
fn guarded<T>(work: impl FnOnce() -> T + std::panic::UnwindSafe) -> Result<(T, u64), String> {
    catch_unwind(|| measured(work)).map_err(|_| "panicked".to_owned())
}

/// An error is the source's or a limit's: the options are right, and the core has no defect.
fn blamed<T>(result: &Result<T, Error>) -> Result<(), String> {
    match result {
        Err(error) if !matches!(error.kind.blame(), Blame::Source | Blame::Limit) => {
            Err(format!("an error of the wrong kind: {error}"))
        }
        _ => Ok(()),
    }
}

fn within(what: &str, used: u64, allowed: u64) -> Result<(), String> {
    if used <= allowed {
        Ok(())
    } else {
        Err(format!("{what} took {used} bytes, {allowed} at most expected"))
    }
}

fn hostile_files() -> Vec<Hostile> {
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
            lie_about_size(&mut bytes);
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
            mend_checksums(&mut bytes);
            "three bytes changed, checksums set right"
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
fn lie_about_size(bytes: &mut [u8]) {
    let put = |bytes: &mut [u8], at: usize, value: &[u8]| {
        if let Some(room) = bytes.get_mut(at..at + value.len()) {
            room.copy_from_slice(value);
        }
    };
    match Format::sniff(bytes) {
        Some(Format::Png) => {
            // The checksum is set right, so that the lie is believed.
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
fn mend_checksums(bytes: &mut [u8]) {
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
