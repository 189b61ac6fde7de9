//! Files that are written again without loss.

mod common;

use common::{FIXTURES, Fixture, decode, fixture};
use edgepix_jpeg::{
    Coefficients, Error, Header, Metadata, Scale, Turn, marker, read_header, recode, recode_coefficients,
    segments,
};

/// More bytes than any of the files have.
const PLENTY: usize = 1 << 20;

fn header(jpeg: &[u8]) -> Header {
    read_header(jpeg).expect("a header")
}

fn coefficients(jpeg: &[u8]) -> Coefficients {
    Coefficients::decode(jpeg, &header(jpeg)).expect("an intact file")
}

fn recoded(jpeg: &[u8]) -> Vec<u8> {
    recode(jpeg, &header(jpeg), &Metadata::default(), PLENTY).expect("an intact file").expect("no bound")
}

/// Blocks that have something of the picture: what pads the last MCUs of several scans is nowhere in the file.
fn assert_same(a: &Coefficients, b: &Coefficients, name: &str) {
    assert_eq!((a.size(), a.components().len()), (b.size(), b.components().len()), "{name}");
    for component in 0..a.components().len() {
        assert_eq!(a.blocks(component), b.blocks(component), "{name}");
        assert_eq!(a.steps(component), b.steps(component), "{name}");
        let (across, down) = a.blocks(component);
        for (x, y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
            assert_eq!(a.block(component, x, y), b.block(component, x, y), "{name}, {component}: {x}, {y}");
        }
    }
}

/// The quarter turns and mirrors.
fn turns() -> impl Iterator<Item = Turn> {
    (0..8).map(|bits| Turn { transpose: bits & 1 != 0, mirror_x: bits & 2 != 0, mirror_y: bits & 4 != 0 })
}

#[test]
fn coefficients_stay_and_no_file_grows() {
    for Fixture { name, jpeg, .. } in FIXTURES {
        let smaller = recoded(jpeg);
        assert_same(&coefficients(jpeg), &coefficients(&smaller), name);
        // Those without Huffman tables were not whole.
        let grows = *name == "no-huffman-tables";
        assert!(grows || smaller.len() <= jpeg.len(), "{name}: {} of {}", smaller.len(), jpeg.len());
        assert_eq!(
            decode(&smaller, Scale::FULL).expect("a file").pixels,
            decode(jpeg, Scale::FULL).expect("a file").pixels,
            "{name}"
        );
        let [before, after] = [header(jpeg), header(&smaller)];
        assert_eq!((before.colour(), before.is_progressive()), (after.colour(), after.is_progressive()));
        assert!(segments(&smaller).all(|segment| segment.marker != marker::DRI), "{name}");
        // What is smallest stays so.
        assert_eq!(recoded(&smaller), smaller, "{name}");
        let whole = recode_coefficients(&coefficients(jpeg), &Metadata::default(), PLENTY);
        assert_eq!(whole, Ok(Some(smaller)), "{name}");
    }
}

#[test]
fn a_bound_is_kept() {
    for Fixture { name, jpeg, .. } in FIXTURES {
        let length = recoded(jpeg).len();
        for most in (0..length + 40).step_by(7) {
            let result = recode(jpeg, &header(jpeg), &Metadata::default(), most).expect(name);
            assert!(result.is_none_or(|file| file.len() == length && length <= most), "{name}: {most}");
        }
        assert!(recode(jpeg, &header(jpeg), &Metadata::default(), length + 32).expect(name).is_some());
    }
}

#[test]
fn metadata_is_carried() {
    let jpeg = fixture("420-progressive").jpeg;
    let metadata = Metadata { exif: b"II*\0data", xmp: b"<x/>", icc: &[1; 70_000] };
    let with = recode(jpeg, &header(jpeg), &metadata, PLENTY).expect("intact").expect("no bound");
    let of = |marker: u8, name: &[u8]| -> Vec<usize> {
        let all = segments(&with).filter(|segment| segment.marker == marker);
        all.filter_map(|segment| Some(segment.payload.strip_prefix(name)?.len())).collect()
    };
    assert_eq!(of(marker::APP1, b"Exif\0\0"), [8]);
    assert_eq!(of(marker::APP1, b"http://ns.adobe.com/xap/1.0/\0"), [4]);
    assert_eq!(of(marker::APP2, b"ICC_PROFILE\0"), [2 + 65_519, 2 + 4481]);
    assert_same(&coefficients(jpeg), &coefficients(&with), "with metadata");
}

#[test]
fn what_is_cut_short_is_refused() {
    for Fixture { name, jpeg, .. } in FIXTURES.iter().filter(|fixture| fixture.jpeg.len() > 900) {
        for cut in [jpeg.len() * 3 / 4, jpeg.len() - 20] {
            let jpeg = &jpeg[..cut];
            let Ok(header) = read_header(jpeg) else { continue };
            let result = recode(jpeg, &header, &Metadata::default(), PLENTY);
            assert!(matches!(result, Err(Error::Damaged(_))), "{name}: {cut}");
        }
    }
}

#[test]
fn a_turn_and_its_inverse_leave_the_picture() {
    for turn in turns() {
        // Whole MCUs, for all of these.
        for name in ["444", "420", "422-progressive-restart", "grey-progressive"] {
            let source = whole_mcus(fixture(name).jpeg);
            let before = coefficients(&source);
            assert!(turn.is_lossless(&header(&source)));
            let turned = before.clone().turned(turn).expect("whole MCUs");
            let file = recode_coefficients(&turned, &Metadata::default(), PLENTY)
                .expect("values")
                .expect("no bound");
            let (mirror_x, mirror_y) =
                if turn.transpose { (turn.mirror_y, turn.mirror_x) } else { (turn.mirror_x, turn.mirror_y) };
            let back = coefficients(&file).turned(Turn { mirror_x, mirror_y, ..turn }).expect("whole MCUs");
            assert_same(&before, &back, name);

            // The pixels are turned, too, but for rounding, which goes upwards whatever the sign.
            let [from, to] = [&source, &file].map(|jpeg| decode(jpeg, Scale::FULL).expect("a file"));
            for (x, y) in (0..to.height).flat_map(|y| (0..to.width).map(move |x| (x, y))) {
                let mut at = (
                    if turn.mirror_x { to.width - 1 - x } else { x },
                    if turn.mirror_y { to.height - 1 - y } else { y },
                );
                at = if turn.transpose { (at.1, at.0) } else { at };
                for c in 0..to.channels {
                    let found = to.pixels[(y * to.width + x) * to.channels + c];
                    let expected = from.pixels[(at.1 * from.width + at.0) * from.channels + c];
                    assert!(
                        found.abs_diff(expected) <= 4,
                        "{name}, {turn:?}: {x}, {y}: {found} for {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_mirror_needs_whole_mcus() {
    // 45 × 35 pixels.
    let jpeg = fixture("420").jpeg;
    for turn in turns() {
        let lossless = !turn.mirror_x && !turn.mirror_y;
        assert_eq!(turn.is_lossless(&header(jpeg)), lossless);
        assert_eq!(coefficients(jpeg).turned(turn).is_ok(), lossless, "{turn:?}");
    }
}

/// The file with the size that its MCUs have: 45 × 35 pixels become whole ones.
fn whole_mcus(jpeg: &[u8]) -> Vec<u8> {
    let before = header(jpeg);
    let most =
        |of: fn(&edgepix_jpeg::Component) -> u8| before.components().iter().map(of).max().expect("some");
    let side = |side: u32, factor: u8| side.next_multiple_of(8 * u32::from(factor)) as u16;
    let (width, height) =
        (side(before.width(), most(|it| it.horizontal)), side(before.height(), most(|it| it.vertical)));
    // Scans of one component would have more blocks.
    let mut jpeg = jpeg.to_vec();
    let frame = jpeg.windows(2).position(|bytes| matches!(bytes, [0xFF, 0xC0..=0xC2])).expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}
