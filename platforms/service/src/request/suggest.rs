//! The name that was meant where one is mistyped, or taken from another image service's vocabulary.

/// Long names and those of other services, with ours.
const MEANT: [(&str, &str); 21] = [
    ("width", "w"),
    ("height", "h"),
    ("quality", "q"),
    ("background", "bg"),
    ("url", "src"),
    ("source", "src"),
    ("image", "src"),
    ("fm", "format"),
    ("fmt", "format"),
    ("output", "format"),
    ("type", "format"),
    ("ext", "format"),
    ("mode", "fit"),
    ("resize", "fit"),
    ("position", "gravity"),
    ("focus", "gravity"),
    ("upscale", "enlarge"),
    ("rotation", "rotate"),
    ("mirror", "flip"),
    ("page", "frame"),
    ("version", "v"),
];

/// The one of `names` that `name` is most like, if it is like any.
pub(crate) fn closest(name: &str, names: &[&'static str]) -> Option<&'static str> {
    edgepix_core::closest(name, names, &MEANT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::vocabulary::NAMES;

    #[test]
    fn typing_errors_and_other_vocabularies_are_recognised() {
        for (typed, meant) in [
            ("W", Some("w")),
            ("wdith", Some("w")),
            ("width", Some("w")),
            ("fromat", Some("format")),
            ("frmt", Some("format")),
            ("fmt", Some("format")),
            ("fti", Some("fit")),
            ("gravitiy", Some("gravity")),
            ("lossles", Some("lossless")),
            ("los_sles", Some("lossless")),
            ("url", Some("src")),
            ("scr", Some("src")),
            ("sr", Some("src")),
            ("foo", None),
            ("token", None),
            ("gclid", None),
            ("x", None),
            ("", None),
            ("callback", None),
            ("utm_campaign", None),
        ] {
            assert_eq!(closest(typed, &NAMES), meant, "{typed}");
        }
        assert_eq!(closest("width", &["src", "v"]), None);
    }
}
