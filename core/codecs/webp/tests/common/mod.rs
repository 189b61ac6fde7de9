//! Pictures made by rule, and a container around payloads so that an independent decoder reads them.
#![allow(dead_code, reason = "each test file uses a part")]

use edgepix_webp::{Effort, Image, PixelLayout, decode_lossless, encode_alpha, encode_lossless};
use fastrand::Rng;

pub(crate) const LAYOUTS: [PixelLayout; 3] = [PixelLayout::Grey, PixelLayout::Rgb, PixelLayout::Rgba];

/// Numbers without a pattern.
pub(crate) fn noise(seed: u64) -> impl FnMut() -> u32 {
    let mut random = Rng::with_seed(seed);
    move || random.u32(..)
}

/// A picture of any layout, from a rule that gives red, green, blue and alpha.
pub(crate) fn picture(
    width: u32,
    height: u32,
    layout: PixelLayout,
    mut rule: impl FnMut(u32, u32) -> [u8; 4],
) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let rgba = rule(x, y);
            pixels.extend_from_slice(&rgba[..layout.channels()]);
        }
    }
    pixels
}

pub(crate) const EFFORTS: [Effort; 3] = [Effort::Fast, Effort::Balanced, Effort::Small];

/// The payload of a `VP8L` chunk.
pub(crate) fn lossless(
    pixels: &[u8],
    (width, height): (u32, u32),
    layout: PixelLayout,
    effort: Effort,
) -> Vec<u8> {
    encode_lossless(&Image::new(pixels, width, height, layout).expect("an image"), effort)
}

/// The payload of an `ALPH` chunk.
pub(crate) fn alpha_payload(rgba: &[u8], (width, height): (u32, u32), effort: Effort) -> Vec<u8> {
    let image = Image::new(rgba, width, height, PixelLayout::Rgba).expect("an image");
    encode_alpha(&image, effort).expect("a layout with alpha")
}

/// What an independent decoder makes of a file: its size, its pixels, how many bytes each has.
pub(crate) fn decode_file(file: &[u8]) -> ((u32, u32), Vec<u8>, usize) {
    let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file)).expect("a header");
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    decoder.read_image(&mut pixels).expect("pixels");
    (decoder.dimensions(), pixels, if decoder.has_alpha() { 4 } else { 3 })
}

/// What our own decoder makes of a lossless payload, with so many bytes a pixel.
pub(crate) fn decode_own(payload: &[u8], channels: usize) -> ((u32, u32), Vec<u8>) {
    let decoded = decode_lossless(payload).expect("pixels");
    assert_eq!(decoded.rows, decoded.height);
    let rgba = decoded.pixels.iter().map(|argb| argb.rotate_left(8).to_be_bytes());
    ((decoded.width, decoded.height), rgba.flat_map(|rgba| rgba.into_iter().take(channels)).collect())
}

/// What an independent decoder makes of a lossless payload, in the encoder's layout. Our own agrees.
pub(crate) fn decode(payload: &[u8], width: u32, height: u32, layout: PixelLayout) -> Vec<u8> {
    let (size, pixels, channels) = decode_file(&riff(&[(b"VP8L", payload)]));
    assert_eq!(size, (width, height));
    assert!(decode_own(payload, channels) == (size, pixels.clone()), "{width} × {height}, {layout:?}");
    let opaque = |pixel: &[u8]| match (layout, pixel) {
        (PixelLayout::Grey, &[red, green, blue, ..]) => {
            assert!(red == green && green == blue);
            vec![red]
        }
        (PixelLayout::Rgba, &[red, green, blue]) => vec![red, green, blue, 255],
        (_, pixel) => pixel[..layout.channels()].to_vec(),
    };
    pixels.chunks_exact(channels).flat_map(opaque).collect()
}

/// The payload of a chunk.
pub(crate) fn chunk<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = &file[12..];
    while let Some((header, body)) = rest.split_first_chunk::<8>() {
        let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        if header[..4] == *name {
            return Some(&body[..size]);
        }
        rest = &body[(size + size % 2).min(body.len())..];
    }
    None
}

/// Files made by another encoder, by `fixtures/make.sh`.
pub(crate) fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let entries = std::fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "webp"))
        .map(|path| (path.display().to_string(), std::fs::read(&path).expect("a fixture")))
        .collect();
    files.sort();
    assert_eq!(files.len(), 19);
    files
}

/// Writes bits, least significant first, for streams that no encoder makes.
#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    /// Begins a `VP8L` stream.
    pub(crate) fn header(width: u32, height: u32) -> Self {
        Bits::default().put(0x2F, 8).put(width - 1, 14).put(height - 1, 14).put(0, 4)
    }

    pub(crate) fn put(mut self, value: u32, count: u32) -> Self {
        for at in 0..count {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().expect("a byte") |= ((value >> at & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
        self
    }

    /// A code of one symbol.
    pub(crate) fn single(self, symbol: u32) -> Self {
        self.put(0b101, 3).put(symbol, 8)
    }

    /// A code of two symbols.
    pub(crate) fn pair(self, first: u32, second: u32) -> Self {
        self.put(0b111, 3).put(first, 8).put(second, 8)
    }

    /// Codes of single symbols, in the order green, red, blue, alpha, distance.
    pub(crate) fn singles(self, symbols: [u32; 5]) -> Self {
        symbols.into_iter().fold(self, Bits::single)
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// A RIFF file of chunks (RFC 9649, section 2.3).
pub(crate) fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, payload) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        body.extend_from_slice(payload);
        if payload.len() % 2 == 1 {
            body.push(0);
        }
    }
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&(body.len() as u32).to_le_bytes());
    file.extend_from_slice(&body);
    file
}
