//! The version stands in one place, `workspace.package.version`; what repeats it, because a format wants it so, is
//! checked to say the same. So is the day of the release.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::step::{Failure, root};

/// The workspace's version, which this crate has too.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Files that name the version, and what stands in front of it there.
const NAMED: [(&str, &str); 3] = [
    ("web/npm/package.json", "\n  \"version\": \""),
    ("platforms/server/README.md", "\nEdgepix "),
    ("platforms/spin/README.md", "registry.example.com/edgepix:"),
];

/// Every mention of the version is this one, and the release's day is the changelog's.
pub(crate) fn agree() -> Result<(), Failure> {
    for (file, before) in NAMED {
        let text = read(file)?;
        let mut found = text.split(before).skip(1).map(version_at).peekable();
        if found.peek().is_none() {
            return Err(format!("{file}: there is no version behind {before:?}"));
        }
        found.try_for_each(|version| is_ours(file, version))?;
    }
    dependencies(&read("Cargo.toml")?)?;
    let (version, day) = newest(&read("CHANGELOG.md")?)?;
    is_ours("CHANGELOG.md", &version)?;
    let released = released(&read("platforms/service/src/answer/etag.rs")?)?;
    if released != day {
        return Err(format!(
            "CHANGELOG.md dates {version} on second {day} since 1970, `RELEASED` in platforms/service/src/answer/etag.rs is \
             {released}: write one into the other"
        ));
    }
    Ok(())
}

/// The tag is this version's, and the release is not in the future, where no answer may claim to be from.
pub(crate) fn is_tag(tag: &str) -> Result<(), Failure> {
    if tag.strip_prefix('v') != Some(VERSION) {
        return Err(format!("the tag {tag} is not that of version {VERSION}: v{VERSION}"));
    }
    let (_, day) = newest(&read("CHANGELOG.md")?)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    if day > now { Err(format!("CHANGELOG.md dates {VERSION} in the future")) } else { Ok(()) }
}

/// The versions by which the workspace's crates name each other.
fn dependencies(manifest: &str) -> Result<(), Failure> {
    let ours = manifest.lines().filter(|line| line.starts_with("edgepix") && line.contains("version = \""));
    for line in ours {
        let version = line.split("version = \"").nth(1).map(version_at).unwrap_or_default();
        is_ours("Cargo.toml", version).map_err(|error| format!("{error}: {line}"))?;
    }
    Ok(())
}

/// The newest release of a changelog, and the second since 1970 at which its day began (UTC).
fn newest(changelog: &str) -> Result<(String, u64), Failure> {
    let mut headings = changelog.lines().filter_map(|line| line.strip_prefix("## ["));
    let heading = headings.find_map(|heading| heading.split_once("] - "));
    let (version, day) = heading.ok_or("CHANGELOG.md has no heading of the form: ## [1.2.3] - 2026-01-31")?;
    let numbers: Vec<u64> = day.split('-').filter_map(|digits| digits.parse().ok()).collect();
    match numbers[..] {
        [year @ 1970..=9999, month @ 1..=12, day @ 1..=31] => {
            Ok((version.to_owned(), midnight(year, month, day)))
        }
        _ => Err(format!("CHANGELOG.md: {day} is no day of the form 2026-01-31")),
    }
}

/// When a day of the Gregorian calendar begins, in seconds since 1970.
fn midnight(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March end with the day that not all of them have.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    // From 1 March of the year 0 to 1 January 1970.
    (days - 719_468) * 86_400
}

/// What the service takes for the release's time.
fn released(source: &str) -> Result<u64, Failure> {
    let value = source.split("const RELEASED: u64 = ").nth(1).and_then(|rest| rest.split(';').next());
    let number = value.and_then(|value| value.replace('_', "").parse().ok());
    number.ok_or_else(|| "platforms/service/src/answer/etag.rs has no `const RELEASED: u64`".to_owned())
}

fn is_ours(file: &str, version: &str) -> Result<(), Failure> {
    if version == VERSION {
        Ok(())
    } else {
        Err(format!("{file} has version {version}, the workspace {VERSION}"))
    }
}

/// The version at the start of a text.
fn version_at(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !".-+".contains(letter));
    &text[..end.unwrap_or(text.len())]
}

fn read(name: &str) -> Result<String, Failure> {
    fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_is_read() {
        let changelog =
            "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-20\n\n## [0.1.0] - 2025-01-01\n";
        assert_eq!(newest(changelog), Ok(("0.2.0".to_owned(), 1_795_132_800)));
        assert!(newest("## [Unreleased]\n").is_err());
        assert!(newest("## [0.2.0] - tomorrow\n").is_err());
    }

    #[test]
    fn days_begin_when_they_do() {
        assert_eq!(midnight(1970, 1, 1), 0);
        assert_eq!(midnight(2000, 2, 29), 951_782_400);
        assert_eq!(midnight(2000, 3, 1), 951_868_800);
        assert_eq!(midnight(2100, 3, 1), 4_107_542_400);
    }

    #[test]
    fn another_version_is_found() {
        let line = |version| format!("edgepix-core = {{ path = \"core\", version = \"{version}\" }}\n");
        assert_eq!(dependencies(&line(VERSION)), Ok(()));
        assert!(dependencies(&line("9.9.9")).is_err());
        assert_eq!(version_at("1.2.3-rc.1\", more"), "1.2.3-rc.1");
        assert!(is_tag("v9.9.9").is_err() && is_tag(VERSION).is_err());
    }

    #[test]
    fn the_release_of_the_service_is_read() {
        assert_eq!(released("pub(crate) const RELEASED: u64 = 1_795_132_800;"), Ok(1_795_132_800));
        assert!(released("").is_err());
    }
}
