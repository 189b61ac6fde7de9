//! The word that was meant where one is mistyped.

/// The one of `names` that `given` is most like, if it is like any. `aliases` are other words for some of them, each with
/// the name that it stands for; those of other names do not count. Case does not matter.
///
/// Insertions, deletions, substitutions and swaps of neighbours count as one error each; a word of three letters may have
/// one, of six two. A word of one or two letters would be like everything.
///
/// ```
/// use edgepix_core::closest;
///
/// let (names, aliases) = (["fit", "gravity", "w"], [("width", "w")]);
/// assert_eq!(closest("gravitiy", &names, &aliases), Some("gravity"));
/// assert_eq!(closest("wdith", &names, &aliases), Some("w"));
/// assert_eq!(closest("quality", &names, &aliases), None);
/// ```
pub fn closest<'a>(given: &str, names: &[&'a str], aliases: &[(&'a str, &'a str)]) -> Option<&'a str> {
    // No word is longer, and what a caller sends may be.
    let given: String = given.chars().map(|letter| letter.to_ascii_lowercase()).take(16).collect();
    let names_themselves = names.iter().map(|name| (*name, *name));
    names_themselves
        .chain(aliases.iter().copied().filter(|(_, name)| names.contains(name)))
        .map(|(word, name)| (strsim::osa_distance(&given, &word.to_ascii_lowercase()), word, name))
        .filter(|(errors, word, _)| errors * 3 <= word.len().max(given.chars().count()))
        .min_by_key(|(errors, ..)| *errors)
        .map(|(.., name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_bear_more_errors() {
        let (names, aliases) = (["fit", "gravity", "w", "h"], [("width", "w"), ("url", "src")]);
        for (given, meant) in [
            ("FIT", Some("fit")),
            ("fti", Some("fit")),
            ("gravitiy", Some("gravity")),
            ("los_gravity", None),
            ("wdith", Some("w")),
            ("url", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(closest(given, &names, &aliases), meant, "{given}");
        }
    }
}
