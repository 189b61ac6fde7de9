//! PNG files whose `tRNS` chunk says nothing.

use edgepix_core::stages::decode;

#[test]
fn transparency_with_a_wrong_checksum_is_none() {
    for name in ["rgb-key", "grey-4bit-key", "palette-2bit", "palette-8bit"] {
        let file = source(name);
        let kind = file.windows(4).position(|bytes| bytes == b"tRNS").expect("a chunk of transparency");
        let checksum = kind + 4 + usize::from(file[kind - 1]);
        let without = [&file[..kind - 4], &file[checksum + 4..]].concat();
        let mut wrong = file.clone();
        wrong[checksum] ^= 1;
        assert_ne!(pixels(&file), pixels(&wrong), "{name}");
        assert_eq!(pixels(&wrong), pixels(&without), "{name}");
    }
}

#[test]
fn transparency_of_nothing_is_none() {
    for name in [
        "chart",
        "grey-1bit",
        "grey-16bit",
        "grey-8bit",
        "grey-alpha",
        "interlaced-grey-1bit",
        "interlaced-rgb",
        "palette-4bit",
        "rgb-16bit",
        "rgba-16bit",
    ] {
        let file = source(name);
        let (header, rest) = file.split_at(33);
        let with = [header, b"\0\0\0\0tRNS\x36\xb9\x70\xcc", rest].concat();
        assert_eq!(pixels(&with), pixels(&file), "{name}");
    }
}

fn source(name: &str) -> Vec<u8> {
    let path = format!("{}/../tests/golden/sources/made/{name}.png", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn pixels(file: &[u8]) -> Vec<u8> {
    let mut pixels = Vec::new();
    decode(file, 8, |row| pixels.extend_from_slice(row)).unwrap();
    pixels
}
