//! Frames of libwebp, with settings that it seldom has.

use edgepix_vp8::PixelLayout;
use fastrand::Rng;

use super::{Pattern, row};

/// The payload of a `VP8 ` chunk by random settings.
pub(crate) fn encode(picture: Pattern, width: u32, height: u32, random: &mut Rng) -> Vec<u8> {
    let mut config = webp::WebPConfig::new().expect("a configuration");
    config.quality = random.u8(..=100).into();
    config.method = random.i32(0..=6);
    config.segments = random.i32(1..=4);
    config.sns_strength = random.i32(0..=100);
    config.filter_strength = random.i32(0..=100) * random.i32(0..=1);
    config.filter_sharpness = random.i32(0..=7);
    config.filter_type = random.i32(0..=1);
    config.autofilter = random.i32(0..=1);
    config.partitions = random.i32(0..=3);
    config.pass = random.i32(1..=2);
    let pixels: Vec<u8> = (0..height).flat_map(|y| row(picture, width, y, PixelLayout::Rgb)).collect();
    let encoder = webp::Encoder::from_rgb(&pixels, width, height);
    let file = encoder.encode_advanced(&config).expect("a file");
    // The simple form: a chunk of the picture alone.
    assert_eq!(file[12..16], *b"VP8 ");
    let size = u32::from_le_bytes([file[16], file[17], file[18], file[19]]) as usize;
    file[20..20 + size].to_vec()
}
