//! The formats: one table of their names, media types and signatures.

use std::fmt;
use std::str::FromStr;

use crate::ending::{gif_is_cut, is_not_known, jpeg_is_cut, png_is_cut, webp_is_cut};
use crate::{InvalidValue, Quality};

/// An image format.
///
/// ```
/// use edgepix_core::Format;
///
/// let photo = std::fs::read("photo.jpg")?;
/// assert_eq!(Format::sniff(&photo), Some(Format::Jpeg));
/// assert_eq!("webp".parse(), Ok(Format::Webp));
/// assert_eq!((Format::Webp.media_type(), Format::Jpeg.extension()), ("image/webp", "jpg"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// JPEG XL (ISO/IEC 18181). Recognised by name and by its bytes, neither read nor written yet.
    Jxl,
}

/// A line of the table.
struct Facts {
    format: Format,
    /// In URLs and options.
    name: &'static str,
    /// Other names, also as file name extensions.
    aliases: &'static [&'static str],
    /// The usual file name extension.
    extension: &'static str,
    /// As registered with IANA.
    media_type: &'static str,
    sniff: fn(&[u8]) -> bool,
    /// Whether a file of it ends before it should.
    is_cut: fn(&[u8]) -> bool,
    /// Whether it stores transparency.
    alpha: bool,
    /// The most pixels along a side that it can state.
    largest_side: u32,
    /// Where nobody asks; `None` where quality has no meaning.
    quality: Option<Quality>,
    /// Whether it can be lossy or lossless, as is asked.
    lossless: bool,
    /// Whether it keeps all colours unless it is asked for by name and with a quality.
    palette: bool,
    /// Whether a file of it can carry an ICC profile.
    profile: bool,
    /// Here, as it is built.
    read: bool,
    /// Here, as it is built.
    written: bool,
}

#[rustfmt::skip]
static TABLE: [Facts; 6] = [
    Facts {
        format: Format::Jpeg, name: "jpeg", aliases: &["jpg"], extension: "jpg", media_type: "image/jpeg", sniff: is_jpeg, is_cut: jpeg_is_cut,
        alpha: false, largest_side: 65_535, quality: Quality::new(80), lossless: false, palette: false, profile: true, read: JPEG, written: JPEG,
    },
    Facts {
        format: Format::Png, name: "png", aliases: &[], extension: "png", media_type: "image/png", sniff: is_png, is_cut: png_is_cut,
        alpha: true, largest_side: i32::MAX as u32, quality: None, lossless: false, palette: true, profile: true, read: PNG, written: PNG,
    },
    Facts {
        format: Format::Webp, name: "webp", aliases: &[], extension: "webp", media_type: "image/webp", sniff: is_webp, is_cut: webp_is_cut,
        alpha: true, largest_side: 16_383, quality: Quality::new(80), lossless: true, palette: false, profile: true, read: WEBP, written: WEBP,
    },
    Facts {
        format: Format::Gif, name: "gif", aliases: &[], extension: "gif", media_type: "image/gif", sniff: is_gif, is_cut: gif_is_cut,
        alpha: true, largest_side: 65_535, quality: None, lossless: false, palette: false, profile: false, read: GIF, written: GIF,
    },
    Facts {
        format: Format::Avif, name: "avif", aliases: &[], extension: "avif", media_type: "image/avif", sniff: is_avif, is_cut: is_not_known,
        alpha: true, largest_side: 65_536, quality: Quality::new(60), lossless: false, palette: false, profile: true, read: false, written: false,
    },
    Facts {
        format: Format::Jxl, name: "jxl", aliases: &[], extension: "jxl", media_type: "image/jxl", sniff: is_jxl, is_cut: is_not_known,
        alpha: true, largest_side: 1 << 30, quality: Quality::new(80), lossless: true, palette: false, profile: true, read: false, written: false,
    },
];

// Without the pipeline no format is built in: whoever builds so leaves the pixels to a component that has them all.
const HOST: bool = cfg!(not(feature = "pipeline"));
const JPEG: bool = HOST || cfg!(feature = "jpeg");
const PNG: bool = HOST || cfg!(feature = "png");
const WEBP: bool = HOST || cfg!(feature = "webp");
const GIF: bool = HOST || cfg!(feature = "gif");

impl Format {
    /// Every format that has a name here, read, written or neither.
    pub fn all() -> impl Iterator<Item = Format> + Clone {
        TABLE.iter().map(|facts| facts.format)
    }

    /// The formats that are read.
    pub fn inputs() -> impl Iterator<Item = Format> + Clone {
        Self::all().filter(|format| format.is_read())
    }

    /// The formats that are written.
    pub fn outputs() -> impl Iterator<Item = Format> + Clone {
        Self::all().filter(|format| format.is_written())
    }

    /// Recognises the format by the first bytes, whatever the file's name or media type is. 16 bytes are enough.
    pub fn sniff(bytes: &[u8]) -> Option<Format> {
        TABLE.iter().find(|facts| (facts.sniff)(bytes)).map(|facts| facts.format)
    }

    /// Whether a file of this format ends before it should, as one that is still being uploaded. Such an image is decoded as
    /// far as it goes where there is enough of it.
    pub fn is_cut(self, file: &[u8]) -> bool {
        (self.facts().is_cut)(file)
    }

    /// The format that any program shows: PNG for an image with alpha, JPEG for one without.
    pub const fn universal(has_alpha: bool) -> Format {
        if has_alpha { Format::Png } else { Format::Jpeg }
    }

    /// The name, as it stands in URLs and options.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// Other names that are read as this one, as `jpg` is as `jpeg`.
    pub const fn aliases(self) -> &'static [&'static str] {
        self.facts().aliases
    }

    /// The usual file name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        self.facts().extension
    }

    /// The registered media type.
    pub const fn media_type(self) -> &'static str {
        self.facts().media_type
    }

    /// Whether the format can store transparency.
    pub const fn has_alpha(self) -> bool {
        self.facts().alpha
    }

    /// The most pixels along a side that a file of this format can state.
    pub const fn largest_side(self) -> u32 {
        self.facts().largest_side
    }

    /// The quality where nobody asks for one: JPEG 80, WebP 80, AVIF 60, JPEG XL 80, which look about the same. `None`
    /// for formats of which quality means nothing.
    pub const fn default_quality(self) -> Option<Quality> {
        self.facts().quality
    }

    /// Whether the format can be written lossy or lossless, as is asked.
    pub const fn has_lossless_mode(self) -> bool {
        self.facts().lossless
    }

    /// Whether the format keeps all colours unless it is asked for by name and with a quality, which then decides how many
    /// there are in a palette.
    pub const fn has_palette_mode(self) -> bool {
        self.facts().palette
    }

    /// Whether a file of this format can carry a colour profile.
    pub const fn has_profile(self) -> bool {
        self.facts().profile
    }

    /// Whether images of this format are read.
    pub const fn is_read(self) -> bool {
        self.facts().read
    }

    /// Whether images of this format are written.
    pub const fn is_written(self) -> bool {
        self.facts().written
    }

    const fn facts(self) -> &'static Facts {
        &TABLE[self as usize]
    }
}

// The table is in the order of the enum.
const _: () = {
    let mut line = 0;
    while line < TABLE.len() {
        assert!(TABLE[line].format as usize == line);
        line += 1;
    }
};

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Format {
    /// The name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl FromStr for Format {
    type Err = InvalidValue;

    /// Reads a format's name; `jpg` is accepted for `jpeg`. The error lists the formats that are written.
    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        let found = TABLE.iter().find(|facts| facts.name == name || facts.aliases.contains(&name));
        found.map(|facts| facts.format).ok_or_else(|| InvalidValue::new(written()))
    }
}

/// The names of the formats that are written, with commas between.
pub(crate) fn written() -> String {
    Format::outputs().map(Format::name).collect::<Vec<_>>().join(", ")
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff])
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

fn is_gif(bytes: &[u8]) -> bool {
    bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a")
}

/// The major brand of the ISO media file (ISO/IEC 14496-12 §4.3), still or sequence.
fn is_avif(bytes: &[u8]) -> bool {
    matches!(bytes.get(4..12), Some(b"ftypavif" | b"ftypavis"))
}

/// A bare codestream, or the container's signature box (ISO/IEC 18181-2 §4.3).
fn is_jxl(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0x0a]) || bytes.starts_with(b"\0\0\0\x0cJXL \r\n\x87\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_told_by_its_first_bytes_and_by_its_names() {
        let files: [(&[u8], Option<Format>); 12] = [
            (b"\xff\xd8\xff\xe0", Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Format::Png)),
            (b"RIFF\0\0\0\0WEBP", Some(Format::Webp)),
            (b"GIF87a", Some(Format::Gif)),
            (b"GIF89a", Some(Format::Gif)),
            (b"\0\0\0\x20ftypavif", Some(Format::Avif)),
            (b"\0\0\0\x20ftypavis", Some(Format::Avif)),
            (b"\xff\x0a", Some(Format::Jxl)),
            (b"\0\0\0\x0cJXL \r\n\x87\n", Some(Format::Jxl)),
            (b"\0\0\0\x20ftypheic", None),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"", None),
        ];
        for (bytes, format) in files {
            assert_eq!(Format::sniff(bytes), format, "{bytes:?}");
        }
        assert!(Format::all().all(|format| files.iter().any(|(_, found)| *found == Some(format))));
        assert!(Format::all().all(|format| format.name().parse() == Ok(format)));
        assert_eq!("jpg".parse(), Ok(Format::Jpeg));
        let error = "JPEG".parse::<Format>().unwrap_err();
        assert_eq!(error.allowed(), "jpeg, png, webp, gif");
    }

    #[test]
    fn what_is_not_built_yet_has_a_name_and_nothing_else() {
        for format in Format::all() {
            let built = !matches!(format, Format::Avif | Format::Jxl);
            assert_eq!((format.is_read(), format.is_written()), (built, built), "{format}");
        }
        assert!(Format::inputs().eq(Format::outputs()));
    }
}
