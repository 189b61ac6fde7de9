//! Checks Prometheus' text format as strictly as `promtool check metrics` does, and a little more.

use std::collections::{BTreeMap, BTreeSet};

/// Labels of a series, sorted.
pub(crate) type Labels = BTreeMap<String, String>;

/// The samples of a text that is as it should be.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    /// The type of each family.
    pub(crate) families: BTreeMap<String, String>,
    samples: Vec<(String, Labels, f64)>,
}

impl Exposition {
    /// Reads a text. The error is what is wrong first.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut read = Self::default();
        let mut helped = BTreeSet::new();
        let mut series = BTreeSet::new();
        let mut current = String::new();
        if !text.ends_with('\n') {
            return Err("the last line has no end".to_owned());
        }
        for line in text.lines() {
            let wrong = |what: &str| Err(format!("{what}: {line}"));
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').unwrap_or((help, ""));
                if !is_name(name, true) || words.trim().is_empty() || !is_escaped(words, &['\\', 'n']) {
                    return wrong("no proper help");
                }
                if !helped.insert(name.to_owned()) {
                    return wrong("helped twice");
                }
            } else if let Some(of_type) = line.strip_prefix("# TYPE ") {
                let Some((name, kind)) = of_type.split_once(' ') else { return wrong("no type") };
                let fits = match kind {
                    "counter" => name.ends_with("_total"),
                    "gauge" | "histogram" => !name.ends_with("_total"),
                    _ => false,
                };
                let reserved = ["_bucket", "_count", "_sum", "_info"].iter().any(|end| name.ends_with(end));
                if !fits || reserved && kind != "gauge" {
                    return wrong("the name does not fit the type");
                }
                if !helped.contains(name) {
                    return wrong("a type before its help");
                }
                if read.families.insert(name.to_owned(), kind.to_owned()).is_some() {
                    return wrong("typed twice");
                }
                current = name.to_owned();
            } else {
                let Some((name, labels, value)) = sample(line) else { return wrong("no sample") };
                let kind = read.families.get(&current).map(String::as_str);
                let end = name.strip_prefix(&*current);
                match (kind, end) {
                    (Some("counter"), Some("")) if value >= 0.0 && value.is_finite() => {}
                    (Some("gauge"), Some("")) => {}
                    (Some("histogram"), Some("_bucket")) if labels.contains_key("le") => {}
                    (Some("histogram"), Some("_sum" | "_count")) if !labels.contains_key("le") => {}
                    _ => return wrong("not of the family that was announced"),
                }
                if !series.insert((name.clone(), labels.clone())) {
                    return wrong("there twice");
                }
                read.samples.push((name, labels, value));
            }
        }
        let histograms = read.families.iter().filter(|(_, kind)| *kind == "histogram");
        histograms.map(|(name, _)| name).try_for_each(|name| read.check_histogram(name))?;
        Ok(read)
    }

    /// A sample's value; `None` where there is no such series.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels: Labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let found = self.samples.iter().find(|(known, with, _)| known == name && *with == labels);
        found.map(|(_, _, value)| *value)
    }

    /// All values of a label.
    pub(crate) fn label_values(&self, label: &str) -> BTreeSet<&str> {
        self.samples.iter().filter_map(|(_, labels, _)| labels.get(label)).map(String::as_str).collect()
    }

    /// Buckets ascend and are cumulative, end at infinity, and agree with the count; there is a sum.
    fn check_histogram(&self, family: &str) -> Result<(), String> {
        let mut buckets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        for (_, labels, value) in self.named(&format!("{family}_bucket")) {
            let mut labels = labels.clone();
            let bound = labels.remove("le").unwrap_or_default();
            let bound = bound.parse().map_err(|_| format!("{family} has a bucket up to {bound}"))?;
            buckets.entry(labels).or_default().push((bound, *value));
        }
        let of_end = |end: &str| -> BTreeMap<Labels, f64> {
            self.named(&format!("{family}{end}")).map(|(_, labels, value)| (labels.clone(), *value)).collect()
        };
        let (counts, sums) = (of_end("_count"), of_end("_sum"));
        if !counts.keys().eq(buckets.keys()) || !sums.keys().eq(buckets.keys()) {
            return Err(format!("{family} has not a count and a sum for all"));
        }
        for (labels, buckets) in buckets {
            let ascend = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
            let last = buckets.last().copied().unwrap_or_default();
            if !ascend || last != (f64::INFINITY, counts[&labels]) {
                return Err(format!("{family} {labels:?} has buckets that do not add up: {buckets:?}"));
            }
        }
        Ok(())
    }

    fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a (String, Labels, f64)> {
        self.samples.iter().filter(move |(known, ..)| *known == *name)
    }
}

/// `name{label="value",…} 1`.
fn sample(line: &str) -> Option<(String, Labels, f64)> {
    let (series, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    let (name, mut rest) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}')?),
        None => (series, ""),
    };
    let mut labels = Labels::new();
    while !rest.is_empty() {
        let (label, behind) = rest.split_once("=\"")?;
        let mut escaped = false;
        let end = behind.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        let text = &behind[..end];
        let known = labels.insert(label.to_owned(), text.to_owned());
        if !is_name(label, false) || !is_escaped(text, &['\\', 'n', '"']) || known.is_some() {
            return None;
        }
        rest = match &behind[end + 1..] {
            "" => "",
            more => more.strip_prefix(',')?,
        };
    }
    is_name(name, true).then(|| (name.to_owned(), labels, value))
}

fn is_name(name: &str, of_metric: bool) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || of_metric && c == ':';
    name.starts_with(is_first)
        && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
        && (of_metric || !name.starts_with("__"))
}

/// Whether each backslash stands before one of these.
fn is_escaped(text: &str, allowed: &[char]) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && !characters.next().is_some_and(|next| allowed.contains(&next)) {
            return false;
        }
    }
    true
}
