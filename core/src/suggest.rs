//! The word that was meant where one is mistyped.

/// The meaning of the word that `given` is most like, if it is like any. `words` are pairs of a word and its meaning,
/// which may be itself; case does not matter.
///
/// Insertions, deletions, substitutions and swaps of neighbours count as one error each; a word of three letters may have
/// one, of six two. A word of one or two letters would be like everything.
pub fn closest<'a>(given: &str, words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    // No word is longer, and what a caller sends may be.
    let given: String = given.chars().flat_map(char::to_lowercase).take(16).collect();
    words
        .into_iter()
        .map(|(word, meaning)| (strsim::osa_distance(&given, &word.to_lowercase()), word, meaning))
        .filter(|(errors, word, _)| errors * 3 <= word.len().max(given.chars().count()))
        .min_by_key(|(errors, ..)| *errors)
        .map(|(.., meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_bear_more_errors() {
        let words = [("fit", "fit"), ("gravity", "gravity"), ("width", "w"), ("h", "h")];
        for (given, meant) in [
            ("FIT", Some("fit")),
            ("fti", Some("fit")),
            ("gravitiy", Some("gravity")),
            ("los_gravity", None),
            ("wdith", Some("w")),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(closest(given, words), meant, "{given}");
        }
    }
}
