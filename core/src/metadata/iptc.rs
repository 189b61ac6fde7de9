//! IPTC-IIM data sets (IPTC Information Interchange Model 4.2) in Photoshop's image resources, as JPEG's APP13 holds them.

use super::Credit;

const BY_LINE: (u8, u8) = (2, 80);
const COPYRIGHT_NOTICE: (u8, u8) = (2, 116);
/// The image resource that holds the data sets.
const IPTC: u16 = 0x0404;

/// By-line and copyright notice of image resources: `8BIM`, a number, a name, the data's length, the data.
pub(crate) fn credit(mut resources: &[u8]) -> Credit {
    let mut credit = Credit::default();
    while let Some((number, data, rest)) = resource(resources) {
        if number == IPTC {
            let text = |wanted| {
                Some(data_sets(data, wanted).collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty())
            };
            credit = credit.or(Credit { artist: text(BY_LINE), notice: text(COPYRIGHT_NOTICE) });
        }
        resources = rest;
    }
    credit
}

/// The first resource: its number and data, and what follows it.
fn resource(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (number, rest) = bytes.strip_prefix(b"8BIM")?.split_first_chunk::<2>()?;
    // Name and data are padded to an even length, the name with the byte of its length.
    let name = usize::from(*rest.first()?) + 1;
    let (length, rest) = rest.get(name.next_multiple_of(2)..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let data = rest.get(..length)?;
    Some((u16::from_be_bytes(*number), data, rest.get(length.next_multiple_of(2)..).unwrap_or_default()))
}

/// The texts of all data sets of a kind.
fn data_sets(mut data: &[u8], wanted: (u8, u8)) -> impl Iterator<Item = String> {
    std::iter::from_fn(move || {
        loop {
            let (&[marker, record, number, l0, l1], rest) = data.split_first_chunk::<5>()?;
            // A longer one than 32,767 bytes states its length otherwise; such are no names.
            let length = usize::from(u16::from_be_bytes([l0, l1]));
            if marker != 0x1c || length > 0x7fff {
                return None;
            }
            let text = rest.get(..length)?;
            data = &rest[length..];
            if (record, number) == wanted {
                // UTF-8 where it is that, else Latin-1, which other programs take it for.
                let text = text.trim_ascii();
                return Some(match std::str::from_utf8(text) {
                    Ok(text) => text.to_owned(),
                    Err(_) => text.iter().map(|&byte| char::from(byte)).collect(),
                });
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(sets: &[(u8, u8, &[u8])]) -> Vec<u8> {
        let mut data = Vec::new();
        for (record, number, text) in sets {
            data.extend([0x1c, *record, *number]);
            data.extend((text.len() as u16).to_be_bytes());
            data.extend(*text);
        }
        let other = [&b"8BIM\x04\x25\0\0\0\0\0\x03abc\0"[..]].concat();
        [&other[..], b"8BIM\x04\x04\0\0", &(data.len() as u32).to_be_bytes(), &data].concat()
    }

    #[test]
    fn by_line_and_notice_are_found_in_utf_8_and_in_latin_1() {
        let bytes =
            resources(&[(1, 80, b"no"), (2, 80, b"Ada "), (2, 80, "Ève".as_bytes()), (2, 116, b"\xa9 2026")]);
        let expected = Credit { artist: Some("Ada; Ève".to_owned()), notice: Some("© 2026".to_owned()) };
        assert_eq!(credit(&bytes), expected);
        for cut in 0..bytes.len() {
            credit(&bytes[..cut]);
        }
    }
}
