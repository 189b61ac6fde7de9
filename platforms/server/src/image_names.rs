//! Which files of a folder are images, told by their names.

use std::ffi::OsStr;
use std::path::Path;

use edgepix_core::Format;

/// Whether a file has the extension of a format that is read.
pub(crate) fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    extension.to_ascii_lowercase().parse().is_ok_and(Format::is_read)
}

/// Whether a file is hidden: its name begins with a dot.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells() {
        for name in ["a.jpg", "a.JPEG", "b/a.png", "a.b.webp", "a.gif"] {
            assert!(is_image(Path::new(name)), "{name}");
        }
        for name in ["a", "jpg", ".jpg", "a.txt", "a.jpg.txt"] {
            assert!(!is_image(Path::new(name)), "{name}");
        }
        assert!(is_hidden(OsStr::new(".a.jpg")) && !is_hidden(OsStr::new("a.jpg")));
    }
}
