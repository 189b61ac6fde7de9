//! The commands for files: `edgepix resize` and `edgepix info`.
//!
//! ```text
//! options   flags → the options that the core is given
//! inputs    files, folders, patterns, standard input → what is to be done
//! outputs   where a result goes, and how it gets there whole
//! resize    the batch: threads, memory, one file after the other
//! info      what the headers say, as a table or JSON
//! report    the bar, the lines, the errors
//! ```
//!
//! The flags of options are made from the core's vocabulary, and read as URLs are.

mod info;
mod inputs;
mod interrupt;
mod memory;
mod options;
mod outputs;
mod report;
mod resize;
mod vocabulary;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use edgepix_service::{Config, Defaults};

use crate::args::Arguments;

/// A command for files, with its flags.
#[derive(Debug)]
pub enum Tool {
    /// `edgepix resize`.
    Resize(ArgMatches),
    /// `edgepix info`.
    Info(ArgMatches),
    /// `edgepix vocabulary`.
    Vocabulary,
}

impl Tool {
    pub(crate) fn commands() -> [Command; 3] {
        [resize::command(), info::command(), vocabulary::command()]
    }

    pub(crate) fn of(name: &str, matches: &ArgMatches) -> Option<Self> {
        match name {
            resize::NAME => Some(Tool::Resize(matches.clone())),
            info::NAME => Some(Tool::Info(matches.clone())),
            vocabulary::NAME => Some(Tool::Vocabulary),
            _ => None,
        }
    }

    /// Does it. The exit code is 0 where all is done, 1 where some files failed, 2 where the flags are wrong and
    /// nothing was begun.
    pub fn run(&self) -> ExitCode {
        let (name, outcome) = match self {
            Tool::Resize(matches) => (resize::NAME, resize::run(matches)),
            Tool::Info(matches) => (info::NAME, info::run(matches)),
            Tool::Vocabulary => (vocabulary::NAME, vocabulary::run()),
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
            .help("Files, folders, patterns such as 'photos/**/*.jpg', or - for standard input"),
        Arg::new(RECURSIVE)
            .long(RECURSIVE)
            .short('r')
            .action(ArgAction::SetTrue)
            .help("Take the images in the folders of a folder, too"),
    ]
}

fn input_paths(matches: &ArgMatches) -> Vec<PathBuf> {
    matches.get_many::<OsString>(FILES).into_iter().flatten().map(PathBuf::from).collect()
}

/// The limits that hold: those of a server without any setting.
fn config(matches: &ArgMatches) -> Result<Config, Misuse> {
    let arguments = Arguments(matches.clone());
    Config::from_lookup(|name| arguments.lookup(name), &Defaults::default())
        .map_err(|error| Misuse(arguments.explain(&error)))
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
