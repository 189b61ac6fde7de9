//! Pictures made by rule, and a container around payloads so that an independent decoder reads them.
#![allow(dead_code, reason = "each test file uses a part")]

use edgepix_webp::Layout;

pub(crate) const LAYOUTS: [Layout; 3] = [Layout::Grey, Layout::Rgb, Layout::Rgba];

/// Numbers without a pattern.
pub(crate) fn noise(seed: u32) -> impl FnMut() -> u32 {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.wrapping_mul(0x2545_F491) >> 8
    }
}

/// A picture of any layout, from a rule that gives red, green, blue and alpha.
pub(crate) fn picture(
    width: u32,
    height: u32,
    layout: Layout,
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

/// What an independent decoder makes of a lossless payload, in the encoder's layout.
pub(crate) fn decode(payload: &[u8], width: u32, height: u32, layout: Layout) -> Vec<u8> {
    let mut decoder =
        image_webp::WebPDecoder::new(std::io::Cursor::new(riff(&[(b"VP8L", payload)]))).expect("a header");
    assert_eq!(decoder.dimensions(), (width, height));
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    decoder.read_image(&mut pixels).expect("pixels");
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let opaque = |pixel: &[u8]| match (layout, pixel) {
        (Layout::Grey, &[red, green, blue, ..]) => {
            assert!(red == green && green == blue);
            vec![red]
        }
        (Layout::Rgba, &[red, green, blue]) => vec![red, green, blue, 255],
        (_, pixel) => pixel[..layout.channels()].to_vec(),
    };
    pixels.chunks_exact(channels).flat_map(opaque).collect()
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
