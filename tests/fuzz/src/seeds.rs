//! What to start from: the golden suite's sources, parts of them, and its requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Larger files make a fuzzer slow, and show nothing that smaller ones do not.
const LARGEST: usize = 20_000;

/// Sources whose names end so.
pub(crate) fn files(extensions: &[&str]) -> Vec<Vec<u8>> {
    sources(extensions).filter(|bytes| bytes.len() <= LARGEST).collect()
}

/// The payloads of the WebP sources' chunks of this name.
pub(crate) fn chunks(name: &[u8; 4]) -> Vec<Vec<u8>> {
    let payload = |file: Vec<u8>| {
        let at = file.windows(4).position(|window| window == name)?;
        let length = u32::from_le_bytes(*file.get(at + 4..)?.first_chunk()?) as usize;
        Some(file.get(at + 8..)?.get(..length)?.to_vec())
    };
    sources(&["webp"]).filter_map(payload).filter(|payload| payload.len() <= LARGEST).collect()
}

/// The contents of the JPEG sources' Exif segments, and of the PNG and WebP sources' Exif chunks.
pub(crate) fn exif() -> Vec<Vec<u8>> {
    let in_jpeg = sources(&["jpg"]).flat_map(|file| segments(&file, 0xe1, b"Exif\0\0"));
    in_jpeg.filter(|content| content.len() <= LARGEST).collect()
}

/// The profiles in the JPEG sources' ICC segments and the WebP sources' chunks.
pub(crate) fn icc() -> Vec<Vec<u8>> {
    let parts = sources(&["jpg"]).flat_map(|file| segments(&file, 0xe2, b"ICC_PROFILE\0"));
    // Number and count of the parts come before the profile.
    let in_jpeg = parts.filter_map(|part| Some(part.get(2..)?.to_vec()));
    in_jpeg.chain(chunks(b"ICCP")).filter(|profile| profile.len() <= LARGEST).collect()
}

/// The golden cases' requests.
pub(crate) fn queries() -> Vec<Vec<u8>> {
    let cases = fs::read_dir(golden()).expect("the golden suite");
    let texts = cases.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("case.toml")).ok());
    let request = |text: String| {
        let line = text.lines().find_map(|line| line.strip_prefix("request = \""))?;
        Some(line.trim_end_matches('"').as_bytes().to_vec())
    };
    let mut queries: Vec<_> = texts.filter_map(request).collect();
    queries.sort();
    queries.dedup();
    queries
}

/// The golden cases' requests as URLs, and others that speak of sources.
pub(crate) fn urls() -> Vec<Vec<u8>> {
    let others = [
        "/resize/?src=https%3A%2F%2Fimages.example.com%2Fa%20b.jpg&w=20",
        "/resize/?src=http%3A%2F%2F%5B%3A%3A1%5D%3A80%2Fa.jpg",
        "/resize/?src=https%3A%2F%2Fuser%40169.254.169.254%2Flatest",
        "/resize/a/%2e%2e/%2Fb.jpg?w=20&format=auto&v=3",
        "/info/a%00b.jpg",
        "/health",
    ];
    let named = queries().into_iter().map(|query| [b"/resize/a.jpg?", &query[..]].concat());
    named.chain(others.map(|url| url.as_bytes().to_vec())).collect()
}

/// What browsers and others send.
pub(crate) fn accepts() -> Vec<Vec<u8>> {
    let values = [
        "*/*",
        "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "image/webp;q=0, image/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "IMAGE/WEBP ; q = 0.000 , image/png;level=1;q=1.0",
        "image/jxl;q=0.5,image/webp;v=\"a,b\";q=0.1",
    ];
    values.map(|value| value.as_bytes().to_vec()).to_vec()
}

/// The smallest JPEG that decodes, for what stands around a picture.
pub(crate) fn small_jpeg() -> &'static [u8] {
    static SMALL: OnceLock<Vec<u8>> = OnceLock::new();
    SMALL.get_or_init(|| {
        let options = crate::request::transform("w=16&h=16&fit=fill&enlarge=1&format=jpeg");
        let picture =
            fs::read(golden().join("sources/made/chart.jpg")).expect("a source of the golden suite");
        edgepix_core::transform(&picture, &options, &Default::default()).expect("a small JPEG").bytes
    })
}

/// The contents of a JPEG's segments of this marker, behind what they begin with.
fn segments(file: &[u8], marker: u8, start: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = file.get(2..).unwrap_or_default();
    while let [0xff, name, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some((segment, next)) = rest.split_at_checked(2 + length) else { break };
        if let Some(content) =
            segment.get(4..).and_then(|content| content.strip_prefix(start)).filter(|_| name == marker)
        {
            found.push(content.to_vec());
        }
        // The picture's data follows.
        if name == 0xda {
            break;
        }
        rest = next;
    }
    found
}

/// The golden suite's sources with these extensions, in the order of their names.
fn sources(extensions: &[&str]) -> impl Iterator<Item = Vec<u8>> {
    let mut paths: Vec<PathBuf> = ["made", "photos"]
        .iter()
        .flat_map(|folder| {
            fs::read_dir(golden().join("sources").join(folder)).expect("the golden suite's sources")
        })
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        })
        .collect();
    paths.sort();
    paths.into_iter().filter_map(|path| fs::read(path).ok())
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("golden")
}
