//! Estimates of work: the numbers that plans are made of, and that no arguments make them overflow.

mod common;

use common::fixture;
use edgepix_jpeg::{Effort, Parameters, Pixels, Scale, Subsampling, Turn, read_header};

/// Bytes, blocks and samples count, each with its factor.
#[test]
fn the_estimates_are_those_that_plans_are_made_of() {
    // 45 × 35 pixels.
    let work = |name, scale| read_header(fixture(name).jpeg).expect(name).decode_work(1000, scale);
    assert_eq!(work("grey", Scale::FULL), 64 * 1000 + 5 * 1575 + 23 * 1575);
    assert_eq!(work("420", Scale::FULL), 64 * 1000 + 5 * 1575 + 23 * 3 * 1575);
    assert_eq!(work("420", Scale::QUARTER), 64 * 1000 + 5 * 1575 + 23 * (3 * 1575 / 16));
    assert_eq!(work("420-progressive", Scale::QUARTER), 200 * 1000 + 5 * 1575 + 23 * (3 * 1575 / 16));
    assert_eq!(work("cmyk", Scale::EIGHTH), 64 * 1000 + 5 * 1575 + 23 * (4 * 1575 / 64));

    let scales = [Scale::HALF, Scale::FULL, Scale::FULL, Scale::EIGHTH];
    let planes = read_header(fixture("420").jpeg).expect("420").planes_work(1000, scales);
    assert_eq!(planes, 64 * 1000 + 5 * 1575 + 12 * 3 * 23 * 18);

    let recoding = |name, turn| read_header(fixture(name).jpeg).expect(name).recode_work(1000, turn);
    let turned = Turn { transpose: true, ..Turn::default() };
    assert_eq!(recoding("420", Turn::default()), 430 * 1000 + 40 * 1575);
    assert_eq!(recoding("420", turned), 400 * 1000 + 75 * 1575);
    assert_eq!(recoding("420-progressive", turned), 1080 * 1000 + 115 * 1575);

    let parameters = Parameters::new(45, 35, Pixels::Grey, 80, Subsampling::S420).expect("in range");
    let works =
        [Effort::Fast, Effort::Balanced, Effort::Small].map(|effort| parameters.effort(effort).work());
    assert_eq!(works, [780 * 1575, 800 * 1575, 4000 * 1575]);
}

#[test]
fn nothing_overflows() {
    // The largest picture that a header can claim.
    let mut jpeg = fixture("cmyk").jpeg.to_vec();
    let frame = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).expect("a frame");
    jpeg[frame + 5..frame + 9].fill(0xFF);
    let header = read_header(&jpeg).expect("a header");
    for scale in Scale::ALL {
        assert_eq!(header.decode_work(u64::MAX, scale), u64::MAX);
        assert_eq!(header.planes_work(u64::MAX, [scale; 4]), u64::MAX);
        assert_eq!(header.recode_work(u64::MAX, Turn::default()), u64::MAX);
        assert!(header.recode_memory(Turn::default(), 1) > 1);
        assert!(header.decode_work(0, scale) > 65535 * 65535);
        assert!(header.memory(scale) >= 65535 && header.planes_memory([scale; 4]) >= 65535);
    }
    let parameters = Parameters::new(65535, 65535, Pixels::Rgb, 100, Subsampling::S444).expect("in range");
    assert_eq!(parameters.effort(Effort::Fast).work(), 780 * 65535 * 65535);
    assert!(parameters.memory() > 65535 * 65535);
}
