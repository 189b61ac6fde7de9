//! The sample photos that the program carries, so that there is something to see before anything is configured.
//! Their authors and licences are in `samples/CREDITS.md`.

use bytes::Bytes;
use serde_json::json;

/// A sample photo.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Its path on the origin.
    pub(crate) path: &'static str,
    title: &'static str,
    file: &'static [u8],
}

/// When they were last changed, as HTTP writes it.
pub(crate) const DATE: &str = "Fri, 20 Nov 2026 00:00:00 GMT";

/// All of them, in the order in which they are shown.
pub(crate) const SAMPLES: [Sample; 4] = [
    Sample {
        path: "/dandelion.jpg",
        title: "Dandelions, 16 megapixels",
        file: include_bytes!("../samples/dandelion.jpg"),
    },
    Sample {
        path: "/dogs.jpg",
        title: "Two dogs, stored lying on their side",
        file: include_bytes!("../samples/dogs.jpg"),
    },
    Sample { path: "/fig.jpg", title: "A fig in a bowl", file: include_bytes!("../samples/fig.jpg") },
    Sample {
        path: "/balloon.png",
        title: "A balloon on nothing: PNG with alpha",
        file: include_bytes!("../samples/balloon.png"),
    },
];

/// The file of a sample.
pub(crate) fn open(path: &str) -> Option<Bytes> {
    SAMPLES.iter().find(|sample| sample.path == path).map(|sample| Bytes::from_static(sample.file))
}

/// The list of samples for the page, as JSON. Sizes are those after orientation.
pub(crate) fn list() -> String {
    let entry = |sample: &Sample| {
        let metadata = edgepix_core::metadata(sample.file).ok()?;
        Some(json!({
            "path": sample.path,
            "width": metadata.width,
            "height": metadata.height,
            "bytes": sample.file.len(),
            "title": sample.title,
        }))
    };
    serde_json::Value::from_iter(SAMPLES.iter().filter_map(entry)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_is_said_of_them() {
        let of = |path| edgepix_core::metadata(&open(path).unwrap()).unwrap();
        assert!(of("/dandelion.jpg").width * of("/dandelion.jpg").height > 12_000_000);
        let dogs = of("/dogs.jpg");
        assert!(dogs.orientation.exif() == 6 && dogs.height > dogs.width);
        assert!(of("/balloon.png").has_alpha);
        assert_eq!(open("/none.jpg"), None);
        assert!(list().starts_with("[{") && list().matches("title").count() == SAMPLES.len());
    }
}
