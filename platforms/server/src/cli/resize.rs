//! `edgepix resize`: its flags, and what they mean together.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use super::batch::{self, BatchOptions};
use super::earlier::{self, LeftOut};
use super::inputs::{self, Input};
use super::options::{self, WIDTHS};
use super::outputs::{Destination, IfExists, Naming};
use super::report::{Report, Verbosity};
use super::{
    Outcome, RECURSIVE, UsageError, input_arguments, input_paths, interrupt, limits, long_help, printable,
};

pub(super) const NAME: &str = "resize";

const OUTPUT: &str = "output";
const OUT_DIR: &str = "out-dir";
const FORCE: &str = "force";
const SKIP_EXISTING: &str = "skip-existing";
const INCLUDE_RESULTS: &str = "include-results";
const JOBS: &str = "jobs";
const FAIL_FAST: &str = "fail-fast";
const VERBOSE: &str = "verbose";
const QUIET: &str = "quiet";

pub(super) fn command() -> Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let outputs = [
        Arg::new(OUTPUT)
            .long(OUTPUT)
            .short('o')
            .value_name("FILE|FOLDER/")
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::AnyPath)
            .conflicts_with(OUT_DIR)
            .help("Where to write: a file, a folder (with a slash at its end), or - for standard output; folders are made [default: beside the source, photo-800w.jpg]"),
        Arg::new(OUT_DIR)
            .long(OUT_DIR)
            .value_name("FOLDER")
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::DirPath)
            .help("Folder to write to; names below input folders are kept"),
        switch(FORCE, "Replace files that exist"),
        switch(SKIP_EXISTING, "Keep files that exist, and make the others").conflicts_with(FORCE),
    ];
    let work = [
        Arg::new(JOBS)
            .long(JOBS)
            .short('j')
            .value_name("NUMBER")
            .value_parser(value_parser!(u16).range(1..=1024))
            .help("Images made at once [default: the processor's cores]"),
        switch(FAIL_FAST, "Start no other image after one has failed"),
        switch(VERBOSE, "Print a line for each result").short('v').conflicts_with(QUIET),
        switch(QUIET, "Print errors only"),
    ];
    let results = switch(
        INCLUDE_RESULTS,
        "Also take results of earlier runs as sources: photo-800w.jpg beside photo.jpg",
    );
    Command::new(NAME)
        .about("Resize, crop, turn and convert image files")
        .override_usage("edgepix resize [OPTIONS] <FILE>...")
        .disable_help_flag(true)
        .args(input_arguments())
        .arg(results)
        .args(outputs)
        .args(options::arguments())
        .args(work)
        .args(limits::arguments())
        .arg(long_help())
        .after_help(
            "Examples:\n  \
             edgepix resize photo.jpg -w 800                        photo-800w.jpg\n  \
             edgepix resize photo.jpg -w 800 --format webp          photo-800w.webp\n  \
             edgepix resize photo.jpg --widths 320,640 -f webp,jpeg photo-320w.webp, photo-320w.jpg, …\n  \
             edgepix resize photo.jpg -w 96 -h 96 --fit cover -o avatar.png\n  \
             edgepix resize photos --recursive -w 50% -f webp -o small/\n  \
             edgepix resize 'photos/**/*.{jpg,png}' -w 400 --out-dir thumbs\n  \
             edgepix resize - -w 800 < photo.jpg > small.jpg\n\n\
             `resize` may be left out: edgepix photo.jpg -w 800\n\
             Options mean what they mean in the server's URLs. Exit codes: 0 all done, 1 some failed, 2 wrong usage.",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Outcome, UsageError> {
    let config = limits::read(matches)?;
    let path = |name: &str| matches.get_one::<OsString>(name).map(Path::new);
    let arguments = input_paths(matches);
    let destination = Destination::of(path(OUTPUT), path(OUT_DIR), &arguments);
    let if_exists = match (matches.get_flag(FORCE), matches.get_flag(SKIP_EXISTING)) {
        (true, _) => IfExists::Replace,
        (_, true) => IfExists::Skip,
        _ => IfExists::Refuse,
    };
    if destination == Destination::BesideSource
        && if_exists != IfExists::Replace
        && options::none_given(matches)
    {
        return Err(nothing_asked(&arguments));
    }
    let extension = destination.extension();
    let variants = options::read(matches, extension.as_deref(), &config.limits)?;
    let naming = Naming {
        size: matches.contains_id(WIDTHS),
        extension: variants.iter().any(|variant| variant.format != variants[0].format),
    };

    let output = match &destination {
        Destination::Folder(folder) => Some(folder.as_path()),
        Destination::BesideSource | Destination::File(_) | Destination::Stdout => None,
    };
    let mut inputs = inputs::find(&arguments, matches.get_flag(RECURSIVE), output);
    let left_out = match matches.get_flag(INCLUDE_RESULTS) {
        true => Vec::new(),
        false => earlier::leave_out(&mut inputs),
    };
    inputs::check_stdin(&inputs)?;
    let stdin = inputs.iter().flatten().any(|input| *input == Input::Stdin);
    destination.check(inputs.len(), variants.len(), stdin)?;

    let verbosity = match (matches.get_flag(QUIET), matches.get_flag(VERBOSE)) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let warnings = [destination.format_mismatch(&variants, naming), left_out_warning(&left_out)];
    for warning in warnings.iter().flatten().filter(|_| verbosity != Verbosity::Quiet) {
        eprintln!("edgepix: {warning}");
    }
    interrupt::watch();
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = matches.get_one::<u16>(JOBS).map_or(cores, |jobs| usize::from(*jobs)).min(inputs.len());
    let report = Report::new(verbosity, inputs.len(), variants.len());
    let fail_fast = matches.get_flag(FAIL_FAST);
    let options = BatchOptions { variants, destination, naming, if_exists, fail_fast, threads, config };
    Ok(batch::run(options, inputs, report))
}

/// Without any option each result would replace its source.
fn nothing_asked(arguments: &[PathBuf]) -> UsageError {
    let folder = arguments.iter().find(|argument| argument.is_dir());
    let server =
        folder.map(|folder| format!("\nTo serve the folder: edgepix --origin {}", printable(folder)));
    UsageError(format!(
        "nothing to do: name a size (-w 800), a format (-f webp), or where to write (-o small/){}",
        server.unwrap_or_default()
    ))
}

/// Says how many files were left out, and names one.
fn left_out_warning(left_out: &[LeftOut]) -> Option<String> {
    let LeftOut { file, source } = left_out.first()?;
    let what = format!("{}, which is named like a result of {}", printable(file), printable(source));
    let others = match left_out.len() - 1 {
        0 => String::new(),
        1 => ", and 1 more like it".to_owned(),
        others => format!(", and {others} more like it"),
    };
    Some(format!("left out {what}{others} (--{INCLUDE_RESULTS} takes them)"))
}
