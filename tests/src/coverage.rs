//! What the cases cover, and how many there are of each kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use edgepix_core::{Format, metadata};

use crate::case::{Case, Expectation};

/// Pixels from which a photo counts as large.
const LARGE: u64 = 1_000_000;

/// The matrix of features and formats, and the counts.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Cases by feature, and by source or output format. Error cases have a source format alone.
    features: BTreeMap<String, BTreeMap<Column, usize>>,
    /// All cases.
    pub cases: usize,
    /// Cases on photos of a megapixel or more.
    pub large_photos: usize,
    /// Cases that expect an error.
    pub errors: usize,
    /// Blessed cases.
    pub blessed: usize,
    /// Cases with a mean tolerance above 2, for a reason that they state.
    pub wide: usize,
}

/// A column of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Source(&'static str),
    Output(&'static str),
}

impl Coverage {
    /// Counts the cases.
    ///
    /// # Errors
    ///
    /// A source that cannot be read.
    pub fn of(cases: &[Case]) -> Result<Self, String> {
        let mut coverage =
            Self { features: BTreeMap::new(), cases: 0, large_photos: 0, errors: 0, blessed: 0, wide: 0 };
        for case in cases {
            coverage.add(case)?;
        }
        Ok(coverage)
    }

    fn add(&mut self, case: &Case) -> Result<(), String> {
        let source = case.source_bytes()?;
        self.cases += 1;
        if case.source.starts_with("photos/") {
            let facts = metadata(&source).map_err(|error| format!("{}: {error}", case.source))?;
            self.large_photos += usize::from(u64::from(facts.width) * u64::from(facts.height) >= LARGE);
        }
        let from = Format::sniff(&source);
        let mut columns = BTreeSet::from([Column::Source(from.map_or("other", Format::name))]);
        match &case.expectation {
            Expectation::Error(_) => self.errors += 1,
            expectation => {
                self.blessed += usize::from(matches!(expectation, Expectation::Blessed(_)));
                self.wide += usize::from(matches!(expectation, Expectation::Picture(e) if e.mean > 2.0));
                let asked = case.transform().map_err(|error| format!("{}: {error}", case.name))?.format();
                columns.extend(asked.or(from).map(|format| Column::Output(format.name())));
            }
        }
        let pair = match columns.iter().map(|column| column.name()).collect::<Vec<_>>()[..] {
            [from, to] => Some(format!("{from} → {to}")),
            _ => None,
        };
        for feature in case.covers.iter().cloned().chain(pair) {
            let row = self.features.entry(feature).or_default();
            columns.iter().for_each(|column| *row.entry(*column).or_default() += 1);
        }
        Ok(())
    }

    /// Cases that go from one format to another.
    pub fn pair(&self, from: Format, to: Format) -> usize {
        let row = self.features.get(&format!("{from} → {to}"));
        row.and_then(|row| row.get(&Column::Output(to.name()))).copied().unwrap_or_default()
    }

    /// Cases of a feature, of whatever format.
    pub fn feature(&self, feature: &str) -> usize {
        let sources = |row: &BTreeMap<Column, usize>| {
            row.iter().filter(|(column, _)| matches!(column, Column::Source(_))).map(|(_, count)| count).sum()
        };
        self.features.get(feature).map_or(0, sources)
    }
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Column::Source(name) | Column::Output(name) => name,
        }
    }
}

const COLUMNS: [Column; 9] = [
    Column::Source("jpeg"),
    Column::Source("png"),
    Column::Source("webp"),
    Column::Source("gif"),
    Column::Source("other"),
    Column::Output("jpeg"),
    Column::Output("png"),
    Column::Output("webp"),
    Column::Output("gif"),
];

impl fmt::Display for Coverage {
    /// The matrix, with a dot in every empty cell, and the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<18}│ {:<33}│ output", "feature", "source")?;
        write!(f, "{:<18}│", "")?;
        for column in COLUMNS {
            let separator = if column == Column::Source("other") { " │" } else { "" };
            write!(f, "{:>6}{separator}", column.name())?;
        }
        writeln!(f)?;
        // Format pairs have a table of their own below.
        for (feature, row) in self.features.iter().filter(|(feature, _)| !feature.contains('→')) {
            write!(f, "{feature:<18}│")?;
            for column in COLUMNS {
                let separator = if column == Column::Source("other") { " │" } else { "" };
                match row.get(&column) {
                    Some(count) => write!(f, "{count:>6}{separator}")?,
                    None => write!(f, "{:>6}{separator}", "·")?,
                }
            }
            writeln!(f)?;
        }
        writeln!(f, "\n{:<18}│{:>6}{:>6}{:>6}{:>6}", "from ↓ to →", "jpeg", "png", "webp", "gif")?;
        for from in Format::inputs() {
            write!(f, "{:<18}│", from.name())?;
            for to in [Format::Jpeg, Format::Png, Format::Webp, Format::Gif] {
                match self.pair(from, to) {
                    0 => write!(f, "{:>6}", "·")?,
                    count => write!(f, "{count:>6}")?,
                }
            }
            writeln!(f)?;
        }
        write!(
            f,
            "\n{} cases: {} on photos of a megapixel or more, {} errors, {} blessed, {} with a mean tolerance above 2",
            self.cases, self.large_photos, self.errors, self.blessed, self.wide
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<Case> {
        Case::read_all(&crate::golden_folder()).unwrap()
    }

    #[test]
    fn the_suite_is_as_large_as_promised() {
        let coverage = Coverage::of(&cases()).unwrap();
        assert!(coverage.cases >= 130, "{} cases", coverage.cases);
        assert!(coverage.large_photos >= 40, "{} on large photos", coverage.large_photos);
        assert!(coverage.errors >= 25, "{} errors", coverage.errors);
        assert!(coverage.blessed * 5 <= coverage.cases, "{} blessed", coverage.blessed);
    }

    #[test]
    fn every_pair_of_formats_and_every_fit_with_every_orientation_has_a_case() {
        let coverage = Coverage::of(&cases()).unwrap();
        for from in Format::inputs() {
            for to in Format::outputs() {
                assert!(coverage.pair(from, to) > 0, "{from} → {to}");
            }
        }
        for fit in ["inside", "outside", "cover", "contain", "fill"] {
            for class in ["upright", "mirrored", "quarter-turned", "transposed"] {
                let name = format!("fit-{fit}-{class}");
                assert!(cases().iter().any(|case| case.name == name), "{name}");
            }
            assert!(coverage.feature(&format!("fit-{fit}")) > 0, "{fit}");
        }
    }

    #[test]
    fn every_source_is_used_and_credited() {
        let used: BTreeSet<_> = cases().into_iter().map(|case| case.source).collect();
        let credits = std::fs::read_to_string(crate::golden_folder().join("CREDITS.md")).unwrap();
        for folder in ["photos", "made", "bombs"] {
            for entry in std::fs::read_dir(crate::golden_folder().join("sources").join(folder)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(used.contains(&format!("{folder}/{name}")), "no case uses {folder}/{name}");
                let photo = name.split(['-', '.']).next().unwrap();
                assert!(
                    folder != "photos" || credits.contains(&format!("`{photo}-")),
                    "no credit for {name}"
                );
            }
        }
    }
}
