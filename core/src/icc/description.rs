//! The name that a profile gives itself.

use super::profile::{long, tag};

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
