//! Where results go, what they are called, and how they get there whole or not at all.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf, is_separator};

use edgepix_core::{Dpr, Format, Transform};
use tempfile::Builder;

use super::inputs::{Input, Places, STANDARD};
use super::wanted::{FormatChoice, Wanted};
use super::{Misuse, folder_of, interrupt, plainly, shown};

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

/// What results' names tell apart, where an image has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// Names say the size wherever results go.
    pub(super) sized: bool,
    /// The name of the one output is given each format's extension.
    pub(super) formats: bool,
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
    pub(super) fn mislabelled(&self, wanted: &[Wanted], naming: Naming) -> Option<String> {
        let (Destination::File(path), [wanted]) = (self, wanted) else { return None };
        let FormatChoice::Named(format) = wanted.format else { return None };
        let named: Format = self.extension()?.parse().ok()?;
        let wrong = named != format && !naming.sized;
        wrong.then(|| format!("{} will hold {format}, as --format says", shown(path)))
    }

    /// Refuses what cannot go there: so many images, of each so many results, from standard input or not.
    pub(super) fn check(&self, images: usize, results: usize, stdin: bool) -> Result<(), Misuse> {
        let misuse = |message: String| Err(Misuse(message));
        match self {
            Destination::File(path) if images > 1 => misuse(format!(
                "-o {0}: names one file, and there are {images} images; name a folder, -o {0}{MAIN_SEPARATOR}",
                shown(path),
            )),
            Destination::Stdout if images > 1 => {
                misuse(format!("-o -: takes one image, and there are {images}; name a folder"))
            }
            Destination::Stdout if results > 1 => misuse(format!(
                "-o -: takes one image, and {results} are to be made; name a file with -o, whose name the results \
                 share"
            )),
            Destination::Stdout if io::stdout().is_terminal() => misuse(
                "-o -: an image is nothing for a terminal; redirect it (> small.jpg), or name a file with -o"
                    .to_owned(),
            ),
            Destination::Beside | Destination::Folder(_) if stdin => {
                misuse("-: standard input has no name to call the result by; name a file with -o".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The file that a result goes into; `None` is standard output. `options` name its format.
    pub(super) fn path(&self, input: &Input, options: &Transform, naming: Naming) -> Option<PathBuf> {
        let sized = if naming.sized { size(options) } else { String::new() };
        match (self, input) {
            (Destination::File(file), _) if naming.sized || naming.formats => {
                Some(renamed(file, &sized, options))
            }
            (Destination::File(file), _) => Some(file.clone()),
            (Destination::Stdout, _) | (_, Input::Stdin) => None,
            (Destination::Folder(folder), Input::File { below, .. }) => {
                Some(folder.join(renamed(below, &sized, options)))
            }
            (Destination::Beside, Input::File { path, .. }) => Some(renamed(path, &size(options), options)),
        }
    }
}

/// What is done about a result's file that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// It is an error.
    Refuse,
    /// The result is not made.
    Skip,
    /// It is written over.
    Replace,
}

/// The files that are taken: each result has a name of its own, and no source is written over by another's result.
#[derive(Debug)]
pub(super) struct Names {
    sources: HashSet<PathBuf>,
    places: Places,
    taken: HashSet<(PathBuf, OsString)>,
    existing: Existing,
}

/// What became of a name that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is the result's.
    Yes,
    /// A file of this name exists, and is to stay.
    Exists,
}

impl Names {
    pub(super) fn new<'a>(inputs: impl Iterator<Item = &'a Input>, existing: Existing) -> Self {
        let files = inputs.filter_map(|input| match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        });
        let sources = match existing {
            Existing::Replace => files.collect(),
            // Nothing that exists is written over, sources included.
            Existing::Refuse | Existing::Skip => HashSet::new(),
        };
        Self { sources, places: Places::default(), taken: HashSet::new(), existing }
    }

    /// Takes a name for a result of an input, or says why it cannot be had.
    pub(super) fn take(&mut self, path: &Path, input: &Input) -> Result<Taken, String> {
        let name = shown(path);
        if !self.taken.insert(self.places.of(path)) {
            return Err(format!("{name} is the result of another image already"));
        }
        let Ok(metadata) = fs::metadata(path) else { return Ok(Taken::Yes) };
        if metadata.is_dir() {
            return Err(format!("{name} is a folder"));
        }
        // A device or a pipe is there to be written to.
        if !metadata.is_file() {
            return Ok(Taken::Yes);
        }
        let real = fs::canonicalize(path).ok();
        let own = match input {
            Input::File { path, .. } => fs::canonicalize(path).ok(),
            Input::Stdin => None,
        };
        match (self.existing, real) {
            (Existing::Skip, _) => Ok(Taken::Exists),
            (Existing::Refuse, real) if real == own => {
                Err("the result would take its source's place; name another with -o, or use --force"
                    .to_owned())
            }
            (Existing::Refuse, _) => Err(exists(path)),
            (Existing::Replace, Some(real))
                if Some(&real) != own.as_ref() && self.sources.contains(&real) =>
            {
                Err(format!("{name} is a source, too"))
            }
            (Existing::Replace, _) => Ok(Taken::Yes),
        }
    }
}

/// Writes a file so that it is there as a whole or not at all: under another name first, which then changes. Its folder
/// is made where it is missing.
pub(super) fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), String> {
    let folder = folder_of(path);
    let named = |error: &io::Error| format!("{}: {}", shown(path), plainly(error));
    fs::create_dir_all(folder).map_err(|error| match folder.ancestors().find(|folder| folder.is_file()) {
        Some(file) => format!("{}: {} is a file, and no folder", shown(path), shown(file)),
        None => named(&error),
    })?;
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
    let renamed = match existing {
        Existing::Replace => file.persist(path),
        Existing::Refuse | Existing::Skip => file.persist_noclobber(path),
    };
    match renamed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(named(&error.error)),
    }
}

/// The image's name in the name of a result: `photo` of `photo-800w`. `None` where a name says no size as results' names
/// do.
pub(super) fn without_size(stem: &str) -> Option<&str> {
    let (name, size) = stem.rsplit_once('-')?;
    let (size, density) = size.split_once('@').map_or((size, None), |(size, density)| (size, Some(density)));
    let is_density = |text: &str| {
        let dpr = text.strip_suffix('x').and_then(|number| number.parse::<Dpr>().ok());
        dpr.is_some_and(|dpr| dpr != Dpr::default() && suffix(dpr) == format!("@{text}"))
    };
    let is_side = |text: &str| {
        // As numbers are written: no zero in front, no sign.
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
    format!("{} exists; --force writes over it, --skip-existing leaves it", shown(path))
}

fn ends_in_separator(path: &Path) -> bool {
    path.to_string_lossy().ends_with(is_separator)
}

/// The name with a suffix and the format's extension: the one that it has where that is one of the format's.
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

/// The size that is asked for, in the words of `srcset`: `-800w`, `-600h`, `-800x600`, `-800w@2x`.
fn size(asked: &Transform) -> String {
    let density = match asked.dpr() {
        dpr if dpr == Dpr::default() => String::new(),
        dpr => suffix(dpr),
    };
    match (asked.width(), asked.height()) {
        (None, None) => String::new(),
        (Some(width), None) => format!("-{width}w{density}"),
        (None, Some(height)) => format!("-{height}h{density}"),
        (Some(width), Some(height)) => format!("-{width}x{height}{density}"),
    }
}

fn suffix(dpr: Dpr) -> String {
    format!("@{dpr}x")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Naming = Naming { sized: false, formats: false };

    fn asked(width: u32, height: u32, dpr: f64, format: Format) -> Transform {
        let side = |side| Some(side).filter(|side| *side > 0);
        let options = Transform::builder().width(side(width)).height(side(height)).dpr(dpr).format(format);
        options.build().unwrap()
    }

    #[test]
    fn names_tell_size_and_format() {
        let file = |path: &str| Input::File { path: path.into(), below: path.into() };
        for (path, asked, name) in [
            ("a/b.jpg", asked(800, 0, 1.0, Format::Webp), "a/b-800w.webp"),
            ("a/b.JPG", asked(0, 600, 1.0, Format::Jpeg), "a/b-600h.JPG"),
            ("b.jpeg", asked(800, 600, 1.0, Format::Jpeg), "b-800x600.jpeg"),
            ("b.v2.png", asked(800, 0, 1.5, Format::Jpeg), "b.v2-800w@1.5x.jpg"),
            ("b", asked(0, 0, 1.0, Format::Gif), "b.gif"),
        ] {
            let path = Destination::Beside.path(&file(path), &asked, PLAIN).unwrap();
            assert_eq!(path, PathBuf::from(name));
            let stem = path.file_stem().and_then(OsStr::to_str).unwrap();
            assert_eq!(without_size(stem).is_some(), asked.width().or(asked.height()).is_some(), "{name}");
        }
        let webp = asked(800, 0, 1.0, Format::Webp);
        let several = Naming { sized: true, formats: true };
        for (naming, name, in_folder) in
            [(PLAIN, "hero.jpg", "out/a/b.webp"), (several, "hero-800w.webp", "out/a/b-800w.webp")]
        {
            let path = Destination::File("hero.jpg".into()).path(&Input::Stdin, &webp, naming);
            assert_eq!(path, Some(name.into()));
            let folder = Destination::Folder("out".into());
            assert_eq!(folder.path(&file("a/b.jpg"), &webp, naming), Some(in_folder.into()));
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
