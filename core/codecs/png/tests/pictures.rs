//! Pictures of all kinds, against what they were made of and against the `png` crate.

mod file;

use edgepix_png::{Decoder, Error, Header};
use fastrand::Rng;
use file::{KINDS, Stored};

/// All rows as samples of 8 bits, as far as they go.
fn decode(file: &[u8]) -> Result<(Vec<u8>, Result<(), Error>), Error> {
    let header = Header::read(file)?;
    let mut decoder = Decoder::new(file, &header);
    let mut samples = Vec::new();
    let mut row = vec![0; header.width as usize * header.channels()];
    for _ in 0..header.height {
        if let Err(error) = decoder.read_row(&mut row) {
            return Ok((samples, Err(error)));
        }
        samples.extend_from_slice(&row);
    }
    Ok((samples, Ok(())))
}

fn whole(file: &[u8]) -> Vec<u8> {
    let (samples, end) = decode(file).unwrap();
    assert_eq!(end, Ok(()));
    samples
}

/// What the `png` crate makes of a file.
fn expected(file: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    samples.truncate(info.buffer_size());
    if info.bit_depth == png::BitDepth::Sixteen {
        let wide = samples.as_chunks::<2>().0.iter().map(|sample| u32::from(u16::from_be_bytes(*sample)));
        samples = wide.map(|sample| ((sample * 255 + 32767) / 65535) as u8).collect();
    }
    if info.color_type == png::ColorType::GrayscaleAlpha {
        samples =
            samples.as_chunks::<2>().0.iter().flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect();
    }
    samples
}

#[test]
fn every_kind_and_filter_decodes_as_by_the_png_crate() {
    let mut random = Rng::with_seed(1);
    for (colour, depth) in KINDS {
        for case in 0..24 {
            let stored = Stored::random(colour, depth, &mut random);
            for interlaced in [false, true] {
                let file = stored.file(interlaced, case % 3 == 0, &mut random);
                assert_eq!(whole(&file), expected(&file), "{colour} {depth} {interlaced} {case}");
            }
        }
    }
}

#[test]
fn sixteen_bits_come_whole() {
    let mut random = Rng::with_seed(2);
    let stored = Stored::random(2, 16, &mut random);
    let file = stored.file(false, false, &mut random);
    let header = Header::read(&file).unwrap();
    let mut decoder = Decoder::new(&file, &header);
    let mut row = vec![0; header.width as usize * 3];
    for y in 0..header.height as usize {
        decoder.read_row_16(&mut row).unwrap();
        let expected = stored.row(y).as_chunks::<2>().0.iter().map(|sample| u16::from_be_bytes(*sample));
        assert!(row.iter().copied().eq(expected), "{y}");
    }
}

#[test]
fn a_grey_that_is_transparent_counts_by_the_bits_that_it_has() {
    for (depth, key) in [(1, [0xff, 0xff]), (2, [0x12, 0x03]), (4, [0x80, 0xf5]), (8, [0x01, 0x7f])] {
        let stored = Stored { colour: 0, depth, width: 16, height: 1, rows: (0..=15).collect::<Vec<u8>>() };
        let stored = Stored { rows: stored.rows[..stored.stride()].to_vec(), ..stored };
        let file = stored.file_with(false, &[(*b"tRNS", key.to_vec())], &mut Rng::with_seed(0));
        let scale = 255 / ((1u16 << depth) - 1);
        let level = (u16::from(key[1]) & ((1 << depth) - 1)) * scale;
        for pixel in whole(&file).as_chunks::<4>().0 {
            assert_eq!(pixel[3] == 0, u16::from(pixel[0]) == level, "{depth} {pixel:?}");
        }
    }
}

#[test]
fn a_file_that_is_cut_gives_the_rows_that_it_has() {
    let mut random = Rng::with_seed(3);
    for (colour, depth) in KINDS {
        let stored = Stored { width: 37, height: 41, ..Stored::random(colour, depth, &mut random) }
            .filled(&mut random);
        let file = stored.file(false, false, &mut random);
        let rows = whole(&file);
        let mut longest = 0;
        for cut in (0..file.len()).step_by(7) {
            let Ok((part, end)) = decode(&file[..cut]) else { continue };
            assert!(rows.starts_with(&part), "{colour} {depth} {cut}");
            assert!(end.is_err() || part.len() == rows.len());
            longest = longest.max(part.len());
        }
        assert!(longest > rows.len() / 2);
    }
}

#[test]
fn an_interlaced_file_that_is_cut_is_only_coarser() {
    let stored = Stored { colour: 0, depth: 8, width: 64, height: 64, rows: vec![0; 64 * 64] };
    let mut random = Rng::with_seed(4);
    // Two halves: what is repeated from another half would show.
    let rows =
        (0..64 * 64).map(|i| if i % 64 < 32 { random.u8(10..20) } else { random.u8(200..210) }).collect();
    let file = Stored { rows, ..stored }.file(true, false, &mut random);
    let mut whole_ones = 0;
    for cut in 60..file.len() {
        let Ok((part, _)) = decode(&file[..cut]) else { continue };
        whole_ones += usize::from(part.len() == 64 * 64);
        for (i, level) in part.iter().enumerate() {
            let half = if i % 64 < 32 { 10..20 } else { 200..210 };
            assert!(half.contains(level), "{cut} {i}");
        }
    }
    assert!(whole_ones > 100);
}

#[test]
fn mutated_files_neither_panic_nor_run_on() {
    let mut random = Rng::with_seed(5);
    for _ in 0..3000 {
        let (colour, depth) = KINDS[random.usize(..KINDS.len())];
        let stored = Stored::random(colour, depth, &mut random);
        let (interlaced, keyed) = (random.bool(), random.bool());
        let mut file = stored.file(interlaced, keyed, &mut random);
        for _ in 0..random.usize(1..8) {
            let at = random.usize(..file.len());
            file[at] = random.u8(..);
        }
        if Header::read(&file)
            .is_ok_and(|header| u64::from(header.width) * u64::from(header.height) < 1 << 20)
        {
            let _ = decode(&file);
        }
    }
}
