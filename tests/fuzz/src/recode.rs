//! Files that are written again without loss: the same picture, whatever was in the file.

use edgepix_core::Format;
use edgepix_jpeg::{Coefficients, Turn};

use crate::images::{SOURCE_PIXELS, as_png, png_corrected, rgba, same_pixels, transform_by};
use crate::measured;

/// Room beyond the file's own length: a JPEG without tables gets some.
const ROOM: usize = 1024;

/// A JPEG, PNG or GIF file.
pub(crate) fn recode(data: &[u8]) {
    match Format::sniff(data) {
        Some(Format::Jpeg) => jpeg(data),
        Some(Format::Png) => png(&png_corrected(data)),
        Some(Format::Gif) => gif(data),
        _ => {}
    }
}

fn jpeg(file: &[u8]) {
    let Ok(header) = edgepix_jpeg::read_header(file) else { return };
    if u64::from(header.width()) * u64::from(header.height()) > SOURCE_PIXELS {
        return;
    }
    let most = file.len() + ROOM;
    let planned = header.recode_memory(Turn::default(), most as u64);
    let (made, used) = measured(|| {
        if header.is_multi_scan() {
            let coefficients = Coefficients::decode(file, &header).ok()?;
            edgepix_jpeg::recode_coefficients(&coefficients, &Default::default(), most).ok()?
        } else {
            edgepix_jpeg::recode(file, &header, &Default::default(), most).ok()?
        }
    });
    assert!(used <= planned, "{used} bytes used, {planned} planned");
    let Some(made) = made else { return };
    assert!(made.len() <= most);
    let coefficients = |file: &[u8]| {
        let header = edgepix_jpeg::read_header(file).expect("a header");
        Coefficients::decode(file, &header)
    };
    let after = coefficients(&made).expect("a whole picture");
    // Of a file of one scan, a second one is not looked at, and may be broken.
    let Ok(before) = coefficients(file) else { return };
    assert_eq!(before.size(), after.size());
    assert_eq!(before.components().len(), after.components().len());
    for component in 0..before.components().len() {
        assert_eq!(before.blocks(component), after.blocks(component));
        assert_eq!(before.steps(component), after.steps(component));
        let (across, down) = before.blocks(component);
        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
            assert_eq!(
                before.block(component, x, y),
                after.block(component, x, y),
                "component {component}, {x}, {y}"
            );
        }
    }
}

fn png(file: &[u8]) {
    let Ok(header) = edgepix_png::Header::read(file) else { return };
    if u64::from(header.width) * u64::from(header.height) > SOURCE_PIXELS {
        return;
    }
    let Some(made) = edgepix_png::recode(file, &header, &[], file.len() + ROOM) else { return };
    assert!(made.len() <= file.len() + ROOM);
    same_pixels(file, &made);
}

/// A GIF of few colours stays what it is, coded again or with the codes that it had.
fn gif(file: &[u8]) {
    let Some(made) = transform_by(file, "format=gif&frame=0") else { return };
    let after = rgba(&as_png(&made));
    let before = rgba(&transform_by(file, "format=png&frame=0").expect("the pixels were made"));
    let mut colours = before.1.clone();
    colours.sort_unstable();
    colours.dedup();
    // With more of them, some have to go; and what stands in for missing rows may be half transparent, which GIF cannot be.
    if colours.len() <= 256 && colours.iter().all(|colour| matches!(colour[3], 0 | 255)) {
        assert!(before == after, "other pixels");
    }
}
