//! Where results go, what they are called, and how they get there whole or not at all.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf, is_separator};

use edgepix_core::{Dpr, Format, Transform};
use tempfile::Builder;

use super::inputs::{Input, STANDARD};
use super::options::FormatChoice;
use super::{Misuse, interrupt, plainly};

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Beside their sources, under names that say the size.
    Beside,
    /// Into a folder, which is made where it is missing.
    Folder(PathBuf),
    /// Into this file.
    File(PathBuf),
    /// To standard output.
    Stdout,
}

impl Destination {
    /// What `-o` and `--out-dir` say. A name that ends in a slash, or is a folder's, is a folder.
    pub(super) fn of(output: Option<&Path>, folder: Option<&Path>, arguments: &[PathBuf]) -> Self {
        let only_stdin = || arguments.iter().all(|argument| argument.as_os_str() == STANDARD);
        match (output, folder) {
            (_, Some(folder)) => Destination::Folder(folder.to_owned()),
            (Some(path), _) if path.as_os_str() == STANDARD => Destination::Stdout,
            (Some(path), _) if ends_in_separator(path) || path.is_dir() => {
                Destination::Folder(path.to_owned())
            }
            (Some(path), _) => Destination::File(path.to_owned()),
            (None, None) if only_stdin() => Destination::Stdout,
            (None, None) => Destination::Beside,
        }
    }

    /// The extension of the one output's name.
    pub(super) fn extension(&self) -> Option<String> {
        let Destination::File(path) = self else { return None };
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        (!extension.is_empty()).then_some(extension)
    }

    /// A warning, where a file is to hold another format than its name says.
    pub(super) fn mislabelled(&self, format: FormatChoice) -> Option<String> {
        let (Destination::File(path), FormatChoice::Named(format)) = (self, format) else { return None };
        let named: Format = self.extension()?.parse().ok()?;
        (named != format).then(|| format!("{} will hold {format}, as --format says", path.display()))
    }

    /// Refuses what cannot go there.
    pub(super) fn check(&self, inputs: usize, stdin: usize) -> Result<(), Misuse> {
        let misuse = |message: String| Err(Misuse(message));
        match self {
            _ if stdin > 1 => misuse("-: standard input can be read once only".to_owned()),
            Destination::File(path) if inputs > 1 => misuse(format!(
                "-o {0}: names one file, and there are {inputs} images; name a folder, -o {0}{1}",
                path.display(),
                std::path::MAIN_SEPARATOR
            )),
            Destination::Stdout if inputs > 1 => {
                misuse(format!("-o -: takes one image, and there are {inputs}; name a folder"))
            }
            Destination::Stdout if io::stdout().is_terminal() => {
                misuse("-o -: an image is nothing for a terminal; redirect it, or name a file".to_owned())
            }
            Destination::Beside | Destination::Folder(_) if stdin > 0 => {
                misuse("-: standard input has no name to call the result by; name a file with -o".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The file that a result goes into; `None` is standard output.
    pub(super) fn path(&self, input: &Input, format: Format, asked: &Transform) -> Option<PathBuf> {
        match (self, input) {
            (Destination::File(file), _) => Some(file.clone()),
            (Destination::Stdout, _) | (_, Input::Stdin) => None,
            (Destination::Folder(folder), Input::File { below, .. }) => {
                Some(folder.join(renamed(below, "", format)))
            }
            (Destination::Beside, Input::File { path, .. }) => Some(renamed(path, &size(asked), format)),
        }
    }
}

/// The files that are taken: each result has a name of its own, and no source is written over by another's result.
#[derive(Debug, Default)]
pub(super) struct Names {
    sources: HashSet<PathBuf>,
    taken: HashSet<PathBuf>,
    force: bool,
}

impl Names {
    pub(super) fn new<'a>(inputs: impl Iterator<Item = &'a Input>, force: bool) -> Self {
        let files = inputs.filter_map(|input| match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        });
        // Without force nothing that exists is written over, sources included.
        let sources = if force { files.collect() } else { HashSet::new() };
        Self { sources, taken: HashSet::new(), force }
    }

    /// Takes a name for the result of an input, or says why it cannot be had.
    pub(super) fn take(&mut self, path: &Path, input: &Input) -> Result<(), String> {
        let shown = path.display();
        if !self.taken.insert(path.to_owned()) {
            return Err(format!("{shown} is the result of another image already"));
        }
        let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
        if metadata.is_dir() {
            return Err(format!("{shown} is a folder"));
        }
        // A device or a pipe is there to be written to.
        if !metadata.is_file() {
            return Ok(());
        }
        let real = fs::canonicalize(path).ok();
        let own = match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        };
        match real {
            _ if !self.force && real == own => {
                Err("the result would take its source's place; name another with -o, or use --force"
                    .to_owned())
            }
            _ if !self.force => Err(exists(path)),
            Some(real) if Some(&real) != own.as_ref() && self.sources.contains(&real) => {
                Err(format!("{shown} is a source, too"))
            }
            _ => Ok(()),
        }
    }
}

/// Writes a file so that it is there as a whole or not at all: under another name first, which then changes.
pub(super) fn write(path: &Path, bytes: &[u8], force: bool, destination: &Destination) -> Result<(), String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named = |error: &io::Error| format!("{}: {}", path.display(), plainly(error));
    if let Destination::Folder(_) = destination {
        fs::create_dir_all(folder).map_err(|error| named(&error))?;
    }
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let file = OpenOptions::new().write(true).open(path);
        return file.and_then(|mut file| file.write_all(bytes)).map_err(|error| named(&error));
    }
    let _writing = interrupt::hold_off();
    let mut builder = Builder::new();
    builder.prefix(".edgepix-").suffix(".tmp");
    // Like any new file, and not for its owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(|error| named(&error))?;
    file.write_all(bytes).map_err(|error| named(&error))?;
    let renamed = if force { file.persist(path) } else { file.persist_noclobber(path) };
    match renamed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(named(&error.error)),
    }
}

fn exists(path: &Path) -> String {
    format!("{} exists; --force writes over it", path.display())
}

fn ends_in_separator(path: &Path) -> bool {
    path.to_string_lossy().ends_with(is_separator)
}

/// The name with a suffix and the format's extension: the source's own where it is one of the format's.
fn renamed(path: &Path, suffix: &str, format: Format) -> PathBuf {
    let extension = path.extension().unwrap_or_default();
    let fits = |own: &OsStr| own.to_str().and_then(|own| own.to_lowercase().parse().ok()) == Some(format);
    let extension = if fits(extension) { extension } else { OsStr::new(format.extension()) };
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(suffix);
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// The size that is asked for, in the words of `srcset`: `-800w`, `-600h`, `-800x600`, `-800w@2x`.
fn size(asked: &Transform) -> String {
    let density = match asked.dpr() {
        dpr if dpr == Dpr::default() => String::new(),
        dpr => format!("@{dpr}x"),
    };
    match (asked.width(), asked.height()) {
        (None, None) => String::new(),
        (Some(width), None) => format!("-{width}w{density}"),
        (None, Some(height)) => format!("-{height}h{density}"),
        (Some(width), Some(height)) => format!("-{width}x{height}{density}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_size_and_format() {
        let asked = |width: u32, height: u32, dpr: f64| {
            let side = |side| Some(side).filter(|side| *side > 0);
            Transform::builder().width(side(width)).height(side(height)).dpr(dpr).build().unwrap()
        };
        let file = |path: &str| Input::File { path: path.into(), below: path.into() };
        for (path, format, asked, name) in [
            ("a/b.jpg", Format::Webp, asked(800, 0, 1.0), "a/b-800w.webp"),
            ("a/b.JPG", Format::Jpeg, asked(0, 600, 1.0), "a/b-600h.JPG"),
            ("b.jpeg", Format::Jpeg, asked(800, 600, 1.0), "b-800x600.jpeg"),
            ("b.v2.png", Format::Jpeg, asked(800, 0, 1.5), "b.v2-800w@1.5x.jpg"),
            ("b", Format::Gif, asked(0, 0, 1.0), "b.gif"),
        ] {
            let path = Destination::Beside.path(&file(path), format, &asked);
            assert_eq!(path, Some(name.into()));
        }
        let folder = Destination::Folder("out".into());
        let path = folder.path(&file("a/b.jpg"), Format::Webp, &asked(800, 0, 1.0));
        assert_eq!(path, Some("out/a/b.webp".into()));
    }

    #[test]
    fn a_slash_makes_a_folder_and_nothing_is_beside() {
        let of = |output: Option<&str>, inputs: &[&str]| {
            let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
            Destination::of(output.map(Path::new), None, &inputs)
        };
        assert_eq!(of(Some("out/"), &["a"]), Destination::Folder("out/".into()));
        assert_eq!(of(Some("src"), &["a"]), Destination::Folder("src".into()));
        assert_eq!(of(Some("out"), &["a"]), Destination::File("out".into()));
        assert_eq!(of(Some("-"), &["a"]), Destination::Stdout);
        assert_eq!(of(None, &["-"]), Destination::Stdout);
        assert_eq!(of(None, &["a"]), Destination::Beside);
    }
}
