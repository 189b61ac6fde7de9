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
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).take(16).collect();
    let ours = names.iter().map(|known| (*known, *known));
    let theirs = MEANT.iter().copied().filter(|(_, ours)| names.contains(ours));
    ours.chain(theirs)
        .map(|(word, meant)| (distance(&name, word), word, meant))
        // A name of one or two letters is like everything; three letters bear one error, six bear two.
        .filter(|(distance, word, _)| *distance * 3 <= word.len().max(name.len()))
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., meant)| meant)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substituted = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = substituted.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::NAMES;

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
