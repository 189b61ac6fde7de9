//! How near an output is to the best that could be made: SSIMULACRA2 against the source, decoded in full and shrunk by
//! Lanczos3 in floating point. 100 is equal. What is transparent is seen over white, in both.

use std::collections::BTreeMap;
use std::path::Path;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::ImageReader;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

use crate::read;

/// A source, and what outputs of it are compared with.
pub(crate) struct Reference {
    source: Picture,
    /// By size.
    shrunk: BTreeMap<(u32, u32), Picture>,
}

/// Three planes of 0 to 255, over white.
struct Picture {
    width: u32,
    height: u32,
    planes: [Vec<F32>; 3],
}

impl Reference {
    /// Decodes a source.
    pub(crate) fn of(source: &Path) -> Result<Self, String> {
        Ok(Self { source: Picture::decode(&read(source)?)?, shrunk: BTreeMap::new() })
    }

    /// An output's size and score.
    pub(crate) fn score(&mut self, output: &[u8]) -> Result<(u32, u32, f64), String> {
        let output = Picture::decode(output)?;
        let size = (output.width, output.height);
        if !self.shrunk.contains_key(&size) {
            self.shrunk.insert(size, self.source.shrink(size)?);
        }
        let reference = self.shrunk.get(&size).ok_or("no reference")?;
        let score = compute_frame_ssimulacra2(reference.rgb()?, output.rgb()?);
        Ok((size.0, size.1, score.map_err(|error| error.to_string())?))
    }
}

impl Picture {
    fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = ImageReader::new(std::io::Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|error| error.to_string())?;
        reader.no_limits();
        let image = reader.decode().map_err(|error| error.to_string())?;
        let (width, height) = (image.width(), image.height());
        let plane = || Vec::with_capacity(width as usize * height as usize);
        let mut planes = [plane(), plane(), plane()];
        let mut push = |pixel: [u8; 3], alpha: u8| {
            let alpha = f32::from(alpha) / 255.0;
            for (plane, value) in planes.iter_mut().zip(pixel) {
                plane.push(F32::new(f32::from(value) * alpha + 255.0 * (1.0 - alpha)));
            }
        };
        if image.color().has_alpha() {
            image.into_rgba8().pixels().for_each(|pixel| {
                let [red, green, blue, alpha] = pixel.0;
                push([red, green, blue], alpha);
            });
        } else {
            image.into_rgb8().pixels().for_each(|pixel| push(pixel.0, 255));
        }
        Ok(Self { width, height, planes })
    }

    fn shrink(&self, (width, height): (u32, u32)) -> Result<Self, String> {
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        let mut planes = [const { Vec::new() }; 3];
        for (from, to) in self.planes.iter().zip(&mut planes) {
            let from =
                TypedImageRef::new(self.width, self.height, from).map_err(|error| error.to_string())?;
            let mut image = TypedImage::<F32>::new(width, height);
            Resizer::new()
                .resize_typed::<F32>(&from, &mut image, &options)
                .map_err(|error| error.to_string())?;
            // To eight bits, as every output is.
            *to = image.pixels().iter().map(|value| F32::new(value.0.round().clamp(0.0, 255.0))).collect();
        }
        Ok(Self { width, height, planes })
    }

    fn rgb(&self) -> Result<Rgb, String> {
        let [red, green, blue] = &self.planes;
        let pixels = red.iter().zip(green).zip(blue);
        let pixels = pixels.map(|((red, green), blue)| [red.0, green.0, blue.0].map(|value| value / 255.0));
        let (width, height) = (self.width as usize, self.height as usize);
        Rgb::new(pixels.collect(), width, height, TransferCharacteristic::SRGB, ColorPrimaries::BT709)
            .map_err(|error| error.to_string())
    }
}
