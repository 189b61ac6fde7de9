//! Pictures as plain pixels, read by decoders that are not the core's.

use edgepix_core::Format;
use image::ImageFormat;

/// Pixels of 8 bits, red, green, blue and alpha, not premultiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Four bytes a pixel, row by row.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// Decodes a file: WebP by libwebp, the others by the `image` crate. Of an animation, the first frame.
    ///
    /// # Errors
    ///
    /// A sentence that says what the decoder found.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let format = match Format::sniff(bytes) {
            Some(Format::Jpeg) => ImageFormat::Jpeg,
            Some(Format::Png) => ImageFormat::Png,
            Some(Format::Gif) => ImageFormat::Gif,
            Some(Format::Webp) => return Self::decode_webp(bytes),
            _ => return Err("the file is no JPEG, PNG, WebP or GIF".into()),
        };
        let image = image::load_from_memory_with_format(bytes, format)
            .map_err(|error| format!("the `image` crate cannot read the file: {error}"))?;
        let rgba = image.into_rgba8();
        Ok(Self { width: rgba.width(), height: rgba.height(), rgba: rgba.into_raw() })
    }

    fn decode_webp(bytes: &[u8]) -> Result<Self, String> {
        let image = webp::Decoder::new(bytes).decode().ok_or("libwebp cannot read the file")?;
        let rgba = if image.is_alpha() {
            image.to_vec()
        } else {
            image.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect()
        };
        Ok(Self { width: image.width(), height: image.height(), rgba })
    }

    /// Whether every pixel is opaque.
    pub fn is_opaque(&self) -> bool {
        self.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255)
    }

    /// The four channels with colours multiplied by alpha: what is transparent has no colour to compare.
    pub fn premultiplied(&self) -> impl Iterator<Item = [f64; 4]> + '_ {
        self.rgba.chunks_exact(4).map(|pixel| {
            let alpha = f64::from(pixel[3]);
            let colour = |value: u8| f64::from(value) * alpha / 255.0;
            [colour(pixel[0]), colour(pixel[1]), colour(pixel[2]), alpha]
        })
    }
}
