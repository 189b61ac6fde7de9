//! The answer of `/info/`.

use bytes::Bytes;
use edgepix_core::{Error, Kind, Metadata};
use serde::Serialize;

/// What `/info/` answers, in the names that JavaScript uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description<'a> {
    width: u32,
    height: u32,
    format: &'static str,
    size_bytes: u64,
    /// EXIF's value, 1 … 8.
    orientation: u8,
    frames: u32,
    has_alpha: bool,
    bit_depth: u8,
    profile: Option<&'a str>,
    progressive: bool,
}

impl<'a> From<&'a Metadata> for Description<'a> {
    fn from(metadata: &'a Metadata) -> Self {
        Self {
            width: metadata.width,
            height: metadata.height,
            format: metadata.format.name(),
            size_bytes: metadata.size_bytes,
            orientation: metadata.orientation.exif(),
            frames: metadata.frames,
            has_alpha: metadata.has_alpha,
            bit_depth: metadata.bit_depth,
            profile: metadata.profile.as_deref(),
            progressive: metadata.progressive,
        }
    }
}

impl Description<'_> {
    /// The description as JSON.
    pub(crate) fn json(&self) -> Result<Bytes, Error> {
        let json = serde_json::to_vec(self);
        json.map(Bytes::from).map_err(|_| Error::new(Kind::Internal, "The description could not be written."))
    }
}
