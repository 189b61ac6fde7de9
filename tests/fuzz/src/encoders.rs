//! Targets that begin with pixels, encode them without loss, and expect them back.

use edgepix_webp::PixelLayout;

use crate::images::SOURCE_PIXELS;
use crate::measured;

/// A picture of any bytes: the first ones choose its width, its kind of pixels and the effort. It comes back as it was, and takes
/// what was planned.
pub(crate) fn png(data: &[u8]) {
    use edgepix_png::{Decoder, Effort, Encoder, Header, Metadata, Parameters, Pixels};
    let Some((&[width, kind, effort], samples)) = data.split_first_chunk() else { return };
    let pixels = [Pixels::Grey, Pixels::Rgb, Pixels::Rgba][usize::from(kind % 3)];
    let effort = [Effort::Fast, Effort::Balanced, Effort::Small][usize::from(effort % 3)];
    let width = u32::from(width) + 1;
    let stride = width as usize * pixels.samples();
    let height = samples.len().min(SOURCE_PIXELS as usize) / stride;
    let rows = || samples.chunks_exact(stride).take(height);
    let Ok(parameters) = Parameters::new(width, height as u32, pixels) else { return };
    let parameters = parameters.effort(effort);
    let (file, used) = measured(|| {
        let mut encoder = Encoder::new(&parameters, Metadata::default()).unwrap();
        rows().for_each(|row| encoder.write_row(row).unwrap());
        encoder.finish().unwrap()
    });
    assert!(used <= parameters.memory(), "{used} of {}", parameters.memory());
    let rgba = |channels: usize, row: &[u8]| -> Vec<u8> {
        let pixel = |pixel: &[u8]| match *pixel {
            [red, green, blue, alpha] => [red, green, blue, alpha],
            [red, green, blue] => [red, green, blue, 255],
            _ => [pixel[0], pixel[0], pixel[0], 255],
        };
        row.chunks(channels).flat_map(pixel).collect()
    };
    let header = Header::read(&file).unwrap();
    let mut decoder = Decoder::new(&file, &header);
    let mut decoded = vec![0; width as usize * header.channels()];
    for row in rows() {
        decoder.read_row(&mut decoded).unwrap();
        assert_eq!(rgba(header.channels(), &decoded), rgba(pixels.samples(), row));
    }
}

/// The same for WebP's lossless images, and for its planes of alpha.
pub(crate) fn webp(data: &[u8]) {
    use edgepix_webp::{Effort, Image};
    let Some((&[width, kind, effort], samples)) = data.split_first_chunk() else { return };
    let (layout, channels) = if kind % 2 == 0 { (PixelLayout::Rgba, 4) } else { (PixelLayout::Rgb, 3) };
    let effort = [Effort::Fast, Effort::Balanced, Effort::Small][usize::from(effort % 3)];
    let width = u32::from(width) + 1;
    let stride = width as usize * channels;
    let height = samples.len().min(SOURCE_PIXELS as usize) / stride;
    let samples = &samples[..height * stride];
    let Ok(image) = Image::new(samples, width, height as u32, layout) else { return };

    let (payload, used) = measured(|| edgepix_webp::encode_lossless(&image, effort));
    let planned = edgepix_webp::lossless_memory(width, height as u32, layout);
    assert!(used <= planned, "{used} of {planned}");
    let decoded = edgepix_webp::decode_lossless(&payload).unwrap();
    let argb = samples.chunks(channels).map(|pixel| {
        let alpha = pixel.get(3).copied().unwrap_or(255);
        u32::from_be_bytes([alpha, pixel[0], pixel[1], pixel[2]])
    });
    assert!(argb.eq(decoded.pixels.iter().copied()), "other pixels");

    let (payload, used) = measured(|| edgepix_webp::encode_alpha(&image, effort));
    let planned = edgepix_webp::alpha_memory(width, height as u32);
    assert!(used <= planned, "{used} of {planned} for alpha");
    if let Some(payload) = payload {
        let plane = edgepix_webp::decode_alpha(&payload, width, height as u32).unwrap();
        assert!(samples.chunks(4).map(|pixel| pixel[3]).eq(plane), "other alpha");
    }
}
