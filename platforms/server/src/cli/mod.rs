//! The commands for files: `edgepix resize` and `edgepix info`.
//!
//! ```text
//! inputs    files, folders, patterns, standard input → what is to be read
//! earlier   results of earlier runs, which are no sources
//! options   flags → what is wanted of each image
//! wanted    … → the core's options for the image at hand
//! limits    what is refused
//! outputs   where a result goes, and how it gets there whole
//! resize    the flags of `resize` together
//! batch     the work: threads, memory, one file after the other
//! report    the bar, the lines, the errors
//! info      what the headers say, as a table or JSON
//! ```
//!
//! The flags of options are made from the core's vocabulary, and read as URLs are.

mod batch;
mod earlier;
mod info;
mod inputs;
mod interrupt;
mod limits;
mod memory;
mod options;
mod outputs;
mod report;
mod resize;
mod wanted;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

/// A command for files, with its flags.
#[derive(Debug)]
pub enum Tool {
    /// `edgepix resize`.
    Resize(ArgMatches),
    /// `edgepix info`.
    Info(ArgMatches),
}

impl Tool {
    /// The command that is meant where files are named without one.
    pub(crate) const DEFAULT: &str = resize::NAME;

    pub(crate) fn commands() -> [Command; 2] {
        [resize::command(), info::command()]
    }

    pub(crate) fn of(name: &str, matches: &ArgMatches) -> Option<Self> {
        match name {
            resize::NAME => Some(Tool::Resize(matches.clone())),
            info::NAME => Some(Tool::Info(matches.clone())),
            _ => None,
        }
    }

    /// Runs it. The exit code is 0 where all is done, 1 where some files failed, 2 where the flags are wrong and nothing
    /// was begun.
    pub fn run(&self) -> ExitCode {
        let (name, outcome) = match self {
            Tool::Resize(matches) => (resize::NAME, resize::run(matches)),
            Tool::Info(matches) => (info::NAME, info::run(matches)),
        };
        match outcome {
            Ok(Done::All) => ExitCode::SUCCESS,
            Ok(Done::Some) => ExitCode::from(1),
            Err(Misuse(message)) => {
                eprintln!("edgepix: {message}\nFor more, see: edgepix {name} --help");
                ExitCode::from(2)
            }
        }
    }
}

/// How much was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    All,
    Some,
}

/// Flags that are wrong, or do not go together: a sentence that names them.
#[derive(Debug, PartialEq, Eq)]
struct Misuse(String);

/// A file that failed, and why.
#[derive(Debug)]
struct Failure {
    what: String,
    why: String,
}

impl Failure {
    /// Writes it to standard error.
    fn show(&self) {
        eprintln!("edgepix: {}: {}", self.what, self.why.trim_end_matches('.'));
    }
}

const FILES: &str = "files";
const RECURSIVE: &str = "recursive";

/// The arguments that say what is to be read.
fn input_arguments() -> [Arg; 2] {
    [
        Arg::new(FILES)
            .value_name("FILE")
            .required(true)
            .num_args(1..)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::AnyPath)
            .help("Files, folders, patterns such as 'photos/**/*.jpg', or - for standard input"),
        Arg::new(RECURSIVE)
            .long(RECURSIVE)
            .short('r')
            .action(ArgAction::SetTrue)
            .help("Take the images in the folders of a folder, too"),
    ]
}

/// `--help` without its `-h`, which means the height here; without a number behind, `-h` is still understood.
fn long_help() -> Arg {
    Arg::new("help").long("help").action(ArgAction::Help).help("Print help (also -h without a number)")
}

fn input_paths(matches: &ArgMatches) -> Vec<PathBuf> {
    matches.get_many::<OsString>(FILES).into_iter().flatten().map(PathBuf::from).collect()
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A path for people. Characters that would steer their terminal are escaped.
fn shown(path: impl AsRef<Path>) -> String {
    let mut text = String::new();
    for character in path.as_ref().to_string_lossy().chars() {
        match character.is_control() {
            true => text.extend(character.escape_default()),
            false => text.push(character),
        }
    }
    text
}

/// What the system says, without its number.
fn plainly(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// A number of bytes as one would say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_steer_the_terminal() {
        assert_eq!(shown("a\u{1b}[2Jü\n.jpg"), "a\\u{1b}[2Jü\\n.jpg");
    }
}
