//! The option that was meant where one is mistyped, or called as URLs and other libraries call it.

/// The URL's short names and those of other libraries, with ours.
const MEANT: [(&str, &str); 15] = [
    ("w", "width"),
    ("h", "height"),
    ("q", "quality"),
    ("bg", "background"),
    ("type", "format"),
    ("output", "format"),
    ("mode", "fit"),
    ("position", "gravity"),
    ("focus", "gravity"),
    ("upscale", "enlarge"),
    ("rotation", "rotate"),
    ("mirror", "flip"),
    ("page", "frame"),
    ("maxwidth", "width"),
    ("maxheight", "height"),
];

/// The one of `names` that `name` is most like, if it is like any.
pub(crate) fn closest(name: &str, names: &[&'static str]) -> Option<&'static str> {
    edgepix_core::closest(name, names, &MEANT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_and_other_vocabularies_are_recognised() {
        let names = ["width", "height", "fit", "background", "quality", "sourceBytes"];
        for (typed, meant) in [
            ("wdith", Some("width")),
            ("Width", Some("width")),
            ("w", Some("width")),
            ("maxWidth", Some("width")),
            ("bg", Some("background")),
            ("backgroud", Some("background")),
            ("fti", Some("fit")),
            ("sourcebyte", Some("sourceBytes")),
            ("page", None),
            ("x", None),
            ("callback", None),
        ] {
            assert_eq!(closest(typed, &names), meant, "{typed}");
        }
    }
}
