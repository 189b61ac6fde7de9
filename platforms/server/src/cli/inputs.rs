//! What is to be read: files, folders, patterns and standard input, in the order of the arguments.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use edgepix_core::{Format, Limits};
use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use super::{Failure, plainly};

/// How standard input and output are called among files.
pub(super) const STANDARD: &str = "-";

/// One image to read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File {
        path: PathBuf,
        /// What of the path a folder of results keeps: the part below the folder or the pattern's fixed part.
        below: PathBuf,
    },
}

/// Finds the images that the arguments name. What is not there is a failure in its place. Folders give the images in
/// them, by extension, and with `recursive` those in the folders below; names that begin with a dot and the folder of
/// results are left out.
pub(super) fn find(
    arguments: &[PathBuf],
    recursive: bool,
    results: Option<&Path>,
) -> Vec<Result<Input, Failure>> {
    let walker = Walker { results: results.and_then(|folder| fs::canonicalize(folder).ok()) };
    let mut found = Vec::new();
    for argument in arguments {
        match fs::metadata(argument) {
            _ if argument.as_os_str() == STANDARD => found.push(Ok(Input::Stdin)),
            Ok(metadata) if metadata.is_dir() => walker.folder(argument, recursive, &mut found),
            Ok(_) => {
                let below = argument.file_name().map(PathBuf::from).unwrap_or_default();
                found.push(Ok(Input::File { path: argument.clone(), below }));
            }
            Err(error) => match Pattern::of(argument) {
                Some(pattern) => walker.pattern(argument, &pattern, &mut found),
                None => found.push(Err(failure(argument, plainly(&error)))),
            },
        }
    }
    let mut seen = HashSet::new();
    found.retain(|input| match input {
        Ok(Input::File { path, .. }) => seen.insert(path.clone()),
        _ => true,
    });
    found
}

impl Input {
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "standard input".to_owned(),
            Input::File { path, .. } => path.display().to_string(),
        }
    }

    /// Its first bytes, enough to tell the format; of standard input, which cannot be read twice, none.
    pub(super) fn first_bytes(&self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        if let Input::File { path, .. } = self {
            let read = File::open(path).and_then(|file| file.take(32).read_to_end(&mut bytes));
            read.map_err(|error| plainly(&error))?;
        }
        Ok(bytes)
    }

    /// All of it, as far as the limit goes.
    pub(super) fn read(&self, limits: &Limits) -> Result<Vec<u8>, String> {
        let read = match self {
            Input::Stdin => up_to(limits.source_bytes, io::stdin().lock(), 0),
            Input::File { path, .. } => {
                let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
                limits.check_bytes(length).map_err(|error| error.message.into_owned())?;
                File::open(path).and_then(|file| up_to(limits.source_bytes, file, length))
            }
        };
        match read.map_err(|error| plainly(&error))? {
            Some(bytes) => Ok(bytes),
            None => Err(format!("More than {} bytes are not accepted.", limits.source_bytes)),
        }
    }
}

/// All that there is, or `None` where it is more than `limit`.
fn up_to(limit: u64, from: impl Read, expected: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

struct Walker {
    results: Option<PathBuf>,
}

impl Walker {
    fn folder(&self, folder: &Path, recursive: bool, found: &mut Vec<Result<Input, Failure>>) {
        let before = found.len();
        let depth = if recursive { usize::MAX } else { 1 };
        self.walk(folder, depth, false, found, |below| is_image(below).then(|| folder.join(below)));
        if found.len() == before {
            let hint = if recursive { "" } else { "; --recursive looks into its folders" };
            found.push(Err(failure(folder, format!("the folder holds no image{hint}"))));
        }
    }

    fn pattern(&self, argument: &Path, pattern: &Pattern, found: &mut Vec<Result<Input, Failure>>) {
        let before = found.len();
        let root = if pattern.base.as_os_str().is_empty() { Path::new(".") } else { &pattern.base };
        self.walk(root, pattern.depth, pattern.hidden, found, |below| {
            pattern.matcher.is_match(below).then(|| pattern.base.join(below))
        });
        if found.len() == before {
            found.push(Err(failure(argument, "no file has such a name".to_owned())));
        }
    }

    fn walk(
        &self,
        root: &Path,
        depth: usize,
        hidden: bool,
        found: &mut Vec<Result<Input, Failure>>,
        wanted: impl Fn(&Path) -> Option<PathBuf>,
    ) {
        let entered = |entry: &DirEntry| {
            let shown = hidden || !entry.file_name().as_encoded_bytes().starts_with(b".");
            entry.depth() == 0 || (shown && !self.is_results(entry))
        };
        let entries = WalkDir::new(root).min_depth(1).max_depth(depth).sort_by_file_name();
        for entry in entries.into_iter().filter_entry(entered) {
            match entry {
                Ok(entry) => {
                    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    // A link to a file is a file; links to folders are not followed, as they may go in circles.
                    let path = wanted(below).filter(|_| entry.path().is_file());
                    found.extend(path.map(|path| Ok(Input::File { path, below: below.to_owned() })));
                }
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let why = error.io_error().map_or_else(|| "cannot be read".to_owned(), plainly);
                    // Where a pattern begins is not a file that was asked for.
                    if path != root {
                        found.push(Err(failure(&path, why)));
                    }
                }
            }
        }
    }

    fn is_results(&self, entry: &DirEntry) -> bool {
        let Some(results) = &self.results else { return false };
        entry.file_type().is_dir() && fs::canonicalize(entry.path()).is_ok_and(|path| path == *results)
    }
}

/// A pattern as shells have them, for those that do not expand it: `*`, `**`, `?`, `[a-z]`, `{jpg,png}`.
struct Pattern {
    /// The folders before the first special character.
    base: PathBuf,
    matcher: GlobMatcher,
    depth: usize,
    hidden: bool,
}

impl Pattern {
    fn of(argument: &Path) -> Option<Self> {
        let is_special = |part: &OsStr| part.as_encoded_bytes().iter().any(|byte| b"*?[{".contains(byte));
        let mut parts = argument.components().map(Component::as_os_str).peekable();
        let mut base = PathBuf::new();
        while let Some(part) = parts.next_if(|part| !is_special(part)) {
            base.push(part);
        }
        let rest = parts.map(OsStr::to_str).collect::<Option<Vec<_>>>()?;
        if rest.is_empty() {
            return None;
        }
        let glob = GlobBuilder::new(&rest.join("/"))
            .literal_separator(true)
            .case_insensitive(cfg!(windows))
            .build()
            .ok()?;
        Some(Self {
            base,
            matcher: glob.compile_matcher(),
            depth: if rest.iter().any(|part| part.contains("**")) { usize::MAX } else { rest.len() },
            hidden: rest.iter().any(|part| part.starts_with('.')),
        })
    }
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    extension.to_ascii_lowercase().parse().is_ok_and(Format::is_read)
}

fn failure(path: &Path, why: String) -> Failure {
    Failure { what: path.display().to_string(), why }
}
