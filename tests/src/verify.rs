//! Judges what the native core gave for a case.

use std::fs;
use std::path::Path;

use edgepix_core::{Error, Format, KeepMetadata, Orientation, Profile};

use crate::case::{Case, Expectation, Expected, ExpectedError};
use crate::compare::{Difference, difference};
use crate::embedded::{Embedded, embedded};
use crate::picture::Picture;
use crate::side_by_side;

/// How far a case is from its expected picture, where it has one; or what is wrong, in a sentence.
pub type Verdict = Result<Option<Difference>, String>;

/// Compares a result with the case's expectation; gives how far it is from an expected picture. A mismatch of
/// pictures is shown at `shown`.
///
/// # Errors
///
/// What differs, in a sentence.
pub fn verify(case: &Case, source: &[u8], result: &Result<Vec<u8>, Error>, shown: &Path) -> Verdict {
    match (&case.expectation, result) {
        (Expectation::Error(expected), Err(error)) => verify_error(expected, error).map(|()| None),
        (Expectation::Error(expected), Ok(bytes)) => {
            Err(format!("expected the error {}, got an image of {} bytes", expected.kind, bytes.len()))
        }
        (_, Err(error)) => Err(format!("expected an image, got the error {error}")),
        (Expectation::Picture(expected), Ok(file)) => {
            verify_container(case, source, file)?;
            verify_file(expected, file)?;
            verify_picture(case, expected, file, shown).map(Some)
        }
        (Expectation::Blessed(_), Ok(file)) => {
            verify_container(case, source, file)?;
            verify_blessed(case, file, shown).map(|()| None)
        }
    }
}

fn verify_error(expected: &ExpectedError, error: &Error) -> Result<(), String> {
    let same = expected.kind == error.kind.slug()
        && (expected.parameter.is_none() || expected.parameter.as_deref() == error.parameter.as_deref())
        && (expected.limit.is_none() || expected.limit == error.limit)
        && (expected.actual.is_none() || expected.actual == error.actual);
    if same { Ok(()) } else { Err(format!("expected {expected:?}, got {error:?}")) }
}

/// The right format, and nothing beside the pixels but what was asked for.
fn verify_container(case: &Case, source: &[u8], file: &[u8]) -> Result<(), String> {
    let transform = case.transform().map_err(|error| error.to_string())?;
    let wanted = transform.format().or_else(|| Format::sniff(source));
    let got = Format::sniff(file);
    if got != wanted {
        return Err(format!("expected a file of format {wanted:?}, got {got:?}"));
    }
    let found = embedded(file);
    let allowed: &[Embedded] = match transform.metadata() {
        KeepMetadata::None => &[],
        KeepMetadata::Copyright => &[Embedded::Exif],
        KeepMetadata::All => &[Embedded::Exif, Embedded::Other],
    };
    let profile = match transform.profile() {
        Profile::Srgb => None,
        Profile::Keep => Some(Embedded::Icc),
    };
    if let Some(kind) = found.iter().find(|kind| !allowed.contains(kind) && Some(**kind) != profile) {
        return Err(format!("the file carries metadata that nobody asked for: {kind:?}"));
    }
    // The picture was turned upright; what it carries must not turn it again.
    let orientation = edgepix_core::metadata(file).map_err(|error| error.to_string())?.orientation;
    if orientation != Orientation::default() {
        return Err(format!("the result is to be turned once more: orientation {}", orientation.exif()));
    }
    Ok(())
}

fn verify_file(expected: &Expected, file: &[u8]) -> Result<(), String> {
    if let Some(most) = expected.max_bytes.filter(|most| file.len() > *most) {
        return Err(format!("the file has {} bytes; at most {most} are expected", file.len()));
    }
    let holds = |text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
    match expected.contains.iter().find(|text| !holds(text)) {
        Some(text) => Err(format!("the file does not hold the text `{text}`")),
        None => Ok(()),
    }
}

fn verify_picture(case: &Case, expected: &Expected, file: &[u8], shown: &Path) -> Result<Difference, String> {
    let path = case.folder.join(&expected.picture);
    let bytes = fs::read(&path).map_err(|error| {
        format!("{}: {error}. `tests/golden/make/make.py expected {}` makes it.", path.display(), case.name)
    })?;
    let wanted = Picture::decode(&bytes)?;
    let actual = Picture::decode(file)?;
    let show = |what: String| match side_by_side::write(shown, &wanted, &actual) {
        Ok(()) => Err(format!("{what}; see {}", shown.display())),
        Err(error) => Err(format!("{what}; {error}")),
    };
    let Some(found) = difference(&wanted, &actual) else {
        return show(format!(
            "expected {} × {} pixels, got {} × {}",
            wanted.width, wanted.height, actual.width, actual.height
        ));
    };
    let near = found.mean <= expected.mean
        && found.max <= f64::from(expected.max)
        && expected.coarse.is_none_or(|most| found.coarse <= most);
    if near {
        return Ok(found);
    }
    let coarse =
        expected.coarse.map(|most| format!(", coarse {:.2} of {most}", found.coarse)).unwrap_or_default();
    show(format!(
        "differs: mean {:.2} of {}, max {:.0} of {}{coarse}",
        found.mean, expected.mean, found.max, expected.max
    ))
}

fn verify_blessed(case: &Case, file: &[u8], shown: &Path) -> Result<(), String> {
    let path = case.expected_path().ok_or("a blessed case names its format in the request")?;
    let blessed = fs::read(&path).map_err(|error| {
        format!("{}: {error}. Bless it: `cargo xtask golden --host native --bless`.", path.display())
    })?;
    if blessed == file {
        return Ok(());
    }
    side_by_side::write(shown, &Picture::decode(&blessed)?, &Picture::decode(file)?)?;
    Err(format!(
        "other bytes than the blessed file; see {}. If it is right: `cargo xtask golden --host native --bless`.",
        shown.display()
    ))
}
