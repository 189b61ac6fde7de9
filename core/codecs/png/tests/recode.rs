//! Stills that are written again without loss.

mod file;

use edgepix_png::{Chunks, Decoder, Error, Header, recode};
use fastrand::Rng;
use file::{KINDS, Stored, chunk};

/// More bytes than any of the files have.
const PLENTY: usize = 1 << 20;

fn pixels(file: &[u8]) -> Vec<u16> {
    let header = Header::read(file).expect("a header");
    let mut decoder = Decoder::new(file, &header);
    let mut row = vec![0; header.width as usize * header.channels()];
    let rows = (0..header.height).flat_map(|_| {
        decoder.read_row_16(&mut row).expect("a row");
        row.clone()
    });
    rows.collect()
}

/// As the `png` crate reads it, which checks all checksums.
fn strictly(file: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a header");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("all rows");
    pixels
}

fn recoded(file: &[u8], most: usize) -> Option<Vec<u8>> {
    recode(file, &Header::read(file).expect("a header"), &[], most)
}

/// The bytes of a file that hold its pixels, and what it takes to show them.
fn needed(file: &[u8]) -> usize {
    let sizes = Chunks::new(file).map(|chunk| chunk.data.len() + if chunk.data.is_empty() { 0 } else { 12 });
    8 + 12 + sizes.sum::<usize>()
}

#[test]
fn pixels_stay_and_no_file_grows() {
    let mut random = Rng::with_seed(1);
    for (colour, depth) in KINDS {
        for _ in 0..20 {
            for interlaced in [false, true] {
                let stored = Stored::random(colour, depth, &mut random);
                let keyed = random.bool();
                let file = stored.file(interlaced, keyed, &mut random);
                let smaller = recoded(&file, PLENTY).expect("a whole file");
                assert!(
                    smaller.len() <= needed(&file),
                    "{colour}, {depth}: {} of {}",
                    smaller.len(),
                    file.len()
                );
                assert_eq!(pixels(&smaller), pixels(&file));
                assert_eq!(strictly(&smaller), strictly(&file));
                let [before, after] = [&file, &smaller].map(|file| Header::read(file).expect("a header"));
                let facts = |header: &Header| {
                    (
                        header.colour,
                        header.bit_depth,
                        header.interlaced,
                        header.has_alpha(),
                        header.palette.as_ref().map(|it| it.len()),
                    )
                };
                assert_eq!(facts(&before), facts(&after));
                assert_eq!(recoded(&smaller, PLENTY).as_ref(), Some(&smaller), "what is smallest stays so");
                for most in (0..smaller.len() + 40).step_by(13) {
                    assert!(recoded(&file, most).is_none_or(|file| file == smaller && file.len() <= most));
                }
                assert!(recoded(&file, smaller.len() + 40).is_some());
            }
        }
    }
}

/// Blocks of all kinds, with bytes that compress and such that do not.
#[test]
fn every_kind_of_block_is_coded_again() {
    let mut random = Rng::with_seed(2);
    for level in 0..=10 {
        for contents in 0..4 {
            let mut raw = Vec::new();
            for y in 0..300u32 {
                raw.push(0);
                raw.extend((0..400u32).map(|x| match contents {
                    0 => 0,
                    1 => random.u8(..),
                    2 => (x / 7 + y / 5) as u8,
                    _ => {
                        if y < 150 {
                            random.u8(..9)
                        } else {
                            (x * y / 16) as u8
                        }
                    }
                }));
            }
            let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
            chunk(&mut file, *b"IHDR", &[0, 0, 1, 144, 0, 0, 1, 44, 8, 0, 0, 0, 0]);
            for part in miniz_oxide::deflate::compress_to_vec_zlib(&raw, level).chunks(10_000) {
                chunk(&mut file, *b"IDAT", part);
            }
            chunk(&mut file, *b"IEND", &[]);
            let smaller = recoded(&file, PLENTY).expect("a whole file");
            assert!(smaller.len() <= file.len(), "{level}, {contents}: {} of {}", smaller.len(), file.len());
            assert_eq!(strictly(&smaller), strictly(&file));
        }
    }
}

#[test]
fn what_is_broken_or_moves_is_refused() {
    let mut random = Rng::with_seed(3);
    let stored = Stored::random(2, 8, &mut random);
    let file = stored.file(false, false, &mut random);
    assert!(recoded(&file, PLENTY).is_some());
    let start = file.windows(4).position(|kind| kind == b"IDAT").expect("pixels") + 4;
    for end in (start..file.len() - 16).step_by(11) {
        assert_eq!(recoded(&file[..end], PLENTY), None, "{end} of {}", file.len());
    }
    let mut intact = 0;
    for at in start..file.len() - 16 {
        let mut broken = file.clone();
        broken[at] ^= 1 << random.u8(..8);
        // A bit of a chunk's checksum or of its length's spare ones does not matter.
        let Some(again) = recoded(&broken, PLENTY) else { continue };
        assert_eq!(pixels(&again), pixels(&file));
        intact += 1;
    }
    assert!(intact < 20, "{intact}");
    assert_eq!(Header::read(&file[..20]), Err(Error::Truncated));
}

#[test]
fn no_bytes_make_it_panic() {
    let mut random = Rng::with_seed(4);
    for _ in 0..3000 {
        let stored = Stored::random(0, 8, &mut random);
        let mut file = stored.file(random.bool(), false, &mut random);
        let header = Header::read(&file).expect("a header");
        for _ in 0..random.usize(1..9) {
            let at = random.usize(41..file.len());
            file[at] = random.u8(..);
        }
        recode(&file, &header, &[], random.usize(..2000));
    }
}
