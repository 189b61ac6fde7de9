//! The pipeline's stages by themselves, for benches and for checking what each costs. Not part of the stable API.

use crate::codec::{self, Image, Selection, Settings};
use crate::geometry::Geometry;
use crate::icc::{Channels, Depth, Effect, ToSrgb};
use crate::pipeline::{self, Colours as JobColours};
pub use crate::rows::Picture;
use crate::rows::{Layout, Row, Rows, Shape};
use crate::{Error, Format, Limits, Orientation, ProfileFault, Transform};

impl Picture {
    /// A picture of interleaved 8-bit samples: 1 (grey), 3 (RGB) or 4 (RGBA) a pixel, as many as there are.
    ///
    /// # Panics
    ///
    /// Where `data` is not of this size.
    pub fn new(width: u32, height: u32, data: Vec<u8>) -> Self {
        let layout = match data.len() / (width as usize * height as usize) {
            1 => Layout::Grey,
            3 => Layout::Rgb,
            _ => Layout::Rgba,
        };
        assert_eq!(data.len() as u64, layout.samples(width, height), "{width} × {height} {layout:?}");
        Self { width, height, layout, data }
    }

    /// Width, height and channels.
    pub fn shape(&self) -> (u32, u32, usize) {
        (self.width, self.height, self.layout.channels())
    }

    /// The samples.
    pub fn samples(&self) -> &[u8] {
        &self.data
    }

    fn rows_of(&self) -> Shape {
        Shape { width: self.width, height: self.height, rows: Rows::Eight(self.layout) }
    }
}

/// Decodes at `eighths` eighths of its size, each row handed to `row` and forgotten.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn decode(bytes: &[u8], eighths: u32, mut row: impl FnMut(&[u8])) -> Result<(), Error> {
    let image = header(bytes)?;
    let mut decoder = image.decoder(bytes, &Selection::frame(0, eighths))?;
    decoder.next_frame()?;
    while decoder.read(&mut |next| {
        if let Row::Eight(samples) = next {
            row(samples);
        }
        Ok(())
    })? {}
    Ok(())
}

/// What [`decode`] is planned to take from the heap.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn decode_memory(bytes: &[u8], eighths: u32) -> Result<u64, Error> {
    let image = header(bytes)?;
    let profile = image.header().icc.as_ref().map_or(0, |icc| icc.memory());
    Ok(image.decoding_cost(bytes, &Selection::frame(0, eighths))?.memory + profile + codec::IMAGE_BYTES)
}

/// Brings a picture to another size.
///
/// # Errors
///
/// Where a side is over the limit.
pub fn resize(picture: &Picture, width: u32, height: u32) -> Result<Picture, Error> {
    let transform =
        Transform::builder().width(width).height(height).fit(crate::Fit::Fill).enlarge(true).build()?;
    let size = (picture.width, picture.height);
    let geometry = Geometry::new(size, Orientation::default(), &transform, &Limits::default())?;
    let layout = picture.layout;
    let mut data = Vec::with_capacity(layout.samples(width, height) as usize);
    pipeline::resize(picture, &geometry, &mut |row| data.extend_from_slice(row))?;
    Ok(Picture { width, height, layout, data })
}

/// What brings the colours of an embedded profile to sRGB.
#[derive(Clone, Copy)]
pub struct Colours<'p>(ToSrgb<'p>);

impl<'p> Colours<'p> {
    /// By the profile `icc`, for pixels of 1 (grey), 3 (RGB) or 4 (CMYK) channels. With `alpha` pixels have four samples,
    /// of grey three of the same. `None` where the profile changes nothing.
    ///
    /// # Errors
    ///
    /// Why the profile cannot be used.
    pub fn of(icc: &'p [u8], channels: usize, alpha: bool) -> Result<Option<Self>, ProfileFault> {
        let channels = match (channels, alpha) {
            (1, false) => Channels::Grey,
            (1, true) => Channels::GreyAlpha,
            (3, false) => Channels::Rgb,
            (3, true) => Channels::RgbAlpha,
            _ => Channels::Cmyk,
        };
        match Effect::of(icc, channels) {
            Effect::Identity => Ok(None),
            Effect::Convert(colours) => Ok(Some(Self(colours))),
            Effect::Unusable(fault) => Err(fault),
        }
    }

    /// What [`convert`](Self::convert) may take from the heap, in bytes.
    pub fn memory<T: Samples<'p>>(&self) -> u64 {
        self.0.memory::<T>()
    }

    /// A row to sRGB.
    pub fn convert<T: Samples<'p>>(self, from: &[T], to: &mut [u8]) {
        self.0.converter().convert(from, to);
    }
}

/// `u8` or `u16`, of which 65535 is full.
#[allow(private_bounds, reason = "there are no others")]
pub trait Samples<'p>: Depth<'p> {}

impl Samples<'_> for u8 {}

impl Samples<'_> for u16 {}

/// Encodes with the format, quality and losslessness of `transform`.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn encode(picture: Picture, transform: &Transform) -> Result<Vec<u8>, Error> {
    let (format, settings) = settings(transform)?;
    let mut encoder = codec::of(format)?.encoder(&settings, &picture.rows_of())?;
    encoder.write_picture(picture)?;
    encoder.end_frame()?;
    encoder.finish()
}

/// What [`encode`] is planned to take from the heap beside the picture.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn encode_memory(picture: &Picture, transform: &Transform) -> Result<u64, Error> {
    let (format, settings) = settings(transform)?;
    Ok(codec::of(format)?.encoding_cost(&settings, &picture.rows_of()).memory)
}

fn header(bytes: &[u8]) -> Result<Box<dyn Image>, Error> {
    codec::read_header(bytes, &Limits::default())
}

fn settings(transform: &Transform) -> Result<(Format, Settings), Error> {
    // The smallest header there is: nothing to keep.
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\0\x3b";
    let format = transform.format.unwrap_or(Format::Jpeg);
    let codec = codec::of(format)?;
    Ok((format, Settings::new(codec, GIF, &*header(GIF)?, transform, (1, 1), &JobColours::Stay)))
}
