//! What the benches have in common: the photos, and what is asked of them.
//!
//! `stages` measures metadata, decoding, resizing, encoding and the whole with criterion, each beside a peer that does
//! the same work. `sandbox` runs the whole natively and inside the component, alternating, and prints the ratio. The program
//! `edgepix-bench` measures the whole beside other systems, and cold starts.

use std::path::PathBuf;

use edgepix_core::{Format, Transform};
use edgepix_golden::golden_folder;

/// A photo of the golden suite.
pub struct Photo {
    /// Its size, as it stands in reports.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Photos of 1, 6 and 12 megapixels, baseline JPEG at 4:2:0 or 4:2:2.
pub fn photos() -> Vec<Photo> {
    [
        ("1 MP", "photos/brushes-1mp-420.jpg"),
        ("6 MP", "photos/mountain-6mp-422.jpg"),
        ("12 MP", "photos/sunset-12mp.jpg"),
    ]
    .map(|(name, path)| Photo { name, bytes: read(path) })
    .into()
}

/// A source of the golden suite.
///
/// # Panics
///
/// Where the file is not there.
pub fn read(path: &str) -> Vec<u8> {
    let path: PathBuf = golden_folder().join("sources").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a page asks for most: 800 pixels wide.
pub fn page_width(format: Format) -> Transform {
    Transform::builder().width(800).format(format).build().expect("800 is a width")
}
