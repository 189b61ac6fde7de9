//! Whether a file ends before its format says that it does. Only the structure is looked at, no pixel.

/// A JPEG without its end marker. What stands behind that, as a film does in some phones' photos, does not matter.
pub(crate) fn jpeg_is_cut(file: &[u8]) -> bool {
    const END: [u8; 2] = [0xff, 0xd9];
    // Nearly all files end so.
    if file.ends_with(&END) {
        return false;
    }
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        // To the next marker: between scans, behind the data of one, or behind bytes that fill.
        let Some(at) = rest.iter().position(|byte| *byte == 0xff) else { return true };
        rest = &rest[at + 1..];
        match rest {
            [] => return true,
            [0xd9, ..] => return false,
            // A byte of data, a restart marker, one without a segment, or another byte that fills.
            [0x00 | 0x01 | 0xd0..=0xd8 | 0xff, ..] => {}
            [_, high, low, ..] => match rest.get(1 + usize::from(u16::from_be_bytes([*high, *low]))..) {
                Some(behind) => rest = behind,
                None => return true,
            },
            [_, ..] => return true,
        }
    }
}

/// A PNG without its last chunk.
pub(crate) fn png_is_cut(file: &[u8]) -> bool {
    let mut rest = file.get(8..).unwrap_or_default();
    while let [a, b, c, d, name @ ..] = rest {
        let Some(name) = name.first_chunk::<4>() else { return true };
        // The length counts neither itself nor the name and the checksum.
        let length = u64::from(u32::from_be_bytes([*a, *b, *c, *d])) + 12;
        match usize::try_from(length).ok().and_then(|length| rest.get(length..)) {
            Some(_) if name == b"IEND" => return false,
            Some(behind) => rest = behind,
            None => return true,
        }
    }
    true
}

/// A WebP that is shorter than it says. The last byte may be missing where it only fills.
pub(crate) fn webp_is_cut(file: &[u8]) -> bool {
    let stated = file.get(4..8).and_then(<[u8]>::first_chunk).map(|size| u32::from_le_bytes(*size));
    stated.is_none_or(|stated| u64::from(stated) + 8 > file.len() as u64 + 1)
}

/// A GIF that ends before its first picture does, or inside of a later block. The trailer may be missing behind a picture.
pub(crate) fn gif_is_cut(file: &[u8]) -> bool {
    fn colours(flags: u8) -> usize {
        if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
    }
    /// What is behind a list of blocks, each behind its length.
    fn behind_blocks(mut rest: &[u8]) -> Option<&[u8]> {
        while let [length, behind @ ..] = rest {
            rest = behind.get(usize::from(*length)..)?;
            if *length == 0 {
                return Some(rest);
            }
        }
        None
    }
    let screen = file.get(10).map(|flags| 13 + colours(*flags));
    let mut rest = screen.and_then(|length| file.get(length..));
    let mut behind_picture = false;
    while let Some(block) = rest {
        rest = match block {
            [] => return !behind_picture,
            [0x3b, ..] => return false,
            [0x21, _, blocks @ ..] => {
                behind_picture = false;
                behind_blocks(blocks)
            }
            [0x2c, image @ ..] => {
                behind_picture = true;
                let data = image.get(8).and_then(|flags| image.get(9 + colours(*flags) + 1..));
                data.and_then(behind_blocks)
            }
            [_, behind @ ..] => Some(behind),
        };
    }
    true
}

/// Of formats that are not read yet.
pub(crate) fn is_not_known(_: &[u8]) -> bool {
    false
}

#[cfg(all(test, feature = "pipeline", feature = "jpeg", feature = "png", feature = "webp", feature = "gif"))]
mod tests {
    use crate::{Format, Limits, Transform};

    #[test]
    fn every_part_of_a_file_is_cut_and_the_whole_is_not() {
        let photo =
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../platforms/server/samples/fig.jpg"));
        let photo = photo.unwrap();
        for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Gif] {
            let transform = Transform::builder().width(40).format(format).build().unwrap();
            let file = crate::transform(&photo, &transform, &Limits::default()).unwrap().bytes;
            assert!(!format.is_cut(&file), "{format}");
            assert!(!format.is_cut(&[&file[..], &[0xff, 0xda, 0, 1, 2, 3]].concat()), "{format}");
            // The last bytes of GIF and WebP may be missing.
            for length in 0..file.len() - 1 {
                assert!(format.is_cut(&file[..length]), "{format} of {length} bytes of {}", file.len());
            }
        }
        assert!(!Format::Jpeg.is_cut(&photo));
        for format in Format::all() {
            format.is_cut(&[]);
            format.is_cut(&[0xff; 40]);
        }
    }
}
