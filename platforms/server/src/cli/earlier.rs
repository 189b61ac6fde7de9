//! Finds the results of earlier runs among the sources, by their names. Without this a second run over a folder would make
//! `photo-300w-300w.jpg` from `photo-300w.jpg`.
//!
//! A file counts as a result if its name is one that `resize` gives to a result in the folder of its source, and the source
//! is one of the files too: `photo-300w.webp`, if `photo.jpg` or another image called `photo` is in the same folder. Without
//! that source, `photo-300w.webp` is a source like any other: it may be the user's own.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::Failure;
use super::inputs::{Input, PathNormalizer};
use super::outputs::without_size;

/// A file that was left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) file: PathBuf,
    /// The source that it seems to be made from.
    pub(super) source: PathBuf,
}

/// Removes the results of earlier runs from a list of sources.
pub(super) fn leave_out(found: &mut Vec<Result<Input, Failure>>) -> Vec<LeftOut> {
    let mut paths = PathNormalizer::default();
    let mut sources: HashMap<(PathBuf, OsString), PathBuf> = HashMap::new();
    for path in found.iter().filter_map(path) {
        let (folder, _) = paths.normalize(path);
        let stem = path.file_stem().unwrap_or_default().to_owned();
        sources.entry((folder, stem)).or_insert_with(|| path.clone());
    }
    let mut left_out = Vec::new();
    found.retain(|input| {
        let source = path(input).and_then(|path| {
            let stem = without_size(path.file_stem().and_then(OsStr::to_str)?)?;
            sources.get(&(paths.normalize(path).0, stem.into()))
        });
        match (path(input), source) {
            (Some(file), Some(source)) => {
                left_out.push(LeftOut { file: file.clone(), source: source.clone() });
                false
            }
            _ => true,
        }
    });
    left_out
}

fn path(input: &Result<Input, Failure>) -> Option<&PathBuf> {
    match input {
        Ok(Input::File { path, .. }) => Some(path),
        Ok(Input::Stdin) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_beside_their_sources_are_left_out_and_nothing_else() {
        let files = [
            "a.jpg",
            "a-300w.webp",
            "a-300w-300w.webp",
            "a-40x30@2x.jpg",
            "b-300w.jpg",
            "c/a-300w.jpg",
            "a-.jpg",
            "a-300.jpg",
            "a-0w.jpg",
            "a-300w.d.jpg",
        ];
        let input = |path: &str| Ok(Input::File { path: path.into(), relative: path.into() });
        let mut found: Vec<_> = files.map(input).into_iter().chain([Ok(Input::Stdin)]).collect();
        let left_out = leave_out(&mut found);
        let left_out: Vec<_> =
            left_out.iter().map(|it| (it.file.to_str().unwrap(), it.source.to_str().unwrap())).collect();
        let expected =
            [("a-300w.webp", "a.jpg"), ("a-300w-300w.webp", "a-300w.webp"), ("a-40x30@2x.jpg", "a.jpg")];
        assert_eq!(left_out, expected);
        assert_eq!(found.len(), files.len() + 1 - left_out.len());
    }
}
