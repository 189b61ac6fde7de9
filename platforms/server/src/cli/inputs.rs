//! What is to be read: files, folders, patterns and standard input, in the order of the arguments.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::path::{Component, Path, PathBuf};

use edgepix_core::Limits;
use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use super::limits::explain;
use super::{Failure, Misuse, plainly, shown};
use crate::image_names::{is_hidden, is_image};

/// How standard input and output are called among files.
pub(super) const STANDARD: &str = "-";

/// One image to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What of the path a folder of results keeps: the part below the folder or the pattern's fixed part.
        below: PathBuf,
    },
}

/// Finds the images that the arguments name. What is not there is a failure in its place. Folders give the images in
/// them, by extension, and with `recursive` those in the folders below; hidden files and the folder of results are left
/// out.
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
            Err(_) if is_url(argument) => found.push(Err(not_downloaded(argument))),
            Err(error) => match Pattern::of(argument) {
                Some(pattern) => walker.pattern(argument, &pattern, &mut found),
                None => found.push(Err(failure(argument, plainly(&error)))),
            },
        }
    }
    let (mut places, mut seen) = (Places::default(), HashSet::new());
    found.retain(|input| match input {
        Ok(Input::File { path, .. }) => seen.insert(places.of(path)),
        _ => true,
    });
    found
}

/// Refuses standard input where it is named twice, or where nothing is piped into it.
pub(super) fn check_stdin(inputs: &[Result<Input, Failure>]) -> Result<(), Misuse> {
    match inputs.iter().filter(|input| matches!(input, Ok(Input::Stdin))).count() {
        0 => Ok(()),
        1 if io::stdin().is_terminal() => Err(Misuse(
            "-: standard input is the keyboard here; pipe an image into it (… | edgepix resize -), or name a file"
                .to_owned(),
        )),
        1 => Ok(()),
        _ => Err(Misuse("-: standard input can be read once only".to_owned())),
    }
}

impl Input {
    /// What people know it by.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "standard input".to_owned(),
            Input::File { path, .. } => shown(path),
        }
    }

    /// Begins to read it. A file that is longer than the limit is refused.
    pub(super) fn open(&self, limits: &Limits) -> Result<Opened, String> {
        let opened = |from, length| Opened { from, length, bytes: Vec::new(), limit: limits.source_bytes };
        match self {
            Input::Stdin => Ok(opened(Box::new(io::stdin()), 0)),
            Input::File { path, .. } => {
                let file = File::open(path).map_err(|error| plainly(&error))?;
                let length = file.metadata().map_or(0, |metadata| metadata.len());
                limits.check_bytes(length).map_err(|error| explain(&error, limits))?;
                Ok(opened(Box::new(file), length))
            }
        }
    }
}

/// An image that is being read: first as much of it as tells the format, then the rest.
pub(super) struct Opened {
    from: Box<dyn Read>,
    /// Its bytes as the system states them; 0 where it does not know.
    length: u64,
    bytes: Vec<u8>,
    limit: u64,
}

impl Opened {
    /// Its first bytes, enough to tell the format.
    pub(super) fn first_bytes(&mut self) -> Result<&[u8], String> {
        let missing = 32_u64.saturating_sub(self.bytes.len() as u64);
        self.take(missing)?;
        Ok(&self.bytes)
    }

    /// All of it, as far as the limit goes.
    pub(super) fn read(mut self) -> Result<Vec<u8>, String> {
        let expected = self.length.saturating_sub(self.bytes.len() as u64);
        self.bytes.reserve_exact(usize::try_from(expected).unwrap_or_default());
        // One byte more than is accepted tells that it is too long.
        let most = self.limit.saturating_add(1).saturating_sub(self.bytes.len() as u64);
        self.take(most)?;
        match self.bytes.len() as u64 <= self.limit {
            true => Ok(self.bytes),
            false => Err(format!(
                "More than {} bytes are not accepted (--max-source-bytes raises the limit)",
                self.limit
            )),
        }
    }

    fn take(&mut self, most: u64) -> Result<(), String> {
        let read = self.from.by_ref().take(most).read_to_end(&mut self.bytes);
        read.map(drop).map_err(|error| plainly(&error))
    }
}

/// Tells whether two paths are one place: `a.jpg`, `./a.jpg`, and `b/a.jpg` where `b` is a link to this folder. A link
/// to a file is a place of its own.
#[derive(Debug, Default)]
pub(super) struct Places {
    folders: HashMap<PathBuf, PathBuf>,
}

impl Places {
    /// The place of a file, which need not exist.
    pub(super) fn of(&mut self, path: &Path) -> (PathBuf, OsString) {
        let (folder, name) = (super::folder_of(path), path.file_name().unwrap_or_default());
        let real = self.folders.entry(folder.to_owned());
        let real = real.or_insert_with(|| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()));
        (real.clone(), name.to_owned())
    }
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
            let visible = hidden || !is_hidden(entry.file_name());
            entry.depth() == 0 || (visible && !self.is_results(entry))
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
                    let path = error.path().unwrap_or(root);
                    let why = error.io_error().map_or_else(|| "cannot be read".to_owned(), plainly);
                    let absent = error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound);
                    // The folder that a pattern begins in is not a file that was asked for.
                    if path != root || !absent {
                        found.push(Err(failure(path, why)));
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

fn is_url(argument: &Path) -> bool {
    let text = argument.to_string_lossy();
    ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

fn not_downloaded(url: &Path) -> Failure {
    let why = format!("only files are read; download it: curl '{}' | edgepix resize - …", shown(url));
    failure(url, why)
}

fn failure(path: &Path, why: String) -> Failure {
    Failure { what: shown(path), why }
}
