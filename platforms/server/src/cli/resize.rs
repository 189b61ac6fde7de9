//! `edgepix resize`: files in, files out, over all cores.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::{num::NonZeroUsize, vec};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use edgepix_core::{Error, Format, Output};
use edgepix_service::Config;

use super::inputs::{self, Input};
use super::memory::Memory;
use super::options::{self, Asked, FormatChoice};
use super::outputs::{self, Destination, Names};
use super::report::{Report, Voice};
use super::{Done, Failure, Misuse, RECURSIVE, config, input_arguments, input_paths, interrupt, size};
use crate::args::limits;

pub(super) const NAME: &str = "resize";

const OUTPUT: &str = "output";
const OUT_DIR: &str = "out-dir";
const FORCE: &str = "force";
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
            .conflicts_with(OUT_DIR)
            .help("Where to write: a file, a folder, or - for standard output [default: beside the source, photo-800w.jpg]"),
        Arg::new(OUT_DIR)
            .long(OUT_DIR)
            .value_name("FOLDER")
            .value_parser(value_parser!(OsString))
            .help("Folder to write to, made where it is missing; names below input folders are kept"),
        switch(FORCE, "Write over files that exist"),
    ];
    let work = [
        Arg::new(JOBS)
            .long(JOBS)
            .short('j')
            .value_name("NUMBER")
            .value_parser(value_parser!(u16).range(1..=1024))
            .help("Images made at once [default: the processor's cores]"),
        switch(FAIL_FAST, "Begin no other image once one has failed"),
        switch(VERBOSE, "Say a line an image").short('v').conflicts_with(QUIET),
        switch(QUIET, "Say nothing but errors"),
    ];
    Command::new(NAME)
        .about("Resize, crop, turn and convert image files")
        .override_usage("edgepix resize [OPTIONS] <FILE>...")
        .args(input_arguments())
        .args(outputs)
        .args(options::arguments())
        .args(work)
        .args(limits())
        .after_help(
            "Examples:\n  \
             edgepix resize photo.jpg -w 800                        photo-800w.jpg\n  \
             edgepix resize photo.jpg -w 800 --format webp          photo-800w.webp\n  \
             edgepix resize photo.jpg -w 96 --height 96 --fit cover -o avatar.png\n  \
             edgepix resize photos --recursive -w 1600 -f webp -o small/\n  \
             edgepix resize 'photos/**/*.{jpg,png}' -w 400 --out-dir thumbs\n  \
             edgepix resize - -w 800 < photo.jpg > small.jpg\n\n\
             Options mean what they mean in the server's URLs. Exit codes: 0 all done, 1 some failed, 2 wrong usage.",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Done, Misuse> {
    let config = config(matches)?;
    let path = |name: &str| matches.get_one::<OsString>(name).map(Path::new);
    let arguments = input_paths(matches);
    let destination = Destination::of(path(OUTPUT), path(OUT_DIR), &arguments);
    let extension = destination.extension();
    let asked = options::read(matches, extension.as_deref(), &config.limits)?;

    let results = match &destination {
        Destination::Folder(folder) => Some(folder.as_path()),
        _ => None,
    };
    let inputs = inputs::find(&arguments, matches.get_flag(RECURSIVE), results);
    let stdin = inputs.iter().filter(|input| matches!(input, Ok(Input::Stdin))).count();
    destination.check(inputs.len(), stdin)?;

    let voice = match (matches.get_flag(QUIET), matches.get_flag(VERBOSE)) {
        (true, _) => Voice::Quiet,
        (_, true) => Voice::Verbose,
        _ => Voice::Plain,
    };
    if let Some(warning) = destination.mislabelled(asked.format).filter(|_| voice != Voice::Quiet) {
        eprintln!("edgepix: {warning}");
    }
    interrupt::watch();
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = matches.get_one::<u16>(JOBS).map_or(cores, |jobs| usize::from(*jobs)).min(inputs.len());
    let force = matches.get_flag(FORCE);
    let names = Names::new(inputs.iter().flatten(), force);
    let batch = Batch {
        report: Report::new(voice, inputs.len()),
        queue: Mutex::new(Queue { inputs: inputs.into_iter(), names }),
        memory: Memory::new(config.memory_budget),
        stopped: AtomicBool::new(false),
        fail_fast: matches.get_flag(FAIL_FAST),
        force,
        asked,
        config,
        destination,
    };
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| batch.work());
        }
    });
    Ok(batch.report.finish())
}

/// Everything that the threads share.
struct Batch {
    asked: Asked,
    config: Config,
    destination: Destination,
    force: bool,
    fail_fast: bool,
    queue: Mutex<Queue>,
    memory: Memory,
    report: Report,
    stopped: AtomicBool,
}

/// What is still to be done. Names are given in the inputs' order, so that it does not depend on the threads which of
/// two images gets a name that both would have.
struct Queue {
    inputs: vec::IntoIter<Result<Input, Failure>>,
    names: Names,
}

/// An image to make.
struct Job {
    input: Input,
    /// `None` where only the source, which cannot be read twice, can tell.
    format: Option<Format>,
    /// `None` is standard output.
    path: Option<PathBuf>,
}

impl Batch {
    fn work(&self) {
        while let Some(job) = self.next() {
            let done = job.and_then(|job| {
                let failure = |why| Failure { what: job.input.name(), why };
                // A defect of ours ends the job alone.
                let made = catch_unwind(AssertUnwindSafe(|| self.make(&job)));
                made.unwrap_or_else(|_| Err("the image could not be made because of a defect".to_owned()))
                    .map_err(failure)
            });
            if let Err(failure) = done {
                self.report.failed(&failure);
                self.stopped.fetch_or(self.fail_fast, Ordering::Relaxed);
            }
        }
    }

    fn next(&self) -> Option<Result<Job, Failure>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if self.stopped.load(Ordering::Relaxed) { None } else { queue.inputs.next() };
        next.map(|input| {
            let input = input?;
            match self.named(&input, &mut queue.names) {
                Ok((format, path)) => Ok(Job { input, format, path }),
                Err(why) => Err(Failure { what: input.name(), why }),
            }
        })
    }

    fn named(&self, input: &Input, names: &mut Names) -> Result<(Option<Format>, Option<PathBuf>), String> {
        let format = match (self.asked.format, input) {
            (FormatChoice::Named(format), _) => Some(format),
            (_, Input::Stdin) => None,
            // The whole file, as nobody can tell where its header ends; it is read again when its turn comes.
            (FormatChoice::Universal, _) => Some(self.format_of(&input.read(&self.config.limits)?)?),
            (FormatChoice::Source, _) => Format::sniff(&input.first_bytes()?),
        };
        // What has no format that is known is no image: its name does not matter.
        let path = self.destination.path(input, format.unwrap_or(Format::Jpeg), &self.asked.transform);
        if let Some(path) = &path {
            names.take(path, input)?;
        }
        Ok((format, path))
    }

    /// The format of the result, as the source's header has it.
    fn format_of(&self, bytes: &[u8]) -> Result<Format, String> {
        let metadata = edgepix_core::metadata(bytes).map_err(message)?;
        Ok(match self.asked.format {
            FormatChoice::Source => metadata.format,
            FormatChoice::Universal => Format::universal(metadata.has_alpha),
            FormatChoice::Named(format) => format,
        })
    }

    fn make(&self, job: &Job) -> Result<(), String> {
        let bytes = job.input.read(&self.config.limits)?;
        let length = bytes.len() as u64;
        let mut held = self.memory.hold(length);
        let format = match job.format {
            Some(format) => format,
            None => self.format_of(&bytes)?,
        };
        let transform = self.asked.transform.normalized(format);
        let memory = self.config.memory_budget.saturating_sub(length);
        let mut limits = self.config.limits;
        limits.memory = memory;
        let plan = edgepix_core::plan(&bytes, &transform, &limits).map_err(message)?;
        held.begin(plan.memory);
        let output = edgepix_core::transform(&bytes, &transform, &limits).map_err(message)?;
        drop((bytes, held));
        self.write(job, &output)?;
        self.report.made(|| line(job, &output));
        Ok(())
    }

    fn write(&self, job: &Job, output: &Output) -> Result<(), String> {
        match &job.path {
            Some(path) => outputs::write(path, &output.bytes, self.force, &self.destination),
            None => {
                let mut stdout = stdout().lock();
                let written = stdout.write_all(&output.bytes).and_then(|()| stdout.flush());
                written.map_err(|error| format!("standard output: {}", super::plainly(&error)))
            }
        }
    }
}

fn message(error: Error) -> String {
    error.message.into_owned()
}

/// What became of a file.
fn line(job: &Job, output: &Output) -> String {
    let path = match &job.path {
        Some(path) => path.display().to_string(),
        None => "standard output".to_owned(),
    };
    let Output { width, height, bytes, .. } = output;
    format!("{} → {path}  {width} × {height}  {}", job.input.name(), size(bytes.len() as u64))
}
