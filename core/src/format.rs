//! The formats: their names, media types and signatures.

use std::fmt;
use std::str::FromStr;

/// An image format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649).
    Webp,
    /// GIF 87a and 89a.
    Gif,
    /// AVIF. Recognised by name and by its bytes, neither read nor written yet.
    Avif,
}

impl Format {
    /// The formats that are read.
    pub const INPUTS: [Format; 4] = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif];

    /// The formats that are written.
    pub const OUTPUTS: [Format; 4] = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif];

    /// Tells the format from the first bytes, whatever name or media type the file came with.
    pub fn sniff(bytes: &[u8]) -> Option<Format> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Format::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Some(Format::Avif),
            _ => None,
        }
    }

    /// The name, as it stands in URLs and options.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::Gif => "gif",
            Format::Avif => "avif",
        }
    }

    /// The usual file name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            other => other.name(),
        }
    }

    /// The registered media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Webp => "image/webp",
            Format::Gif => "image/gif",
            Format::Avif => "image/avif",
        }
    }

    /// Whether the format can store transparency.
    pub const fn has_alpha(self) -> bool {
        !matches!(self, Format::Jpeg)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = &'static str;

    /// Reads a format's name; `jpg` is accepted for `jpeg`. The error is the list of names.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "jpeg" | "jpg" => Ok(Format::Jpeg),
            "png" => Ok(Format::Png),
            "webp" => Ok(Format::Webp),
            "gif" => Ok(Format::Gif),
            "avif" => Ok(Format::Avif),
            _ => Err("jpeg, png, webp, gif"),
        }
    }
}
