//! The work of `edgepix resize`: one source after the other, on as many threads as there are cores. Each source is read
//! once, whatever is made of it.

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
use super::memory::{Held, Memory};
use super::outputs::{self, Destination, Existing, Names, Naming, Taken};
use super::report::{Meter, Report};
use super::wanted::{Known, Wanted, resolve_all};
use super::{Done, Failure, plainly, shown, size};

/// What is to be done, and how.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) wanted: Vec<Wanted>,
    pub(super) destination: Destination,
    pub(super) naming: Naming,
    pub(super) existing: Existing,
    pub(super) fail_fast: bool,
    /// Threads, at least one.
    pub(super) threads: usize,
    pub(super) config: Config,
}

/// Makes the results of all inputs. A failure ends its own results alone.
pub(super) fn run(plan: Plan, inputs: Vec<Result<Input, Failure>>, report: Report) -> Done {
    let names = Names::new(inputs.iter().flatten(), plan.existing);
    let batch = Batch {
        queue: Mutex::new(Queue { inputs: inputs.into_iter(), names }),
        memory: Memory::new(plan.config.memory_budget),
        stopped: AtomicBool::new(false),
        report,
        plan,
    };
    thread::scope(|scope| {
        for _ in 0..batch.plan.threads {
            scope.spawn(|| batch.work());
        }
    });
    batch.report.finish()
}

/// Everything that the threads share.
struct Batch {
    plan: Plan,
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

/// A source, and the results that are to be made of it.
struct Job<'a> {
    input: Input,
    source: Read<'a>,
    results: Vec<Planned>,
}

/// A result, and its file; `None` is standard output.
struct Planned {
    options: Transform,
    path: Option<PathBuf>,
}

/// How far a source is read. Its name may need its format, or its header.
enum Read<'a> {
    Not,
    Begun(Opened),
    Whole(Whole<'a>),
}

/// A source in memory.
struct Whole<'a> {
    source: Source<Vec<u8>>,
    held: Held<'a>,
}

impl Batch {
    fn work(&self) {
        while let Some(next) = self.next() {
            let results = next.as_ref().map_or(self.plan.wanted.len(), |job| job.results.len());
            let mut meter = self.report.meter(results);
            match next {
                Ok(job) => self.make(job, &mut meter),
                Err(failure) => self.failed(&failure, results),
            }
        }
    }

    fn failed(&self, failure: &Failure, results: usize) {
        self.report.failed(failure, results);
        self.stopped.fetch_or(self.plan.fail_fast, Ordering::Relaxed);
    }

    fn next(&self) -> Option<Result<Job<'_>, Failure>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if self.stopped.load(Ordering::Relaxed) { None } else { queue.inputs.next() };
        next.map(|input| {
            let input = input?;
            let what = input.name();
            guarded(|| self.named(input, &mut queue.names)).map_err(|why| Failure { what, why })
        })
    }

    /// Gives each result of an input its name. Those that cannot have theirs, or exist already, end here.
    fn named(&self, input: Input, names: &mut Names) -> Result<Job<'_>, String> {
        let (source, all) = self.resolved(&input)?;
        let mut results = Vec::with_capacity(all.len());
        for options in all {
            let path = self.plan.destination.path(&input, &options, self.plan.naming);
            let taken = path.as_ref().map_or(Ok(Taken::Yes), |path| names.take(path, &input));
            match (taken, path) {
                (Ok(Taken::Yes), path) => results.push(Planned { options, path }),
                (Ok(Taken::Exists), path) => {
                    let name = path.map(shown).unwrap_or_default();
                    self.report.skipped(|| format!("{}: {name} exists already", input.name()));
                }
                (Err(why), _) => self.failed(&Failure { what: input.name(), why }, 1),
            }
        }
        Ok(Job { input, source, results })
    }

    /// The options of each result. Of the source no more is read than they need.
    fn resolved(&self, input: &Input) -> Result<(Read<'_>, Vec<Transform>), String> {
        let resolve =
            |known: Known<'_>| resolve_all(&self.plan.wanted, known).map_err(|error| self.explain(error));
        if let Some(results) = resolve(Known::Nothing)? {
            return Ok((Read::Not, results));
        }
        let mut opened = input.open(&self.plan.config.limits)?;
        if let Some(format) = Format::sniff(opened.first_bytes()?)
            && let Some(results) = resolve(Known::Format(format))?
        {
            return Ok((Read::Begun(opened), results));
        }
        let whole = self.whole(opened)?;
        let results = resolve(Known::Header(whole.source.metadata()))?;
        Ok((Read::Whole(whole), results.unwrap_or_default()))
    }

    fn whole(&self, opened: Opened) -> Result<Whole<'_>, String> {
        let bytes = opened.read()?;
        let length = bytes.len() as u64;
        let held = self.memory.hold(length);
        let mut limits = self.plan.config.limits;
        limits.memory = self.plan.config.memory_budget.saturating_sub(length);
        Ok(Whole { source: Source::open(bytes, &limits).map_err(|error| self.explain(error))?, held })
    }

    fn make(&self, job: Job<'_>, meter: &mut Meter<'_>) {
        let Job { input, source, results } = job;
        let failure = |why| Failure { what: input.name(), why };
        if results.is_empty() {
            return;
        }
        let whole = guarded(|| match source {
            Read::Not => self.whole(input.open(&self.plan.config.limits)?),
            Read::Begun(opened) => self.whole(opened),
            Read::Whole(whole) => Ok(whole),
        });
        let whole = match whole {
            Ok(whole) => whole,
            Err(why) => return self.failed(&failure(why), results.len()),
        };
        for result in &results {
            let made = guarded(|| {
                let output =
                    transform(&whole, &result.options, meter).map_err(|error| self.explain(error))?;
                self.write(result, &output)?;
                Ok(output)
            });
            match made {
                Ok(output) => self.report.made(|| line(&input, result, &output)),
                Err(why) => self.failed(&failure(why), 1),
            }
            meter.next();
        }
    }

    fn explain(&self, error: Error) -> String {
        explain(&error, &self.plan.config.limits)
    }

    fn write(&self, result: &Planned, output: &Output) -> Result<(), String> {
        match &result.path {
            Some(path) => outputs::write(path, &output.bytes, self.plan.existing),
            None => {
                let mut stdout = stdout().lock();
                let written = stdout.write_all(&output.bytes).and_then(|()| stdout.flush());
                written.map_err(|error| format!("standard output: {}", plainly(&error)))
            }
        }
    }
}

fn transform(whole: &Whole<'_>, options: &Transform, meter: &mut Meter<'_>) -> Result<Output, Error> {
    let format = options.format().unwrap_or(whole.source.metadata().format);
    let job = whole.source.prepare(&options.normalized(format))?;
    let _running = whole.held.begin(job.plan().memory);
    job.run(meter)
}

/// A defect of ours ends what it is in, and nothing else.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err("the image could not be made because of a defect in edgepix".to_owned()))
}

/// What a result is.
fn line(input: &Input, result: &Planned, output: &Output) -> String {
    let path = result.path.as_ref().map_or_else(|| "standard output".to_owned(), shown);
    let Output { width, height, bytes, .. } = output;
    format!("{} → {path}  {width} × {height}  {}", input.name(), size(bytes.len() as u64))
}
