//! At full size, the pixels are those of libjpeg-turbo.

mod common;

use common::{FIXTURES, decode, fixture};
use edgepix_jpeg::{Colour, Scale, read_header};

#[test]
fn pixels_equal_those_of_libjpeg_turbo() {
    for fixture in FIXTURES {
        let picture = decode(fixture.jpeg, Scale::FULL).expect(fixture.name);
        assert_eq!(picture.pixels, fixture.pixels, "{}", fixture.name);
        assert_eq!(picture.intact as usize, picture.height, "{}", fixture.name);
    }
}

#[test]
fn headers_tell_colour_and_process() {
    let header = |name| read_header(fixture(name).jpeg).expect(name);
    assert_eq!(header("grey").colour(), Colour::Grey);
    assert_eq!(header("420").colour(), Colour::YCbCr);
    assert_eq!(header("rgb").colour(), Colour::Rgb);
    assert_eq!(header("cmyk").colour(), Colour::Cmyk);
    assert_eq!(header("ycck").colour(), Colour::Ycck);
    assert!(header("420-progressive").is_progressive());
    assert!(!header("420").is_multi_scan());
    assert!(!header("420-multi-scan").is_progressive());
    assert!(header("420-multi-scan").is_multi_scan());
    assert_eq!(header("411").components().iter().map(|c| c.horizontal).collect::<Vec<_>>(), [4, 1, 1]);
}

#[test]
fn fill_bytes_garbage_and_a_missing_end_do_no_harm() {
    let plain = fixture("420").jpeg;
    let mut odd = plain[..2].to_vec();
    odd.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x12, 0xFF, 0x00]);
    odd.extend_from_slice(&plain[2..plain.len() - 2]);
    assert_eq!(decode(&odd, Scale::FULL), decode(plain, Scale::FULL));
}
