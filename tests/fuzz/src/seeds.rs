//! What to start from: the golden suite's sources, parts of them, and its requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::options::CHOICES;

/// Larger files make a fuzzer slow, and show nothing that smaller ones do not.
const LARGEST: usize = 6000;

/// Sources whose names end so.
pub(crate) fn files(extensions: &[&str]) -> Vec<Vec<u8>> {
    sources(extensions).filter(|bytes| bytes.len() <= LARGEST).collect()
}

/// The payloads of the chunks of this name, of the WebP sources and of small files of our own.
pub(crate) fn chunks(name: &[u8; 4]) -> Vec<Vec<u8>> {
    let payload = |file: Vec<u8>| {
        let at = file.windows(4).position(|window| window == name)?;
        let length = u32::from_le_bytes(*file.get(at + 4..)?.first_chunk()?) as usize;
        Some(file.get(at + 8..)?.get(..length)?.to_vec())
    };
    let ours =
        ["q=5&effort=fast", "q=50", "q=95&effort=small", "lossless=1&effort=fast", "lossless=1&effort=small"];
    let ours = ours.map(|options| small(&format!("w=48&h=36&fit=fill&format=webp&{options}")));
    sources(&["webp"]).chain(ours).filter_map(payload).filter(|payload| payload.len() <= LARGEST).collect()
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

/// Files of all formats, with options of several kinds behind each.
pub(crate) fn with_choices() -> Vec<Vec<u8>> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut choices = |kind: usize| {
        let mut choices = [0; CHOICES];
        random.fill(&mut choices[..kind * 4]);
        choices
    };
    let files = files(&["jpg", "png", "gif", "webp"]).into_iter().enumerate();
    files.map(|(number, file)| [&file[..], &choices(1 + number % 3)].concat()).collect()
}

/// XMP packets and IPTC data sets of the JPEG sources, texts of the PNG sources; the first byte says which.
pub(crate) fn texts() -> Vec<Vec<u8>> {
    let of = |marker, start: &'static [u8], kind: u8| {
        let found = sources(&["jpg"]).flat_map(move |file| segments(&file, marker, start));
        found.map(move |content| [&[kind], &content[..]].concat())
    };
    let packets: Vec<_> = of(0xe1, b"http://ns.adobe.com/xap/1.0/\0", 0).collect();
    let extensions = packets.clone().into_iter().map(|packet| [&[2], &packet[1..]].concat());
    let main = packets.first().and_then(|packet| packet.get(1..)).unwrap_or_default();
    let in_png = [
        [&[3], &b"Author\0Ada"[..]].concat(),
        [&[4], &b"Copyright\0\0"[..], &miniature_zlib(b"2026 Ada")].concat(),
        [&[5], &b"XML:com.adobe.xmp\0\0\0\0\0"[..], main].concat(),
        [&[5], &b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &miniature_zlib(b"<x:xmpmeta dc:rights=\"Ada\"/>")]
            .concat(),
    ];
    let known = of(0xed, b"Photoshop 3.0\0", 1).chain(extensions).chain(packets.clone()).chain(in_png);
    known.filter(|content| content.len() <= LARGEST).collect()
}

/// A zlib stream (RFC 1950) of one stored block.
fn miniature_zlib(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let (a, b) = text.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    [&[0x78, 1, 1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), text, &(b << 16 | a).to_be_bytes()]
        .concat()
}

/// A key as a configuration has it.
pub(crate) const KEY: &str = "k:000102030405060708090a0b0c0d0e0f";

/// Variables, one a line.
pub(crate) fn configurations() -> Vec<Vec<u8>> {
    let texts = [
        "EDGEPIX_PRESETS=avatar?w=96&h=96&fit=cover;hero?w=160&q!=70\nEDGEPIX_ONLY_PRESETS=1".to_owned(),
        format!("EDGEPIX_SIGNING_KEYS={KEY},old:ffeeddccbbaa99887766554433221100\nEDGEPIX_SIGNING=presets"),
        "EDGEPIX_ALLOWED_SOURCES=https://*.example.com/a/,http://[2001:db8::1]:8080/*\n\
         EDGEPIX_ALLOW_PRIVATE=loopback,link-local,private\nEDGEPIX_FALLBACK=/missing.png"
            .to_owned(),
        "EDGEPIX_QUALITY=jpeg=70,webp=60\nEDGEPIX_EFFORT=fast\nEDGEPIX_WIDTHS=8,16\nEDGEPIX_FORMATS=webp,png\n\
         EDGEPIX_TTL_MIN=1\nEDGEPIX_TTL_DEFAULT=60\nEDGEPIX_TTL_MAX=100"
            .to_owned(),
        "EDGEPIX_MAX_SOURCE_BYTES=1000\nEDGEPIX_MAX_WORK=9000000\nEDGEPIX_MEMORY_BUDGET=4000000\n\
         EDGEPIX_FETCH_TIMEOUT=1\nEDGEPIX_TIMEOUT=2\nEDGEPIX_LOG=debug\nEDGEPIX_DEBUG=1"
            .to_owned(),
    ];
    let numbered = (0..edgepix_service::NAMES.len()).map(|number| format!("{number}=1"));
    texts.into_iter().chain(numbered).map(String::into_bytes).collect()
}

/// What origins answer: a status, and lines of a head.
pub(crate) fn origins() -> Vec<Vec<u8>> {
    let heads = [
        "200\ncache-control: public, max-age=600, s-maxage=900\nage: 30\netag: \"a\"",
        "200\ncache-control: private=\"x\", no-cache\nvary: accept",
        "200\nexpires: Sun, 06 Nov 2044 09:49:37 GMT\ndate: Sun, 06 Nov 2044 08:49:37 GMT\nlast-modified: Sun, 06 Nov 1994 08:49:37 GMT",
        "200\ncache-control: max-age=1, stale-while-revalidate=60, stale-if-error=99999999999999999999\netag: W/\"b\"",
        "200\ncontent-length: 12\ncontent-encoding: gzip\ncontent-type: image/jpeg",
        "302\nlocation: https://other.example.com/b.jpg",
        "301\nlocation: //169.254.169.254/latest",
        "304\netag: \"a\"",
        "503\nretry-after: 30",
        "404\ncache-control: no-store",
    ];
    heads.map(|head| head.as_bytes().to_vec()).to_vec()
}

/// The smallest JPEG that decodes, for what stands around a picture.
pub(crate) fn small_jpeg() -> &'static [u8] {
    static SMALL: OnceLock<Vec<u8>> = OnceLock::new();
    SMALL.get_or_init(|| small("w=16&h=16&fit=fill&format=jpeg"))
}

/// The same as a PNG.
pub(crate) fn small_png() -> &'static [u8] {
    static SMALL: OnceLock<Vec<u8>> = OnceLock::new();
    SMALL.get_or_init(|| small("w=16&h=16&fit=fill&format=png"))
}

fn small(query: &str) -> Vec<u8> {
    let options = crate::request::transform(query);
    let picture = fs::read(golden().join("sources/made/chart.jpg")).expect("a source of the golden suite");
    edgepix_core::transform(&picture, &options, &Default::default()).expect("a small picture").bytes
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
