//! The commands for files, `edgepix resize` and `edgepix info`, and for URLs, `edgepix sign`.
//!
//! ```text
//! resize      the command: its flags, and what they mean together
//!   inputs    files, folders, patterns and standard input → sources
//!   earlier   results of earlier runs, which are removed from the sources
//!   options   flags → the variants to make of each source
//!   variants  a variant and a source → the core's options
//!   limits    the flags of limits
//!   outputs   the paths of results, and writing them
//!   batch     the threads that do the work; memory is their budget
//!   report    the progress bar and the messages
//! info        the command that shows what headers say, as text or JSON
//! sign        the command that signs URLs
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
mod sign;
mod variants;
mod vocabulary;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

/// A command that needs no server, with its flags.
#[derive(Debug)]
pub enum Tool {
    /// `edgepix resize`.
    Resize(ArgMatches),
    /// `edgepix info`.
    Info(ArgMatches),
    /// `edgepix sign`.
    Sign(ArgMatches),
    /// `edgepix vocabulary`.
    Vocabulary,
}

impl Tool {
    /// The command that is run if files are named without a command.
    pub(crate) const DEFAULT: &str = resize::NAME;

    pub(crate) fn commands() -> [Command; 4] {
        [resize::command(), info::command(), sign::command(), vocabulary::command()]
    }

    pub(crate) fn of(name: &str, matches: &ArgMatches) -> Option<Self> {
        match name {
            resize::NAME => Some(Tool::Resize(matches.clone())),
            info::NAME => Some(Tool::Info(matches.clone())),
            sign::NAME => Some(Tool::Sign(matches.clone())),
            vocabulary::NAME => Some(Tool::Vocabulary),
            _ => None,
        }
    }

    /// Runs it. The exit code is 0 if everything is done, 1 if some files failed, 2 if the flags are wrong and nothing was
    /// started.
    pub fn run(&self) -> ExitCode {
        let (name, outcome) = match self {
            Tool::Resize(matches) => (resize::NAME, resize::run(matches)),
            Tool::Info(matches) => (info::NAME, info::run(matches)),
            Tool::Sign(matches) => (sign::NAME, sign::run(matches)),
            Tool::Vocabulary => (vocabulary::NAME, vocabulary::run()),
        };
        match outcome {
            Ok(Outcome::Complete) => ExitCode::SUCCESS,
            Ok(Outcome::Partial) => ExitCode::from(1),
            Err(UsageError(message)) => {
                eprintln!("edgepix: {message}\nFor more, see: edgepix {name} --help");
                ExitCode::from(2)
            }
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything was done.
    Complete,
    /// Something failed.
    Partial,
}

/// Flags that are wrong, or contradict each other: a message that names them.
#[derive(Debug, PartialEq, Eq)]
struct UsageError(String);

/// A source that failed.
#[derive(Debug)]
struct Failure {
    /// The name of the source in messages.
    name: String,
    /// Why it failed, in a sentence.
    reason: String,
}

impl Failure {
    /// Prints it to standard error.
    fn print(&self) {
        eprintln!("edgepix: {}: {}", self.name, self.reason.trim_end_matches('.'));
    }
}

const FILES: &str = "files";
const RECURSIVE: &str = "recursive";

/// The arguments that name the sources.
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
            .help("Also take the images in the folders below a folder"),
    ]
}

/// `--help` without `-h`, which is the height here. `shorthand` turns a `-h` without a number into `--help`.
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

/// A path for messages. Control characters, which could steer the terminal, are escaped.
fn printable(path: impl AsRef<Path>) -> String {
    let mut text = String::new();
    for character in path.as_ref().to_string_lossy().chars() {
        match character.is_control() {
            true => text.extend(character.escape_default()),
            false => text.push(character),
        }
    }
    text
}

/// The message of an error of the system, without its number.
fn os_message(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// A number of bytes for people: `27.1 kB`.
fn human_size(bytes: u64) -> String {
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
        assert_eq!(printable("a\u{1b}[2Jü\n.jpg"), "a\\u{1b}[2Jü\\n.jpg");
    }
}
