//! The little that the core reads of an ICC profile itself (ICC.1:2022 section 7): its tags.

/// The description of a profile, in either of its forms (ICC.1:2001 section 6.5.17, ICC.1:2022 section 10.15).
pub(crate) fn description(icc: &[u8]) -> Option<String> {
    let tag = tag(icc, b"desc")?;
    let text = match tag.get(..4)? {
        b"desc" => {
            let length = long(tag, 8)?.min(256);
            let text = tag.get(12..)?.get(..length)?;
            String::from_utf8_lossy(text.split(|&byte| byte == 0).next()?).into_owned()
        }
        b"mluc" => {
            let (length, offset) = (long(tag, 20)?.min(256), long(tag, 24)?);
            let text = tag.get(offset..)?.get(..length)?;
            let units: Vec<u16> =
                text.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => return None,
    };
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// Whether the profile goes by tables of colours rather than by curves and a matrix.
pub(crate) fn has_tables(icc: &[u8]) -> bool {
    [b"A2B0", b"A2B1", b"A2B2"].iter().any(|name| tag(icc, name).is_some())
}

/// A tag's data, and what follows it.
fn tag<'a>(icc: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    const TABLE: usize = 128;
    let count = long(icc, TABLE)?.min(100);
    let entry = (0..count).map(|i| TABLE + 4 + i * 12).find(|&at| icc.get(at..at + 4) == Some(name))?;
    icc.get(long(icc, entry + 4)?..)
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(|bytes| u32::from_be_bytes(bytes) as usize)
}
