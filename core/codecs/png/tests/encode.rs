//! Files against the pixels that they were made of, as the `png` crate and our own decoder read them.

use edgepix_png::{
    Chunks, ColourType, Decoder, Effort, Encoder, Error, Header, Metadata, Parameters, Pixels,
};
use fastrand::Rng;

const EFFORTS: [Effort; 3] = [Effort::Fast, Effort::Balanced, Effort::Small];
const PIXELS: [Pixels; 3] = [Pixels::Grey, Pixels::Rgb, Pixels::Rgba];

fn encode(width: u32, height: u32, pixels: Pixels, effort: Effort, samples: &[u8]) -> Vec<u8> {
    let parameters = Parameters::new(width, height, pixels).unwrap().effort(effort);
    let mut encoder = Encoder::new(&parameters, Metadata::default()).unwrap();
    let rows = samples.chunks(width as usize * pixels.samples());
    rows.for_each(|row| encoder.write_row(row).unwrap());
    encoder.finish().unwrap()
}

/// All pixels as RGBA, by the `png` crate, which compares the checksums.
fn decode(file: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.set_ignore_text_chunk(false);
    let mut reader = decoder.read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    reader.finish().unwrap();
    samples.truncate(info.buffer_size());
    let samples_of = match info.color_type {
        png::ColorType::Grayscale => Pixels::Grey,
        png::ColorType::Rgb => Pixels::Rgb,
        _ => Pixels::Rgba,
    };
    rgba(samples_of, &samples)
}

fn rgba(pixels: Pixels, samples: &[u8]) -> Vec<u8> {
    let pixel = |pixel: &[u8]| match *pixel {
        [grey] => [grey, grey, grey, 255],
        [red, green, blue] => [red, green, blue, 255],
        [red, green, blue, alpha] => [red, green, blue, alpha],
        _ => unreachable!(),
    };
    samples.chunks(pixels.samples()).flat_map(pixel).collect()
}

#[track_caller]
fn check(width: u32, height: u32, pixels: Pixels, samples: &[u8]) {
    for effort in EFFORTS {
        let file = encode(width, height, pixels, effort, samples);
        let what = format!("{width} × {height} {pixels:?} {effort:?}");
        assert!(decode(&file) == rgba(pixels, samples), "{what}");
        let parameters = Parameters::new(width, height, pixels).unwrap().effort(effort);
        assert!(file.len() as u64 <= parameters.memory(), "{what}");
        // Our own decoder.
        let header = Header::read(&file).unwrap();
        let mut decoder = Decoder::new(&file, &header);
        let mut row = vec![0; width as usize * header.channels()];
        for expected in rgba(pixels, samples).chunks(width as usize * 4) {
            decoder.read_row(&mut row).unwrap();
            let decoded = match header.channels() {
                1 => rgba(Pixels::Grey, &row),
                3 => rgba(Pixels::Rgb, &row),
                _ => row.clone(),
            };
            assert!(decoded == expected, "{what}");
        }
    }
}

/// Colours that a picture is made of.
fn colours(count: usize, opaque: bool, grey: bool, random: &mut Rng) -> Vec<[u8; 4]> {
    let colour = |random: &mut Rng| {
        let [red, green, blue] =
            if grey { [random.u8(..); 3] } else { std::array::from_fn(|_| random.u8(..)) };
        [red, green, blue, if opaque { 255 } else { random.u8(..) }]
    };
    (0..count).map(|_| colour(random)).collect()
}

#[test]
fn pictures_of_few_colours_and_any_width_come_back() {
    let mut random = Rng::with_seed(1);
    for case in 0..240 {
        let (width, height) = (random.u32(1..40), random.u32(1..12));
        let count = [1, 2, 3, 4, 5, 16, 17, 200, 256, 257, 400][case % 11];
        let colours = colours(count, random.bool(), random.bool(), &mut random);
        let picture: Vec<_> = (0..width * height).map(|_| colours[random.usize(..count)]).collect();
        for pixels in PIXELS {
            let samples = match pixels {
                Pixels::Grey => picture.iter().map(|pixel| pixel[0]).collect(),
                Pixels::Rgb => picture.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
                _ => picture.concat(),
            };
            check(width, height, pixels, &samples);
        }
    }
}

#[test]
fn the_colour_that_is_one_too_many_may_come_anywhere() {
    let mut random = Rng::with_seed(2);
    let (width, height) = (61, 23);
    for alpha in [255, 77] {
        for place in [0, 256, 257, 300, 700, (width * height - 1) as usize] {
            let mut picture: Vec<[u8; 4]> =
                (0..width * height).map(|i| [(i % 256) as u8, 0, 9, alpha]).collect();
            picture[place] = [random.u8(..), 200, 10, 255];
            // Transparency may come behind it.
            let late = random.usize(place..picture.len());
            for last in [None, Some(late)] {
                let mut picture = picture.clone();
                if let Some(last) = last {
                    picture[last][3] = 3;
                }
                check(width, height, Pixels::Rgba, &picture.concat());
                let rgb: Vec<u8> = picture.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
                check(width, height, Pixels::Rgb, &rgb);
            }
        }
    }
}

#[test]
fn noise_gradients_and_repetitions_come_back() {
    let mut random = Rng::with_seed(3);
    for (width, height) in [(1, 1), (1, 300), (300, 1), (257, 190), (700, 260)] {
        for pixels in PIXELS {
            let length = (width * height) as usize * pixels.samples();
            let noise: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            check(width, height, pixels, &noise);
            let gradient: Vec<u8> = (0..length).map(|i| (i / 3 + i / 700) as u8 ^ random.u8(..3)).collect();
            check(width, height, pixels, &gradient);
            let mut repeated = noise;
            for _ in 0..60 {
                let count = random.usize(..length.min(900));
                let (from, to) = (random.usize(..=length - count), random.usize(..=length - count));
                repeated.copy_within(from..from + count, to);
            }
            check(width, height, pixels, &repeated);
            check(width, height, pixels, &vec![77; length]);
        }
    }
}

/// What a file is stored as: its colour type, bits, and the colours and alphas of its palette.
fn stored(file: &[u8]) -> (ColourType, u8, usize, usize) {
    let header = Header::read(file).unwrap();
    let length = |range: Option<std::ops::Range<usize>>| range.map_or(0, |range| range.len());
    (header.colour, header.bit_depth, length(header.palette) / 3, length(header.transparency))
}

#[test]
fn pixels_are_stored_as_the_least_that_holds_them() {
    let picture = |colours: &[[u8; 4]]| -> Vec<u8> {
        (0..64 * 64).flat_map(|i| colours[(i * 7 + i / 64) % colours.len()]).collect()
    };
    let greys = |count: usize, step: usize| -> Vec<[u8; 4]> {
        (0..count).map(|i| [(i * step) as u8, (i * step) as u8, (i * step) as u8, 255]).collect()
    };
    let mut random = Rng::with_seed(4);
    let mut many = colours(5000, true, false, &mut random);
    let cases = [
        (greys(2, 255), (ColourType::Grey, 1, 0, 0)),
        (greys(4, 85), (ColourType::Grey, 2, 0, 0)),
        (greys(16, 17), (ColourType::Grey, 4, 0, 0)),
        (greys(256, 1), (ColourType::Grey, 8, 0, 0)),
        // Fewer bits than the levels would take.
        (greys(3, 100), (ColourType::Palette, 2, 3, 0)),
        (vec![[1, 2, 3, 255], [4, 5, 6, 255]], (ColourType::Palette, 1, 2, 0)),
        // Colours with alpha come first.
        (vec![[1, 2, 3, 255], [4, 5, 6, 255], [9, 9, 9, 0]], (ColourType::Palette, 2, 3, 1)),
        (colours(200, true, false, &mut random), (ColourType::Palette, 8, 200, 0)),
        (many.clone(), (ColourType::Rgb, 8, 0, 0)),
        (
            {
                many[3728][3] = 254;
                many
            },
            (ColourType::Rgba, 8, 0, 0),
        ),
    ];
    for effort in EFFORTS {
        for (colours, expected) in &cases {
            let file = encode(64, 64, Pixels::Rgba, effort, &picture(colours));
            assert_eq!(stored(&file), *expected, "{effort:?} {} colours", colours.len());
        }
        // A palette takes more than the pixels of a small picture.
        assert_eq!(stored(&encode(1, 1, Pixels::Rgba, effort, &[1, 2, 3, 255])), (ColourType::Rgb, 8, 0, 0));
    }
}

#[test]
fn a_profile_keeps_the_channels_that_it_is_for() {
    let profile: Vec<u8> = (0..=255).cycle().take(3000).collect();
    let mut metadata = Metadata::default();
    metadata.icc = Some(&profile);
    metadata.exif = Some(b"MM\0\x2a\0\0\0\x08\0\0\0\0\0\0");
    metadata.xmp = Some("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
    for (pixels, expected) in [(Pixels::Rgb, ColourType::Palette), (Pixels::Grey, ColourType::Grey)] {
        let parameters = Parameters::new(64, 64, pixels).unwrap();
        let mut encoder = Encoder::new(&parameters, metadata).unwrap();
        let row = |y: u8| [y; 64].into_iter().flat_map(move |grey| vec![grey; pixels.samples()]);
        (0..64).for_each(|y| encoder.write_row(&row(y).collect::<Vec<_>>()).unwrap());
        let file = encoder.finish().unwrap();
        assert_eq!(stored(&file).0, expected);
        let chunk = |kind: &[u8; 4]| Chunks::new(&file).find(|chunk| chunk.kind == *kind).unwrap().data;
        assert_eq!(chunk(b"eXIf"), metadata.exif.unwrap());
        assert_eq!(
            chunk(b"iTXt"),
            [b"XML:com.adobe.xmp\0\0\0\0\0", metadata.xmp.unwrap().as_bytes()].concat()
        );
        let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        assert_eq!(reader.info().icc_profile.as_deref(), Some(&profile[..]));
    }
}

#[test]
fn indices_become_the_colours_of_their_palette() {
    let mut random = Rng::with_seed(5);
    for case in 0..60 {
        let count = [1, 2, 3, 9, 100, 256][case % 6];
        let (opaque, grey) = (random.bool(), random.bool());
        let mut palette = colours(count, opaque, grey, &mut random);
        // The same colour twice, and some that no pixel has.
        palette[count - 1] = palette[0];
        let in_use = random.usize(1..=count);
        let (width, height) = (random.u32(1..50), random.u32(1..50));
        let indices: Vec<u8> =
            (0..width * height).map(|_| random.usize(count - in_use..count) as u8).collect();
        let expected: Vec<u8> = indices.iter().flat_map(|&index| palette[usize::from(index)]).collect();
        for effort in EFFORTS {
            let parameters = Parameters::new(width, height, Pixels::Indexed).unwrap().effort(effort);
            let mut encoder = Encoder::indexed(&parameters, &palette, Metadata::default()).unwrap();
            indices.chunks(width as usize).for_each(|row| encoder.write_row(row).unwrap());
            let file = encoder.finish().unwrap();
            assert!(decode(&file) == expected, "{width} × {height}, {count} colours");
            assert!(stored(&file).2 <= in_use);
        }
    }
}

#[test]
fn what_does_not_go_is_an_error() {
    let misuse = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Misuse(_))), "{result:?}");
    misuse(Parameters::new(1, 0, Pixels::Rgb).map(|_| ()));
    misuse(Parameters::new(1 << 31, 1, Pixels::Rgb).map(|_| ()));
    let large = Parameters::new(i32::MAX as u32, i32::MAX as u32, Pixels::Rgba).unwrap();
    assert!(large.memory() > i32::MAX as u64);
    misuse(Encoder::new(&large, Metadata::default()).map(|_| ()));
    let (rgb, indexed) =
        [Pixels::Rgb, Pixels::Indexed].map(|pixels| Parameters::new(2, 1, pixels).unwrap()).into();
    misuse(Encoder::new(&indexed, Metadata::default()).map(|_| ()));
    misuse(Encoder::indexed(&rgb, &[[0; 4]], Metadata::default()).map(|_| ()));
    misuse(Encoder::indexed(&indexed, &[], Metadata::default()).map(|_| ()));
    misuse(Encoder::indexed(&indexed, &[[0; 4]; 257], Metadata::default()).map(|_| ()));
    misuse(Encoder::indexed(&indexed, &[[0; 4]; 3], Metadata::default()).unwrap().write_row(&[0, 3]));
    let mut encoder = Encoder::new(&rgb, Metadata::default()).unwrap();
    misuse(encoder.write_row(&[0; 5]));
    encoder.write_row(&[0; 6]).unwrap();
    misuse(encoder.write_row(&[0; 6]));
    misuse(Encoder::new(&rgb, Metadata::default()).unwrap().finish().map(|_| ()));
}
