//! Finds and reads the sources: files, folders, patterns and standard input, in the order of the arguments.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::path::{Component, Path, PathBuf};

use edgepix_core::Limits;
use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use super::limits::explain;
use super::{Failure, UsageError, os_message, printable};
use crate::image_names::{is_hidden, is_image};

/// The name that stands for standard input or output.
pub(super) const STANDARD: &str = "-";

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// Its path, as the arguments lead to it.
        path: PathBuf,
        /// The path that its result has below an output folder: relative to the folder argument, or to the fixed part of
        /// the pattern.
        relative: PathBuf,
    },
}

/// Finds the files that the arguments name. An argument that leads to none is a failure, at its place in the list. A folder
/// gives the images in it, by extension, and with `recursive` also those in its folders. Hidden files and the output folder
/// are left out. A file that is found twice is listed once.
pub(super) fn find(
    arguments: &[PathBuf],
    recursive: bool,
    output: Option<&Path>,
) -> Vec<Result<Input, Failure>> {
    let walker = Walker { output: output.and_then(|folder| fs::canonicalize(folder).ok()) };
    let mut found = Vec::new();
    for argument in arguments {
        match fs::metadata(argument) {
            _ if argument.as_os_str() == STANDARD => found.push(Ok(Input::Stdin)),
            Ok(metadata) if metadata.is_dir() => walker.folder(argument, recursive, &mut found),
            Ok(_) => {
                let relative = argument.file_name().map(PathBuf::from).unwrap_or_default();
                found.push(Ok(Input::File { path: argument.clone(), relative }));
            }
            Err(_) if is_url(argument) => found.push(Err(not_downloaded(argument))),
            Err(error) => match Pattern::of(argument) {
                Some(pattern) => walker.pattern(argument, &pattern, &mut found),
                None => found.push(Err(failure(argument, os_message(&error)))),
            },
        }
    }
    let (mut paths, mut seen) = (PathNormalizer::default(), HashSet::new());
    found.retain(|input| match input {
        Ok(Input::File { path, .. }) => seen.insert(paths.normalize(path)),
        _ => true,
    });
    found
}

/// Refuses standard input if it is named twice, or if it is a terminal.
pub(super) fn check_stdin(inputs: &[Result<Input, Failure>]) -> Result<(), UsageError> {
    match inputs.iter().filter(|input| matches!(input, Ok(Input::Stdin))).count() {
        0 => Ok(()),
        1 if io::stdin().is_terminal() => Err(UsageError(
            "-: standard input is the keyboard here; pipe an image into it (… | edgepix resize -), or name a file"
                .to_owned(),
        )),
        1 => Ok(()),
        _ => Err(UsageError("-: standard input can be read once only".to_owned())),
    }
}

impl Input {
    /// Its name in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "standard input".to_owned(),
            Input::File { path, .. } => printable(path),
        }
    }

    /// Opens it. A file that is longer than the limit is refused.
    pub(super) fn open(&self, limits: &Limits) -> Result<Opened, String> {
        let opened =
            |reader, length| Opened { reader, length, bytes: Vec::new(), limit: limits.source_bytes };
        match self {
            Input::Stdin => Ok(opened(Box::new(io::stdin()), 0)),
            Input::File { path, .. } => {
                let file = File::open(path).map_err(|error| os_message(&error))?;
                let length = file.metadata().map_or(0, |metadata| metadata.len());
                limits.check_bytes(length).map_err(|error| explain(&error, limits))?;
                Ok(opened(Box::new(file), length))
            }
        }
    }
}

/// A source that is open. It is read once: first as much as the format needs, then the rest.
pub(super) struct Opened {
    reader: Box<dyn Read>,
    /// Its length by the file system; 0 if that is not known.
    length: u64,
    bytes: Vec<u8>,
    limit: u64,
}

impl Opened {
    /// Its first bytes, as many as `Format::sniff` needs.
    pub(super) fn first_bytes(&mut self) -> Result<&[u8], String> {
        let missing = 32_u64.saturating_sub(self.bytes.len() as u64);
        self.take(missing)?;
        Ok(&self.bytes)
    }

    /// All of it. Fails if it is longer than the limit.
    pub(super) fn read(mut self) -> Result<Vec<u8>, String> {
        let expected = self.length.saturating_sub(self.bytes.len() as u64);
        self.bytes.reserve_exact(usize::try_from(expected).unwrap_or_default());
        // One byte more than the limit, to notice that it is longer.
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
        let read = self.reader.by_ref().take(most).read_to_end(&mut self.bytes);
        read.map(drop).map_err(|error| os_message(&error))
    }
}

/// Compares paths by their real folder and their name: `a.jpg` and `./a.jpg` are the same. A link to a file is not the same
/// as that file.
#[derive(Debug, Default)]
pub(super) struct PathNormalizer {
    folders: HashMap<PathBuf, PathBuf>,
}

impl PathNormalizer {
    /// The real folder of a file, and its name. The file need not exist.
    pub(super) fn normalize(&mut self, path: &Path) -> (PathBuf, OsString) {
        let (folder, name) = (super::folder_of(path), path.file_name().unwrap_or_default());
        let real = self.folders.entry(folder.to_owned());
        let real = real.or_insert_with(|| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()));
        (real.clone(), name.to_owned())
    }
}

/// Searches folders.
struct Walker {
    /// The real path of the output folder, whose files are no sources.
    output: Option<PathBuf>,
}

impl Walker {
    fn folder(&self, folder: &Path, recursive: bool, found: &mut Vec<Result<Input, Failure>>) {
        let before = found.len();
        let depth = if recursive { usize::MAX } else { 1 };
        self.walk(folder, depth, false, found, |relative| is_image(relative).then(|| folder.join(relative)));
        if found.len() == before {
            let hint = if recursive { "" } else { "; --recursive looks into its folders" };
            found.push(Err(failure(folder, format!("the folder holds no image{hint}"))));
        }
    }

    fn pattern(&self, argument: &Path, pattern: &Pattern, found: &mut Vec<Result<Input, Failure>>) {
        let before = found.len();
        let root = if pattern.base.as_os_str().is_empty() { Path::new(".") } else { &pattern.base };
        self.walk(root, pattern.depth, pattern.hidden, found, |relative| {
            pattern.matcher.is_match(relative).then(|| pattern.base.join(relative))
        });
        if found.len() == before {
            found.push(Err(failure(argument, "no file matches".to_owned())));
        }
    }

    fn walk(
        &self,
        root: &Path,
        depth: usize,
        include_hidden: bool,
        found: &mut Vec<Result<Input, Failure>>,
        select: impl Fn(&Path) -> Option<PathBuf>,
    ) {
        let entered = |entry: &DirEntry| {
            let visible = include_hidden || !is_hidden(entry.file_name());
            entry.depth() == 0 || (visible && !self.is_output(entry))
        };
        let entries = WalkDir::new(root).min_depth(1).max_depth(depth).sort_by_file_name();
        for entry in entries.into_iter().filter_entry(entered) {
            match entry {
                Ok(entry) => {
                    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    // Links to files are followed; links to folders are not, as they may form a cycle.
                    let path = select(relative).filter(|_| entry.path().is_file());
                    found.extend(path.map(|path| Ok(Input::File { path, relative: relative.to_owned() })));
                }
                Err(error) => {
                    let path = error.path().unwrap_or(root);
                    let reason = error.io_error().map_or_else(|| "cannot be read".to_owned(), os_message);
                    let absent = error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound);
                    // If the first folder of a pattern does not exist, no file matches: that is reported by the caller.
                    if path != root || !absent {
                        found.push(Err(failure(path, reason)));
                    }
                }
            }
        }
    }

    fn is_output(&self, entry: &DirEntry) -> bool {
        let Some(output) = &self.output else { return false };
        entry.file_type().is_dir() && fs::canonicalize(entry.path()).is_ok_and(|path| path == *output)
    }
}

/// A pattern with `*`, `**`, `?`, `[a-z]` or `{jpg,png}` that the shell has not expanded.
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
    let reason = format!("only files are read; download it: curl '{}' | edgepix resize - …", printable(url));
    failure(url, reason)
}

fn failure(path: &Path, reason: String) -> Failure {
    Failure { name: printable(path), reason }
}
