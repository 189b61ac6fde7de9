//! The destination of results, their names, and how they are written: completely or not at all.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf, is_separator};

use edgepix_core::{Dpr, Format, Transform};
use tempfile::Builder;

use super::inputs::{Input, PathNormalizer, STANDARD};
use super::variants::{FormatChoice, Variant};
use super::{UsageError, folder_of, interrupt, os_message, printable};

/// Where results are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Into the folder of the source. The size is part of the name.
    BesideSource,
    /// Into this folder, which is created if it is missing.
    Folder(PathBuf),
    /// Into this file.
    File(PathBuf),
    /// To standard output.
    Stdout,
}

/// What is added to the names of results to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// The size, wherever results are written: `--widths` was given.
    pub(super) size: bool,
    /// The extension of the format, in place of the one that `-o` names: there are several formats.
    pub(super) extension: bool,
}

impl Destination {
    /// Reads `-o` and `--out-dir`. A path that ends in a slash, or at which there is a folder, is a folder.
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
            (None, None) => Destination::BesideSource,
        }
    }

    /// The extension of the output file, in lower case.
    pub(super) fn extension(&self) -> Option<String> {
        let Destination::File(path) = self else { return None };
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        (!extension.is_empty()).then_some(extension)
    }

    /// A warning if the format is another than the output's name says.
    pub(super) fn format_mismatch(&self, variants: &[Variant], naming: Naming) -> Option<String> {
        let (Destination::File(path), [variant]) = (self, variants) else { return None };
        let FormatChoice::Named(format) = variant.format else { return None };
        let named: Format = self.extension()?.parse().ok()?;
        let wrong = named != format && !naming.size;
        wrong.then(|| format!("{} will be {format}, as --format says", printable(path)))
    }

    /// Refuses a number of sources, or of results of each source, that the destination cannot take, and standard input where
    /// a result needs the name of its source.
    pub(super) fn check(&self, sources: usize, results: usize, stdin: bool) -> Result<(), UsageError> {
        let misuse = |message: String| Err(UsageError(message));
        match self {
            Destination::File(path) if sources > 1 => misuse(format!(
                "-o {0}: names one file, and there are {sources} images; name a folder, -o {0}{MAIN_SEPARATOR}",
                printable(path),
            )),
            Destination::Stdout if sources > 1 => {
                misuse(format!("-o -: takes one image, and there are {sources}; name a folder"))
            }
            Destination::Stdout if results > 1 => misuse(format!(
                "-o -: takes one image, and {results} are to be made; name a file with -o, whose name the results \
                 share"
            )),
            Destination::Stdout if io::stdout().is_terminal() => misuse(
                "-o -: an image is nothing for a terminal; redirect it (> small.jpg), or name a file with -o"
                    .to_owned(),
            ),
            Destination::BesideSource | Destination::Folder(_) if stdin => {
                misuse("-: standard input has no name to call the result by; name a file with -o".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The path of a result; `None` is standard output. `options` name its format and its size in pixels.
    pub(super) fn path_of(&self, input: &Input, options: &Transform, naming: Naming) -> Option<PathBuf> {
        let size = if naming.size { size_suffix(options) } else { String::new() };
        match (self, input) {
            (Destination::File(file), _) if naming.size || naming.extension => {
                Some(renamed(file, &size, options))
            }
            (Destination::File(file), _) => Some(file.clone()),
            (Destination::Stdout, _) | (_, Input::Stdin) => None,
            (Destination::Folder(folder), Input::File { relative, .. }) => {
                Some(folder.join(renamed(relative, &size, options)))
            }
            (Destination::BesideSource, Input::File { path, .. }) => {
                Some(renamed(path, &size_suffix(options), options))
            }
        }
    }
}

/// What to do if the file of a result exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfExists {
    /// Report an error.
    Refuse,
    /// Keep it, and do not make the result.
    Skip,
    /// Replace it.
    Replace,
}

/// Gives each path to one result only, and protects sources from the results of other sources.
#[derive(Debug)]
pub(super) struct OutputNames {
    /// The real paths of the sources, if files are replaced.
    sources: HashSet<PathBuf>,
    paths: PathNormalizer,
    claimed: HashSet<(PathBuf, OsString)>,
    if_exists: IfExists,
}

/// The answer to a claim that is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// The path is the result's.
    Granted,
    /// The file exists, and is kept.
    Exists,
}

impl OutputNames {
    pub(super) fn new<'a>(inputs: impl Iterator<Item = &'a Input>, if_exists: IfExists) -> Self {
        let files = inputs.filter_map(|input| match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        });
        let sources = match if_exists {
            IfExists::Replace => files.collect(),
            // No file is replaced, so no source is.
            IfExists::Refuse | IfExists::Skip => HashSet::new(),
        };
        Self { sources, paths: PathNormalizer::default(), claimed: HashSet::new(), if_exists }
    }

    /// Claims a path for a result of a source.
    pub(super) fn claim(&mut self, path: &Path, input: &Input) -> Result<Claim, String> {
        let name = printable(path);
        if !self.claimed.insert(self.paths.normalize(path)) {
            return Err(format!("{name} is the result of another image already"));
        }
        let Ok(metadata) = fs::metadata(path) else { return Ok(Claim::Granted) };
        if metadata.is_dir() {
            return Err(format!("{name} is a folder"));
        }
        // Devices and pipes are written to, not replaced.
        if !metadata.is_file() {
            return Ok(Claim::Granted);
        }
        let real = fs::canonicalize(path).ok();
        let own = match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        };
        match (self.if_exists, real) {
            (IfExists::Skip, _) => Ok(Claim::Exists),
            (IfExists::Refuse, real) if real == own => {
                Err("the result would take its source's place; name another with -o, or use --force"
                    .to_owned())
            }
            (IfExists::Refuse, _) => Err(exists(path)),
            (IfExists::Replace, Some(real))
                if Some(&real) != own.as_ref() && self.sources.contains(&real) =>
            {
                Err(format!("{name} is a source, too"))
            }
            (IfExists::Replace, _) => Ok(Claim::Granted),
        }
    }
}

/// Writes a file: to a temporary file first, which is then renamed. No reader ever sees a part of it. Its folder is created
/// if it is missing.
pub(super) fn write(path: &Path, bytes: &[u8], if_exists: IfExists) -> Result<(), String> {
    let folder = folder_of(path);
    let named = |error: &io::Error| format!("{}: {}", printable(path), os_message(error));
    fs::create_dir_all(folder).map_err(|error| match folder.ancestors().find(|folder| folder.is_file()) {
        Some(file) => format!("{}: {} is a file, and no folder", printable(path), printable(file)),
        None => named(&error),
    })?;
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let file = OpenOptions::new().write(true).open(path);
        return file.and_then(|mut file| file.write_all(bytes)).map_err(|error| named(&error));
    }
    let _writing = interrupt::hold_off();
    let mut builder = Builder::new();
    builder.prefix(".edgepix-").suffix(".tmp");
    // The permissions of any new file. Those of temporary files are for the owner only.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(|error| named(&error))?;
    file.write_all(bytes).map_err(|error| named(&error))?;
    let renamed = match if_exists {
        IfExists::Replace => file.persist(path),
        IfExists::Refuse | IfExists::Skip => file.persist_noclobber(path),
    };
    match renamed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(named(&error.error)),
    }
}

/// The name of the source in the name of its result: `photo` for `photo-800w`. `None` if the name does not end in a size as
/// `size_suffix` writes it.
pub(super) fn without_size(stem: &str) -> Option<&str> {
    let (name, size) = stem.rsplit_once('-')?;
    let (size, density) = size.split_once('@').map_or((size, None), |(size, density)| (size, Some(density)));
    let is_density = |text: &str| {
        let dpr = text.strip_suffix('x').and_then(|number| number.parse::<Dpr>().ok());
        dpr.is_some_and(|dpr| dpr != Dpr::default() && dpr_suffix(dpr) == format!("@{text}"))
    };
    let is_side = |text: &str| {
        // Written as `size_suffix` writes it: no leading zero, no sign.
        text.parse::<u32>().is_ok_and(|side| side > 0 && side.to_string() == text)
    };
    let sides = match (size.strip_suffix(['w', 'h']), size.split_once('x')) {
        (Some(side), _) => is_side(side),
        (None, Some((width, height))) => is_side(width) && is_side(height),
        (None, None) => false,
    };
    (sides && density.is_none_or(is_density) && !name.is_empty()).then_some(name)
}

fn exists(path: &Path) -> String {
    format!("{} exists; --force writes over it, --skip-existing leaves it", printable(path))
}

fn ends_in_separator(path: &Path) -> bool {
    path.to_string_lossy().ends_with(is_separator)
}

/// Adds a suffix to a name, and gives it an extension of the format. An extension that the format has is kept: `.jpeg`.
fn renamed(path: &Path, suffix: &str, options: &Transform) -> PathBuf {
    let extension = path.extension().unwrap_or_default();
    let fits = |own: &OsStr| own.to_str().and_then(|own| own.to_lowercase().parse().ok()) == options.format();
    let formats = options.format().map(|format| OsStr::new(format.extension()));
    let extension = if fits(extension) { extension } else { formats.unwrap_or(extension) };
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(suffix);
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// The requested size, as `srcset` writes it: `-800w`, `-600h`, `-800x600`, `-800w@2x`.
fn size_suffix(options: &Transform) -> String {
    let density = match options.dpr() {
        dpr if dpr == Dpr::default() => String::new(),
        dpr => dpr_suffix(dpr),
    };
    match (options.width(), options.height()) {
        (None, None) => String::new(),
        (Some(width), None) => format!("-{width}w{density}"),
        (None, Some(height)) => format!("-{height}h{density}"),
        (Some(width), Some(height)) => format!("-{width}x{height}{density}"),
    }
}

fn dpr_suffix(dpr: Dpr) -> String {
    format!("@{dpr}x")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Naming = Naming { size: false, extension: false };

    fn asked(width: u32, height: u32, dpr: f64, format: Format) -> Transform {
        let side = |side| Some(side).filter(|side| *side > 0);
        let options = Transform::builder().width(side(width)).height(side(height)).dpr(dpr).format(format);
        options.build().unwrap()
    }

    #[test]
    fn names_tell_size_and_format() {
        let file = |path: &str| Input::File { path: path.into(), relative: path.into() };
        for (path, asked, name) in [
            ("a/b.jpg", asked(800, 0, 1.0, Format::Webp), "a/b-800w.webp"),
            ("a/b.JPG", asked(0, 600, 1.0, Format::Jpeg), "a/b-600h.JPG"),
            ("b.jpeg", asked(800, 600, 1.0, Format::Jpeg), "b-800x600.jpeg"),
            ("b.v2.png", asked(800, 0, 1.5, Format::Jpeg), "b.v2-800w@1.5x.jpg"),
            ("b", asked(0, 0, 1.0, Format::Gif), "b.gif"),
        ] {
            let path = Destination::BesideSource.path_of(&file(path), &asked, PLAIN).unwrap();
            assert_eq!(path, PathBuf::from(name));
            let stem = path.file_stem().and_then(OsStr::to_str).unwrap();
            assert_eq!(without_size(stem).is_some(), asked.width().or(asked.height()).is_some(), "{name}");
        }
        let webp = asked(800, 0, 1.0, Format::Webp);
        let several = Naming { size: true, extension: true };
        for (naming, name, in_folder) in
            [(PLAIN, "hero.jpg", "out/a/b.webp"), (several, "hero-800w.webp", "out/a/b-800w.webp")]
        {
            let path = Destination::File("hero.jpg".into()).path_of(&Input::Stdin, &webp, naming);
            assert_eq!(path, Some(name.into()));
            let folder = Destination::Folder("out".into());
            assert_eq!(folder.path_of(&file("a/b.jpg"), &webp, naming), Some(in_folder.into()));
        }
    }

    #[test]
    fn sizes_are_taken_off_names_that_say_them_as_results_do() {
        for (stem, name) in [
            ("photo-800w", "photo"),
            ("a-b-600h", "a-b"),
            ("photo-800x600", "photo"),
            ("photo-800w@2x", "photo"),
            ("photo-8x6@1.5x", "photo"),
            ("photo-800w-300w", "photo-800w"),
        ] {
            assert_eq!(without_size(stem), Some(name), "{stem}");
        }
        for stem in [
            "photo",
            "photo-800",
            "photo-0w",
            "photo-08w",
            "photo-+8w",
            "photo-w",
            "photo-800w@1x",
            "photo-800w@2",
            "photo-800w@2.0x",
            "photo-800w@9x",
            "photo-800x",
            "photo-8x8x8",
            "photo800w",
            "-800w",
            "photo-99999999999w",
        ] {
            assert_eq!(without_size(stem), None, "{stem}");
        }
    }

    #[test]
    fn the_destination_is_read_from_the_flags() {
        let of = |output: Option<&str>, inputs: &[&str]| {
            let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
            Destination::of(output.map(Path::new), None, &inputs)
        };
        assert_eq!(of(Some("out/"), &["a"]), Destination::Folder("out/".into()));
        assert_eq!(of(Some("src"), &["a"]), Destination::Folder("src".into()));
        assert_eq!(of(Some("out"), &["a"]), Destination::File("out".into()));
        assert_eq!(of(Some("-"), &["a"]), Destination::Stdout);
        assert_eq!(of(None, &["-"]), Destination::Stdout);
        assert_eq!(of(None, &["a"]), Destination::BesideSource);
    }
}
