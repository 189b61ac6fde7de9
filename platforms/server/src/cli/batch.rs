//! Makes all results of `edgepix resize`, on several threads. Each source is read once, however many variants are made of
//! it.

use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{thread, vec};

use edgepix_core::{Error, Format, Output, Source, Transform};
use edgepix_service::Config;

use super::inputs::{Input, Opened};
use super::limits::explain;
use super::memory::{MemoryBudget, SourceReservation};
use super::outputs::{self, Claim, Destination, IfExists, Naming, OutputNames};
use super::report::{Report, SourceProgress};
use super::variants::{Known, Variant, resolve_all};
use super::{Failure, Outcome, human_size, os_message, printable};

/// What to make, and how.
#[derive(Debug)]
pub(super) struct BatchOptions {
    /// The variants to make of each source, at least one.
    pub(super) variants: Vec<Variant>,
    pub(super) destination: Destination,
    pub(super) naming: Naming,
    pub(super) if_exists: IfExists,
    pub(super) fail_fast: bool,
    /// Number of threads.
    pub(super) threads: usize,
    pub(super) config: Config,
}

/// Makes the results of all inputs. A failure does not stop the other results, unless `fail_fast` is set.
pub(super) fn run(options: BatchOptions, inputs: Vec<Result<Input, Failure>>, report: Report) -> Outcome {
    let names = OutputNames::new(inputs.iter().flatten(), options.if_exists);
    let batch = Batch {
        queue: Mutex::new(Queue { inputs: inputs.into_iter(), names }),
        memory: MemoryBudget::new(options.config.memory_budget),
        stopped: AtomicBool::new(false),
        report,
        options,
    };
    thread::scope(|scope| {
        for _ in 0..batch.options.threads {
            scope.spawn(|| batch.work());
        }
    });
    batch.report.finish()
}

/// What the threads share.
struct Batch {
    options: BatchOptions,
    queue: Mutex<Queue>,
    memory: MemoryBudget,
    report: Report,
    stopped: AtomicBool,
}

/// The inputs that no thread has taken yet. Output names are claimed in the order of the inputs: which of two results gets
/// a name that both ask for does not depend on the threads.
struct Queue {
    inputs: vec::IntoIter<Result<Input, Failure>>,
    names: OutputNames,
}

/// A source, and the results to make of it.
struct Item<'a> {
    input: Input,
    source: SourceState<'a>,
    targets: Vec<Target>,
}

/// A result to make.
struct Target {
    options: Transform,
    /// Its file; `None` is standard output.
    path: Option<PathBuf>,
}

/// How far a source has been read. Output names may depend on its format or on its header.
enum SourceState<'a> {
    /// It has not been opened.
    Unread,
    /// It is open, and its first bytes have been read.
    Opened(Opened),
    /// All of it is in memory.
    Loaded(Loaded<'a>),
}

/// A source in memory, counted in the memory budget.
struct Loaded<'a> {
    source: Source<Vec<u8>>,
    reservation: SourceReservation<'a>,
}

impl Batch {
    fn work(&self) {
        while let Some(next) = self.next() {
            let results = next.as_ref().map_or(self.options.variants.len(), |item| item.targets.len());
            let mut progress = self.report.progress(results);
            match next {
                Ok(item) => self.make(item, &mut progress),
                Err(failure) => self.failed(&failure, results),
            }
        }
    }

    fn failed(&self, failure: &Failure, results: usize) {
        self.report.failed(failure, results);
        self.stopped.fetch_or(self.options.fail_fast, Ordering::Relaxed);
    }

    fn next(&self) -> Option<Result<Item<'_>, Failure>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if self.stopped.load(Ordering::Relaxed) { None } else { queue.inputs.next() };
        next.map(|input| {
            let input = input?;
            let name = input.name();
            catch_panic(|| self.name_results(input, &mut queue.names))
                .map_err(|reason| Failure { name, reason })
        })
    }

    /// Claims a name for each result of an input. A result that exists already, or whose name is taken, is reported and left
    /// out.
    fn name_results(&self, input: Input, names: &mut OutputNames) -> Result<Item<'_>, String> {
        let (source, all) = self.resolve(&input)?;
        let mut targets = Vec::with_capacity(all.len());
        for options in all {
            let path = self.options.destination.path_of(&input, &options, self.options.naming);
            let claim = path.as_ref().map_or(Ok(Claim::Granted), |path| names.claim(path, &input));
            match (claim, path) {
                (Ok(Claim::Granted), path) => targets.push(Target { options, path }),
                (Ok(Claim::Exists), path) => {
                    let name = path.map(printable).unwrap_or_default();
                    self.report.skipped(|| format!("{}: {name} exists already", input.name()));
                }
                (Err(reason), _) => self.failed(&Failure { name: input.name(), reason }, 1),
            }
        }
        Ok(Item { input, source, targets })
    }

    /// The options of each result. The source is read only as far as they depend on it.
    fn resolve(&self, input: &Input) -> Result<(SourceState<'_>, Vec<Transform>), String> {
        let resolve = |known: Known<'_>| {
            resolve_all(&self.options.variants, known).map_err(|error| self.explain(error))
        };
        if let Some(results) = resolve(Known::Nothing)? {
            return Ok((SourceState::Unread, results));
        }
        let mut opened = input.open(&self.options.config.limits)?;
        if let Some(format) = Format::sniff(opened.first_bytes()?)
            && let Some(results) = resolve(Known::Format(format))?
        {
            return Ok((SourceState::Opened(opened), results));
        }
        let loaded = self.load(opened)?;
        let results = resolve(Known::Header(loaded.source.metadata()))?;
        Ok((SourceState::Loaded(loaded), results.unwrap_or_default()))
    }

    fn load(&self, opened: Opened) -> Result<Loaded<'_>, String> {
        let bytes = opened.read()?;
        let length = bytes.len() as u64;
        let reservation = self.memory.reserve_source(length);
        let mut limits = self.options.config.limits;
        limits.memory = self.options.config.memory_budget.saturating_sub(length);
        Ok(Loaded { source: Source::open(bytes, &limits).map_err(|error| self.explain(error))?, reservation })
    }

    fn make(&self, item: Item<'_>, progress: &mut SourceProgress<'_>) {
        let Item { input, source, targets } = item;
        let failure = |reason| Failure { name: input.name(), reason };
        if targets.is_empty() {
            return;
        }
        let loaded = catch_panic(|| match source {
            SourceState::Unread => self.load(input.open(&self.options.config.limits)?),
            SourceState::Opened(opened) => self.load(opened),
            SourceState::Loaded(loaded) => Ok(loaded),
        });
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(reason) => return self.failed(&failure(reason), targets.len()),
        };
        for target in &targets {
            let made = catch_panic(|| {
                let output =
                    transform(&loaded, &target.options, progress).map_err(|error| self.explain(error))?;
                self.write(target, &output)?;
                Ok(output)
            });
            match made {
                Ok(output) => {
                    self.report.made(|| line(&input, target, &output));
                    if !output.dropped.is_empty() {
                        self.report.warn(&left_out(&input, &output));
                    }
                }
                Err(reason) => self.failed(&failure(reason), 1),
            }
            progress.next();
        }
    }

    fn explain(&self, error: Error) -> String {
        explain(&error, &self.options.config.limits)
    }

    fn write(&self, target: &Target, output: &Output) -> Result<(), String> {
        match &target.path {
            Some(path) => outputs::write(path, &output.bytes, self.options.if_exists),
            None => {
                let mut stdout = stdout().lock();
                let written = stdout.write_all(&output.bytes).and_then(|()| stdout.flush());
                written.map_err(|error| format!("standard output: {}", os_message(&error)))
            }
        }
    }
}

fn transform(
    loaded: &Loaded<'_>,
    options: &Transform,
    progress: &mut SourceProgress<'_>,
) -> Result<Output, Error> {
    let format = options.format().unwrap_or(loaded.source.metadata().format);
    let job = loaded.source.prepare(&options.normalized(format))?;
    let _reservation = loaded.reservation.reserve_job(job.plan().memory);
    job.run(progress)
}

/// Turns a panic, which is a defect of the program, into the failure of one image.
fn catch_panic<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err("the image could not be made because of a defect in edgepix".to_owned()))
}

/// The warning about metadata that a result could not carry.
fn left_out(input: &Input, output: &Output) -> String {
    format!("{}: left out {}, which {} cannot carry", input.name(), output.dropped, output.format)
}

/// The line about a result: its source, file, size in pixels and size in bytes.
fn line(input: &Input, target: &Target, output: &Output) -> String {
    let path = target.path.as_ref().map_or_else(|| "standard output".to_owned(), printable);
    let Output { width, height, bytes, .. } = output;
    format!("{} → {path}  {width} × {height}  {}", input.name(), human_size(bytes.len() as u64))
}
