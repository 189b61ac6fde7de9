//! Completions for shells and manual pages, generated from the definition of the flags.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write, stdout};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgGroup, ArgMatches, Command, ValueEnum, ValueHint, value_parser};
use clap_complete::Shell;
use clap_complete::aot::Generator;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args;

const COMPLETIONS: &str = "completions";
const MAN: &str = "man";

const SHELL: &str = "shell";
const COMMAND: &str = "command";
const OUT_DIR: &str = "out-dir";

/// A command that prints generated text.
#[derive(Debug)]
pub enum Generated {
    /// `edgepix completions`.
    Completions(ArgMatches),
    /// `edgepix man`.
    Man(ArgMatches),
}

/// A file's name and its text.
type File = (String, Vec<u8>);

impl Generated {
    pub(crate) fn commands() -> [Command; 2] {
        let folder = |help: &'static str| {
            Arg::new(OUT_DIR)
                .long(OUT_DIR)
                .value_name("FOLDER")
                .value_parser(value_parser!(OsString))
                .value_hint(ValueHint::DirPath)
                .help(help)
        };
        let shell = Arg::new(SHELL).value_name("SHELL").value_parser(value_parser!(Shell)).help("The shell");
        let completions = Command::new(COMPLETIONS)
            .about("Print a script that completes commands, flags and values in a shell")
            .arg(shell)
            .arg(folder("Write a file for each shell into this folder instead"))
            .group(ArgGroup::new("what").args([SHELL, OUT_DIR]).required(true))
            .after_help(
                "To have it in each new shell:\n  \
                 bash        edgepix completions bash > ~/.local/share/bash-completion/completions/edgepix\n  \
                 zsh         edgepix completions zsh > FOLDER/_edgepix, where FOLDER is one of $fpath\n  \
                 fish        edgepix completions fish > ~/.config/fish/completions/edgepix.fish\n  \
                 powershell  edgepix completions powershell >> $PROFILE\n  \
                 elvish      edgepix completions elvish >> ~/.config/elvish/rc.elv",
            );
        let command = Arg::new(COMMAND)
            .value_name("COMMAND")
            .help("The page of this command: resize, info, … [default: the program's own]");
        let man = Command::new(MAN)
            .about("Print the manual page of the program, or of one of its commands")
            .arg(command)
            .arg(folder("Write all pages into this folder instead").conflicts_with(COMMAND))
            .after_help("To read it: edgepix man resize | man -l -");
        [completions, man]
    }

    pub(crate) fn of(name: &str, matches: &ArgMatches) -> Option<Self> {
        match name {
            COMPLETIONS => Some(Generated::Completions(matches.clone())),
            MAN => Some(Generated::Man(matches.clone())),
            _ => None,
        }
    }

    /// Prints the text, or writes all files. The exit code is 0 if that worked, 1 if it did not, 2 if there is no such page.
    pub fn run(&self) -> ExitCode {
        let (Generated::Completions(matches) | Generated::Man(matches)) = self;
        let files = match self {
            Generated::Completions(matches) => completions(matches.get_one(SHELL).copied()),
            Generated::Man(matches) => pages(matches.get_one(COMMAND).map(String::as_str)),
        };
        if files.is_empty() {
            eprintln!("edgepix: there is no such command; edgepix --help lists them");
            return ExitCode::from(2);
        }
        let written = match matches.get_one::<OsString>(OUT_DIR) {
            Some(folder) => write(Path::new(folder), &files),
            None => print(&files),
        };
        match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("edgepix: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

/// The completions for a shell, or for all of them.
fn completions(shell: Option<Shell>) -> Vec<File> {
    let shells = shell.map_or(Shell::value_variants().to_vec(), |shell| vec![shell]);
    let file = |shell: Shell| {
        let mut command = args::command();
        let name = command.get_name().to_owned();
        let mut text = Vec::new();
        // Into memory first: `generate` panics if it cannot write.
        clap_complete::generate(shell, &mut command, &name, &mut text);
        (shell.file_name(&name), text)
    };
    shells.into_iter().map(file).collect()
}

/// The page of a command. Without a name: that of the program, followed by those of all commands.
fn pages(name: Option<&str>) -> Vec<File> {
    let mut program = args::command().disable_help_subcommand(true);
    program.build();
    let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = shown.filter(|command| name.is_none_or(|name| command.get_name() == name));
    let own = name.is_none().then_some(&program);
    own.into_iter().chain(commands).map(page).collect()
}

fn page(command: &Command) -> File {
    // The footer shows this in place of a date.
    let man = Man::new(command.clone()).date(format!("Edgepix {}", env!("CARGO_PKG_VERSION"))).source("");
    let mut text = Vec::new();
    let render = |text: &mut Vec<u8>| {
        man.render_title(text)?;
        man.render_name_section(text)?;
        man.render_synopsis_section(text)?;
        man.render_description_section(text)?;
        man.render_options_section(text)?;
        if command.has_subcommands() {
            man.render_subcommands_section(text)?;
        }
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        notes(&after).to_writer(text)
    };
    // Writing into memory does not fail.
    let _ = render(&mut text);
    (man.get_filename(), text)
}

/// The text that follows the flags in the help. The lines of examples, which are indented, are not joined.
fn notes(after: &str) -> Roff {
    let mut page = Roff::new();
    if !after.is_empty() {
        page.control("SH", ["NOTES"]);
    }
    let mut lines = after.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with(' ') {
            page.control("nf", []);
            page.text([roman(line)]);
            while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
                page.text([roman(line)]);
            }
            page.control("fi", []);
        } else {
            page.control("PP", []);
            page.text([roman(line)]);
        }
    }
    page
}

/// Prints the first file.
fn print(files: &[File]) -> io::Result<()> {
    let Some((_, text)) = files.first() else { return Ok(()) };
    let mut stdout = stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // Nobody reads any more: `edgepix man | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

fn write(folder: &Path, files: &[File]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
}
