//! The pipeline's stages by themselves, for benches and for checking what each costs. Not part of the stable API.

use crate::decode::{self, Selection};
use crate::encode::{self, Settings};
use crate::geometry::Steps;
use crate::icc::{Channels, Depth, Effect, ToSrgb, Unusable};
use crate::raster::{self, Layout, Raster};
use crate::resize::Resizer;
use crate::{Error, Format, Limits, Orientation, Transform};

/// A decoded picture.
#[derive(Clone, Debug)]
pub struct Picture(Raster);

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
        assert_eq!(data.len() as u64, layout.bytes(width, height), "{width} × {height} {layout:?}");
        Self(Raster { width, height, layout, data })
    }

    /// Width, height and channels.
    pub fn shape(&self) -> (u32, u32, usize) {
        (self.0.width, self.0.height, self.0.layout.channels())
    }

    /// The samples.
    pub fn samples(&self) -> &[u8] {
        &self.0.data
    }
}

/// Decodes at `eighths` eighths of its size, each row handed to `row` and forgotten.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn decode(bytes: &[u8], eighths: u32, mut row: impl FnMut(&[u8])) -> Result<(), Error> {
    let header = decode::header(bytes)?;
    let (width, height) = header.size_at(eighths);
    let mut rows = decode::open(bytes, &header, Selection { eighths, frame: 0 })?;
    let mut line = vec![0; header.layout.stride(width)];
    for _ in 0..height {
        rows.read(&mut line)?;
        row(&line);
    }
    Ok(())
}

/// What [`decode`] is planned to take from the heap.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn decode_memory(bytes: &[u8], eighths: u32) -> Result<u64, Error> {
    let header = decode::header(bytes)?;
    let row = header.layout.stride(header.size_at(eighths).0) as u64;
    let profile = header.icc.as_ref().map_or(0, |icc| icc.len() as u64);
    Ok(decode::cost(bytes, &header, Selection { eighths, frame: 0 })?.memory + row + profile)
}

/// Brings a picture to another size.
///
/// # Errors
///
/// Where a side is over the limit.
pub fn resize(picture: &Picture, width: u32, height: u32) -> Result<Picture, Error> {
    let Raster { width: w, height: h, layout, .. } = picture.0;
    let transform = Transform {
        width: width.try_into().ok(),
        height: height.try_into().ok(),
        fit: crate::Fit::Fill,
        enlarge: true,
        ..Transform::default()
    };
    let steps = Steps::new((w, h), Orientation::default(), &transform, &Limits::default())?;
    let mut resizer = Resizer::new(&steps, layout);
    let mut data = Vec::with_capacity(layout.bytes(width, height) as usize);
    for row in picture.0.rows() {
        resizer.push(row, |_, finished| {
            data.extend_from_slice(finished);
            Ok(())
        })?;
    }
    Ok(Picture(Raster { width, height, layout, data }))
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
    pub fn of(icc: &'p [u8], channels: usize, alpha: bool) -> Result<Option<Self>, &'static str> {
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
            Effect::Unusable(Unusable::Damaged) => Err("damaged"),
            Effect::Unusable(Unusable::OtherChannels) => Err("for other channels"),
            Effect::Unusable(Unusable::Unsupported) => Err("of an unsupported kind"),
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
    encode::encode(raster::Picture::Pixels(picture.0), &settings(transform)?)
}

/// What [`encode`] is planned to take from the heap beside the picture.
///
/// # Errors
///
/// As [`transform`](crate::transform()).
pub fn encode_memory(picture: &Picture, transform: &Transform) -> Result<u64, Error> {
    let Raster { width, height, layout, .. } = picture.0;
    Ok(encode::cost(&settings(transform)?, width, height, layout).memory)
}

fn settings(transform: &Transform) -> Result<Settings, Error> {
    // The smallest header there is: nothing to keep.
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\0\x3b";
    Settings::new(transform.format.unwrap_or(Format::Jpeg), &decode::header(GIF)?, transform)
}
