//! Made pictures, and encoding them.

pub(crate) mod libwebp;

use edgepix_vp8::{Effort, Encoder, PixelLayout};

/// A picture by rule: a sample by column, row and channel.
pub(crate) type Pattern = fn(u32, u32, u32) -> u8;

pub(crate) fn flat(_: u32, _: u32, channel: u32) -> u8 {
    [200, 90, 40, 255][channel as usize]
}

pub(crate) fn gradient(x: u32, y: u32, channel: u32) -> u8 {
    ((x + y * (channel + 1)) / 3 % 256) as u8
}

/// Soft slopes everywhere.
pub(crate) fn waves(x: u32, y: u32, channel: u32) -> u8 {
    let triangle = |v: u32| v.abs_diff(128);
    (triangle((x * 2) % 256) / 2 + triangle((y * 3 + channel * 40) % 256)).min(255) as u8
}

pub(crate) fn noise(x: u32, y: u32, channel: u32) -> u8 {
    let seed = (x * 7919).wrapping_add(y * 104_729 + channel * 611_953).wrapping_mul(2_654_435_761);
    ((seed ^ seed >> 15).wrapping_mul(2_246_822_519) >> 24) as u8
}

pub(crate) fn grey_binary_noise(x: u32, y: u32, _: u32) -> u8 {
    if noise(x, y, 0) < 128 { 0 } else { 255 }
}

pub(crate) fn binary_noise(x: u32, y: u32, channel: u32) -> u8 {
    if noise(x, y, channel) < 128 { 0 } else { 255 }
}

/// Dark strokes on white.
pub(crate) fn text(x: u32, y: u32, _: u32) -> u8 {
    let letter = noise(x / 9, y / 14, 7);
    let stroke =
        x % 9 < 7 && y % 14 < 10 && (x % 9 == u32::from(letter % 7) || y % 14 == u32::from(letter / 7 % 10));
    if stroke { 20 } else { 255 }
}

/// Red strokes on black.
pub(crate) fn red_text(x: u32, y: u32, channel: u32) -> u8 {
    if channel == 0 { 255 - text(x, y, 0) } else { 0 }
}

/// Flat above, and noise below: what has been counted does not suit what follows.
pub(crate) fn surprise(x: u32, y: u32, channel: u32) -> u8 {
    if y < 200 { flat(x, y, channel) } else { binary_noise(x, y, channel) }
}

/// Blocks that are flat in themselves: large first coefficients.
pub(crate) fn mosaic(x: u32, y: u32, _: u32) -> u8 {
    grey_binary_noise(x / 4, y / 4, 0)
}

pub(crate) fn row(picture: Pattern, width: u32, y: u32, layout: PixelLayout) -> Vec<u8> {
    let channels = layout.channels() as u32;
    (0..width * channels).map(|i| picture(i / channels, y, i % channels)).collect()
}

pub(crate) const EFFORTS: [Effort; 3] = [Effort::Fast, Effort::Balanced, Effort::Small];

pub(crate) fn encode(picture: Pattern, width: u32, height: u32, layout: PixelLayout, quality: u8) -> Vec<u8> {
    encode_with(picture, width, height, layout, quality, Effort::Balanced)
}

pub(crate) fn encode_with(
    picture: Pattern,
    width: u32,
    height: u32,
    layout: PixelLayout,
    quality: u8,
    effort: Effort,
) -> Vec<u8> {
    let mut encoder = Encoder::new(width, height, layout, quality).expect("a size").effort(effort);
    (0..height).for_each(|y| encoder.write_row(&row(picture, width, y, layout)).expect("a row"));
    encoder.finish().expect("all rows")
}

/// A file of the simple form.
pub(crate) fn file(frame: &[u8]) -> Vec<u8> {
    let padding = frame.len() % 2;
    let mut file = b"RIFF".to_vec();
    file.extend((frame.len() as u32 + 12 + padding as u32).to_le_bytes());
    file.extend(b"WEBPVP8 ");
    file.extend((frame.len() as u32).to_le_bytes());
    file.extend(frame);
    file.extend(&[0][..padding]);
    file
}
