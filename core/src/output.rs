//! What comes out of a job.

use crate::{Dropped, Format};

/// A finished image.
///
/// This crate opens no files. An output goes wherever bytes go:
///
/// ```
/// use edgepix_core::{Format, Limits, Transform};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let options = Transform::builder().width(240).format(Format::Webp).build()?;
/// let output = edgepix_core::transform(&photo, &options, &Limits::default())?;
/// assert_eq!((output.width, output.height), (240, 135));
///
/// let path = std::env::temp_dir().join(format!("smaller.{}", output.format.extension()));
/// std::fs::write(path, output)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Metadata that was asked for and had to be left out.
    pub dropped: Dropped,
}

impl AsRef<[u8]> for Output {
    /// The encoded file.
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
