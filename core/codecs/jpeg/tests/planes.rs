//! Components as they are stored, and the encoder that takes them so.

mod common;

use common::{FIXTURES, decode, fixture};
use edgepix_jpeg::{Encoder, Error, Parameters, Pixels, PlaneDecoder, Scale, Subsampling, read_header};

/// The samples of each component, row after row.
fn planes(jpeg: &[u8], scales: [Scale; 4]) -> Result<Vec<Vec<u8>>, Error> {
    let mut decoder = PlaneDecoder::open(jpeg, scales)?;
    let mut planes = vec![Vec::new(); decoder.header().components().len()];
    while decoder.read_rows(|component, row| planes[component].extend_from_slice(row))? {}
    Ok(planes)
}

#[test]
fn every_plane_has_the_size_that_the_header_tells() {
    for fixture in FIXTURES {
        let header = read_header(fixture.jpeg).expect(fixture.name);
        for (i, &scale) in Scale::ALL.iter().enumerate() {
            let scales = [scale, Scale::ALL[(i + 2) % 7], Scale::ALL[(i + 5) % 7], scale];
            let planes = planes(fixture.jpeg, scales).expect(fixture.name);
            for (component, plane) in planes.iter().enumerate() {
                let (width, height) = header.plane_size(component, scales[component]).expect("a component");
                assert_eq!(plane.len() as u32, width * height, "{} at {scales:?}", fixture.name);
            }
        }
    }
}

/// Where no component is subsampled and nothing is converted, planes are what the pixels are made of.
#[test]
fn planes_are_what_pixels_are_made_of() {
    for name in ["grey", "grey-progressive", "rgb", "1x1"] {
        for scale in Scale::ALL {
            let pixels = decode(fixture(name).jpeg, scale).expect(name);
            let planes = planes(fixture(name).jpeg, [scale; 4]).expect(name);
            if pixels.channels == planes.len() && read_header(fixture(name).jpeg).expect(name).channels() != 3
            {
                for (c, plane) in planes.iter().enumerate() {
                    let channel = pixels.pixels.iter().skip(c).step_by(pixels.channels);
                    assert!(channel.eq(plane), "{name} at {scale:?}");
                }
            }
        }
    }
    for scale in Scale::ALL {
        let pixels = decode(fixture("444").jpeg, scale).expect("444");
        let planes = planes(fixture("444").jpeg, [scale; 4]).expect("444");
        for (i, pixel) in pixels.pixels.chunks_exact(3).enumerate() {
            let [y, cb, cr] = [0, 1, 2].map(|c| f64::from(planes[c][i]));
            let green = y - 0.344136 * (cb - 128.0) - 0.714136 * (cr - 128.0);
            assert!((green.clamp(0.0, 255.0) - f64::from(pixel[1])).abs() < 0.51, "{scale:?}");
        }
    }
}

#[test]
fn a_component_does_not_depend_on_the_others_scale() {
    for name in ["420", "420-progressive", "422", "411", "420-multi-scan"] {
        let one = planes(fixture(name).jpeg, [Scale::HALF; 4]).expect(name);
        let other =
            planes(fixture(name).jpeg, [Scale::HALF, Scale::EIGHTH, Scale::FULL, Scale::FULL]).expect(name);
        assert_eq!(one[0], other[0], "{name}");
    }
}

#[test]
fn what_is_missing_is_the_mean_of_the_last_row() {
    let jpeg = fixture("420").jpeg;
    let scales = [Scale::FULL, Scale::HALF, Scale::FULL, Scale::FULL];
    let whole = planes(jpeg, scales).expect("intact");
    let (mut cut, mut refused) = (0, 0);
    for length in (200..jpeg.len()).step_by(9) {
        let Ok(part) = planes(&jpeg[..length], scales) else {
            refused += 1;
            continue;
        };
        for (component, (part, whole)) in part.iter().zip(&whole).enumerate() {
            assert_eq!(part.len(), whole.len());
            let (width, _) = read_header(jpeg)
                .expect("a header")
                .plane_size(component, scales[component])
                .expect("a component");
            let rows = part.chunks_exact(width as usize).zip(whole.chunks_exact(width as usize));
            let intact = rows.clone().take_while(|(part, whole)| part == whole).count();
            if let Some((row, _)) = rows.clone().nth(intact) {
                cut += 1;
                let sum: u32 = part
                    .chunks_exact(width as usize)
                    .nth(intact - 1)
                    .expect("half")
                    .iter()
                    .map(|&s| u32::from(s))
                    .sum();
                assert!(row.iter().all(|&sample| sample == row[0]));
                assert_eq!(u32::from(row[0]), (sum + width / 2) / width);
            }
        }
    }
    assert!(cut > 10 && refused > 10, "{cut} {refused}");
}

#[test]
fn planes_and_rows_of_pixels_become_the_same_file() {
    for (width, height) in [(1, 1), (16, 16), (37, 53), (64, 17)] {
        // Grey pixels are luma with no colour difference, whatever the rounding.
        let luma: Vec<u8> = (0..width * height).map(|i| (i * i / 7 + i * 3) as u8).collect();
        let rgb: Vec<u8> = luma.iter().flat_map(|&y| [y; 3]).collect();
        for subsampling in [Subsampling::S420, Subsampling::S444] {
            let parameters = Parameters::new(width, height, Pixels::Rgb, 85, subsampling).expect("in range");
            let new = || Encoder::new(&parameters);
            let (mut by_rows, mut by_planes) = (new(), new());
            rgb.chunks_exact(3 * width as usize).for_each(|row| by_rows.write_row(row).expect("a row"));
            let mcu_rows = by_planes.mcu_rows();
            let cells = |side: usize| if subsampling == Subsampling::S420 { side.div_ceil(2) } else { side };
            for strip in luma.chunks(mcu_rows * width as usize) {
                let rows = strip.len() / width as usize;
                let chroma = vec![128; cells(width as usize) * cells(rows)];
                by_planes.write_planes([strip, &chroma, &chroma]).expect("a row of MCUs");
            }
            assert_eq!(by_rows.finish(), by_planes.finish(), "{width}×{height} {subsampling:?}");
        }
    }
}
